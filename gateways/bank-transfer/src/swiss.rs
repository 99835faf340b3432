//! The Swiss QR-bill's code (Swiss Payment Standards, payload version 0200): a transfer in francs or euros to scan.

use crate::address::{Address, is_country_code};
use crate::iban::Iban;
use crate::reference::Reference;

/// What the largest code allowed, version 25 with error correction M, can hold.
pub const PAYLOAD_BYTES_MAX: usize = 997;

pub const NAME_CHARS_MAX: usize = 70;
pub const STREET_CHARS_MAX: usize = 70;
pub const HOUSE_NUMBER_CHARS_MAX: usize = 16;
pub const POSTCODE_CHARS_MAX: usize = 16;
pub const TOWN_CHARS_MAX: usize = 35;

/// 999,999,999.99 francs or euros.
pub const AMOUNT_MINOR_MAX: i64 = 99_999_999_999;

/// The transfer that the payer's banking app fills in. Who pays stays open: whoever scans it.
#[derive(Debug, Clone, Copy)]
pub struct Bill<'a> {
    pub iban: &'a Iban,
    pub name: &'a str,
    pub address: Address<'a>,
    /// Hundredths of a franc or euro.
    pub amount_minor: i64,
    /// `CHF` or `EUR`.
    pub currency: &'a str,
    pub reference: &'a Reference,
}

/// A field of the creditor, for staff to find what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillField {
    Name,
    Street,
    HouseNumber,
    Postcode,
    Town,
    Country,
}

/// Why no code can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwissFault {
    /// Less than 0.01 or more than 999,999,999.99.
    Amount,
    /// Neither francs nor euros.
    Currency,
    /// The account is neither in Switzerland nor in Liechtenstein.
    Account,
    /// A QR-IBAN takes QR references only, and no other account takes them.
    Reference,
    /// A field that the code needs is empty.
    Missing(BillField),
    TooLong {
        field: BillField,
        chars_max: usize,
    },
    /// The field has a character that the standard does not know.
    Character(BillField, char),
    /// The country is no ISO 3166-1 code.
    Country,
    /// All fields together are too long, in bytes.
    Payload(usize),
}

/// Whether the standard has a code for payments in `currency` to `iban` at all.
#[must_use]
pub fn has_code_for(iban: &Iban, currency: &str) -> bool {
    iban.is_swiss() && matches!(currency, "CHF" | "EUR")
}

/// The text that the code holds.
///
/// # Errors
/// [`SwissFault`] where the standard has no code for this bill.
pub fn payload(bill: &Bill<'_>) -> Result<String, SwissFault> {
    if !matches!(bill.currency, "CHF" | "EUR") {
        return Err(SwissFault::Currency);
    }
    if !bill.iban.is_swiss() {
        return Err(SwissFault::Account);
    }
    if !(1..=AMOUNT_MINOR_MAX).contains(&bill.amount_minor) {
        return Err(SwissFault::Amount);
    }
    if let Some(fault) = creditor_faults(bill.name, &bill.address).next() {
        return Err(fault);
    }
    let (kind, reference, message) = remittance(bill)?;
    let Address { street, house_number, postcode, town, country } = bill.address;
    let payload = format!(
        "SPC\n0200\n1\n{iban}\n\
         S\n{name}\n{street}\n{house_number}\n{postcode}\n{town}\n{country}\n\
         \n\n\n\n\n\n\n\
         {whole}.{rest:02}\n{currency}\n\
         \n\n\n\n\n\n\n\
         {kind}\n{reference}\n{message}\nEPD",
        iban = bill.iban.compact(),
        name = bill.name,
        whole = bill.amount_minor / 100,
        rest = bill.amount_minor % 100,
        currency = bill.currency,
    );
    if payload.len() > PAYLOAD_BYTES_MAX { Err(SwissFault::Payload(payload.len())) } else { Ok(payload) }
}

/// Kind of reference, the reference, and the free text.
fn remittance<'a>(bill: &Bill<'a>) -> Result<(&'static str, &'a str, &'a str), SwissFault> {
    match (bill.reference, bill.iban.is_qr_iban()) {
        (Reference::Qr(digits), true) => Ok(("QRR", digits, "")),
        (Reference::Creditor(reference), false) => Ok(("SCOR", reference, "")),
        (Reference::Plain(text), false) => Ok(("NON", "", text)),
        _ => Err(SwissFault::Reference),
    }
}

