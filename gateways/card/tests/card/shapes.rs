//! Stripe's objects, as its reference shows them.

use serde_json::{Value, json};

use super::{INTENT, NOW_S, PAYMENT};

/// `base` with these members set.
pub fn with(mut base: Value, changes: &Value) -> Value {
    let (Some(into), Some(changes)) = (base.as_object_mut(), changes.as_object()) else { panic!("objects") };
    into.extend(changes.clone());
    base
}

/// An intent of EUR 25.00 that waits for a card.
pub fn intent() -> Value {
    json!({
        "id": INTENT, "object": "payment_intent", "amount": 2500, "amount_capturable": 0, "amount_received": 0,
        "capture_method": "automatic", "client_secret": format!("{INTENT}_secret_Xyz"), "confirmation_method": "automatic",
        "created": NOW_S, "currency": "eur", "customer": null, "description": "Invoice 2026-0001",
        "last_payment_error": null, "latest_charge": null, "livemode": false,
        "metadata": {"payment": PAYMENT, "reference": "RF18539007547034", "invoice": "2026-0001"},
        "next_action": null, "payment_method": null, "payment_method_types": ["card"], "setup_future_usage": null,
        "status": "requires_payment_method"
    })
}

pub fn intent_with(changes: &Value) -> Value {
    with(intent(), changes)
}

pub fn charge() -> Value {
    json!({
        "id": "ch_3Qcharge", "object": "charge", "amount": 2500, "amount_captured": 2500, "amount_refunded": 0,
        "created": NOW_S + 60, "currency": "eur", "disputed": false, "livemode": false, "paid": true,
        "payment_intent": INTENT, "refunded": false, "status": "succeeded",
        "balance_transaction": {"id": "txn_1", "object": "balance_transaction", "amount": 2500, "currency": "eur",
            "fee": 63, "net": 2437},
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242", "exp_month": 12,
            "exp_year": 2028}}
    })
}

pub fn succeeded() -> Value {
    intent_with(&json!({
        "status": "succeeded", "amount_received": 2500, "latest_charge": charge(), "payment_method": "pm_1Card"
    }))
}

/// What the payer agreed to keep.
pub fn succeeded_and_kept() -> Value {
    with(succeeded(), &json!({"customer": "cus_Kept", "setup_future_usage": "off_session"}))
}

pub fn requires_action() -> Value {
    intent_with(&json!({
        "status": "requires_action", "payment_method": "pm_1Card",
        "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    }))
}

pub fn declined_intent(problem: &Value) -> Value {
    intent_with(&json!({"last_payment_error": problem, "latest_charge": "ch_3Qfailed"}))
}

pub fn card_error(code: &str, decline_code: &str) -> Value {
    json!({
        "type": "card_error", "code": code, "decline_code": decline_code, "charge": "ch_3Qfailed",
        "message": "Your card was declined.", "doc_url": "https://stripe.com/docs/error-codes/card-declined"
    })
}

/// The body of a 402, with the intent as it stands after.
pub fn declined(code: &str, decline_code: &str) -> Value {
    let error = card_error(code, decline_code);
    json!({"error": with(error.clone(), &json!({"payment_intent": declined_intent(&error)}))})
}

pub fn refusal(kind: &str, code: &str, param: Option<&str>) -> Value {
    json!({"error": {"type": kind, "code": code, "param": param, "message": "No."}})
}

pub fn refund(order: &str) -> Value {
    json!({
        "id": "re_3Qrefund", "object": "refund", "amount": 1000, "charge": "ch_3Qcharge", "created": NOW_S + 600,
        "currency": "eur", "metadata": {"refund": order, "payment": PAYMENT}, "payment_intent": INTENT,
        "reason": "requested_by_customer", "status": "succeeded"
    })
}

pub fn dispute(status: &str, reason: &str) -> Value {
    json!({
        "id": "du_1Qdispute", "object": "dispute", "amount": 2500, "charge": "ch_3Qcharge", "created": NOW_S + 900,
        "currency": "eur", "livemode": false, "payment_intent": INTENT, "reason": reason, "status": status
    })
}

pub fn list(data: &[Value]) -> Value {
    json!({"object": "list", "data": data, "has_more": false, "url": "/v1/things"})
}

pub fn event(kind: &str, object: &Value) -> Value {
    json!({
        "id": "evt_1Qevent", "object": "event", "api_version": "2025-09-30.clover", "created": NOW_S,
        "data": {"object": object}, "livemode": false, "pending_webhooks": 1, "request": {"id": null}, "type": kind
    })
}
