//! Later and later, and not all at once.

use crate::ids::Timestamp;

pub(super) const MINUTE_MS: i64 = 60_000;
/// A wait is up to this share longer, so that what failed together is not tried again together.
const JITTER_PERCENT_MAX: u64 = 25;

/// When something is tried for the next time after `tries`: after a minute at first, then twice as late each time, up to
/// `wait_max_ms` and a jitter that `seed` decides.
pub(super) fn next_try(seed: &str, tries: u32, now: Timestamp, wait_max_ms: i64) -> Timestamp {
    let doubled = MINUTE_MS.checked_shl(tries.min(32)).unwrap_or(wait_max_ms);
    let wait = doubled.clamp(MINUTE_MS, wait_max_ms);
    let percent = spread(seed, tries) % (JITTER_PERCENT_MAX + 1);
    now.plus_ms(wait.saturating_add(wait / 100 * i64::try_from(percent).unwrap_or(0)))
}

/// A number that two seeds hardly share (FNV-1a): spreading needs no randomness.
fn spread(seed: &str, tries: u32) -> u64 {
    let bytes = seed.bytes().chain(tries.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
