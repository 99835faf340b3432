//! What the gateway asks for.

use tollgate_paypal::PayPal;
use tollgate_sdk::FieldKind;
use tollgate_sdk::gateway::{BrowserUse, Capabilities, CurrencySupport, Environment, Gateway};

#[test]
fn it_asks_for_paypal_and_nobody_else() {
    let manifest = PayPal::describe();
    assert_eq!(manifest, PayPal::describe());
    let hosts: Vec<_> = manifest.hosts.iter().map(|host| (host.host.as_str(), host.environment)).collect();
    assert_eq!(hosts, [("api-m.paypal.com", Environment::Live), ("api-m.sandbox.paypal.com", Environment::Test)]);
    let origins =
        manifest.browser_origins.iter().map(|origin| (origin.origin.as_str(), origin.environment, origin.uses));
    assert_eq!(
        origins.collect::<Vec<_>>(),
        [
            ("https://www.paypal.com", Environment::Live, BrowserUse::FORM),
            ("https://www.sandbox.paypal.com", Environment::Test, BrowserUse::FORM),
        ]
    );
    let expected =
        Capabilities::CHECK | Capabilities::REFUND | Capabilities::PARTIAL_REFUND | Capabilities::WEBHOOK_SETUP;
    assert_eq!(manifest.capabilities, expected);
    assert!(matches!(manifest.currencies, CurrencySupport::Only(codes) if codes.len() == 24));
}

#[test]
fn it_keeps_the_limits_of_the_contract() {
    let manifest = PayPal::describe();
    assert_eq!((manifest.identity.id.as_str(), manifest.configuration.len()), ("paypal", 1));
    for file in &manifest.assets.translations {
        assert!(file.source.len() <= 64 << 10, "{}", file.locale);
    }
    assert!(manifest.assets.logo.expect("a logo").bytes.len() <= 32 << 10);
    for field in manifest.configuration.iter().flat_map(|group| &group.fields) {
        let plain = field.key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(plain && field.key.len() <= 40, "{}", field.key);
        assert_eq!(field.kind == FieldKind::Secret, field.key == "client-secret", "{}", field.key);
    }
}
