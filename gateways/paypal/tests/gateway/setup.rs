//! "Set up webhook": once, however often it is pressed.

use serde_json::{Value, json};
use tollgate_paypal::PayPal;
use tollgate_paypal::events::TYPES;
use tollgate_sdk::gateway::{Gateway, WebhookSetup};
use tollgate_sdk::http::SendError;
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{ConfigError, Error};

use crate::fixtures::*;

const URL: &str = "https://billing.example.com/hooks/paypal";

fn set_up() -> Result<WebhookSetup, ConfigError> {
    PayPal::set_up_webhook(&instance(), URL)
}

fn hook(kinds: &[&str]) -> Value {
    let kinds: Vec<_> = kinds.iter().map(|name| json!({ "name": name })).collect();
    json!({ "id": "40Y916089Y8324740", "url": URL, "event_types": kinds })
}

fn answer_of(setup: &WebhookSetup) -> (&str, &str, Option<&str>) {
    let [setting] = setup.settings.as_slice() else { panic!("{setup:?}") };
    (&setting.key, &setting.value, setup.notes[0].id())
}

#[test]
fn a_new_address_is_registered_for_exactly_the_events_that_are_read() {
    let host = FakeHost::install();
    host.json(200, &json!({ "webhooks": [{ "id": "OTHER", "url": "https://example.com/x", "event_types": [] }] }));
    host.json(201, &hook(&TYPES));
    assert_eq!(answer_of(&set_up().unwrap()), ("webhook-id", "40Y916089Y8324740", Some("webhook-made")));
    assert_eq!(calls(&host), ["GET /v1/notifications/webhooks", "POST /v1/notifications/webhooks"]);
    let sent = body(&host.requests()[1]);
    let names: Vec<_> =
        sent["event_types"].as_array().unwrap().iter().map(|kind| kind["name"].as_str().unwrap()).collect();
    assert_eq!((sent["url"].as_str(), names.as_slice()), (Some(URL), &TYPES[..]));
}

#[test]
fn a_known_address_is_not_registered_again() {
    let host = FakeHost::install();
    for kinds in [&TYPES[..], &["*"]] {
        host.json(200, &json!({ "webhooks": [hook(kinds)] }));
        assert_eq!(answer_of(&set_up().unwrap()), ("webhook-id", "40Y916089Y8324740", Some("webhook-found")));
    }
    assert_eq!(calls(&host), ["GET /v1/notifications/webhooks"; 2]);
}

#[test]
fn missing_events_are_added_and_others_kept() {
    let host = FakeHost::install();
    host.json(200, &json!({ "webhooks": [hook(&["INVOICING.INVOICE.PAID", TYPES[0]])] }));
    host.json(200, &hook(&TYPES));
    let setup = set_up().unwrap();
    assert_eq!(answer_of(&setup), ("webhook-id", "40Y916089Y8324740", Some("webhook-completed")));
    assert_eq!(setup.notes[0].value("count").as_deref(), Some("11"));
    assert_eq!(calls(&host)[1], "PATCH /v1/notifications/webhooks/40Y916089Y8324740");
    let sent = body(&host.requests()[1]);
    assert_eq!((&sent[0]["op"], &sent[0]["path"]), (&json!("replace"), &json!("/event_types")));
    let kinds = sent[0]["value"].as_array().unwrap();
    assert_eq!((kinds.len(), &kinds[0]["name"]), (13, &json!("INVOICING.INVOICE.PAID")));
}

#[test]
fn somebody_who_was_quicker_is_found() {
    let host = FakeHost::install();
    host.json(200, &json!({ "webhooks": [] }));
    host.answer(400, r#"{"name":"WEBHOOK_URL_ALREADY_EXISTS","message":"Webhook URL already exists","debug_id":"1"}"#);
    host.json(200, &json!({ "webhooks": [hook(&TYPES)] }));
    assert_eq!(answer_of(&set_up().unwrap()).1, "40Y916089Y8324740");
}

#[test]
fn what_paypal_refuses_is_told_with_its_words() {
    let host = FakeHost::install();
    host.json(200, &json!({ "webhooks": [] }));
    host.answer(
        400,
        r#"{"name":"WEBHOOK_NUMBER_LIMIT_EXCEEDED","message":"Webhook number limit exceeded","debug_id":"1"}"#,
    );
    assert!(matches!(set_up(), Err(ConfigError::Failed(Error::Rejected(words))) if words.contains("limit exceeded")));
    host.answer_with(Err(SendError::Unknown("cut off".into())));
    assert!(matches!(set_up(), Err(ConfigError::Failed(Error::Unavailable(_)))));
    host.json(200, &json!({ "webhooks": [] }));
    host.json(201, &json!({ "id": "../x", "url": URL, "event_types": [] }));
    assert!(matches!(set_up(), Err(ConfigError::Failed(Error::Unknown(_)))));
    host.json(200, &json!({ "webhooks": [{ "id": "a/b", "url": URL, "event_types": [] }] }));
    assert!(matches!(set_up(), Err(ConfigError::Failed(_))));
}
