//! Identifiers as providers make them: unguessable in the demo, the same for the same seed in tests.

use std::sync::Arc;

use parking_lot::Mutex;

const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEX: &[u8] = b"0123456789abcdef";

/// Clones share one sequence.
#[derive(Debug, Clone)]
pub struct Ids(Arc<Mutex<u64>>);

impl Ids {
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(seed)))
    }

    /// Seeded by the system.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed)?;
        Ok(Self::seeded(u64::from_le_bytes(seed)))
    }

    /// Letters of both cases and digits, as in Stripe's ids.
    #[must_use]
    pub fn base62(&self, length: usize) -> String {
        self.of(BASE62, length)
    }

    /// Capitals and digits, as in PayPal's ids.
    #[must_use]
    pub fn upper(&self, length: usize) -> String {
        self.of(UPPER, length)
    }

    #[must_use]
    pub fn hex(&self, length: usize) -> String {
        self.of(HEX, length)
    }

    /// `8-4-4-4-12`, as in PayPal's transmission ids.
    #[must_use]
    pub fn uuid(&self) -> String {
        [8, 4, 4, 4, 12].map(|length| self.hex(length)).join("-")
    }

    /// The next number of the sequence (`SplitMix64`).
    #[must_use]
    pub fn number(&self) -> u64 {
        let mut state = self.0.lock();
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn of(&self, letters: &[u8], length: usize) -> String {
        let count = letters.len() as u64;
        let letter = |_| usize::try_from(self.number() % count).ok().and_then(|at| letters.get(at)).copied();
        (0..length).filter_map(letter).map(char::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_and_never_one_twice() {
        let (one, two) = (Ids::seeded(7), Ids::seeded(7));
        let first = one.base62(24);
        assert_eq!(first, two.base62(24));
        assert_ne!(first, one.base62(24));
        assert_eq!((one.upper(17).len(), one.uuid().len()), (17, 36));
    }
}
