//! What the module says of itself, and the form that staff configure it with.

use tollgate_sdk::module::{Effects, Events, Manifest};
use tollgate_sdk::{Assets, Field, FieldKind, Group, Identity, Text};

/// Stable for ever; the last part of the tab's address too.
pub const ID: &str = "add-funds";

/// Currencies that one installation may offer.
const CURRENCIES_MAX: u32 = 50;

/// Most unpaid top-ups that can be counted: the host shows the module no more than these.
pub const OPEN_COUNTED_MAX: i64 = 20;

pub fn manifest() -> Manifest {
    let identity = Identity {
        id: ID.into(),
        name: "Add Funds".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        publisher: "Tollgate".into(),
        licence: env!("CARGO_PKG_LICENSE").into(),
        summary: Text::msg("summary"),
    };
    Manifest::new(identity)
        .fields(Text::msg("config-policy"), [open_max()])
        .group(limits())
        .effects(Effects::CREATE_INVOICE | Effects::CREDIT_PAID | Effects::REDEEM_VOUCHER)
        .events(Events::INVOICE_PAID)
        .assets(
            Assets::empty()
                .template("page", include_str!("../templates/page.hbs"))
                .translation("en", include_str!("../translations/en.ftl")),
        )
}

fn open_max() -> Field {
    Field::new("open-max", Text::msg("config-open-max"), FieldKind::Whole((0, OPEN_COUNTED_MAX)))
        .help(Text::msg("config-open-max-help"))
        .required()
        .initial("1")
}

fn limits() -> Group {
    Group::repeating("limits", Text::msg("config-limits"), CURRENCIES_MAX)
        .help(Text::msg("config-limits-help"))
        .field(Field::new("currency", Text::msg("config-currency"), FieldKind::Currency).required())
        .field(Field::new("minimum", Text::msg("config-minimum"), FieldKind::Amount).required())
        .field(Field::new("maximum", Text::msg("config-maximum"), FieldKind::Amount).required())
        .field(
            Field::new("ceiling", Text::msg("config-ceiling"), FieldKind::Amount)
                .help(Text::msg("config-ceiling-help")),
        )
}
