//! One key, one request.

use tollgate_simulators::faults::{Fault, Kind};
use tollgate_simulators::stripe::IDEMPOTENCY_KEPT_MS;

use super::support::{Answer, Api, id};

async fn pay(api: &Api, amount: &str, key: &str) -> Answer {
    let form = [
        ("amount", amount),
        ("currency", "eur"),
        ("confirm", "true"),
        ("payment_method", "pm_card_visa"),
        ("use_stripe_sdk", "true"),
    ];
    api.call("POST", "/v1/payment_intents", &form, &[("idempotency-key", key)]).await
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer_and_pays_once() {
    let api = Api::new();
    let first = pay(&api, "1200", "p_1").await;
    assert!(first.headers.get("idempotent-replayed").is_none());
    let again = pay(&api, "1200", "p_1").await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(first.ok(), again.ok());
    let other = pay(&api, "1300", "p_1").await;
    assert_eq!((other.status, other.body["error"]["type"].as_str()), (400, Some("idempotency_error")));
    let elsewhere = api.call("POST", "/v1/customers", &[], &[("idempotency-key", "p_1")]).await;
    assert_eq!(elsewhere.status, 400);
    assert_eq!(api.stripe.with(|books| books.charges.len()), 1);
    api.advance(IDEMPOTENCY_KEPT_MS);
    pay(&api, "1200", "p_1").await.ok();
    assert_eq!(api.stripe.with(|books| books.charges.len()), 2, "a key is forgotten after a day");
}

#[tokio::test]
async fn a_refused_card_is_an_answer_that_is_kept_and_a_wrong_request_is_not() {
    let api = Api::new();
    let form = |method| {
        [
            ("amount", "1200"),
            ("currency", "eur"),
            ("confirm", "true"),
            ("payment_method", method),
            ("use_stripe_sdk", "true"),
        ]
    };
    let key = [("idempotency-key", "k")];
    pay(&api, "1", "k").await.refused(400, "amount_too_small");
    api.call("POST", "/v1/payment_intents", &form("pm_card_chargeDeclined"), &key).await.refused(402, "card_declined");
    let again = api.call("POST", "/v1/payment_intents", &form("pm_card_chargeDeclined"), &key).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    again.refused(402, "card_declined");
    assert_eq!(api.stripe.with(|books| books.charges.len()), 1);
}

#[tokio::test]
async fn a_request_under_way_is_not_begun_again() {
    let api = Api::new();
    api.stripe.rig().faults.add(Fault { delay_ms: 400, ..Fault::once("POST", "/v1", Kind::Slow) });
    pay(&api, "1200", "p_1").await.ok();
    pay(&api, "1200", "p_1").await.refused(409, "idempotency_key_in_use");
    api.advance(400);
    assert_eq!(pay(&api, "1200", "p_1").await.headers["idempotent-replayed"], "true");
}

#[tokio::test]
async fn an_answer_that_was_lost_is_found_again_by_its_key() {
    for kind in [Kind::DropAfter, Kind::HangAfter, Kind::ErrorAfter] {
        let api = Api::new();
        api.stripe.rig().faults.add(Fault::once("POST", "/v1/payment_intents", kind));
        pay(&api, "1200", "p_1").await;
        let found = pay(&api, "1200", "p_1").await;
        assert_eq!(found.headers["idempotent-replayed"], "true", "{kind:?}");
        let payment = found.ok();
        assert_eq!(api.stripe.with(|books| books.intents.len()), 1);
        assert!(api.stripe.with(|books| books.intents.contains_key(id(&payment))));
    }
}

#[tokio::test]
async fn keys_have_a_length() {
    let api = Api::new();
    assert_eq!(pay(&api, "1200", &"k".repeat(256)).await.status, 400);
    assert_eq!(pay(&api, "1200", &"k".repeat(255)).await.status, 200);
}
