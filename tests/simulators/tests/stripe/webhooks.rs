//! Events: to whom, in which words, signed by which secret, in which order.

use serde_json::{Value, json};
use tollgate_simulators::delivery::Forgery;
use tollgate_simulators::stripe::{Version, sign};

use super::support::{Api, id};

async fn endpoint(api: &Api, events: &[&str]) -> Value {
    let mut form = vec![("url", "http://127.0.0.1:9/hooks/card")];
    form.extend(events.iter().map(|event| ("enabled_events[]", *event)));
    api.post("/v1/webhook_endpoints", &form).await.ok()
}

fn signature(headers: &[(String, String)]) -> &str {
    &headers.iter().find(|(name, _)| name == "stripe-signature").unwrap().1
}

#[tokio::test]
async fn an_endpoint_gets_what_it_asked_for_and_its_secret_once() {
    let api = Api::new();
    let made = endpoint(&api, &["payment_intent.succeeded", "charge.refunded"]).await;
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let list = api.get("/v1/webhook_endpoints").await.ok();
    assert_eq!(list["data"][0]["id"], made["id"]);
    assert!(list["data"][0].get("secret").is_none());
    let payment = api.pay("pm_card_visa", &[]).await.ok();
    api.post("/v1/refunds", &[("payment_intent", id(&payment))]).await.ok();
    let kinds: Vec<String> = api.stripe.rig().outbox.all().iter().map(|webhook| webhook.kind.clone()).collect();
    assert_eq!(kinds, ["payment_intent.succeeded", "charge.refunded"]);
    let gone = api.call("DELETE", &format!("/v1/webhook_endpoints/{}", id(&made)), &[], &[]).await.ok();
    assert_eq!(gone["deleted"], true);
    api.pay("pm_card_visa", &[]).await.ok();
    assert_eq!(api.stripe.rig().outbox.all().len(), 2);
    let unknown = [("url", "http://127.0.0.1:9/"), ("enabled_events[]", "payment.paid")];
    assert_eq!(api.post("/v1/webhook_endpoints", &unknown).await.status, 400);
}

#[tokio::test]
async fn an_event_shows_the_payment_as_it_was_then() {
    let api = Api::new();
    endpoint(&api, &["*"]).await;
    api.pay("pm_card_authenticationRequired", &[]).await.ok();
    let outbox = &api.stripe.rig().outbox;
    let asked: Value = serde_json::from_str(&outbox.all()[1].body).unwrap();
    assert_eq!((&asked["type"], &asked["object"]), (&"payment_intent.requires_action".into(), &"event".into()));
    assert_eq!((&asked["livemode"], &asked["pending_webhooks"]), (&false.into(), &1.into()));
    let payment = asked["data"]["object"].clone();
    api.stripe.with(|books| books.authenticate(id(&payment), true)).unwrap();
    let again: Value = serde_json::from_str(&outbox.all()[1].body).unwrap();
    assert_eq!(again["data"]["object"]["status"], "requires_action");
    let last: Value = serde_json::from_str(&outbox.all().last().unwrap().body).unwrap();
    assert_eq!(last["data"]["object"]["status"], "succeeded");
}

#[tokio::test]
async fn deliveries_are_signed_when_they_leave_also_while_a_secret_is_rolled() {
    let api = Api::new();
    let made = endpoint(&api, &["payment_intent.succeeded"]).await;
    let old = made["secret"].as_str().unwrap().to_owned();
    api.pay("pm_card_visa", &[]).await.ok();
    let outbox = &api.stripe.rig().outbox;
    let now_s = api.stripe.rig().clock.now_s();
    let envelope = outbox.envelope(1, None).unwrap();
    let by_old = sign(&old, &envelope.body, now_s);
    assert_eq!(signature(&envelope.headers), format!("t={now_s},v1={by_old}"));
    let new = api.stripe.with(|books| books.roll_secret(id(&made))).unwrap();
    let by_new = sign(&new, &envelope.body, now_s);
    let both = outbox.envelope(1, None).unwrap();
    assert_eq!(signature(&both.headers), format!("t={now_s},v1={by_new},v1={by_old}"));
    api.stripe.with(|books| books.retire_secrets(id(&made))).unwrap();
    assert_eq!(signature(&outbox.envelope(1, None).unwrap().headers), format!("t={now_s},v1={by_new}"));
}

#[tokio::test]
async fn an_envelope_shows_what_a_delivery_would_send_and_delivers_nothing() {
    let api = Api::new();
    endpoint(&api, &["payment_intent.succeeded"]).await;
    api.pay("pm_card_visa", &[]).await.ok();
    let shown = api.get("/_simulator/webhooks/1/envelope").await.ok();
    let outbox = &api.stripe.rig().outbox;
    assert_eq!(shown, serde_json::to_value(outbox.envelope(1, None).unwrap()).unwrap());
    assert!(outbox.all()[0].tries.is_empty());
    assert_eq!(api.get("/_simulator/webhooks/2/envelope").await.status, 404);
}

#[tokio::test]
async fn forged_deliveries_do_not_verify() {
    let api = Api::new();
    let made = endpoint(&api, &["payment_intent.succeeded"]).await;
    api.pay("pm_card_visa", &[]).await.ok();
    let secret = made["secret"].as_str().unwrap();
    let outbox = &api.stripe.rig().outbox;
    for forgery in [Forgery::Signature, Forgery::Body("{\"id\":\"evt_forged\"}".to_owned())] {
        let envelope = outbox.envelope(1, Some(&forgery)).unwrap();
        let right = sign(secret, &envelope.body, api.stripe.rig().clock.now_s());
        assert!(!signature(&envelope.headers).contains(&right), "{forgery:?}");
    }
}

#[tokio::test]
async fn an_endpoint_hears_in_its_own_version() {
    let api = Api::new();
    let form = [
        ("url", "https://example.com/hooks/card"),
        ("enabled_events[]", "payment_intent.created"),
        ("api_version", Version::Clover.name()),
    ];
    api.post("/v1/webhook_endpoints", &form).await.ok();
    api.pay("pm_card_visa", &[]).await.ok();
    let event: Value = serde_json::from_str(&api.stripe.rig().outbox.all()[0].body).unwrap();
    assert_eq!(event["api_version"], Version::Clover.name());
    assert!(event["data"]["object"].get("allowed_payment_method_types").is_none());
}

#[tokio::test]
async fn an_event_of_another_mode_or_account_is_signed_like_any_other() {
    let api = Api::new();
    endpoint(&api, &["payment_intent.succeeded"]).await;
    let differences = json!({ "livemode": true, "account": "acct_other" });
    let object = json!({ "id": "pi_1", "object": "payment_intent" });
    let differences = differences.as_object().cloned().unwrap();
    api.stripe.with(|books| books.emit_with("payment_intent.succeeded", &object, differences));
    let event: Value = serde_json::from_str(&api.stripe.rig().outbox.all()[0].body).unwrap();
    assert_eq!((&event["livemode"], &event["account"]), (&true.into(), &"acct_other".into()));
    assert_eq!(event["data"]["object"], object);
}
