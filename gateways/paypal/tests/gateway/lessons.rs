//! Bugs that systems of this kind have had, by their numbers in the contract's list.

use serde_json::json;
use tollgate_paypal::PayPal;
use tollgate_sdk::Form;
use tollgate_sdk::gateway::{Gateway, Payment, WebhookRefusal};
use tollgate_sdk::testing::{self, FakeHost};

use crate::fixtures::*;

#[test]
fn lesson_01_a_claim_carries_the_provider_s_currency_and_not_the_payment_s() {
    let host = FakeHost::install();
    let mut yen = captured(&capture("COMPLETED"));
    yen["purchase_units"][0]["payments"]["captures"][0]["amount"] = json!({ "currency_code": "JPY", "value": "1050" });
    host.json(200, &yen);
    let claims = PayPal::check(&instance(), &started()).unwrap();
    assert_eq!((claims[0].amount.minor, claims[0].amount.currency.as_str()), (1_050, "JPY"));
}

#[test]
fn lesson_02_a_refund_always_says_its_amount() {
    let host = FakeHost::install();
    host.json(201, &refund("COMPLETED", "10.50"));
    let order = tollgate_sdk::gateway::RefundOrder {
        id: REFUND.into(),
        amount: payment().amount,
        transaction: CAPTURE.into(),
        reason: String::new(),
        provider_reference: None,
    };
    PayPal::refund(&instance(), &started(), &order).unwrap();
    assert_eq!(body(&host.requests()[0])["amount"], euros("10.50"));
}

#[test]
fn lesson_05_return_check_and_webhook_claim_one_movement_under_one_key() {
    let host = FakeHost::install();
    host.json(200, &order("APPROVED"));
    host.json(201, &captured(&capture("COMPLETED")));
    let returned = claimed(PayPal::return_from_provider(&instance(), &started(), &Form::default()));
    host.json(200, &captured(&capture("COMPLETED")));
    let checked = PayPal::check(&instance(), &started()).unwrap();
    let mut resource = capture("COMPLETED");
    resource["payee"] = json!({ "merchant_id": MERCHANT });
    host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
    let told =
        PayPal::verify(&instance(), &webhook(&event("PAYMENT.CAPTURE.COMPLETED", "capture", &resource))).unwrap();
    assert_eq!(returned, checked);
    assert_eq!(checked, told.claims);
}

#[test]
fn lesson_07_a_claim_names_the_account_that_was_paid_whatever_is_configured() {
    let host = FakeHost::install();
    let mut other = captured(&capture("COMPLETED"));
    other["purchase_units"][0]["payee"]["merchant_id"] = "SMEBQDYELSE23".into();
    host.json(200, &other);
    let claims = PayPal::check(&instance(), &started()).unwrap();
    assert_eq!(claims[0].merchant.as_deref(), Some("SMEBQDYELSE23"));
    let required = PayPal::describe().configuration.into_iter().flat_map(|group| group.fields);
    let required: Vec<_> = required.filter(|field| field.required).map(|field| field.key).collect();
    assert_eq!(required, ["client-id", "client-secret", "merchant"], "the host has something to compare it with");
}

#[test]
fn lesson_08_without_a_webhook_id_no_webhook_is_believed() {
    let host = FakeHost::install();
    host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
    let event = event("PAYMENT.CAPTURE.COMPLETED", "capture", &capture("COMPLETED"));
    let answer = PayPal::verify(&with(&[("webhook-id", "")]), &webhook(&event));
    assert!(matches!(answer, Err(WebhookRefusal::Forged(_))), "{answer:?}");
    assert!(host.requests().is_empty());
}

#[test]
fn lesson_11_invoice_ids_are_unique_per_payment_and_request_ids_the_same_across_tries() {
    let host = FakeHost::install();
    let again = Payment { id: "01JSECONDPAYMENT0000000000".into(), ..payment() };
    for payment in [payment(), payment(), again] {
        host.json(201, &order("PAYER_ACTION_REQUIRED"));
        PayPal::pay_now(&instance(), &payment).unwrap();
    }
    let requests = host.requests();
    let invoice = |index: usize| body(&requests[index])["purchase_units"][0]["invoice_id"].as_str().unwrap().to_owned();
    let request = |index: usize| header(&requests[index], "paypal-request-id").unwrap();
    assert_eq!((invoice(0), request(0)), (invoice(1), request(1)));
    assert_ne!(invoice(0), invoice(2), "two payments of one invoice");
    assert_ne!(request(0), request(2));
    assert!(request(0).len() <= 108 && invoice(0).len() <= 127);
}

#[test]
fn lesson_15_currencies_keep_their_own_decimals() {
    let host = FakeHost::install();
    for (minor, currency, value) in [(1_050, "JPY", "1050"), (105_000, "HUF", "1050"), (1_050, "EUR", "10.50")] {
        let mut made = order("PAYER_ACTION_REQUIRED");
        made["id"] = "ANOTHER".into();
        host.json(201, &made);
        PayPal::pay_now(&instance(), &testing::payment(minor, currency)).unwrap();
        let sent = body(host.requests().last().unwrap());
        assert_eq!(sent["purchase_units"][0]["amount"], json!({ "currency_code": currency, "value": value }));
    }
}
