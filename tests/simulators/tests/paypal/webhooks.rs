use serde_json::{Value, json};
use tollgate_simulators::delivery::{Envelope, Forgery};
use tollgate_simulators::paypal::order::Funding;

use crate::shop::{DAY_MS, HOOK, Reply, Shop, ten};

const HOOKS: &str = "/v1/notifications/webhooks";

async fn create(shop: &Shop, url: &str, names: &[&str]) -> Reply {
    let types: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
    shop.api("POST", HOOKS, "", &json!({ "url": url, "event_types": types })).await
}

/// What a receiver asks PayPal about a delivery, written so that the event stays the bytes that came.
fn question(envelope: &Envelope, webhook_id: &str) -> String {
    let header = |name: &str| {
        let found = envelope.headers.iter().find(|(known, _)| known == name);
        json!(found.unwrap_or_else(|| panic!("no {name}")).1).to_string()
    };
    format!(
        "{{\"auth_algo\":{},\"cert_url\":{},\"transmission_id\":{},\"transmission_sig\":{},\"transmission_time\":{},\
         \"webhook_id\":\"{webhook_id}\",\"webhook_event\":{}}}",
        header("paypal-auth-algo"),
        header("paypal-cert-url"),
        header("paypal-transmission-id"),
        header("paypal-transmission-sig"),
        header("paypal-transmission-time"),
        envelope.body,
    )
}

async fn verdict(shop: &Shop, question: &str) -> String {
    let reply = shop.api_text("POST", "/v1/notifications/verify-webhook-signature", "", question).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json["verification_status"].as_str().expect("a verdict").to_owned()
}

/// A shop that heard of an approved order; the webhook's id and the delivery.
async fn heard() -> (Shop, String, Envelope) {
    let shop = Shop::open().await;
    let hook = shop.listen().await;
    shop.approved(&ten(), Funding::Balance).await;
    let envelope = shop.simulator.rig().outbox.envelope(1, None).expect("a webhook");
    (shop, hook, envelope)
}

