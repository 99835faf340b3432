//! What time it is for a simulator: the machine's, or one that a test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970. Clones share one time.
#[derive(Debug, Clone)]
pub struct Clock {
    /// A virtual clock's time; what a real one runs ahead of the machine.
    shift_ms: Arc<AtomicI64>,
    is_real: bool,
}

impl Clock {
    /// The machine's time, plus what `advance` added: "pending for days" can be seen in a demo.
    #[must_use]
    pub fn real() -> Self {
        Self { shift_ms: Arc::new(AtomicI64::new(0)), is_real: true }
    }

    /// Stands still until it is set or advanced.
    #[must_use]
    pub fn standing_at(now_ms: i64) -> Self {
        Self { shift_ms: Arc::new(AtomicI64::new(now_ms)), is_real: false }
    }

    #[must_use]
    pub fn now_ms(&self) -> i64 {
        let shift_ms = self.shift_ms.load(Ordering::SeqCst);
        if self.is_real { machine_ms().saturating_add(shift_ms) } else { shift_ms }
    }

    /// Whole seconds since 1970, as both providers write times.
    #[must_use]
    pub fn now_s(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Moves on by so many milliseconds; a negative number is taken as none, because time does not run back.
    pub fn advance(&self, by_ms: i64) {
        self.shift_ms.fetch_add(by_ms.max(0), Ordering::SeqCst);
    }

    /// Sets the time, also back: a test that starts over.
    pub fn set(&self, now_ms: i64) {
        let shift_ms = if self.is_real { now_ms.saturating_sub(machine_ms()) } else { now_ms };
        self.shift_ms.store(shift_ms, Ordering::SeqCst);
    }
}

fn machine_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_clock_moves_only_when_told_and_for_all_clones() {
        let clock = Clock::standing_at(1_500);
        let other = clock.clone();
        other.advance(600);
        other.advance(-5);
        assert_eq!((clock.now_ms(), clock.now_s()), (2_100, 2));
        clock.set(7);
        assert_eq!(other.now_ms(), 7);
    }

    #[test]
    fn a_real_clock_can_run_ahead() {
        let clock = Clock::real();
        clock.advance(1_000_000);
        assert!(clock.now_ms() >= machine_ms() + 999_000);
    }
}
