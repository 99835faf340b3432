//! What staff are told when they save and when they test the connection.

use serde_json::{Value, json};
use tollgate_card::Card;
use tollgate_sdk::gateway::Gateway;
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{ConfigDepth, ConfigError, ConfigReport, Error, Instance};

use super::shapes::refusal;
use super::{MERCHANT, answer, instance, instance_with, paths};

fn account(id: &str) -> Value {
    json!({"id": id, "object": "account", "charges_enabled": true, "default_currency": "eur"})
}

/// The wrong fields and the ids of their messages.
fn refused(answer: Result<ConfigReport, ConfigError>) -> Vec<(String, String)> {
    match answer {
        Ok(_) => Vec::new(),
        Err(ConfigError::Fields(errors)) => {
            errors.into_iter().map(|error| (error.field, error.message.id().unwrap_or("plain").to_owned())).collect()
        }
        Err(ConfigError::Failed(error)) => panic!("{error:?}"),
    }
}

fn values(instance: &Instance) -> Vec<(String, String)> {
    refused(Card::check_config(instance, ConfigDepth::Values))
}

fn pair(field: &str, id: &str) -> (String, String) {
    (field.into(), id.into())
}

#[test]
fn each_field_is_refused_with_its_reason() {
    let table = [
        ("publishable-key", "", "error-publishable-key-missing"),
        ("publishable-key", "sk_test_1", "error-publishable-key-is-secret"),
        ("publishable-key", "rk_live_1", "error-publishable-key-is-secret"),
        ("publishable-key", "pk_live_1", "error-key-of-live"),
        ("publishable-key", "pk_test_", "error-publishable-key"),
        ("publishable-key", "pk_test_1 x", "error-publishable-key"),
        ("publishable-key", "pk_test_<b>", "error-publishable-key"),
        ("publishable-key", "hello", "error-publishable-key"),
        ("secret-key", "", "error-secret-key-missing"),
        ("merchant", "", "error-merchant-missing"),
        ("merchant", "cus_1", "error-merchant"),
        ("merchant", "acct_", "error-merchant"),
        ("test-api", "https://api.stripe.com", "error-test-api"),
        ("test-api", "http://127.0.0.1", "error-test-api"),
        ("test-api", "http://127.0.0.1:0", "error-test-api"),
        ("test-api", "http://127.0.0.1:99999", "error-test-api"),
        ("test-api", "http://127.0.0.1:8422/v1", "error-test-api"),
        ("test-api", "http://127.0.0.1:80@evil.example", "error-test-api"),
        ("test-api", "http://127.0.0.1.evil.example:80", "error-test-api"),
        ("test-api", "http://localhost.evil.example:80", "error-test-api"),
    ];
    for (field, value, id) in table {
        assert_eq!(values(&instance_with(&[(field, value)])), [pair(field, id)], "{value}");
    }
    let next_only = instance_with(&[("webhook-secret", ""), ("webhook-secret-next", "set")]);
    assert_eq!(values(&next_only), [pair("webhook-secret", "error-webhook-secret-first")]);
    assert_eq!(values(&Instance::with_settings([])).len(), 3);
}

#[test]
fn keys_must_be_of_the_mode_and_a_trial_address_is_for_test_mode() {
    let live = |changes: &[(&str, &str)]| {
        let mut instance = instance_with(changes);
        instance.test_mode = false;
        values(&instance)
    };
    assert_eq!(live(&[]), [pair("publishable-key", "error-key-of-test")]);
    assert_eq!(live(&[("publishable-key", "pk_live_1")]), []);
    let trial = [("publishable-key", "pk_live_1"), ("test-api", "http://127.0.0.1:8422")];
    assert_eq!(live(&trial), [pair("test-api", "error-test-api-live")]);
    for address in ["", "http://127.0.0.1:8422", "http://localhost:8422/", "http://[::1]:8422"] {
        assert_eq!(values(&instance_with(&[("test-api", address)])), [], "{address}");
    }
}

#[test]
fn saving_asks_nobody_and_says_what_is_missing() {
    let host = FakeHost::install();
    let notes = |instance: &Instance| {
        let report = Card::check_config(instance, ConfigDepth::Values).expect("a report");
        report.notes.iter().map(|note| note.id().unwrap_or("plain").to_owned()).collect::<Vec<_>>()
    };
    assert!(notes(&instance()).is_empty());
    let trial = instance_with(&[("webhook-secret", ""), ("test-api", "http://127.0.0.1:8422")]);
    assert_eq!(notes(&trial), ["note-test-api", "note-no-webhook"]);
    assert!(host.requests().is_empty());
}

fn connected(instance: &Instance, answers: &[(u16, Value)]) -> Result<ConfigReport, ConfigError> {
    let host = FakeHost::install();
    for (status, body) in answers {
        answer(&host, *status, body);
    }
    let report = Card::check_config(instance, ConfigDepth::Connection);
    assert!(paths(&host).iter().all(|path| path.starts_with("Get ")));
    report
}

#[test]
fn the_connection_is_tried_with_account_and_mode() {
    let test = (200, json!({"object": "balance", "livemode": false}));
    let report = connected(&instance(), &[(200, account(MERCHANT)), test.clone()]).expect("a report");
    assert_eq!(
        (report.notes[0].id(), report.notes[0].value("account").as_deref()),
        (Some("note-account"), Some(MERCHANT))
    );
    let closed = json!({"id": MERCHANT, "charges_enabled": false});
    let report = connected(&instance(), &[(200, closed), test.clone()]).expect("a report");
    assert_eq!(report.notes[1].id(), Some("note-charges-disabled"));

    let other = connected(&instance(), &[(200, account("acct_other")), test]);
    assert_eq!(refused(other), [pair("merchant", "error-merchant-other")]);
    let live = connected(&instance(), &[(200, account(MERCHANT)), (200, json!({"livemode": true}))]);
    assert_eq!(refused(live), [pair("secret-key", "error-key-of-live")]);
    for (status, id) in [(401, "error-secret-key-refused"), (403, "error-secret-key-permission")] {
        let answer = connected(&instance(), &[(status, refusal("invalid_request_error", "", None))]);
        assert_eq!(refused(answer), [pair("secret-key", id)]);
    }
    assert!(matches!(connected(&instance(), &[]), Err(ConfigError::Failed(Error::Unavailable(_)))));
}

#[test]
fn the_connection_names_the_account_where_staff_left_it_empty() {
    let nameless = instance_with(&[("merchant", "")]);
    let answer = connected(&nameless, &[(200, account("acct_found"))]);
    let Err(ConfigError::Fields(errors)) = &answer else { panic!("{answer:?}") };
    assert_eq!(errors[0].message.value("found").as_deref(), Some("acct_found"));
    assert_eq!(refused(answer), [pair("merchant", "error-merchant-found")]);
    let broken = instance_with(&[("merchant", ""), ("publishable-key", "")]);
    assert_eq!(refused(connected(&broken, &[])).len(), 2);
}
