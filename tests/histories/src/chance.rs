//! Chance that can be repeated: everything random of a history comes out of its seed.

/// A stream of numbers (`SplitMix64`). The same seed gives the same stream on every machine.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream of one history: whichever worker tells it, and whatever was told before.
    #[must_use]
    pub fn of_history(seed: u64, number: u64) -> Self {
        let mut stream = Self(seed ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Self(stream.number())
    }

    /// The next number.
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

    /// A number from `least` to `most`, both possible.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most.saturating_sub(least)).unwrap_or_default().saturating_add(1);
        least.saturating_add(i64::try_from(self.number() % span).unwrap_or_default())
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent as usize
    }

    /// One of them; `None` of nothing.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// One of them, the heavier the likelier. `None` where nothing weighs anything.
    pub fn weighed<T: Copy>(&mut self, of: &[(u32, T)]) -> Option<T> {
        let all: u32 = of.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(all as usize);
        for (weight, one) in of {
            match left.checked_sub(*weight as usize) {
                Some(rest) => left = rest,
                None => return Some(*one),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_number_make_one_stream() {
        let draw = |seed, number| {
            let mut chance = Chance::of_history(seed, number);
            [chance.number(), chance.number()]
        };
        assert_eq!(draw(7, 3), draw(7, 3));
        assert_ne!(draw(7, 3), draw(7, 4));
        assert_ne!(draw(7, 3), draw(8, 3));
    }

    #[test]
    fn what_weighs_nothing_is_never_picked() {
        let mut chance = Chance::of(1);
        let picked: Vec<_> = (0..200).filter_map(|_| chance.weighed(&[(0, 'a'), (3, 'b'), (1, 'c')])).collect();
        assert_eq!(picked.len(), 200);
        assert!(!picked.contains(&'a') && picked.contains(&'b') && picked.contains(&'c'));
        assert_eq!(chance.weighed::<char>(&[]), None);
        assert_eq!(chance.pick::<char>(&[]), None);
    }
}
