//! The ways of a payment.

use tollgate_simulators::stripe::{FEE_AFTER_MS, PROCESSING_MS};

use super::support::{Api, PUBLISHABLE, id};

#[tokio::test]
async fn a_card_that_pays_is_charged_once_and_for_all_of_it() {
    let api = Api::new();
    let token = api.token("4242 4242 4242 4242").await.ok();
    let form = [
        ("amount", "1200"),
        ("currency", "eur"),
        ("allowed_payment_method_types[]", "card"),
        ("confirmation_token", id(&token)),
        ("confirm", "true"),
        ("metadata[payment]", "p_1"),
        ("expand[]", "latest_charge.balance_transaction"),
        ("capture_method", "automatic"),
    ];
    let payment = api.post("/v1/payment_intents", &form).await.ok();
    assert_eq!((&payment["status"], &payment["amount_received"]), (&"succeeded".into(), &1200.into()));
    assert_eq!(payment["metadata"]["payment"], "p_1");
    let balance = &payment["latest_charge"]["balance_transaction"];
    assert_eq!((&balance["amount"], &balance["fee"], &balance["net"]), (&1200.into(), &65.into(), &1135.into()));
    assert_eq!(api.events(), ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
    let again = [("confirmation_token", id(&token))];
    api.post(&format!("/v1/payment_intents/{}/confirm", id(&payment)), &again)
        .await
        .refused(400, "payment_intent_unexpected_state");
}

#[tokio::test]
async fn a_payment_can_be_made_first_and_confirmed_later() {
    let api = Api::new();
    let form = [("amount", "1200"), ("currency", "eur"), ("allowed_payment_method_types[]", "card")];
    let payment = api.post("/v1/payment_intents", &form).await.ok();
    assert_eq!(payment["status"], "requires_payment_method");
    let path = format!("/v1/payment_intents/{}/confirm", id(&payment));
    api.post(&path, &[]).await.refused(400, "parameter_missing");
    let paid = api.post(&path, &[("payment_method", "pm_card_visa")]).await.ok();
    assert_eq!(paid["status"], "succeeded");
}

#[tokio::test]
async fn the_fee_of_an_asynchronous_capture_is_known_a_little_later() {
    let api = Api::new();
    let payment = api.pay("pm_card_visa", &[]).await.ok();
    let path = format!("/v1/payment_intents/{}?expand[]=latest_charge.balance_transaction", id(&payment));
    assert!(api.get(&path).await.ok()["latest_charge"]["balance_transaction"].is_null());
    api.advance(FEE_AFTER_MS);
    assert_eq!(api.get(&path).await.ok()["latest_charge"]["balance_transaction"]["fee"], 65);
    assert_eq!(api.events().last().unwrap(), "charge.updated");
}

#[tokio::test]
async fn declined_cards_say_why_and_leave_the_payment_open() {
    let table = [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ];
    for (method, code, decline_code) in table {
        let api = Api::new();
        let body = api.pay(method, &[]).await.refused(402, code);
        let (error, payment) = (&body["error"], &body["error"]["payment_intent"]);
        assert_eq!((&error["type"], &error["decline_code"]), (&"card_error".into(), &decline_code.into()));
        assert_eq!((&payment["status"], &payment["amount_received"]), (&"requires_payment_method".into(), &0.into()));
        assert_eq!(payment["last_payment_error"]["decline_code"], decline_code);
        assert_eq!(api.events(), ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]);
        let path = format!("/v1/payment_intents/{}/confirm", id(payment));
        assert_eq!(api.post(&path, &[("payment_method", "pm_card_visa")]).await.ok()["status"], "succeeded");
    }
}

#[tokio::test]
async fn authentication_is_passed_failed_or_not_awaited() {
    let api = Api::new();
    for (passed, status) in [(true, "succeeded"), (false, "requires_payment_method")] {
        let payment = api.pay("pm_card_authenticationRequired", &[]).await.ok();
        assert_eq!(payment["status"], "requires_action");
        assert_eq!(payment["next_action"]["type"], "use_stripe_sdk");
        let _ = api.stripe.with(|books| books.authenticate(id(&payment), passed));
        let after = api.get(&format!("/v1/payment_intents/{}", id(&payment))).await.ok();
        assert_eq!(after["status"], status);
        let error = if passed { None } else { Some("payment_intent_authentication_failure") };
        assert_eq!(after["last_payment_error"]["code"].as_str(), error);
        assert!(api.stripe.with(|books| books.authenticate(id(&payment), true)).is_err());
    }
}

#[tokio::test]
async fn a_payment_with_a_way_back_leads_to_another_page() {
    let api = Api::new();
    let more = [("return_url", "https://example.com/return?a=b"), ("use_stripe_sdk", "false")];
    let form: Vec<(&str, &str)> = [("amount", "1200"), ("currency", "eur"), ("confirm", "true")]
        .into_iter()
        .chain([("payment_method", "pm_card_authenticationRequired")])
        .chain(more)
        .collect();
    let payment = api.post("/v1/payment_intents", &form).await.ok();
    let action = &payment["next_action"]["redirect_to_url"];
    assert_eq!(action["return_url"], "https://example.com/return?a=b");
    assert!(action["url"].as_str().unwrap().starts_with("http://127.0.0.1:4012/v3/authenticate?payment_intent=pi_"));
}

