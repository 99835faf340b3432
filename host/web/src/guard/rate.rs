//! How often something may be tried. In memory, and bounded: a flood of names takes no more than its share.

use std::collections::HashMap;

use parking_lot::Mutex;
use tollgate_billing::ids::Timestamp;

/// Names that are remembered at once; some 2 MB.
const KEYS_MAX: usize = 20_000;
/// Longer names count as one: nobody's address is longer.
const KEY_CHARS_MAX: usize = 200;

/// At most `tries_max` of one key in `window_ms`.
pub struct RateLimit {
    tries_max: u32,
    window_ms: i64,
    counts: Mutex<HashMap<String, Count>>,
}

struct Count {
    since: Timestamp,
    tries: u32,
}

impl RateLimit {
    pub fn new(tries_max: u32, window_ms: i64) -> Self {
        Self { tries_max, window_ms, counts: Mutex::new(HashMap::new()) }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// Seconds to wait, where there were too many.
    pub fn take(&self, key: &str, now: Timestamp) -> Result<(), u64> {
        let mut counts = self.counts.lock();
        if counts.len() >= KEYS_MAX {
            counts.retain(|_, count| !self.is_over(count, now));
        }
        if counts.len() >= KEYS_MAX {
            // Still full: forget the longest known, so that a flood cannot lock everybody out.
            let oldest = counts.iter().min_by_key(|(_, count)| count.since).map(|(key, _)| key.clone());
            oldest.and_then(|oldest| counts.remove(&oldest));
        }
        let count = counts.entry(bounded(key)).or_insert(Count { since: now, tries: 0 });
        if self.is_over(count, now) {
            *count = Count { since: now, tries: 0 };
        }
        if count.tries >= self.tries_max {
            let left_ms = self.window_ms - (now.0 - count.since.0);
            return Err(u64::try_from(left_ms / 1_000 + 1).unwrap_or(1));
        }
        count.tries += 1;
        Ok(())
    }

    /// Forgets a key: it proved to be right.
    pub fn forget(&self, key: &str) {
        self.counts.lock().remove(&bounded(key));
    }

    fn is_over(&self, count: &Count, now: Timestamp) -> bool {
        now.0.saturating_sub(count.since.0) >= self.window_ms
    }
}

fn bounded(key: &str) -> String {
    key.chars().take(KEY_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_beyond_the_limit_wait_for_the_window_to_end() {
        let limit = RateLimit::new(2, 10_000);
        assert_eq!(limit.take("a", Timestamp(0)), Ok(()));
        assert_eq!(limit.take("a", Timestamp(1_000)), Ok(()));
        assert_eq!(limit.take("a", Timestamp(2_000)), Err(9));
        assert_eq!(limit.take("b", Timestamp(2_000)), Ok(()), "another key has its own count");
        assert_eq!(limit.take("a", Timestamp(10_000)), Ok(()));
    }

    #[test]
    fn what_proved_right_starts_anew() {
        let limit = RateLimit::new(1, 10_000);
        assert_eq!(limit.take("a", Timestamp(0)), Ok(()));
        limit.forget("a");
        assert_eq!(limit.take("a", Timestamp(1)), Ok(()));
        let long = "a".repeat(KEY_CHARS_MAX + 50);
        assert_eq!(limit.take(&long, Timestamp(0)), Ok(()));
        limit.forget(&long);
        assert_eq!(limit.take(&long, Timestamp(1)), Ok(()), "as it is kept, and not as it is written");
    }

    #[test]
    fn a_flood_of_names_is_bounded() {
        let limit = RateLimit::new(1, 10_000);
        for number in 0..KEYS_MAX + 10 {
            let _ = limit.take(&number.to_string(), Timestamp(5));
        }
        assert!(limit.counts.lock().len() <= KEYS_MAX);
    }
}
