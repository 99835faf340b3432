//! What the gateway says of itself: its configuration form, what it can do, and what it brings to be seen.

use tollgate_sdk::gateway::{Capabilities, Manifest};
use tollgate_sdk::{Assets, Choice, Field, FieldKind, Group, Identity, Text};

use crate::account::{ACCOUNTS_MAX, BANK_CHARS_MAX, HOLDER_CHARS_MAX};
use crate::swiss::{HOUSE_NUMBER_CHARS_MAX, POSTCODE_CHARS_MAX, STREET_CHARS_MAX, TOWN_CHARS_MAX};
use crate::terms::{DAYS_MAX, DAYS_USUAL};

/// An IBAN of 34 characters, in groups of four.
const IBAN_CHARS_MAX: usize = 42;
/// A BIC of 11 characters, with spaces between its parts.
const BIC_CHARS_MAX: usize = 14;
/// Ten lines, each with a label of 40 characters and a value of 100.
const DETAILS_CHARS_MAX: u32 = 1_500;
/// A note of 1,000 bytes has at most this many characters.
const NOTE_CHARS_MAX: u32 = 1_000;

/// The manifest; the same every time.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::new(identity(), Text::msg("help"))
        .group(accounts())
        .fields(Text::msg("group-terms"), terms())
        .capabilities(Capabilities::PAYER_SETS_AMOUNT | Capabilities::SLIP)
        .assets(assets())
}

fn identity() -> Identity {
    Identity {
        id: "bank-transfer".into(),
        name: "Bank transfer".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        publisher: "Tollgate".into(),
        licence: env!("CARGO_PKG_LICENSE").into(),
        summary: Text::msg("summary"),
    }
}

fn assets() -> Assets {
    Assets::empty()
        .template("pay-now", include_str!("../templates/pay-now.hbs"))
        .translation("en", include_str!("../translations/en.ftl"))
        .translation("de", include_str!("../translations/de.ftl"))
        .translation("ja", include_str!("../translations/ja.ftl"))
        .translation("zh-Hans", include_str!("../translations/zh-Hans.ftl"))
        .logo_svg(include_str!("../assets/logo.svg"))
}

fn accounts() -> Group {
    Group::repeating("accounts", Text::msg("group-accounts"), ACCOUNTS_MAX)
        .help(Text::msg("group-accounts-help"))
        .field(Field::new("currency", Text::msg("field-currency"), FieldKind::Currency).required())
        .field(line("holder", HOLDER_CHARS_MAX).help(Text::msg("field-holder-help")).required())
        .field(line("iban", IBAN_CHARS_MAX).help(Text::msg("field-iban-help")))
        .field(line("bic", BIC_CHARS_MAX).help(Text::msg("field-bic-help")))
        .field(line("bank", BANK_CHARS_MAX))
        .field(
            Field::new("details", Text::msg("field-details"), FieldKind::Lines(DETAILS_CHARS_MAX))
                .help(Text::msg("field-details-help")),
        )
        .field(codes())
        .field(line("street", STREET_CHARS_MAX).help(Text::msg("field-street-help")))
        .field(line("house-number", HOUSE_NUMBER_CHARS_MAX))
        .field(line("postcode", POSTCODE_CHARS_MAX))
        .field(line("town", TOWN_CHARS_MAX))
        .field(line("country", 2).help(Text::msg("field-country-help")))
}

fn codes() -> Field {
    let choices = ["automatic", "epc", "swiss", "none"];
    let choice = |value: &str| Choice::new(value, Text::msg(format!("choice-codes-{value}")));
    Field::new("codes", Text::msg("field-codes"), FieldKind::Choice(choices.map(choice).into()))
        .help(Text::msg("field-codes-help"))
        .initial("automatic")
}

fn terms() -> [Field; 3] {
    let days = |key: &str, usual: i64| {
        Field::new(key, Text::msg(format!("field-{key}")), FieldKind::Whole((0, DAYS_MAX))).initial(usual.to_string())
    };
    [
        days("days-least", DAYS_USUAL.0).help(Text::msg("field-days-least-help")),
        days("days-most", DAYS_USUAL.1),
        Field::new("note", Text::msg("field-note"), FieldKind::Lines(NOTE_CHARS_MAX))
            .help(Text::msg("field-note-help")),
    ]
}

/// A field of one line, labelled by `field-` and its key.
fn line(key: &str, chars_max: usize) -> Field {
    // Every limit here is a constant of two digits.
    let chars_max = u32::try_from(chars_max).unwrap_or(u32::MAX);
    Field::new(key, Text::msg(format!("field-{key}")), FieldKind::Line(chars_max))
}
