//! "Set up webhook".

use serde_json::{Value, json};
use tollgate_card::Card;
use tollgate_card::webhook::EVENTS;
use tollgate_sdk::gateway::{Gateway, WebhookSetup};
use tollgate_sdk::http::Kept;
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{ConfigError, Error, Instance, Setting};

use super::shapes::{list, refusal, with};
use super::{answer, instance, instance_with, paths, sent};

const URL: &str = "https://billing.example.com/hooks/card";

fn endpoint(id: &str) -> Value {
    json!({
        "id": id, "object": "webhook_endpoint", "url": URL, "status": "enabled", "livemode": false,
        "api_version": "2025-09-30.clover", "enabled_events": EVENTS
    })
}

fn set_up(instance: &Instance, answers: &[Value]) -> (WebhookSetup, FakeHost) {
    let host = FakeHost::install();
    for body in answers {
        answer(&host, 200, body);
    }
    (Card::set_up_webhook(instance, URL).expect("set up"), host)
}

fn of_id(setup: &WebhookSetup) -> (&str, Option<&str>) {
    let [Setting { key, value }] = &setup.settings[..] else { panic!("one setting") };
    assert_eq!(key, "webhook-id");
    (value, setup.notes[0].id())
}

#[test]
fn a_new_endpoint_is_made_in_the_pinned_version_and_the_host_keeps_its_secret() {
    let elsewhere = with(endpoint("we_other"), &json!({"url": "https://example.com/other"}));
    let made = with(endpoint("we_new"), &json!({"secret": "blacked out"}));
    let (setup, host) = set_up(&instance_with(&[("webhook-secret", "")]), &[list(&[elsewhere]), made]);
    assert_eq!(of_id(&setup), ("we_new", Some("note-webhook-made")));
    assert_eq!(paths(&host), ["Get /v1/webhook_endpoints", "Post /v1/webhook_endpoints"]);
    let request = &sent(&host)[1];
    assert_eq!((request.fields.text("url"), request.fields.text("api_version")), (URL, "2025-09-30.clover"));
    let events: Vec<_> = request.fields.iter().filter(|(name, _)| *name == "enabled_events[]").collect();
    assert_eq!(events.len(), EVENTS.len());
    let kept = Kept { pointer: "/secret".into(), key: "webhook-secret".into() };
    assert_eq!(host.requests()[1].keep, [kept]);
}

#[test]
fn called_twice_it_registers_once() {
    let known = instance_with(&[("webhook-id", "we_new")]);
    let (setup, host) = set_up(&known, &[list(&[endpoint("we_new")])]);
    assert_eq!(of_id(&setup), ("we_new", Some("note-webhook-found")));
    assert_eq!(paths(&host).len(), 1);
    // Made by hand, with its secret pasted: kept.
    let (setup, _) = set_up(&instance(), &[list(&[endpoint("we_hand")])]);
    assert_eq!(of_id(&setup), ("we_hand", Some("note-webhook-found")));
}

#[test]
fn one_that_cannot_be_believed_is_replaced_and_strays_are_removed() {
    let old = with(endpoint("we_1"), &json!({"api_version": "2023-10-16"}));
    let off = with(endpoint("we_1"), &json!({"status": "disabled"}));
    let recorded = instance_with(&[("webhook-id", "we_1")]);
    let no_secret = instance_with(&[("webhook-id", "we_1"), ("webhook-secret", "")]);
    let unrecorded = instance_with(&[("webhook-id", "we_gone")]);
    for (instance, there) in
        [(&recorded, old), (&recorded, off), (&no_secret, endpoint("we_1")), (&unrecorded, endpoint("we_1"))]
    {
        let (setup, host) =
            set_up(instance, &[list(&[there]), endpoint("we_2"), json!({"id": "we_1", "deleted": true})]);
        assert_eq!(of_id(&setup), ("we_2", Some("note-webhook-made")));
        assert_eq!(paths(&host)[1..], ["Post /v1/webhook_endpoints", "Delete /v1/webhook_endpoints/we_1"]);
    }
    // A first answer was lost: two are there, and one remains.
    let both = list(&[endpoint("we_1"), endpoint("we_stray")]);
    let (setup, host) = set_up(&recorded, &[both, json!({"id": "we_stray", "deleted": true})]);
    assert_eq!(of_id(&setup).0, "we_1");
    assert_eq!(paths(&host)[1..], ["Delete /v1/webhook_endpoints/we_stray"]);
}

#[test]
fn a_found_one_is_told_to_send_all_that_is_needed() {
    let few = with(endpoint("we_1"), &json!({"enabled_events": ["payment_intent.succeeded"]}));
    let (_, host) = set_up(&instance(), &[list(&[few]), endpoint("we_1")]);
    assert_eq!(paths(&host)[1], "Post /v1/webhook_endpoints/we_1");
    let all = with(endpoint("we_1"), &json!({"enabled_events": ["*"]}));
    let (_, host) = set_up(&instance(), &[list(&[all])]);
    assert_eq!(paths(&host).len(), 1);
}

#[test]
fn what_stripe_says_against_it_is_told_to_staff() {
    let host = FakeHost::install();
    answer(&host, 200, &list(&[]));
    answer(&host, 400, &refusal("invalid_request_error", "url_invalid", Some("url")));
    let answer_of = Card::set_up_webhook(&instance(), "http://localhost/hooks/card");
    assert!(
        matches!(&answer_of, Err(ConfigError::Failed(Error::Rejected(why))) if why.contains("url_invalid")),
        "{answer_of:?}"
    );
}
