//! International bank account numbers, ISO 13616.

use crate::check_digits::modulo_97;
use crate::countries::{Country, country};

/// Bank identifiers that Switzerland and Liechtenstein keep for accounts which take QR references only.
const QR_IID: std::ops::RangeInclusive<u32> = 30_000..=31_999;

/// Check digits that a bank gives out; 00, 01 and 99 leave the right remainder too, but belong to 97, 98 and 02.
const CHECK_DIGITS: std::ops::RangeInclusive<&str> = "02"..="98";

/// A valid IBAN: known country, its length and structure, and the check digits hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Iban {
    /// Capital letters and digits, without spaces.
    compact: String,
    country: &'static Country,
}

/// Why a text is no IBAN; said to staff beside the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IbanFault {
    /// It holds something that is no letter, digit or space.
    Character(char),
    /// It does not begin with two letters and two digits.
    Beginning,
    /// The country has no IBANs, or the letters are no country.
    UnknownCountry(String),
    Length {
        country: &'static str,
        expected: usize,
        found: usize,
    },
    /// Letters where this country has digits, or the other way round.
    Structure {
        country: &'static str,
    },
    /// A character is wrong, missing or in the wrong place.
    CheckDigits,
}

impl Iban {
    /// Reads an IBAN as people write it: spaces and letter case do not matter.
    ///
    /// # Errors
    /// [`IbanFault`], the first fault that is found.
    pub fn parse(text: &str) -> Result<Self, IbanFault> {
        let compact = compact(text)?;
        let bytes = compact.as_bytes();
        let begins_well = bytes.len() > 4
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..4].iter().all(u8::is_ascii_digit);
        if !begins_well {
            return Err(IbanFault::Beginning);
        }
        let country = country(&compact[..2]).ok_or_else(|| IbanFault::UnknownCountry(compact[..2].to_owned()))?;
        if compact.len() != country.iban_chars() {
            return Err(IbanFault::Length {
                country: country.code,
                expected: country.iban_chars(),
                found: compact.len(),
            });
        }
        if !country.fits(&compact[4..]) {
            return Err(IbanFault::Structure { country: country.code });
        }
        let remainder = modulo_97(compact[4..].bytes().chain(compact[..4].bytes()));
        if remainder != 1 || !CHECK_DIGITS.contains(&&compact[2..4]) {
            return Err(IbanFault::CheckDigits);
        }
        Ok(Self { compact, country })
    }

    /// As machines read it and as it is copied.
    #[must_use]
    pub fn compact(&self) -> &str {
        &self.compact
    }

    /// As people read it: in groups of four.
    #[must_use]
    pub fn printed(&self) -> String {
        in_groups_of_four(&self.compact)
    }

    #[must_use]
    pub fn country(&self) -> &'static Country {
        self.country
    }

    /// Whether this account can stand on a Swiss QR-bill at all.
    #[must_use]
    pub fn is_swiss(&self) -> bool {
        matches!(self.country.code, "CH" | "LI")
    }

    /// Whether this account takes QR references, and nothing else.
    #[must_use]
    pub fn is_qr_iban(&self) -> bool {
        self.is_swiss() && self.compact[4..9].parse().is_ok_and(|iid: u32| QR_IID.contains(&iid))
    }
}

/// Capital letters and digits of `text`; spaces of any kind are left out.
fn compact(text: &str) -> Result<String, IbanFault> {
    let mut compact = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if !c.is_ascii_alphanumeric() {
            return Err(IbanFault::Character(c));
        }
        compact.push(c.to_ascii_uppercase());
    }
    Ok(compact)
}

