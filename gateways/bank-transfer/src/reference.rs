//! What the payer writes on the transfer, with check digits so that a slip of the pen is noticed by the bank.

use crate::check_digits::{modulo_10_recursive, modulo_97};
use crate::iban::in_groups_of_four;

/// The longest reference that fits behind `RF` and two check digits (ISO 11649).
pub const REFERENCE_CHARS_MAX: usize = 21;

/// Digits of a Swiss QR reference before its check digit.
const QR_DIGITS: usize = 26;

/// A payment's reference in the form that the account's payers can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// ISO 11649: `RF`, two check digits, and the payment's reference.
    Creditor(String),
    /// Swiss QR reference: the digits of the payment's reference, filled up with zeros in front, and a check digit.
    Qr(String),
    /// The payment's reference as it is, for domestic transfers that know no check digits.
    Plain(String),
}

/// Why a payment's reference cannot be written in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceFault {
    /// Empty, too long, or not capital letters and digits.
    NotAReference,
    /// A QR reference is made of digits, and there are none but zeros.
    NoDigits,
}

impl Reference {
    /// # Errors
    /// [`ReferenceFault::NotAReference`] where `text` is not 1 to 21 capital letters and digits.
    pub fn creditor(text: &str) -> Result<Self, ReferenceFault> {
        checked(text)?;
        let remainder = modulo_97(text.bytes().chain(*b"RF00"));
        Ok(Self::Creditor(format!("RF{:02}{text}", 98 - remainder)))
    }

    /// # Errors
    /// [`ReferenceFault`], as for [`Self::creditor`] or where `text` has no digit but zeros.
    pub fn qr(text: &str) -> Result<Self, ReferenceFault> {
        checked(text)?;
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if digits.bytes().all(|digit| digit == b'0') {
            return Err(ReferenceFault::NoDigits);
        }
        let mut reference = format!("{digits:0>QR_DIGITS$}");
        reference.push(char::from(modulo_10_recursive(reference.bytes())));
        Ok(Self::Qr(reference))
    }

    /// # Errors
    /// [`ReferenceFault::NotAReference`], as for [`Self::creditor`].
    pub fn plain(text: &str) -> Result<Self, ReferenceFault> {
        checked(text).map(|()| Self::Plain(text.to_owned()))
    }

    /// As machines read it and as it is copied.
    #[must_use]
    pub fn compact(&self) -> &str {
        match self {
            Self::Creditor(text) | Self::Qr(text) | Self::Plain(text) => text,
        }
    }

    /// As people read it: a creditor reference in groups of four, a QR reference in groups of five behind the first two.
    #[must_use]
    pub fn printed(&self) -> String {
        match self {
            Self::Creditor(text) => in_groups_of_four(text),
            Self::Qr(digits) => qr_groups(digits),
            Self::Plain(text) => text.clone(),
        }
    }
}

fn checked(text: &str) -> Result<(), ReferenceFault> {
    let in_alphabet = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if text.is_empty() || text.len() > REFERENCE_CHARS_MAX || !in_alphabet {
        return Err(ReferenceFault::NotAReference);
    }
    Ok(())
}

fn qr_groups(digits: &str) -> String {
    let mut printed = String::with_capacity(digits.len() + 5);
    for (position, digit) in digits.chars().enumerate() {
        if position % 5 == 2 {
            printed.push(' ');
        }
        printed.push(digit);
    }
    printed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_creditor_reference_carries_its_check_digits() {
        let table = [
            ("539007547034", "RF18539007547034", "RF18 5390 0754 7034"),
            ("2348231", "RF712348231", "RF71 2348 231"),
            ("INV2026000123", "RF98INV2026000123", "RF98 INV2 0260 0012 3"),
        ];
        for (text, compact, printed) in table {
            let reference = Reference::creditor(text).expect(text);
            assert_eq!((reference.compact(), reference.printed().as_str()), (compact, printed));
        }
    }

    #[test]
    fn a_qr_reference_is_the_digits_with_a_check_digit() {
        let table = [
            ("210000000003139471430", "000002100000000031394714305", "00 00021 00000 00003 13947 14305"),
            ("INV2026000123", "000000000000000020260001237", "00 00000 00000 00002 02600 01237"),
        ];
        for (text, compact, printed) in table {
            let reference = Reference::qr(text).expect(text);
            assert_eq!((reference.compact(), reference.printed().as_str()), (compact, printed));
        }
    }

    #[test]
    fn what_is_no_reference_is_refused_in_every_form() {
        for text in ["", "inv1", "INV-1", "INV 1", "ÄÖ1", "１２３", "1234567890123456789012"] {
            for made in [Reference::creditor(text), Reference::qr(text), Reference::plain(text)] {
                assert_eq!(made, Err(ReferenceFault::NotAReference), "{text}");
            }
        }
        for text in ["INVOICE", "0", "A000"] {
            assert_eq!(Reference::qr(text), Err(ReferenceFault::NoDigits), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_creditor_reference_passes_the_iso_check(text in "[0-9A-Z]{1,21}") {
            let reference = Reference::creditor(&text).expect("within the alphabet and length");
            let compact = reference.compact();
            prop_assert!(compact.len() <= 25);
            prop_assert_eq!(modulo_97(compact[4..].bytes().chain(compact[..4].bytes())), 1);
            prop_assert_eq!(reference.printed().replace(' ', ""), compact);
        }

        #[test]
        fn every_qr_reference_is_27_digits_whose_check_holds(text in "[A-Z]{0,4}[1-9][0-9]{0,16}") {
            let reference = Reference::qr(&text).expect("within the alphabet and length");
            let compact = reference.compact();
            prop_assert_eq!(compact.len(), 27);
            prop_assert_eq!(modulo_10_recursive(compact.bytes()), b'0');
            prop_assert_eq!(reference.printed().replace(' ', ""), compact);
        }

        #[test]
        fn any_text_is_taken_or_refused_without_a_panic(text in "\\PC{0,30}") {
            let _ = (Reference::creditor(&text), Reference::qr(&text), Reference::plain(&text));
        }
    }
}
