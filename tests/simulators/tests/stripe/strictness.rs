//! What the provider refuses, the simulator refuses.

use axum::body::Body;
use http::Request;
use tollgate_simulators::stripe::Version;

use super::support::{Api, PUBLISHABLE, SECRET, id};

const PAYMENT: [(&str, &str); 2] = [("amount", "1200"), ("currency", "eur")];

#[tokio::test]
async fn wrong_parameters_are_refused_and_leave_nothing_behind() {
    let table: [(&str, &str, &str); 13] = [
        ("payment_metod", "pm_card_visa", "parameter_unknown"),
        ("payment_method_types[]", "card", "parameter_unknown"),
        ("automatic_payment_methods[enable]", "true", "parameter_unknown"),
        ("receipt_email", "nobody", "email_invalid"),
        ("description", "", "parameter_invalid_empty"),
        ("customer", "cus_none", "resource_missing"),
        ("payment_method", "pm_none", "resource_missing"),
        ("transfer_group", "a", "simulator_unsupported"),
        ("setup_future_usage", "always", ""),
        ("confirm", "1", ""),
        ("off_session", "true", ""),
        ("return_url", "https://example.com", ""),
        ("expand[]", "metadata", ""),
    ];
    for (name, value, code) in table {
        let api = Api::new();
        let answer = api.post("/v1/payment_intents", &[PAYMENT[0], PAYMENT[1], (name, value)]).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{name}");
        assert_eq!(answer.body["error"]["type"], "invalid_request_error");
        if name != "expand[]" {
            assert!(api.stripe.with(|books| books.intents.is_empty()), "{name}");
        }
    }
}

#[tokio::test]
async fn amounts_are_checked_by_their_currency() {
    let api = Api::new();
    for (amount, currency, code) in [
        ("49", "usd", "amount_too_small"),
        ("49", "jpy", "amount_too_small"),
        ("0", "eur", "parameter_invalid_integer"),
        ("-5", "eur", "parameter_invalid_integer"),
        ("12.00", "eur", "parameter_invalid_integer"),
        ("100000000", "eur", "amount_too_large"),
    ] {
        api.post("/v1/payment_intents", &[("amount", amount), ("currency", currency)]).await.refused(400, code);
    }
    let form = [("amount", "1200"), ("currency", "EUR")];
    assert_eq!(api.post("/v1/payment_intents", &form).await.body["error"]["param"], "currency");
}

#[tokio::test]
async fn a_payment_that_may_lead_elsewhere_needs_a_way_back() {
    let api = Api::new();
    let form = [PAYMENT[0], PAYMENT[1], ("payment_method", "pm_card_visa"), ("confirm", "true")];
    assert_eq!(api.post("/v1/payment_intents", &form).await.body["error"]["param"], "return_url");
    for more in [
        ("automatic_payment_methods[allow_redirects]", "never"),
        ("allowed_payment_method_types[]", "card"),
        ("return_url", "https://example.com"),
    ] {
        let enabled = ("automatic_payment_methods[enabled]", "true");
        let form = [form[0], form[1], form[2], form[3], enabled, more];
        assert_eq!(api.post("/v1/payment_intents", &form).await.ok()["status"], "succeeded");
    }
}

#[tokio::test]
async fn keys_are_told_apart() {
    let api = Api::new();
    for (authorization, status) in [
        ("", 401),
        ("Basic c2s6", 401),
        ("Bearer sk_test_other", 401),
        ("Bearer sk_live_simulator", 401),
        (&format!("Bearer {PUBLISHABLE}"), 403),
        (&format!("Bearer {SECRET}"), 200),
    ] {
        let answer = api.call("GET", "/v1/account", &[], &[("authorization", authorization)]).await;
        assert_eq!(answer.status, status, "{authorization}");
        assert!(!answer.body.to_string().contains("sk_test_other"), "a key is not told");
    }
    let card = [("payment_method_data[type]", "card")];
    assert_eq!(api.post("/v1/confirmation_tokens", &card).await.status, 403);
}

#[tokio::test]
async fn every_request_names_a_version_and_is_held_to_it() {
    let api = Api::new();
    for version in ["", "2020-08-27", "2026-10-28"] {
        assert_eq!(api.call("GET", "/v1/account", &[], &[("stripe-version", version)]).await.status, 400, "{version}");
    }
    let clover = [("stripe-version", Version::Clover.name())];
    let form = [PAYMENT[0], PAYMENT[1], ("payment_method_types[]", "card")];
    let payment = api.call("POST", "/v1/payment_intents", &form, &clover).await;
    assert_eq!(payment.headers["stripe-version"], Version::Clover.name());
    let payment = payment.ok();
    assert_eq!(payment["payment_method_types"][0], "card");
    assert!(payment.get("allowed_payment_method_types").is_none());
    let form = [PAYMENT[0], PAYMENT[1], ("allowed_payment_method_types[]", "card")];
    api.call("POST", "/v1/payment_intents", &form, &clover).await.refused(400, "parameter_unknown");
}

#[tokio::test]
async fn bodies_are_forms_and_nothing_else() {
    let api = Api::new();
    let json = [("content-type", "application/json")];
    assert_eq!(api.call("POST", "/v1/customers", &[("email", "a@example.com")], &json).await.status, 400);
    let request = Request::post("/v1/customers")
        .header("authorization", "Bearer sk_test_simulator")
        .header("stripe-version", Version::NEWEST.name())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(vec![0xff, 0xfe]))
        .unwrap();
    assert_eq!(api.send(request).await.status, 400);
    assert_eq!(api.post("/v1/customers?email=a@example.com", &[]).await.status, 400);
    assert_eq!(api.post("/v1/nothing", &[]).await.status, 404);
    assert_eq!(api.get("/v1/payment_intents/pi_none").await.status, 404);
    assert_eq!(api.get("/v1/customers/pi_none").await.status, 404);
}

#[tokio::test]
async fn cards_that_are_none_get_no_token() {
    let api = Api::new();
    for (number, code) in [("4242424242424241", "incorrect_number"), ("4111 1111 1111 1111", "card_declined")] {
        api.token(number).await.refused(402, code);
    }
    api.advance(20 * 366 * 24 * 3600 * 1000);
    api.token("4242424242424242").await.refused(402, "invalid_expiry_year");
}

#[tokio::test]
async fn objects_are_shown_in_full_only_where_they_are_references() {
    let api = Api::new();
    let customer = api.customer().await;
    let payment = api.pay("pm_card_visa", &[("customer", &customer)]).await.ok();
    let path = format!("/v1/payment_intents/{}", id(&payment));
    let shown = api.get(&format!("{path}?expand[]=customer&expand[]=latest_charge.customer")).await.ok();
    assert_eq!(shown["customer"]["email"], "client@example.com");
    assert_eq!(shown["latest_charge"]["customer"]["id"], customer.as_str());
    for path_of in ["status", "latest_charge.status", "a.b.c.d.e"] {
        assert_eq!(api.get(&format!("{path}?expand[]={path_of}")).await.status, 400, "{path_of}");
    }
}