/// Everything that is wrong with the creditor's name and address, field by field.
pub fn creditor_faults(name: &str, address: &Address<'_>) -> impl Iterator<Item = SwissFault> {
    use BillField::{Country, HouseNumber, Name, Postcode, Street, Town};
    let country = address.country;
    let country_fault = if country.is_empty() {
        Some(SwissFault::Missing(Country))
    } else {
        (!is_country_code(country)).then_some(SwissFault::Country)
    };
    [
        field_fault(Name, name, NAME_CHARS_MAX, true),
        field_fault(Street, address.street, STREET_CHARS_MAX, false),
        field_fault(HouseNumber, address.house_number, HOUSE_NUMBER_CHARS_MAX, false),
        field_fault(Postcode, address.postcode, POSTCODE_CHARS_MAX, true),
        field_fault(Town, address.town, TOWN_CHARS_MAX, true),
        country_fault,
    ]
    .into_iter()
    .flatten()
}

fn field_fault(field: BillField, text: &str, chars_max: usize, needed: bool) -> Option<SwissFault> {
    if needed && text.trim().is_empty() {
        return Some(SwissFault::Missing(field));
    }
    if let Some(c) = text.chars().find(|c| !is_permitted(*c)) {
        return Some(SwissFault::Character(field, c));
    }
    (text.chars().count() > chars_max).then_some(SwissFault::TooLong { field, chars_max })
}

