//! What a gateway does not implement is refused, never done.

use tollgate_sdk::gateway::{Exported, WebhookRefusal};
use tollgate_sdk::gateway::{
    Gateway, Manifest, Payment, RefundOrder, SavedMethod, StatementFile, Step, Verified, Webhook,
};
use tollgate_sdk::{ConfigDepth, ConfigError, ConfigReport, Error, Form, Identity, Instance, Text, testing};

/// Implements what has no default, and nothing else.
struct Bare;

impl Gateway for Bare {
    fn describe() -> Manifest {
        let identity = Identity {
            id: "bare".into(),
            name: "Bare".into(),
            version: "1.0.0".into(),
            publisher: "Example".into(),
            licence: "Apache-2.0".into(),
            summary: Text::msg("summary"),
        };
        Manifest::new(identity, Text::msg("help"))
    }

    fn check_config(_: &Instance, _: ConfigDepth) -> Result<ConfigReport, ConfigError> {
        Ok(ConfigReport { currencies: Vec::new(), notes: Vec::new() })
    }

    fn pay_now(_: &Instance, _: &Payment) -> Result<Step, Error> {
        Ok(Step::wait(Text::msg("wait")))
    }

    fn verify(_: &Instance, _: &Webhook) -> Result<Verified, WebhookRefusal> {
        Err(WebhookRefusal::Forged("no webhooks".into()))
    }
}

#[test]
fn every_default_refuses() {
    let (instance, payment) = (Instance::with_settings([]), testing::payment(100, "EUR"));
    let order = RefundOrder {
        id: "r".into(),
        amount: payment.amount.clone(),
        transaction: "t".into(),
        reason: String::new(),
        provider_reference: None,
    };
    let method = SavedMethod { token: "t".into(), label: "Visa".into(), expires: None };
    let file = StatementFile { name: "a.xml".into(), bytes: Vec::new() };
    let form = Form::default();
    let answers = [
        ("submit", Bare::submit(&instance, &payment, &form).err()),
        ("return_from_provider", Bare::return_from_provider(&instance, &payment, &form).err()),
        ("check", Bare::check(&instance, &payment).err()),
        ("refund", Bare::refund(&instance, &payment, &order).err()),
        ("check_refund", Bare::check_refund(&instance, &payment, &order).err()),
        ("charge_saved", Bare::charge_saved(&instance, &payment, &method).err()),
        ("forget_saved", Bare::forget_saved(&instance, &method).err()),
        ("read_statement", Bare::read_statement(&instance, &file).err()),
    ];
    for (function, error) in answers {
        assert!(matches!(error, Some(Error::Rejected(_))), "{function} answers {error:?}");
    }
}

#[test]
fn a_new_manifest_can_do_nothing() {
    let manifest = Bare::describe();
    assert_eq!(manifest.capabilities, tollgate_sdk::gateway::Capabilities::empty());
    assert!(manifest.hosts.is_empty() && manifest.browser_origins.is_empty());
}

#[test]
fn the_adapter_hands_over_what_the_host_sent() {
    use tollgate_sdk::bindings::gateway::exports::tollgate::plugin::gateway::Guest;
    let wire = tollgate_sdk::bindings::shared::tollgate::plugin::types::Instance {
        id: "i".into(),
        settings: Vec::new(),
        test_mode: true,
    };
    let step = <Exported<Bare> as Guest>::pay_now(wire, testing::payment(100, "EUR"));
    assert_eq!(step, Ok(Step::wait(Text::msg("wait"))));
}
