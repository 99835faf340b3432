//! What the gateway says of itself: its configuration form, whom it calls, and what it brings to be seen.

use tollgate_sdk::gateway::{BrowserUse, Capabilities, Environment, Manifest};
use tollgate_sdk::{Assets, Field, FieldKind, Identity, Text};

use crate::config::{
    BRAND_CHARS_MAX, CLIENT_ID_CHARS_MAX, CURRENCIES_CHARS_MAX, MERCHANT_CHARS, TEST_API_CHARS_MAX,
    WEBHOOK_ID_CHARS_MAX,
};
use crate::place::{LIVE_API, LIVE_PAGES, TEST_API, TEST_PAGES};
use crate::value::CURRENCIES;

/// The manifest; the same every time. A stand-in on this machine is named nowhere: its port is the tester's choice, and
/// the host lets loopback addresses pass in test mode alone.
#[must_use]
pub fn manifest() -> Manifest {
    let api = || Text::msg("host-api");
    let pages = || Text::msg("origin-pages");
    Manifest::new(identity(), Text::msg("help"))
        .fields(Text::msg("group-account"), account())
        .host(LIVE_API, Environment::Live, api())
        .host(TEST_API, Environment::Test, api())
        .browser_origin(LIVE_PAGES, BrowserUse::FORM, Environment::Live, pages())
        .browser_origin(TEST_PAGES, BrowserUse::FORM, Environment::Test, pages())
        .only_currencies(&CURRENCIES.map(|(code, _)| code))
        .capabilities(
            Capabilities::CHECK | Capabilities::REFUND | Capabilities::PARTIAL_REFUND | Capabilities::WEBHOOK_SETUP,
        )
        .assets(assets())
}

fn identity() -> Identity {
    Identity {
        id: "paypal".into(),
        name: "PayPal".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        publisher: "Tollgate".into(),
        licence: env!("CARGO_PKG_LICENSE").into(),
        summary: Text::msg("summary"),
    }
}

fn account() -> [Field; 7] {
    [
        line("client-id", CLIENT_ID_CHARS_MAX).help(Text::msg("field-client-id-help")).required(),
        Field::new("client-secret", Text::msg("field-client-secret"), FieldKind::Secret)
            .help(Text::msg("field-client-secret-help"))
            .required(),
        line("merchant", MERCHANT_CHARS).help(Text::msg("field-merchant-help")).required(),
        line("brand-name", BRAND_CHARS_MAX).help(Text::msg("field-brand-name-help")),
        line("currencies", CURRENCIES_CHARS_MAX).help(Text::msg("field-currencies-help")),
        line("webhook-id", WEBHOOK_ID_CHARS_MAX).help(Text::msg("field-webhook-id-help")),
        line("test-api", TEST_API_CHARS_MAX).help(Text::msg("field-test-api-help")),
    ]
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

/// A field of one line, labelled by `field-` and its key.
fn line(key: &str, chars_max: usize) -> Field {
    // Every limit here is a constant of three digits at most.
    let chars_max = u32::try_from(chars_max).unwrap_or(u32::MAX);
    Field::new(key, Text::msg(format!("field-{key}")), FieldKind::Line(chars_max))
}