/// Splits capital letters and digits by spaces into groups of four, the last one possibly shorter.
#[must_use]
pub fn in_groups_of_four(compact: &str) -> String {
    let mut printed = String::with_capacity(compact.len() + compact.len() / 4);
    for (position, c) in compact.chars().enumerate() {
        if position > 0 && position % 4 == 0 {
            printed.push(' ');
        }
        printed.push(c);
    }
    printed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fault(text: &str) -> Option<IbanFault> {
        Iban::parse(text).err()
    }

    #[test]
    fn an_iban_is_read_as_people_write_it() {
        for text in ["DE89370400440532013000", "DE89 3704 0044 0532 0130 00", " de89 3704\u{a0}0044 0532 0130 00\t"] {
            let iban = Iban::parse(text).expect(text);
            assert_eq!(iban.compact(), "DE89370400440532013000");
            assert_eq!(iban.printed(), "DE89 3704 0044 0532 0130 00");
            assert_eq!(iban.country().code, "DE");
        }
    }

    #[test]
    fn every_fault_is_told_apart() {
        let table = [
            ("", IbanFault::Beginning),
            ("DE89", IbanFault::Beginning),
            ("3704 0044 0532", IbanFault::Beginning),
            ("DEX9370400440532013000", IbanFault::Beginning),
            ("DE89-3704-0044", IbanFault::Character('-')),
            ("DE89３704004405320130００", IbanFault::Character('３')),
            ("US89370400440532013000", IbanFault::UnknownCountry("US".to_owned())),
            ("DE8937040044053201300", IbanFault::Length { country: "DE", expected: 22, found: 21 }),
            ("NO93860111179470", IbanFault::Length { country: "NO", expected: 15, found: 16 }),
            ("DE8937040044053201300A", IbanFault::Structure { country: "DE" }),
            ("GB29123460161331926819", IbanFault::Structure { country: "GB" }),
            ("DE88370400440532013000", IbanFault::CheckDigits),
            ("DE89370400440532031000", IbanFault::CheckDigits),
        ];
        for (text, expected) in table {
            assert_eq!(fault(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn check_digits_that_are_never_given_out_are_refused() {
        // 00, 01 and 99 leave the same remainder as 97, 98 and 02.
        for (valid, twin) in [("97", "00"), ("98", "01"), ("02", "99")] {
            let account = (0..1_000_u32)
                .map(|n| format!("37040044{n:010}"))
                .find(|account| fault(&format!("DE{valid}{account}")).is_none())
                .expect("one account in 97 has these check digits");
            assert_eq!(fault(&format!("DE{twin}{account}")), Some(IbanFault::CheckDigits));
        }
    }

    #[test]
    fn a_qr_iban_is_told_by_its_bank_identifier() {
        let table = [
            ("CH4431999123000889012", true),
            ("CH5604835012345678009", false),
            ("LI21088100002324013AA", false),
            ("DE89370400440532013000", false),
        ];
        for (text, is_qr) in table {
            assert_eq!(Iban::parse(text).expect(text).is_qr_iban(), is_qr, "{text}");
        }
    }

    fn valid_iban(country_code: &str, account: &str) -> String {
        let remainder = modulo_97(format!("{account}{country_code}00").bytes());
        format!("{country_code}{:02}{account}", 98 - remainder)
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,40}") {
            let _ = Iban::parse(&text);
        }

        #[test]
        fn one_wrong_or_swapped_digit_is_always_found(account in "[0-9]{18}", at in 0_usize..17, other in 0_u8..10) {
            let iban = valid_iban("DE", &account);
            prop_assert!(Iban::parse(&iban).is_ok());
            let mut wrong = iban.clone().into_bytes();
            wrong[4 + at] = b'0' + other;
            let mut swapped = iban.clone().into_bytes();
            swapped.swap(4 + at, 5 + at);
            for changed in [wrong, swapped] {
                let changed = String::from_utf8(changed).expect("ASCII");
                prop_assert_eq!(Iban::parse(&changed).is_ok(), changed == iban);
            }
        }

        #[test]
        fn printing_only_adds_spaces(account in "[0-9]{5}[0-9A-Z]{12}") {
            let iban = Iban::parse(&valid_iban("CH", &account)).expect("made to be valid");
            prop_assert_eq!(Iban::parse(&iban.printed()), Ok(iban));
        }
    }
}
