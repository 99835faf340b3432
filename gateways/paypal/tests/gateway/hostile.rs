//! Whatever answers: no panic, and nothing becomes "paid" that PayPal did not say of this very payment.

use proptest::prelude::*;
use serde_json::{Value, json};
use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::{Claim, ClaimState, Gateway, Outcome, PaymentKey};
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{Error, Form};

use crate::fixtures::*;

/// What each way to ask makes of one answer for ever.
fn everything(answer: &str) -> Vec<Claim> {
    let host = FakeHost::install();
    let mut claims = Vec::new();
    let again = || (0..6).for_each(|_| host.answer(200, answer));
    again();
    let _ = PayPal::pay_now(&instance(), &started());
    again();
    if let Ok(Outcome::Claims(made)) = PayPal::return_from_provider(&instance(), &started(), &Form::default()) {
        claims.extend(made);
    }
    again();
    claims.extend(PayPal::check(&instance(), &started()).unwrap_or_default());
    claims
}

fn is_paid(claim: &Claim) -> bool {
    claim.state == ClaimState::Paid
}

#[test]
fn answers_of_wrong_types_are_never_paid() {
    let paths = [
        "/status",
        "/id",
        "/purchase_units",
        "/purchase_units/0",
        "/purchase_units/0/payments",
        "/purchase_units/0/payments/captures",
        "/purchase_units/0/payments/captures/0",
        "/purchase_units/0/payments/captures/0/id",
        "/purchase_units/0/payments/captures/0/status",
        "/purchase_units/0/payments/captures/0/amount",
        "/purchase_units/0/payments/captures/0/amount/value",
        "/purchase_units/0/payments/captures/0/amount/currency_code",
    ];
    for path in paths {
        for wrong in
            [json!(null), json!(true), json!(7), json!([7]), json!({ "a": 1 }), json!(""), json!("\u{0}é".repeat(999))]
        {
            let mut order = captured(&capture("COMPLETED"));
            *order.pointer_mut(path).expect(path) = wrong.clone();
            let claims = everything(&order.to_string());
            assert!(!claims.iter().any(is_paid), "{path} = {wrong}: {claims:?}");
        }
    }
}

#[test]
fn a_capture_of_another_payment_is_not_this_payment_s() {
    for path in ["/purchase_units/0/custom_id", "/purchase_units/0/payments/captures/0/custom_id"] {
        let mut order = captured(&capture("COMPLETED"));
        *order.pointer_mut(path).expect(path) = "01JOTHERPAYMENT00000000000".into();
        assert!(everything(&order.to_string()).is_empty(), "{path}");
    }
}

#[test]
fn another_currency_amount_or_merchant_is_claimed_as_it_is_for_the_host_to_hold() {
    let host = FakeHost::install();
    let mut dollars = captured(&capture("COMPLETED"));
    dollars["purchase_units"][0]["payments"]["captures"][0]["amount"]["currency_code"] = "USD".into();
    dollars["purchase_units"][0]["payee"]["merchant_id"] = "SMEBQDYELSE23".into();
    host.json(200, &dollars);
    let claims = PayPal::check(&instance(), &started()).unwrap();
    assert_eq!((claims[0].amount.currency.as_str(), claims[0].merchant.as_deref()), ("USD", Some("SMEBQDYELSE23")));
    assert_eq!(claims[0].fee, None, "a fee in another currency than the claim");
}

#[test]
fn an_approved_order_that_is_not_the_payment_s_is_not_captured() {
    let table = [
        ("/purchase_units/0/custom_id", json!("01JOTHERPAYMENT00000000000")),
        ("/purchase_units/0/custom_id", json!(null)),
        ("/purchase_units/0/amount/value", json!("10.51")),
        ("/purchase_units/0/amount/currency_code", json!("USD")),
        ("/purchase_units/0/payee/merchant_id", json!("SMEBQDYELSE23")),
        ("/purchase_units", json!([])),
    ];
    for (path, other) in table {
        let host = FakeHost::install();
        let mut order = order("APPROVED");
        *order.pointer_mut(path).expect(path) = other;
        host.json(200, &order);
        let answer = PayPal::return_from_provider(&instance(), &started(), &Form::default());
        assert!(matches!(answer, Err(Error::Rejected(_))), "{path}: {answer:?}");
        assert_eq!(host.requests().len(), 1, "{path}: nothing is captured");
    }
}

