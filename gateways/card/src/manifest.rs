//! What the gateway says of itself: its configuration form, whom it calls, what its page loads, what it can do.

use tollgate_sdk::gateway::{BrowserUse, Capabilities, Environment, Manifest};
use tollgate_sdk::{Assets, Field, FieldKind, Identity, Text};

use crate::api::SECRET_KEY;
use crate::config::{WEBHOOK_SECRET, WEBHOOK_SECRET_NEXT};
use crate::currency::CURRENCIES;

/// The manifest; the same every time.
#[must_use]
pub fn manifest() -> Manifest {
    let both = Environment::Both;
    Manifest::new(identity(), Text::msg("help"))
        .fields(Text::msg("group-account"), account())
        .fields(Text::msg("group-webhook"), webhook())
        .fields(Text::msg("group-options"), options())
        .host("api.stripe.com", both, Text::msg("host-api"))
        .browser_origin("https://js.stripe.com", BrowserUse::SCRIPT | BrowserUse::FRAME, both, Text::msg("origin-js"))
        .browser_origin("https://hooks.stripe.com", BrowserUse::FRAME, both, Text::msg("origin-hooks"))
        .browser_origin("https://api.stripe.com", BrowserUse::CONNECT, both, Text::msg("origin-api"))
        .only_currencies(&CURRENCIES)
        .capabilities(
            Capabilities::CHECK
                | Capabilities::REFUND
                | Capabilities::PARTIAL_REFUND
                | Capabilities::SAVED_METHODS
                | Capabilities::WEBHOOK_SETUP,
        )
        .script("card", include_str!("../scripts/card.js"))
        .assets(assets())
}

fn identity() -> Identity {
    Identity {
        id: "card".into(),
        name: "Card".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        publisher: "Tollgate".into(),
        licence: env!("CARGO_PKG_LICENSE").into(),
        summary: Text::msg("summary"),
    }
}

fn assets() -> Assets {
    Assets::empty()
        .template("card", include_str!("../templates/card.hbs"))
        .template("authenticate", include_str!("../templates/authenticate.hbs"))
        .template("resend", include_str!("../templates/resend.hbs"))
        .translation("en", include_str!("../translations/en.ftl"))
        .translation("de", include_str!("../translations/de.ftl"))
        .translation("ja", include_str!("../translations/ja.ftl"))
        .translation("zh-Hans", include_str!("../translations/zh-Hans.ftl"))
        .logo_svg(include_str!("../assets/logo.svg"))
}

fn account() -> [Field; 3] {
    [
        field("publishable-key", FieldKind::Line(255)).help(Text::msg("field-publishable-key-help")).required(),
        field(SECRET_KEY, FieldKind::Secret).help(Text::msg("field-secret-key-help")).required(),
        field("merchant", FieldKind::Line(64)).help(Text::msg("field-merchant-help")).required(),
    ]
}

fn webhook() -> [Field; 3] {
    [
        field(WEBHOOK_SECRET, FieldKind::Secret).help(Text::msg("field-webhook-secret-help")),
        field(WEBHOOK_SECRET_NEXT, FieldKind::Secret).help(Text::msg("field-webhook-secret-next-help")),
        field("webhook-id", FieldKind::Line(64)).help(Text::msg("field-webhook-id-help")),
    ]
}

fn options() -> [Field; 3] {
    [
        field("save-cards", FieldKind::Toggle).help(Text::msg("field-save-cards-help")).initial("true"),
        field("ask-fee", FieldKind::Toggle).help(Text::msg("field-ask-fee-help")).initial("true"),
        field("test-api", FieldKind::Line(100)).help(Text::msg("field-test-api-help")),
    ]
}

/// Labelled by `field-` and its key.
fn field(key: &str, kind: FieldKind) -> Field {
    Field::new(key, Text::msg(format!("field-{key}")), kind)
}
