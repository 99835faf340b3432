//! Looking things up, and changing what is still open.

use super::support::{Api, id};

fn ids(list: &serde_json::Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn payments_of_a_customer_are_listed_newest_first_page_by_page() {
    let api = Api::new();
    let customer = api.customer().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.insert(0, api.pay("pm_card_visa", &[("customer", &customer)]).await.ok());
        api.advance(1000);
    }
    api.pay("pm_card_visa", &[]).await.ok();
    let made: Vec<&str> = made.iter().map(id).collect();
    let of = format!("/v1/payment_intents?customer={customer}");
    assert_eq!(ids(&api.get(&of).await.ok()), made);
    let first = api.get(&format!("{of}&limit=2")).await.ok();
    assert_eq!((ids(&first), &first["has_more"]), (made[..2].to_vec(), &true.into()));
    let rest = api.get(&format!("{of}&limit=2&starting_after={}", made[1])).await.ok();
    assert_eq!((ids(&rest), &rest["has_more"]), (made[2..].to_vec(), &false.into()));
    let since = rest["data"][0]["created"].as_i64().unwrap() + 1;
    let later = api.get(&format!("{of}&created[gte]={since}")).await.ok();
    assert_eq!(ids(&later), made[..2]);
    for wrong in ["limit=0", "limit=101", "starting_after=pi_none", "created[since]=1", "email=a"] {
        assert_eq!(api.get(&format!("{of}&{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn customers_refunds_disputes_and_the_balance_are_found() {
    let api = Api::new();
    let customer = api.customer().await;
    let found = api.get("/v1/customers?email=client@example.com&limit=100").await.ok();
    assert_eq!(ids(&found), [customer.as_str()]);
    assert!(ids(&api.get("/v1/customers?email=Client@example.com").await.ok()).is_empty());
    let payment = api.pay("pm_card_visa", &[("capture_method", "automatic")]).await.ok();
    let other = api.pay("pm_card_visa", &[]).await.ok();
    let refund = api.post("/v1/refunds", &[("payment_intent", id(&payment)), ("amount", "200")]).await.ok();
    let dispute = api.stripe.with(|books| books.open_dispute(id(&payment), "fraudulent", None)).unwrap();
    for (name, object) in [("refunds", &refund), ("disputes", &dispute)] {
        let list = api.get(&format!("/v1/{name}?payment_intent={}", id(&payment))).await.ok();
        assert_eq!(ids(&list), [id(object)], "{name}");
        let none = api.get(&format!("/v1/{name}?payment_intent={}", id(&other))).await.ok();
        assert!(ids(&none).is_empty(), "{name}");
    }
    let balance = api.get("/v1/balance").await.ok();
    // 1200 less its fee, 200 back, 1200 and a fee taken by the bank.
    assert_eq!((&balance["pending"][0]["amount"], &balance["livemode"]), (&(1135 - 200 - 2700).into(), &false.into()));
}

#[tokio::test]
async fn an_open_payment_can_be_changed_and_an_ended_one_only_in_its_words() {
    let api = Api::new();
    let customer = api.customer().await;
    let open = api.pay("pm_card_authenticationRequired", &[]).await.ok();
    let path = format!("/v1/payment_intents/{}", id(&open));
    let changed = api.post(&path, &[("customer", &customer), ("metadata[a]", "b")]).await.ok();
    assert_eq!((&changed["customer"], &changed["metadata"]["a"]), (&customer.as_str().into(), &"b".into()));
    api.post(&path, &[("customer", "cus_none")]).await.refused(400, "resource_missing");
    api.post(&path, &[("amount", "1")]).await.refused(400, "amount_too_small");
    api.stripe.with(|books| books.authenticate(id(&open), true)).unwrap();
    for (name, value) in [("customer", customer.as_str()), ("amount", "1300"), ("setup_future_usage", "")] {
        api.post(&path, &[(name, value)]).await.refused(400, "payment_intent_unexpected_state");
    }
    assert_eq!(api.post(&path, &[("description", "later")]).await.ok()["description"], "later");
}

#[tokio::test]
async fn consent_to_keep_a_card_can_be_taken_back_when_it_is_charged() {
    let api = Api::new();
    let customer = api.customer().await;
    let form = [
        ("amount", "1200"),
        ("currency", "eur"),
        ("customer", customer.as_str()),
        ("allowed_payment_method_types[]", "card"),
        ("setup_future_usage", "off_session"),
    ];
    let payment = api.post("/v1/payment_intents", &form).await.ok();
    let path = format!("/v1/payment_intents/{}/confirm", id(&payment));
    let paid = api.post(&path, &[("payment_method", "pm_card_visa"), ("setup_future_usage", "")]).await.ok();
    assert!(paid["setup_future_usage"].is_null());
    let kept = api.get(&format!("/v1/payment_methods?customer={customer}")).await.ok();
    assert!(ids(&kept).is_empty());
}

#[tokio::test]
async fn an_endpoint_can_be_told_to_send_more() {
    let api = Api::new();
    let form = [("url", "http://127.0.0.1:9/"), ("enabled_events[]", "charge.refunded")];
    let made = api.post("/v1/webhook_endpoints", &form).await.ok();
    let path = format!("/v1/webhook_endpoints/{}", id(&made));
    let changed = api.post(&path, &[("enabled_events[]", "customer.created")]).await.ok();
    assert!(changed.get("secret").is_none());
    api.customer().await;
    assert_eq!(api.stripe.rig().outbox.all()[0].kind, "customer.created");
}
