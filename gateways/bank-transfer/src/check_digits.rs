//! The two check-digit methods that account numbers and payment references use.

/// The remainder modulo 97 of letters and digits read as ISO 7064 has it: digits as they are, `A` as 10 to `Z` as 35.
/// Reads nothing else: other bytes are the caller's to refuse.
#[must_use]
pub fn modulo_97(text: impl Iterator<Item = u8>) -> u32 {
    text.fold(0, |remainder, byte| match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        b'A'..=b'Z' => (remainder * 100 + u32::from(byte - b'A') + 10) % 97,
        _ => remainder,
    })
}

/// The recursive modulo 10 check digit of Swiss payment references, as an ASCII digit.
#[must_use]
pub fn modulo_10_recursive(digits: impl Iterator<Item = u8>) -> u8 {
    /// The carry that follows from carry and digit, added without tens.
    const NEXT: [u8; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let carry = digits.fold(0_usize, |carry, digit| {
        let step = (carry + usize::from(digit.wrapping_sub(b'0'))) % 10;
        usize::from(NEXT[step])
    });
    let check = (10 - carry) % 10;
    b'0' + u8::try_from(check).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modulo_97_of_a_valid_number_is_one() {
        // The IBAN BE71 0961 2345 6769 and the reference RF18 5390 0754 7034, both with their first four moved back.
        for text in ["096123456769BE71", "539007547034RF18"] {
            assert_eq!(modulo_97(text.bytes()), 1, "{text}");
        }
        assert_ne!(modulo_97("096123456796BE71".bytes()), 1);
    }

    #[test]
    fn modulo_10_recursive_agrees_with_printed_swiss_references() {
        let table = [
            ("21000000000313947143000901", b'7'),
            ("00000000000000000000002026", b'3'),
            ("99999999999999999999999999", b'2'),
            ("12", b'1'),
            ("", b'0'),
        ];
        for (digits, check) in table {
            assert_eq!(modulo_10_recursive(digits.bytes()), check, "{digits}");
        }
    }
}