/// The character set of the standard since version 2.3: the Latin blocks, four Romanian letters and the euro sign.
fn is_permitted(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{17f}' | 'Ș' | 'ș' | 'Ț' | 'ț' | '€')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QR_IBAN: &str = "CH4431999123000889012";
    const PLAIN_IBAN: &str = "CH5604835012345678009";
    const ADDRESS: Address<'_> =
        Address { street: "Rue du Lac", house_number: "1268", postcode: "2501", town: "Biel", country: "CH" };

    fn payload_of(
        iban: &str,
        name: &str,
        address: Address<'_>,
        amount: (i64, &str),
        reference: &Reference,
    ) -> Result<String, SwissFault> {
        let iban = Iban::parse(iban).expect(iban);
        let (amount_minor, currency) = amount;
        payload(&Bill { iban: &iban, name, address, amount_minor, currency, reference })
    }

    fn creditor() -> Reference {
        Reference::creditor("539007547034").expect("a reference")
    }

    #[test]
    fn a_qr_iban_goes_with_a_qr_reference() {
        let reference = Reference::qr("313947143000901").expect("digits");
        let made = payload_of(QR_IBAN, "Example AG", ADDRESS, (394_975, "CHF"), &reference);
        let expected = "SPC\n0200\n1\nCH4431999123000889012\nS\nExample AG\nRue du Lac\n1268\n2501\nBiel\nCH\n\
                        \n\n\n\n\n\n\n3949.75\nCHF\n\n\n\n\n\n\n\nQRR\n000000000003139471430009018\n\nEPD";
        assert_eq!(made.as_deref(), Ok(expected));
    }

    #[test]
    fn another_account_goes_with_a_creditor_reference_or_free_text() {
        let made = payload_of(PLAIN_IBAN, "Example AG", ADDRESS, (5, "EUR"), &creditor()).expect("a code");
        assert!(made.ends_with("\n0.05\nEUR\n\n\n\n\n\n\n\nSCOR\nRF18539007547034\n\nEPD"), "{made}");
        let text = Reference::plain("INV1").expect("a reference");
        let made = payload_of(PLAIN_IBAN, "Example AG", ADDRESS, (5, "EUR"), &text).expect("a code");
        assert!(made.ends_with("\nNON\n\nINV1\nEPD"), "{made}");
    }

    #[test]
    fn what_the_standard_has_no_code_for_is_refused() {
        let qr = Reference::qr("1").expect("a digit");
        let plain = Reference::plain("1").expect("a digit");
        let table = [
            (PLAIN_IBAN, (100, "USD"), creditor(), SwissFault::Currency),
            (PLAIN_IBAN, (0, "CHF"), creditor(), SwissFault::Amount),
            (PLAIN_IBAN, (-1, "CHF"), creditor(), SwissFault::Amount),
            (PLAIN_IBAN, (AMOUNT_MINOR_MAX + 1, "CHF"), creditor(), SwissFault::Amount),
            ("DE89370400440532013000", (100, "EUR"), creditor(), SwissFault::Account),
            (QR_IBAN, (100, "CHF"), creditor(), SwissFault::Reference),
            (QR_IBAN, (100, "CHF"), plain, SwissFault::Reference),
            (PLAIN_IBAN, (100, "CHF"), qr, SwissFault::Reference),
        ];
        for (iban, amount, reference, fault) in table {
            let made = payload_of(iban, "Example AG", ADDRESS, amount, &reference);
            assert_eq!(made, Err(fault), "{iban} {amount:?}");
        }
    }

    #[test]
    fn a_creditor_that_does_not_fit_is_refused_field_by_field() {
        use BillField::{Country, HouseNumber, Name, Postcode, Street, Town};
        let long = "x".repeat(71);
        let long = long.as_str();
        let table = [
            ("", ADDRESS, SwissFault::Missing(Name)),
            (" ", ADDRESS, SwissFault::Missing(Name)),
            (long, ADDRESS, SwissFault::TooLong { field: Name, chars_max: 70 }),
            ("株式会社", ADDRESS, SwissFault::Character(Name, '株')),
            ("A\nB", ADDRESS, SwissFault::Character(Name, '\n')),
            ("A", Address { street: long, ..ADDRESS }, SwissFault::TooLong { field: Street, chars_max: 70 }),
            (
                "A",
                Address { house_number: &long[..17], ..ADDRESS },
                SwissFault::TooLong { field: HouseNumber, chars_max: 16 },
            ),
            ("A", Address { postcode: "", ..ADDRESS }, SwissFault::Missing(Postcode)),
            ("A", Address { postcode: "2501–2", ..ADDRESS }, SwissFault::Character(Postcode, '–')),
            ("A", Address { town: "", ..ADDRESS }, SwissFault::Missing(Town)),
            ("A", Address { town: &long[..36], ..ADDRESS }, SwissFault::TooLong { field: Town, chars_max: 35 }),
            ("A", Address { country: "", ..ADDRESS }, SwissFault::Missing(Country)),
            ("A", Address { country: "Schweiz", ..ADDRESS }, SwissFault::Country),
        ];
        for (name, address, fault) in table {
            assert_eq!(creditor_faults(name, &address).collect::<Vec<_>>(), [fault], "{name} {address:?}");
            assert_eq!(payload_of(PLAIN_IBAN, name, address, (100, "CHF"), &creditor()), Err(fault));
        }
        assert_eq!(creditor_faults("", &Address::default()).count(), 4);
    }

    #[test]
    fn latin_letters_of_all_of_europe_are_permitted() {
        for name in ["Zürcher Brücke & Söhne", "Łódź Čeština Őrség", "Ștefan Țigănescu", "€uro ÿ ſ"] {
            assert_eq!(creditor_faults(name, &ADDRESS).next(), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn every_code_keeps_the_standard_s_lines(name in "[ -~\u{a0}-\u{17f}]{1,70}", amount in 1..=AMOUNT_MINOR_MAX) {
            prop_assume!(!name.trim().is_empty());
            let made = payload_of(PLAIN_IBAN, &name, ADDRESS, (amount, "CHF"), &creditor()).expect("valid");
            let lines: Vec<_> = made.split('\n').collect();
            prop_assert!(made.len() <= PAYLOAD_BYTES_MAX);
            prop_assert_eq!(lines.len(), 31);
            prop_assert_eq!(lines[5], name.as_str());
            prop_assert_eq!(lines[18].replace('.', "").parse(), Ok(amount));
            prop_assert_eq!((lines[19], lines[27], lines[30]), ("CHF", "SCOR", "EPD"));
        }

        #[test]
        fn any_creditor_is_taken_or_refused_without_a_panic(name in "\\PC{0,80}", part in "\\PC{0,80}") {
            let address = Address { street: &part, house_number: &part, postcode: &part, town: &part, country: &part };
            let _ = payload_of(PLAIN_IBAN, &name, address, (1, "CHF"), &creditor());
        }
    }
}
