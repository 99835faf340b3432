//! What happened in a history, in plain words, for whoever has to understand a failure.

use std::sync::Arc;

use parking_lot::Mutex;
use tollgate_simulators::clock::Clock;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Clones write into one diary.
#[derive(Debug, Clone)]
pub struct Diary {
    clock: Clock,
    began_ms: i64,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Diary {
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let began_ms = clock.now_ms();
        Self { clock, began_ms, lines: Arc::default() }
    }

    pub fn write(&self, words: impl AsRef<str>) {
        let after = since(self.clock.now_ms().saturating_sub(self.began_ms));
        self.lines.lock().push(format!("{after}  {}", words.as_ref()));
    }

    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().clone()
    }
}

/// `3d 04:05:06`
fn since(ms: i64) -> String {
    let (days, rest) = (ms / DAY_MS, ms % DAY_MS);
    let (hours, minutes, seconds) = (rest / HOUR_MS, rest % HOUR_MS / MINUTE_MS, rest % MINUTE_MS / SECOND_MS);
    format!("{days:>2}d {hours:02}:{minutes:02}:{seconds:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_says_when() {
        let clock = Clock::standing_at(5);
        let diary = Diary::new(clock.clone());
        clock.advance(DAY_MS + 2 * HOUR_MS + 3 * MINUTE_MS + 4_999);
        diary.write("the host crashes");
        assert_eq!(diary.lines(), [" 1d 02:03:04  the host crashes"]);
    }
}
