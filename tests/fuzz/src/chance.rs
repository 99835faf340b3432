//! Chance that can be repeated: every input comes out of the seed.

/// A stream of numbers (`SplitMix64`). The same seed gives the same stream on every machine.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream of one target.
    #[must_use]
    pub fn of(seed: u64, target: &str) -> Self {
        Self(target.bytes().fold(seed, |all, byte| all.wrapping_mul(0x0100_0000_01B3) ^ u64::from(byte)))
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to one below `end`; 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.number() % end).unwrap_or_default()
    }

    /// One of them; `None` of nothing.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    pub fn byte(&mut self) -> u8 {
        self.number().to_le_bytes()[0]
    }
}