#[tokio::test]
async fn a_webhook_is_made_shown_changed_and_deleted() {
    let shop = Shop::open().await;
    let made = create(&shop, "https://portal.example.com/hook", &["PAYMENT.CAPTURE.COMPLETED"]).await;
    assert_eq!((made.status, &made.json["event_types"][0]["status"]), (201, &json!("ENABLED")));
    let path = format!("{HOOKS}/{}", made.id());
    assert_eq!(shop.get(&path).await.json, made.json);
    assert_eq!(shop.get(HOOKS).await.json["webhooks"], json!([made.json]));
    let change = json!([{ "op": "replace", "path": "/event_types", "value": [{ "name": "*" }] }]);
    assert_eq!(shop.api("PATCH", &path, "", &change).await.json["event_types"][0]["name"], "*");
    assert_eq!(shop.api("PATCH", &path, "", &json!([{ "op": "remove", "path": "/url" }])).await.status, 400);
    assert_eq!(shop.api("DELETE", &path, "", &Value::Null).await.status, 204);
    assert_eq!(shop.get(&path).await.said(), (404, "INVALID_RESOURCE_ID"));
    assert_eq!(shop.api("DELETE", &path, "", &Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_webhook_that_paypal_would_not_take_is_refused() {
    let shop = Shop::open().await;
    let table: [(&str, &[&str]); 8] = [
        ("http://portal.example.com/hook", &["*"]),
        ("http://10.0.0.1/hook", &["*"]),
        ("ftp://portal.example.com/hook", &["*"]),
        ("portal.example.com", &["*"]),
        ("", &["*"]),
        ("https://portal.example.com/hook", &[]),
        ("https://portal.example.com/hook", &["PAYMENT.CAPTURE.EATEN"]),
        ("https://portal.example.com/hook", &["*", "payment.capture.completed"]),
    ];
    for (url, names) in table {
        let reply = create(&shop, url, names).await;
        assert_eq!((reply.status, &reply.json["name"]), (400, &json!("VALIDATION_ERROR")), "{url} {names:?}");
    }
    let extra = json!({ "url": HOOK, "event_types": [{ "name": "*" }], "active": true });
    assert_eq!(shop.api("POST", HOOKS, "", &extra).await.status, 400);
}

#[tokio::test]
async fn an_address_is_taken_once_and_ten_are_all() {
    let shop = Shop::open().await;
    assert_eq!(create(&shop, "https://portal.example.com/0", &["*"]).await.status, 201);
    let again = create(&shop, "https://portal.example.com/0", &["*"]).await;
    assert_eq!(again.said(), (400, "WEBHOOK_URL_ALREADY_EXISTS"));
    for number in 1..10 {
        assert_eq!(create(&shop, &format!("https://portal.example.com/{number}"), &["*"]).await.status, 201);
    }
    let more = create(&shop, "https://portal.example.com/10", &["*"]).await;
    assert_eq!(more.said(), (400, "WEBHOOK_NUMBER_LIMIT_EXCEEDED"));
}

#[tokio::test]
async fn each_webhook_hears_what_it_asked_for() {
    let shop = Shop::open().await;
    create(&shop, "https://a.example.com", &["PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.REFUNDED"]).await;
    create(&shop, "https://b.example.com", &["*"]).await;
    shop.paid(&ten(), Funding::Balance).await;
    let all = shop.simulator.rig().outbox.all();
    let count = |url: &str| all.iter().filter(|webhook| webhook.url == url).count();
    assert_eq!((count("https://a.example.com"), count("https://b.example.com")), (1, 2));
    let completed: Vec<_> = all.iter().filter(|webhook| webhook.kind == "PAYMENT.CAPTURE.COMPLETED").collect();
    assert_eq!(completed[0].body, completed[1].body);
}

#[tokio::test]
async fn an_event_has_paypals_envelope_and_headers() {
    let (_, _, envelope) = heard().await;
    let event: Value = serde_json::from_str(&envelope.body).unwrap();
    assert!(event["id"].as_str().unwrap().starts_with("WH-"));
    assert_eq!(event["create_time"], "2026-01-01T00:00:00.000Z");
    let words = [
        ("event_type", "CHECKOUT.ORDER.APPROVED"),
        ("resource_type", "checkout-order"),
        ("resource_version", "2.0"),
        ("event_version", "1.0"),
        ("summary", "An order has been approved by buyer"),
    ];
    for (name, value) in words {
        assert_eq!(event[name], value);
    }
    assert_eq!((&event["resource"]["status"], &event["links"][0]["rel"]), (&json!("APPROVED"), &json!("self")));
    let names: Vec<&str> = envelope.headers.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["paypal-transmission-id", "paypal-transmission-time", "paypal-transmission-sig", "paypal-cert-url"] {
        assert!(names.contains(&name), "{name}");
    }
}

#[tokio::test]
async fn a_genuine_event_is_verified_as_often_as_asked() {
    let (shop, hook, envelope) = heard().await;
    for _ in 0..2 {
        assert_eq!(verdict(&shop, &question(&envelope, &hook)).await, "SUCCESS");
    }
    // A later delivery of the same event is signed at its own time.
    shop.simulator.rig().clock.advance(1_000);
    let later = shop.simulator.rig().outbox.envelope(1, None).unwrap();
    assert_ne!(later.headers, envelope.headers);
    assert_eq!(verdict(&shop, &question(&later, &hook)).await, "SUCCESS");
    assert_eq!(verdict(&shop, &question(&envelope, &hook)).await, "SUCCESS");
}

#[tokio::test]
async fn an_event_written_again_is_not_the_event() {
    let (shop, hook, mut envelope) = heard().await;
    let event: Value = serde_json::from_str(&envelope.body).unwrap();
    envelope.body = event.to_string();
    assert_eq!(verdict(&shop, &question(&envelope, &hook)).await, "FAILURE");
}

#[tokio::test]
async fn a_tampered_event_or_header_fails() {
    let (shop, hook, envelope) = heard().await;
    let mut cheaper = envelope.clone();
    cheaper.body = cheaper.body.replace("10.00", "99.00");
    assert_ne!(cheaper.body, envelope.body);
    assert_eq!(verdict(&shop, &question(&cheaper, &hook)).await, "FAILURE");
    let changes = [
        ("paypal-transmission-id", "69cd13f0-d67a-11e5-baa3-778b53f4ae55"),
        ("paypal-transmission-time", "2026-01-01T00:00:01Z"),
        ("paypal-transmission-sig", "sAAAA"),
        ("paypal-auth-algo", "SHA1withRSA"),
        ("paypal-cert-url", "https://attacker.example.com/cert"),
    ];
    for (name, value) in changes {
        let mut forged = envelope.clone();
        value.clone_into(&mut forged.headers.iter_mut().find(|(known, _)| known == name).unwrap().1);
        assert_eq!(verdict(&shop, &question(&forged, &hook)).await, "FAILURE", "{name}");
    }
}

#[tokio::test]
async fn the_outboxs_forgeries_fail() {
    let (shop, hook, _) = heard().await;
    let outbox = &shop.simulator.rig().outbox;
    for forgery in [Forgery::Signature, Forgery::Body("{\"id\":\"WH-1\"}".to_owned())] {
        let forged = outbox.envelope(1, Some(&forgery)).unwrap();
        assert_eq!(verdict(&shop, &question(&forged, &hook)).await, "FAILURE", "{forgery:?}");
    }
}

#[tokio::test]
async fn an_event_of_another_webhook_or_another_paypal_fails() {
    let (shop, hook, envelope) = heard().await;
    let other = create(&shop, "https://other.example.com", &["*"]).await.id();
    assert_eq!(verdict(&shop, &question(&envelope, &other)).await, "FAILURE");
    assert_eq!(verdict(&shop, &question(&envelope, "UNKNOWN")).await, "FAILURE");
    shop.api("DELETE", &format!("{HOOKS}/{hook}"), "", &Value::Null).await;
    assert_eq!(verdict(&shop, &question(&envelope, &hook)).await, "FAILURE");
}

#[tokio::test]
async fn a_question_without_all_its_parts_is_refused() {
    let (shop, hook, envelope) = heard().await;
    let whole: Value = serde_json::from_str(&question(&envelope, &hook)).unwrap();
    let path = "/v1/notifications/verify-webhook-signature";
    for name in whole.as_object().unwrap().keys() {
        let mut part = whole.clone();
        part.as_object_mut().unwrap().remove(name);
        assert_eq!(shop.api("POST", path, "", &part).await.said(), (400, "VALIDATION_ERROR"), "{name}");
        let mut wrong = whole.clone();
        wrong[name] = json!(7);
        assert_eq!(shop.api("POST", path, "", &wrong).await.said(), (400, "VALIDATION_ERROR"), "{name}");
    }
    let mut more = whole.clone();
    more["colour"] = json!("red");
    assert_eq!(shop.api("POST", path, "", &more).await.said(), (400, "VALIDATION_ERROR"));
}

#[tokio::test]
async fn nobody_listening_is_told_nothing() {
    let shop = Shop::open().await;
    shop.paid(&ten(), Funding::Balance).await;
    shop.advance(DAY_MS);
    assert!(shop.heard().is_empty());
}
