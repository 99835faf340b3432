//! Settings that one version of a plugin makes of another one's.

use tollgate_billing::plugin::{PluginError, Setting};
use tollgate_billing::ports::{ConfigRefusal, Plugins};

use crate::guest::module;
use crate::host::{instance, reason};
use crate::provider::{configured, host};
use crate::value::{Value, case, plain, record, text};

fn settings(settings: &[(&str, &str)]) -> Value {
    let setting = |(key, value): &(&str, &str)| record(&[("key", text(*key)), ("value", text(*value))]);
    case("ok", Value::List(settings.iter().map(setting).collect()))
}

#[tokio::test]
async fn a_version_says_what_its_settings_are() {
    let guest = configured().whole("migrate-config", settings(&[("webhook-id", "wh-1"), ("webhook-secret", "set")]));
    let answer = host(&guest).await.sandbox.migrate_config(&instance("acme"), "0.9.0").await;
    let setting = |key: &str, value: &str| Setting { key: key.to_owned(), value: value.to_owned() };
    assert_eq!(answer, Ok(vec![setting("webhook-id", "wh-1"), setting("webhook-secret", "set")]));
}

#[tokio::test]
async fn it_is_told_which_version_saved_them() {
    // err(failed(rejected(before))): the version comes after the instance's five parameters.
    let body = "(i32.store8 (i32.const 2048) (i32.const 1)) (i32.store8 (i32.const 2052) (i32.const 1))
        (i32.store8 (i32.const 2056) (i32.const 1))
        (i32.store (i32.const 2060) (local.get 5)) (i32.store (i32.const 2064) (local.get 6)) (i32.const 2048)";
    for guest in [configured(), module()] {
        let host = host(&guest.body("migrate-config", body)).await;
        let answer = host.sandbox.migrate_config(&instance("acme"), "0.9.0").await;
        assert_eq!(answer, Err(ConfigRefusal::Failed(PluginError::Rejected("0.9.0".to_owned()))));
    }
}

#[tokio::test]
async fn migrated_settings_keep_to_the_contracts_limits() {
    let long = "x".repeat(10_001);
    let rows = [
        (settings(&[("other", "x")]), "`settings[0].key` is none of the manifest's fields"),
        (settings(&[("webhook-id", "x"), ("webhook-id", "y")]), "`settings` names `webhook-id` twice"),
        (settings(&[("webhook-id", &long)]), "`settings[0].value` is longer than 10000 bytes"),
        (settings(&[("", "x")]), "`settings[0].key` is empty"),
        (settings(&vec![("webhook-id", "x"); 5_001]), "`settings` has 5001 entries; at most 5000"),
    ];
    for (answer, expected) in rows {
        let guest = configured().whole("migrate-config", answer);
        match host(&guest).await.sandbox.migrate_config(&instance("acme"), "0.9.0").await {
            Err(ConfigRefusal::Failed(error)) => {
                let words = reason(Err::<(), _>(error));
                assert!(words.contains(expected), "{expected}: {words}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn it_says_what_must_be_changed_first_and_reaches_nothing() {
    let error = record(&[("field", text("webhook-id")), ("message", plain("give it anew"))]);
    let guest = configured().whole("migrate-config", case("err", case("fields", Value::List(vec![error]))));
    let refused = host(&guest).await.sandbox.migrate_config(&instance("acme"), "0.9.0").await;
    assert!(matches!(&refused, Err(ConfigRefusal::Fields(fields)) if fields[0].field == "webhook-id"), "{refused:?}");
    let clock = configured().imports("clock", "now", "(result i64)").first("migrate-config", "(drop (call $now))");
    let refused = host(&clock).await.sandbox.migrate_config(&instance("acme"), "0.9.0").await;
    assert!(
        matches!(&refused, Err(ConfigRefusal::Failed(PluginError::Broken { reason, .. })) if reason.contains("clock.now")),
        "{refused:?}"
    );
}