#[tokio::test]
async fn money_may_be_missing_after_authentication() {
    let api = Api::new();
    let payment = api.pay("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", &[]).await.ok();
    let problem = api.stripe.with(|books| books.authenticate(id(&payment), true)).unwrap_err();
    assert_eq!((problem.status, problem.decline_code), (402, Some("insufficient_funds")));
}

#[tokio::test]
async fn processing_takes_days_of_the_clock_and_ends_well_or_not() {
    for (number, status, event) in [
        ("4000000000011116", "succeeded", "payment_intent.succeeded"),
        ("4000000000022220", "requires_payment_method", "payment_intent.payment_failed"),
    ] {
        let api = Api::new();
        let token = api.token(number).await.ok();
        let form = [
            ("amount", "1200"),
            ("currency", "eur"),
            ("confirm", "true"),
            ("use_stripe_sdk", "true"),
            ("confirmation_token", id(&token)),
        ];
        let payment = api.post("/v1/payment_intents", &form).await.ok();
        let path = format!("/v1/payment_intents/{}", id(&payment));
        assert_eq!(payment["status"], "processing");
        api.post(&format!("{path}/cancel"), &[]).await.refused(400, "payment_intent_unexpected_state");
        api.advance(PROCESSING_MS - 1);
        assert_eq!(api.get(&path).await.ok()["status"], "processing");
        api.advance(1);
        assert_eq!(api.get(&path).await.ok()["status"], status);
        assert!(api.events().iter().any(|kind| kind == event), "{:?}", api.events());
    }
}

#[tokio::test]
async fn an_open_payment_can_be_called_off_and_a_paid_one_cannot() {
    let api = Api::new();
    let open = api.pay("pm_card_authenticationRequired", &[]).await.ok();
    let path = format!("/v1/payment_intents/{}/cancel", id(&open));
    let canceled = api.post(&path, &[("cancellation_reason", "abandoned")]).await.ok();
    assert_eq!((&canceled["status"], &canceled["cancellation_reason"]), (&"canceled".into(), &"abandoned".into()));
    assert!(api.stripe.with(|books| books.authenticate(id(&open), true)).is_err());
    let paid = api.pay("pm_card_visa", &[]).await.ok();
    let body = api.post(&format!("/v1/payment_intents/{}/cancel", id(&paid)), &[]).await;
    let body = body.refused(400, "payment_intent_unexpected_state");
    assert_eq!(body["error"]["payment_intent"]["status"], "succeeded");
}

#[tokio::test]
async fn held_money_is_captured_at_most_once_and_at_most_all() {
    let api = Api::new();
    let held = api.pay("pm_card_visa", &[("capture_method", "manual")]).await.ok();
    assert_eq!((&held["status"], &held["amount_received"]), (&"requires_capture".into(), &0.into()));
    let path = format!("/v1/payment_intents/{}/capture", id(&held));
    api.post(&path, &[("amount_to_capture", "1201")]).await.refused(400, "amount_too_large");
    let paid = api.post(&path, &[("amount_to_capture", "1000")]).await.ok();
    assert_eq!((&paid["status"], &paid["amount_received"]), (&"succeeded".into(), &1000.into()));
    api.post(&path, &[]).await.refused(400, "payment_intent_unexpected_state");
}

#[tokio::test]
async fn a_token_is_good_for_one_payment_and_half_a_day() {
    let api = Api::new();
    let token = api.token("4242424242424242").await.ok();
    let pay = [
        ("amount", "1200"),
        ("currency", "eur"),
        ("confirm", "true"),
        ("use_stripe_sdk", "true"),
        ("confirmation_token", id(&token)),
    ];
    api.post("/v1/payment_intents", &pay).await.ok();
    api.post("/v1/payment_intents", &pay).await.refused(400, "token_already_used");
    let late = api.token("4242424242424242").await.ok();
    api.advance(12 * 3600 * 1000);
    let mut pay = pay;
    pay[4].1 = id(&late);
    api.post("/v1/payment_intents", &pay).await.refused(400, "token_already_used");
    assert_eq!(api.stripe.with(|books| books.intents.len()), 1);
}

#[tokio::test]
async fn the_page_reads_its_payment_with_the_client_secret_alone() {
    let api = Api::new();
    let payment = api.pay("pm_card_authenticationRequired", &[]).await.ok();
    let path = format!("/v1/payment_intents/{}", id(&payment));
    let key = format!("Bearer {PUBLISHABLE}");
    let page = |secret: String| {
        let (api, path, key) = (&api, &path, &key);
        async move {
            let query: Vec<(&str, &str)> = if secret.is_empty() { vec![] } else { vec![("client_secret", &secret)] };
            api.call("GET", path, &query, &[("authorization", key)]).await.status
        }
    };
    assert_eq!(page(payment["client_secret"].as_str().unwrap().to_owned()).await, 200);
    assert_eq!(page(format!("{}_secret_x", id(&payment))).await, 404);
    assert_eq!(page(String::new()).await, 404);
}
