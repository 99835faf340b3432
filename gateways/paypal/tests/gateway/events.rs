//! What proven events claim.

use serde_json::{Value, json};
use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::{Claim, Gateway, PaymentKey, WebhookRefusal};
use tollgate_sdk::testing::FakeHost;

use crate::fixtures::*;

/// PayPal confirms the event; whatever else is asked must have been scripted before.
fn heard(host: &FakeHost, event: &Value, more: &[(u16, Value)]) -> Result<Vec<Claim>, WebhookRefusal> {
    host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
    for (status, answer) in more {
        host.json(*status, answer);
    }
    PayPal::verify(&instance(), &webhook(event)).map(|verified| verified.claims)
}

fn with_payee(mut capture: Value) -> Value {
    capture["payee"] = json!({ "merchant_id": MERCHANT });
    capture
}

fn ours() -> PaymentKey {
    PaymentKey::Payment(PAYMENT.into())
}

#[test]
fn captures_are_claimed_by_their_own_status() {
    let host = FakeHost::install();
    for (kind, status, expected) in [
        ("PAYMENT.CAPTURE.COMPLETED", "COMPLETED", "paid"),
        ("PAYMENT.CAPTURE.PENDING", "PENDING", "pending"),
        ("PAYMENT.CAPTURE.DENIED", "DECLINED", "failed"),
        ("PAYMENT.CAPTURE.DECLINED", "DECLINED", "failed"),
        ("PAYMENT.CAPTURE.COMPLETED", "PENDING", "pending"),
        ("PAYMENT.CAPTURE.PENDING", "COMPLETED", "paid"),
    ] {
        let claims = heard(&host, &event(kind, "capture", &with_payee(capture(status))), &[]).unwrap();
        assert_eq!(states(&claims), [expected], "{kind} {status}");
        assert_eq!((&claims[0].payment, claims[0].transaction.as_str()), (&ours(), CAPTURE));
    }
}

#[test]
fn the_merchant_is_asked_for_where_the_event_leaves_it_out() {
    let host = FakeHost::install();
    let event = event("PAYMENT.CAPTURE.COMPLETED", "capture", &capture("COMPLETED"));
    let claims = heard(&host, &event, &[(200, with_payee(capture("COMPLETED")))]).unwrap();
    assert_eq!(claims[0].merchant.as_deref(), Some(MERCHANT));
    assert_eq!(calls(&host)[1], format!("GET /v2/payments/captures/{CAPTURE}"));
    let unanswered = heard(&host, &event, &[(500, json!({}))]);
    assert!(matches!(unanswered, Err(WebhookRefusal::Unproven(_))), "kept, not half believed");
    let unknown = heard(&host, &event, &[(404, json!({}))]).unwrap();
    assert_eq!(unknown[0].merchant, None, "the host holds it");
}

#[test]
fn money_that_nobody_knows_is_still_claimed() {
    let host = FakeHost::install();
    for (custom_id, related, expected) in [
        (json!(null), json!({ "related_ids": { "order_id": ORDER } }), ORDER),
        (json!("29b0b044-fbfe-4325-952e-20000d4a6caf"), json!({ "related_ids": { "order_id": ORDER } }), ORDER),
        (json!(null), json!(null), CAPTURE),
        (json!("12345"), json!({ "related_ids": { "order_id": "a/b" } }), CAPTURE),
    ] {
        let mut foreign = with_payee(capture("COMPLETED"));
        foreign["custom_id"] = custom_id;
        foreign["supplementary_data"] = related;
        let claims = heard(&host, &event("PAYMENT.CAPTURE.COMPLETED", "capture", &foreign), &[]).unwrap();
        assert_eq!(claims[0].payment, PaymentKey::Provider(expected.into()));
    }
}

#[test]
fn a_refund_names_its_payment_and_the_host_s_refund() {
    let host = FakeHost::install();
    let claims = heard(&host, &event("PAYMENT.CAPTURE.REFUNDED", "refund", &refund("COMPLETED", "3.00")), &[]).unwrap();
    assert_eq!((said(&claims[0]), &claims[0].payment), (("refunded", REFUND.to_owned()), &ours()));
    assert_eq!((claims[0].transaction.as_str(), claims[0].amount.minor), ("1JU08902781691411", 300));

    let mut by_hand = refund("COMPLETED", "3.00");
    by_hand["custom_id"] = PAYMENT.into();
    let claims = heard(&host, &event("PAYMENT.CAPTURE.REFUNDED", "refund", &by_hand), &[]).unwrap();
    assert_eq!((said(&claims[0]), &claims[0].payment), (("refunded", String::new()), &ours()));

    by_hand.as_object_mut().unwrap().remove("custom_id");
    let event = event("PAYMENT.CAPTURE.REFUNDED", "refund", &by_hand);
    let claims = heard(&host, &event, &[(200, capture("PARTIALLY_REFUNDED"))]).unwrap();
    assert_eq!((said(&claims[0]), &claims[0].payment), (("refunded", String::new()), &ours()), "by its capture");
    let unanswered = heard(&host, &event, &[(503, json!({}))]);
    assert!(matches!(unanswered, Err(WebhookRefusal::Unproven(_))));
}

