//! New ids: 48 bits of time, so that they sort, and 80 random bits, so that none can be guessed from another.

use std::sync::Arc;

use tollgate_billing::ids::{PaymentId, RefundId};
use tollgate_billing::ports::{Clock, Ids};

/// Crockford's alphabet: no I, L, O, U, so that an id can be read out on the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters for 130 bits, of which the two highest are always zero.
const CHARS: usize = 26;
const RANDOM_BITS: u32 = 80;
const TIME_MASK: u128 = (1 << 48) - 1;

/// Ids from the time and the operating system's randomness.
pub struct RandomIds {
    clock: Arc<dyn Clock>,
}

impl RandomIds {
    /// # Errors
    /// Where the operating system gives no randomness; asked here once, so that it is found at start.
    pub fn new(clock: Arc<dyn Clock>) -> Result<Self, getrandom::Error> {
        getrandom::fill(&mut [0; 10])?;
        Ok(Self { clock })
    }

    /// 26 letters and digits.
    #[must_use]
    pub fn text(&self) -> String {
        let mut random = [0; 16];
        getrandom::fill(&mut random[6..]).expect("the operating system gave randomness at start and never stops to");
        let time = u128::from(self.clock.now().0.unsigned_abs()) & TIME_MASK;
        encode((time << RANDOM_BITS) | u128::from_be_bytes(random))
    }
}

impl Ids for RandomIds {
    fn payment(&self) -> PaymentId {
        PaymentId::new(self.text())
    }

    fn refund(&self) -> RefundId {
        RefundId::new(self.text())
    }
}

fn encode(bits: u128) -> String {
    let digit = |place: usize| char::from(ALPHABET[(bits >> (place * 5)) as usize % ALPHABET.len()]);
    (0..CHARS).rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use tollgate_billing::ids::Timestamp;

    use super::*;

    struct At(i64);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            Timestamp(self.0)
        }
    }

    fn at(ms: i64) -> RandomIds {
        RandomIds::new(Arc::new(At(ms))).expect("randomness")
    }

    #[test]
    fn numbers_are_written_in_crockfords_alphabet() {
        let table = [
            (0, "00000000000000000000000000"),
            (31, "0000000000000000000000000Z"),
            (32, "00000000000000000000000010"),
            (u128::MAX, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"),
        ];
        for (bits, text) in table {
            assert_eq!(encode(bits), text);
        }
    }

    #[test]
    fn a_thousand_ids_of_one_millisecond_are_all_different_and_all_plain() {
        let ids = at(1_800_000_000_000);
        let made: HashSet<String> = (0..1_000).map(|_| ids.text()).collect();
        assert_eq!(made.len(), 1_000);
        assert!(made.iter().all(|id| id.len() == CHARS && id.bytes().all(|byte| ALPHABET.contains(&byte))));
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        assert!(at(1_000).text() < at(1_001).text());
        assert!(at(1_700_000_000_000).text() < at(1_800_000_000_000).text());
    }
}