#[test]
fn huge_answers_make_short_words() {
    let host = FakeHost::install();
    host.json(200, &order("APPROVED"));
    let long = "é".repeat(100_000);
    host.answer(422, &json!({ "name": long, "message": long, "debug_id": long, "details": vec![json!({ "issue": long, "description": long }); 50] }).to_string());
    host.json(200, &order("APPROVED"));
    let Err(Error::Rejected(words)) = PayPal::return_from_provider(&instance(), &started(), &Form::default()) else {
        panic!("a refusal is expected")
    };
    assert!(words.len() <= 1_000, "{}", words.len());
    let mut many = captured(&capture("COMPLETED"));
    many["purchase_units"][0]["payments"]["captures"] = Value::Array(vec![capture("COMPLETED"); 500]);
    host.json(200, &many);
    assert_eq!(PayPal::check(&instance(), &started()).unwrap().len(), 20);
}

#[test]
fn nothing_that_a_browser_brings_is_believed() {
    let host = FakeHost::install();
    for query in ["token=OTHER&PayerID=X&status=COMPLETED", "paid=yes", "%00%ff", ""] {
        host.json(200, &order("PAYER_ACTION_REQUIRED"));
        let step = step(PayPal::return_from_provider(&instance(), &started(), &Form::parse(query)));
        assert_eq!(page(&step), "cancelled");
    }
    assert!(calls(&host).iter().all(|call| *call == format!("GET /v2/checkout/orders/{ORDER}")));
}

fn junk() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("COMPLETED")),
        Just(json!(ORDER)),
        Just(json!("10.50")),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let key = prop_oneof![
            Just("status"),
            Just("id"),
            Just("amount"),
            Just("value"),
            Just("purchase_units"),
            Just("payments"),
            Just("captures"),
            Just("refunds"),
            Just("custom_id"),
            Just("links"),
            Just("resource"),
            Just("event_type")
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((key, inner), 0..4).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn junk_is_never_paid(junk in junk()) {
        prop_assert!(!everything(&junk.to_string()).iter().any(is_paid));
    }

    #[test]
    fn an_order_with_junk_in_it_is_paid_to_its_payment_or_not_at_all(junk in junk(), place in 0_usize..8) {
        let path = [
            "/purchase_units/0/payments", "/purchase_units/0/payments/captures/0", "/purchase_units/0/payee", "/links",
            "/purchase_units/0/payments/captures/0/seller_receivable_breakdown", "/create_time", "/purchase_units",
            "/purchase_units/0/amount",
        ][place];
        let mut order = captured(&capture("COMPLETED"));
        *order.pointer_mut(path).expect(path) = junk;
        for claim in everything(&order.to_string()) {
            prop_assert_eq!(&claim.payment, &PaymentKey::Payment(PAYMENT.into()));
            prop_assert!(!is_paid(&claim) || claim.transaction == CAPTURE);
        }
    }

    #[test]
    fn an_event_of_junk_harms_nobody(junk in junk(), kind in 0..tollgate_paypal::events::TYPES.len()) {
        let host = FakeHost::install();
        host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
        let event = event(tollgate_paypal::events::TYPES[kind], "capture", &junk);
        if let Ok(verified) = PayPal::verify(&instance(), &webhook(&event)) {
            prop_assert!(!verified.claims.iter().any(|claim| is_paid(claim)
                && claim.payment == PaymentKey::Payment(PAYMENT.into())));
        }
    }
}