#[test]
fn a_refund_that_waits_moved_no_money() {
    let host = FakeHost::install();
    for status in ["PENDING", "FAILED", "CANCELLED", "SOMETHING_NEW"] {
        let event = event("PAYMENT.CAPTURE.REFUNDED", "refund", &refund(status, "3.00"));
        assert_eq!(heard(&host, &event, &[]), Ok(Vec::new()), "{status}");
    }
}

#[test]
fn an_approval_promises_nothing_and_a_void_order_is_cancelled() {
    let host = FakeHost::install();
    let reversed = json!({ "order_id": ORDER, "purchase_units": order("VOIDED")["purchase_units"] });
    for (kind, resource, expected) in [
        ("CHECKOUT.ORDER.APPROVED", order("APPROVED"), "pending"),
        ("CHECKOUT.ORDER.APPROVED", captured(&capture("COMPLETED")), "pending"),
        ("CHECKOUT.ORDER.VOIDED", order("VOIDED"), "cancelled"),
        ("CHECKOUT.PAYMENT-APPROVAL.REVERSED", reversed, "cancelled"),
    ] {
        let claims = heard(&host, &event(kind, "checkout-order", &resource), &[]).unwrap();
        assert_eq!((states(&claims), claims[0].transaction.as_str()), (vec![expected], ORDER), "{kind}");
        assert_eq!(claims[0].payment, ours());
    }
}

#[test]
fn news_of_an_order_that_was_replaced_is_no_news_of_its_payment() {
    let host = FakeHost::install();
    host.json(200, &order("VOIDED"));
    let mut second = order("PAYER_ACTION_REQUIRED");
    second["id"] = "SECOND".into();
    host.json(201, &second);
    PayPal::pay_now(&instance(), &started()).unwrap();
    for kind in ["CHECKOUT.ORDER.VOIDED", "CHECKOUT.ORDER.APPROVED", "CHECKOUT.PAYMENT-APPROVAL.REVERSED"] {
        assert_eq!(heard(&host, &event(kind, "checkout-order", &order("VOIDED")), &[]), Ok(Vec::new()));
    }
    second["status"] = "VOIDED".into();
    let claims = heard(&host, &event("CHECKOUT.ORDER.VOIDED", "checkout-order", &second), &[]).unwrap();
    assert_eq!(states(&claims), ["cancelled"]);
}

#[test]
fn a_reversal_without_a_dispute_is_money_that_went_back() {
    let host = FakeHost::install();
    let mut reversal = refund("COMPLETED", "10.50");
    reversal["custom_id"] = PAYMENT.into();
    for nothing in [(200, json!({ "items": [] })), (404, json!({})), (403, json!({ "name": "NOT_AUTHORIZED" }))] {
        let claims = heard(&host, &event("PAYMENT.CAPTURE.REVERSED", "refund", &reversal), &[nothing]).unwrap();
        assert_eq!((said(&claims[0]), claims[0].amount.minor), (("refunded", String::new()), 1_050));
        assert_eq!((&claims[0].payment, claims[0].transaction.as_str()), (&ours(), "1JU08902781691411"));
    }
    let whole = event("PAYMENT.CAPTURE.REVERSED", "capture", &capture("REFUNDED"));
    let claims = heard(&host, &whole, &[(200, json!({}))]).unwrap();
    assert_eq!((states(&claims), claims[0].transaction.as_str()), (vec!["refunded"], CAPTURE));
    let unanswered = heard(&host, &whole, &[(500, json!({}))]);
    assert!(matches!(unanswered, Err(WebhookRefusal::Unproven(_))));
}

#[test]
fn a_reversal_because_of_a_dispute_is_the_dispute_s_to_claim() {
    let host = FakeHost::install();
    let event = event("PAYMENT.CAPTURE.REVERSED", "refund", &refund("COMPLETED", "10.50"));
    let dispute = crate::disputes::dispute("RESOLVED", "RESOLVED_BUYER_FAVOUR");
    let found = json!({ "items": [{ "dispute_id": "PP-D-4012" }, { "dispute_id": "../x" }] });
    let claims = heard(&host, &event, &[(200, found), (200, dispute)]).unwrap();
    assert_eq!(states(&claims), ["disputed", "dispute-lost"]);
    assert!(claims.iter().all(|claim| claim.transaction == "PP-D-4012"));
    assert_eq!(
        calls(&host)[1..],
        [
            format!("GET /v1/customer/disputes?disputed_transaction_id={CAPTURE}"),
            "GET /v1/customer/disputes/PP-D-4012".to_owned(),
        ]
    );
}
