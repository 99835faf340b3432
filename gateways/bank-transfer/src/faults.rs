//! What is wrong with a field, in the words of the translations.

use tollgate_sdk::{Currency, Text};

use crate::bic::BicFault;
use crate::details::{DetailsFault, LABEL_CHARS_MAX, LINES_MAX, VALUE_CHARS_MAX};
use crate::iban::IbanFault;
use crate::swiss::{BillField, SwissFault};

/// Beside the field `iban`.
#[must_use]
pub fn iban(fault: &IbanFault) -> Text {
    match fault {
        IbanFault::Character(c) => character("error-iban-character", *c),
        IbanFault::Beginning => Text::msg("error-iban-beginning"),
        IbanFault::UnknownCountry(code) => Text::msg("error-iban-country").arg("country", code),
        IbanFault::Length { country, expected, found } => {
            Text::msg("error-iban-length").arg("country", country).arg("expected", expected).arg("found", found)
        }
        IbanFault::Structure { country } => Text::msg("error-iban-structure").arg("country", country),
        IbanFault::CheckDigits => Text::msg("error-iban-check-digits"),
    }
}

/// Beside the field `bic`.
#[must_use]
pub fn bic(fault: &BicFault) -> Text {
    match fault {
        BicFault::Character(c) => character("error-bic-character", *c),
        BicFault::Length(found) => Text::msg("error-bic-length").arg("found", found),
        BicFault::Country => Text::msg("error-bic-country"),
    }
}

/// Beside the field `bic`, where payers cannot do without.
#[must_use]
pub fn bic_missing(country: &str, currency: Currency) -> Text {
    Text::msg("error-bic-missing").arg("country", country).arg("currency", currency)
}

/// Beside the field `bic`, where bank and account are in different countries.
#[must_use]
pub fn bic_elsewhere(bic_country: &str, iban_country: &str) -> Text {
    Text::msg("error-bic-elsewhere").arg("bic-country", bic_country).arg("iban-country", iban_country)
}

/// Beside the field `details`.
#[must_use]
pub fn details(fault: &DetailsFault) -> Text {
    match fault {
        DetailsFault::TooManyLines => Text::msg("error-details-many").arg("max", LINES_MAX),
        DetailsFault::NoLabel { line } => Text::msg("error-details-label").arg("line", line),
        DetailsFault::NoValue { line } => Text::msg("error-details-value").arg("line", line),
        DetailsFault::TooLong { line } => Text::msg("error-details-long")
            .arg("line", line)
            .arg("label", LABEL_CHARS_MAX)
            .arg("value", VALUE_CHARS_MAX),
    }
}

/// Beside any field of one line.
#[must_use]
pub fn too_long(chars_max: usize) -> Text {
    Text::msg("error-too-long").arg("max", chars_max)
}

/// The field of the account that a fault of the Swiss code belongs to, and what is wrong there.
#[must_use]
pub fn swiss(fault: SwissFault) -> (&'static str, Text) {
    match fault {
        SwissFault::Missing(field) => (field_key(field), Text::msg("error-swiss-missing")),
        SwissFault::TooLong { field, chars_max } => (field_key(field), too_long(chars_max)),
        SwissFault::Character(field, c) => (field_key(field), character("error-swiss-character", c)),
        SwissFault::Country => ("country", Text::msg("error-country")),
        SwissFault::Amount
        | SwissFault::Currency
        | SwissFault::Account
        | SwissFault::Reference
        | SwissFault::Payload(_) => ("codes", Text::msg("error-codes-swiss")),
    }
}

fn field_key(field: BillField) -> &'static str {
    match field {
        BillField::Name => "holder",
        BillField::Street => "street",
        BillField::HouseNumber => "house-number",
        BillField::Postcode => "postcode",
        BillField::Town => "town",
        BillField::Country => "country",
    }
}

/// A character that cannot be seen is named by its code point instead.
fn character(id: &str, c: char) -> Text {
    let shown = if c.is_control() || c.is_whitespace() { format!("U+{:04X}", u32::from(c)) } else { c.to_string() };
    Text::msg(id).arg("character", shown)
}
