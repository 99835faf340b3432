//! The European Payments Council's quick response code (EPC069-12, version 002): a euro transfer to scan.

use crate::bic::Bic;
use crate::countries::{Area, bic_needed};
use crate::iban::Iban;
use crate::reference::Reference;

/// What the largest code allowed, version 13 with error correction M, can hold.
pub const PAYLOAD_BYTES_MAX: usize = 331;

/// The name field of a SEPA transfer.
pub const NAME_CHARS_MAX: usize = 70;

/// EUR 999,999,999.99, the most that a SEPA transfer can carry.
pub const AMOUNT_CENTS_MAX: i64 = 99_999_999_999;

/// The transfer that the payer's banking app fills in.
#[derive(Debug, Clone, Copy)]
pub struct Transfer<'a> {
    pub name: &'a str,
    pub iban: &'a Iban,
    pub bic: Option<&'a Bic>,
    /// Euro cents.
    pub amount_cents: i64,
    pub reference: &'a Reference,
}

/// Why no code can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpcFault {
    /// Less than one cent or more than [`AMOUNT_CENTS_MAX`].
    Amount,
    /// Empty, longer than [`NAME_CHARS_MAX`], or with a line break.
    Name,
    /// The account's country is not in SEPA.
    OutsideSepa,
    /// The account's country is outside the European Economic Area, and there is no BIC.
    BicMissing,
    /// An account that takes QR references only cannot be paid by a SEPA transfer.
    QrReference,
    /// All fields together are too long, in bytes.
    TooLong(usize),
}

/// The text that the code holds.
///
/// # Errors
/// [`EpcFault`] where the standard has no code for this transfer.
pub fn payload(transfer: &Transfer<'_>) -> Result<String, EpcFault> {
    check(transfer)?;
    let cents = transfer.amount_cents;
    // Purpose, then the structured reference or the free text: never both.
    let remittance = match transfer.reference {
        Reference::Creditor(reference) => format!("\n{reference}"),
        Reference::Plain(text) => format!("\n\n{text}"),
        Reference::Qr(_) => return Err(EpcFault::QrReference),
    };
    let payload = format!(
        "BCD\n002\n1\nSCT\n{bic}\n{name}\n{iban}\nEUR{euros}.{rest:02}\n{remittance}",
        bic = transfer.bic.map_or("", Bic::compact),
        name = transfer.name,
        iban = transfer.iban.compact(),
        euros = cents / 100,
        rest = cents % 100,
    );
    if payload.len() > PAYLOAD_BYTES_MAX { Err(EpcFault::TooLong(payload.len())) } else { Ok(payload) }
}

fn check(transfer: &Transfer<'_>) -> Result<(), EpcFault> {
    if !(1..=AMOUNT_CENTS_MAX).contains(&transfer.amount_cents) {
        return Err(EpcFault::Amount);
    }
    let name = transfer.name;
    if name.trim().is_empty() || name.chars().count() > NAME_CHARS_MAX || name.contains(char::is_control) {
        return Err(EpcFault::Name);
    }
    if transfer.iban.is_qr_iban() {
        return Err(EpcFault::QrReference);
    }
    let country = transfer.iban.country();
    if country.area == Area::World {
        return Err(EpcFault::OutsideSepa);
    }
    if transfer.bic.is_none() && bic_needed(country, "EUR") {
        return Err(EpcFault::BicMissing);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn iban(text: &str) -> Iban {
        Iban::parse(text).expect(text)
    }

    fn payload_of(
        name: &str,
        iban_text: &str,
        bic: Option<&str>,
        cents: i64,
        reference: &Reference,
    ) -> Result<String, EpcFault> {
        let bic = bic.map(|text| Bic::parse(text).expect(text));
        payload(&Transfer { name, iban: &iban(iban_text), bic: bic.as_ref(), amount_cents: cents, reference })
    }

    fn creditor(text: &str) -> Reference {
        Reference::creditor(text).expect(text)
    }

    #[test]
    fn a_structured_reference_ends_the_code() {
        let made = payload_of("Example GmbH", "DE89370400440532013000", None, 1050, &creditor("539007547034"));
        let expected = "BCD\n002\n1\nSCT\n\nExample GmbH\nDE89370400440532013000\nEUR10.50\n\nRF18539007547034";
        assert_eq!(made.as_deref(), Ok(expected));
    }

    #[test]
    fn free_text_leaves_the_structured_reference_empty() {
        let text = Reference::plain("INV2026000123").expect("a reference");
        let made = payload_of("Example AG", "CH5604835012345678009", Some("CRESCHZZ80A"), 1, &text);
        let expected = "BCD\n002\n1\nSCT\nCRESCHZZ80A\nExample AG\nCH5604835012345678009\nEUR0.01\n\n\nINV2026000123";
        assert_eq!(made.as_deref(), Ok(expected));
    }

    #[test]
    fn what_the_standard_has_no_code_for_is_refused() {
        const DE: &str = "DE89370400440532013000";
        let long = "x".repeat(71);
        let table = [
            ("A", DE, None, 0, EpcFault::Amount),
            ("A", DE, None, -5, EpcFault::Amount),
            ("A", DE, None, i64::MIN, EpcFault::Amount),
            ("A", DE, None, AMOUNT_CENTS_MAX + 1, EpcFault::Amount),
            ("", DE, None, 1, EpcFault::Name),
            ("   ", DE, None, 1, EpcFault::Name),
            (long.as_str(), DE, None, 1, EpcFault::Name),
            ("A\nDE00", DE, None, 1, EpcFault::Name),
            ("A\rB", DE, None, 1, EpcFault::Name),
            ("A", "AE070331234567890123456", Some("EBILAEAD"), 1, EpcFault::OutsideSepa),
            ("A", "CH5604835012345678009", None, 1, EpcFault::BicMissing),
            ("A", "GB29NWBK60161331926819", None, 1, EpcFault::BicMissing),
            ("A", "CH4431999123000889012", Some("POFICHBEXXX"), 1, EpcFault::QrReference),
        ];
        for (name, iban, bic, cents, fault) in table {
            assert_eq!(payload_of(name, iban, bic, cents, &creditor("1")), Err(fault), "{name} {iban} {cents}");
        }
        let qr = Reference::qr("1").expect("a digit");
        assert_eq!(payload_of("A", DE, None, 1, &qr), Err(EpcFault::QrReference));
    }

    #[test]
    fn a_name_of_many_bytes_is_refused_before_the_code_grows_too_large() {
        let name = "𠮷".repeat(70);
        let made = payload_of(&name, "DE89370400440532013000", None, 1, &creditor("1"));
        assert!(matches!(made, Err(EpcFault::TooLong(bytes)) if bytes > PAYLOAD_BYTES_MAX));
    }

    proptest! {
        #[test]
        fn every_code_keeps_the_standard_s_lines(name in "\\PC{1,70}", cents in 1..=AMOUNT_CENTS_MAX, text in "[0-9A-Z]{1,21}") {
            let reference = creditor(&text);
            let Ok(made) = payload_of(&name, "DE89370400440532013000", None, cents, &reference) else {
                return Ok(());
            };
            let lines: Vec<_> = made.split('\n').collect();
            prop_assert!(made.len() <= PAYLOAD_BYTES_MAX);
            prop_assert_eq!(lines.len(), 10);
            prop_assert_eq!(&lines[..4], ["BCD", "002", "1", "SCT"].as_slice());
            prop_assert_eq!(lines[5], name.as_str());
            prop_assert_eq!(lines[7].replace("EUR", "").replace('.', "").parse(), Ok(cents));
            prop_assert_eq!(lines[9], reference.compact());
        }
    }
}
