//! What staff are told when they save, and when they press "Test connection".

use serde_json::{Value, json};
use tollgate_paypal::PayPal;
use tollgate_paypal::events::TYPES;
use tollgate_sdk::gateway::Gateway;
use tollgate_sdk::http::SendError;
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{ConfigDepth, ConfigError, ConfigReport, Error, Instance};

use crate::fixtures::*;

fn saved(changes: &[(&str, &str)]) -> Result<ConfigReport, Vec<(String, String)>> {
    match PayPal::check_config(&with(changes), ConfigDepth::Values) {
        Ok(report) => Ok(report),
        Err(ConfigError::Fields(errors)) => {
            let told = errors.into_iter();
            Err(told.map(|error| (error.field, error.message.id().unwrap_or("plain").to_owned())).collect())
        }
        Err(ConfigError::Failed(error)) => panic!("nobody is asked: {error:?}"),
    }
}

fn notes(instance: &Instance) -> Vec<String> {
    let report = PayPal::check_config(instance, ConfigDepth::Connection).unwrap();
    report.notes.iter().map(|note| note.id().unwrap_or("plain").to_owned()).collect()
}

fn registered(id: &str, kinds: &[&str]) -> Value {
    let kinds: Vec<_> = kinds.iter().map(|name| json!({ "name": name, "status": "ENABLED" })).collect();
    json!({ "webhooks": [{ "id": id, "url": "https://billing.example.com/hooks/a", "event_types": kinds }] })
}

#[test]
fn a_good_configuration_names_its_currencies_and_asks_nobody() {
    let host = FakeHost::install();
    let report = saved(&[]).unwrap();
    assert_eq!(report.currencies.len(), 21);
    for code in ["BRL", "CNY", "MYR"] {
        assert!(!report.currencies.iter().any(|offered| offered == code), "{code} is for its own country");
    }
    assert_eq!(report.notes[0].id(), Some("note-test"));
    assert_eq!(saved(&[("currencies", "eur, USD;usd\n BRL")]).unwrap().currencies, ["EUR", "USD", "BRL"]);
    assert!(host.requests().is_empty());
}

#[test]
fn every_wrong_field_is_told_beside_it() {
    let long = "x".repeat(201);
    let table = [
        ("client-id", "", "error-missing"),
        ("client-id", "has spaces in it", "error-client-id"),
        ("client-id", long.as_str(), "error-client-id"),
        ("client-secret", "", "error-missing"),
        ("merchant", "", "error-missing"),
        ("merchant", "merchant@example.com", "error-merchant"),
        ("merchant", "EXAMPLESHOP23", "error-merchant"),
        ("merchant", "EXAMPLESHPP2", "error-merchant"),
        ("brand-name", &long[..128], "error-too-long"),
        ("brand-name", "Example\nHosting", "error-one-line"),
        ("webhook-id", "WH-1/2", "error-webhook-id"),
        ("webhook-id", &long[..51], "error-webhook-id"),
        ("test-api", "http://example.com", "error-test-api"),
        ("test-api", "https://127.0.0.1:8421", "error-test-api"),
        ("currencies", "EUR, KWD", "error-currency"),
        ("currencies", ", ;", "error-currencies-none"),
    ];
    for (field, value, id) in table {
        assert_eq!(saved(&[(field, value)]), Err(vec![(field.to_owned(), id.to_owned())]), "{field} = {value}");
    }
    let all = saved(&[("client-id", ""), ("merchant", "x"), ("test-api", "x"), ("currencies", "x")]).unwrap_err();
    assert_eq!(all.len(), 4);
}

#[test]
fn the_system_that_money_moves_in_is_said() {
    let first = |instance: &Instance| {
        PayPal::check_config(instance, ConfigDepth::Values).unwrap().notes[0].id().map(str::to_owned)
    };
    assert_eq!(first(&live()).as_deref(), Some("note-live"));
    let trial = with(&[("test-api", "http://127.0.0.1:8421")]);
    assert_eq!(first(&trial).as_deref(), Some("note-loopback"));
    assert_eq!(first(&live_with(&[("test-api", "http://127.0.0.1:8421")])).as_deref(), Some("note-live"));
}

#[test]
fn a_connection_is_tried_with_the_webhooks_of_the_app() {
    let host = FakeHost::install();
    let known = "1JE4291016473214C";
    host.json(200, &registered(known, &TYPES));
    assert_eq!(notes(&instance()), ["note-test", "note-currencies", "note-connected", "note-webhook"]);
    assert_eq!(calls(&host), ["GET /v1/notifications/webhooks"]);
    for (webhooks, instance, expected) in [
        (registered(known, &["*"]), instance(), "note-webhook"),
        (registered(known, &TYPES[1..]), instance(), "note-webhook-part"),
        (registered("ANOTHER", &TYPES), instance(), "note-webhook-unknown"),
        (json!({}), with(&[("webhook-id", "")]), "note-no-webhook"),
    ] {
        host.json(200, &webhooks);
        assert_eq!(notes(&instance)[3], expected);
    }
}

#[test]
fn what_is_refused_is_not_connected() {
    let host = FakeHost::install();
    let tried = || PayPal::check_config(&instance(), ConfigDepth::Connection);
    host.answer(401, r#"{"error":"invalid_client","error_description":"Client Authentication failed"}"#);
    assert!(matches!(tried(), Err(ConfigError::Failed(Error::Rejected(_)))));
    host.answer(403, &refusal("NOT_AUTHORIZED", "PERMISSION_DENIED"));
    assert!(matches!(tried(), Err(ConfigError::Failed(Error::Rejected(words))) if words.contains("PERMISSION_DENIED")));
    host.answer_with(Err(SendError::Unavailable("no name".into())));
    assert!(matches!(tried(), Err(ConfigError::Failed(Error::Unavailable(_)))));
    let wrong = PayPal::check_config(&with(&[("merchant", "")]), ConfigDepth::Connection);
    assert!(matches!(wrong, Err(ConfigError::Fields(_))), "wrong values ask nobody");
    assert_eq!(host.requests().len(), 3);
}
