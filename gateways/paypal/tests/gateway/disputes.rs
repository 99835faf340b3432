//! Disputes: opened, won, lost, in any order.

use serde_json::{Value, json};
use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::{Claim, Gateway, PaymentKey};
use tollgate_sdk::testing::FakeHost;

use crate::fixtures::*;

pub fn dispute(status: &str, outcome: &str) -> Value {
    let mut dispute = json!({
        "dispute_id": "PP-D-4012",
        "create_time": "2026-01-10T00:00:00.000Z",
        "update_time": "2026-01-11T00:00:00.000Z",
        "disputed_transactions": [{
            "seller_transaction_id": CAPTURE,
            "custom": PAYMENT,
            "gross_amount": euros("10.50"),
            "seller": { "merchant_id": MERCHANT, "name": "Example Hosting" },
        }],
        "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        "status": status,
        "dispute_amount": euros("10.50"),
        "dispute_life_cycle_stage": "CHARGEBACK",
    });
    if !outcome.is_empty() {
        dispute["dispute_outcome"] = json!({ "outcome_code": outcome });
    }
    dispute
}

fn heard(host: &FakeHost, resource: &Value) -> Vec<Claim> {
    host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
    let event = event("CUSTOMER.DISPUTE.UPDATED", "dispute", resource);
    PayPal::verify(&instance(), &webhook(&event)).unwrap().claims
}

#[test]
fn a_dispute_holds_the_disputed_amount() {
    let host = FakeHost::install();
    for status in ["OPEN", "WAITING_FOR_SELLER_RESPONSE", "UNDER_REVIEW", "OTHER"] {
        let claims = heard(&host, &dispute(status, ""));
        let [claim] = claims.as_slice() else { panic!("{claims:?}") };
        assert_eq!(said(claim), ("disputed", "dispute-not-received".into()));
        assert_eq!((claim.transaction.as_str(), claim.amount.minor), ("PP-D-4012", 1_050));
        assert_eq!(claim.payment, PaymentKey::Payment(PAYMENT.into()));
        assert_eq!(claim.merchant.as_deref(), Some(MERCHANT));
        assert_eq!(claim.at, 1_768_089_600_000);
    }
}

#[test]
fn an_end_is_won_or_lost_and_tells_the_beginning_too() {
    let host = FakeHost::install();
    for (outcome, end) in [
        ("RESOLVED_BUYER_FAVOUR", "dispute-lost"),
        ("ACCEPTED", "dispute-lost"),
        ("RESOLVED_SELLER_FAVOUR", "dispute-won"),
        ("RESOLVED_WITH_PAYOUT", "dispute-won"),
        ("CANCELED_BY_BUYER", "dispute-won"),
        ("DENIED", "dispute-won"),
        ("NONE", "dispute-won"),
    ] {
        let claims = heard(&host, &dispute("RESOLVED", outcome));
        assert_eq!(states(&claims), ["disputed", end], "{outcome}");
        assert!(claims.iter().all(|claim| claim.amount.minor == 1_050));
    }
    let mut paid_back = dispute("RESOLVED", "NONE");
    paid_back["dispute_outcome"]["amount_refunded"] = euros("10.50");
    assert_eq!(states(&heard(&host, &paid_back)), ["disputed", "dispute-lost"]);
    assert_eq!(states(&heard(&host, &dispute("RESOLVED", "SOMETHING_NEW"))), ["disputed"]);
    assert_eq!(states(&heard(&host, &dispute("OPEN", "RESOLVED_BUYER_FAVOUR"))), ["disputed"]);
}

#[test]
fn what_is_lost_in_part_is_won_in_part() {
    let host = FakeHost::install();
    let mut part = dispute("RESOLVED", "RESOLVED_BUYER_FAVOUR");
    part["dispute_outcome"]["amount_refunded"] = euros("4.00");
    let claims = heard(&host, &part);
    let amounts: Vec<_> = claims.iter().map(|claim| (said(claim).0, claim.amount.minor)).collect();
    assert_eq!(amounts, [("disputed", 1_050), ("dispute-lost", 400), ("dispute-won", 650)]);
    for other in [euros("10.50"), euros("99.00"), euros("0.00"), json!({ "currency_code": "USD", "value": "4.00" })] {
        part["dispute_outcome"]["amount_refunded"] = other;
        assert_eq!(states(&heard(&host, &part)), ["disputed", "dispute-lost"]);
    }
}

#[test]
fn a_dispute_without_our_mark_is_found_by_its_capture() {
    let host = FakeHost::install();
    let mut foreign = dispute("OPEN", "");
    foreign["disputed_transactions"][0]["custom"] = "something else".into();
    host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
    host.json(200, &capture("COMPLETED"));
    let event = event("CUSTOMER.DISPUTE.CREATED", "dispute", &foreign);
    let claims = PayPal::verify(&instance(), &webhook(&event)).unwrap().claims;
    assert_eq!(claims[0].payment, PaymentKey::Payment(PAYMENT.into()));
    host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
    host.not_found();
    let claims = PayPal::verify(&instance(), &webhook(&event)).unwrap().claims;
    assert_eq!(claims[0].payment, PaymentKey::Provider(CAPTURE.into()), "for staff to look at");
}

#[test]
fn a_dispute_about_several_payments_claims_each_apart() {
    let host = FakeHost::install();
    let mut several = dispute("OPEN", "");
    let mut second = several["disputed_transactions"][0].clone();
    second["seller_transaction_id"] = "SECONDCAPTURE".into();
    second["custom"] = "01JSECONDPAYMENT0000000000".into();
    second["gross_amount"] = euros("4.00");
    several["disputed_transactions"].as_array_mut().unwrap().push(second);
    several["dispute_amount"] = euros("14.50");
    let claims = heard(&host, &several);
    let each: Vec<_> = claims.iter().map(|claim| (claim.transaction.as_str(), claim.amount.minor)).collect();
    assert_eq!(each, [("PP-D-4012-3C679366HH908993F", 1_050), ("PP-D-4012-SECONDCAPTURE", 400)]);
}

#[test]
fn every_reason_has_plain_words() {
    let host = FakeHost::install();
    let table = [
        ("MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED", "dispute-not-as-described"),
        ("UNAUTHORISED", "dispute-unauthorised"),
        ("CREDIT_NOT_PROCESSED", "dispute-credit"),
        ("DUPLICATE_TRANSACTION", "dispute-duplicate"),
        ("INCORRECT_AMOUNT", "dispute-amount"),
        ("PAYMENT_BY_OTHER_MEANS", "dispute-paid-otherwise"),
        ("CANCELED_RECURRING_BILLING", "dispute-recurring"),
        ("PROBLEM_WITH_REMITTANCE", "dispute-remittance"),
        ("OTHER", "dispute-other"),
        ("SOMETHING_NEW", "dispute-other"),
    ];
    for (reason, words) in table {
        let mut opened = dispute("OPEN", "");
        opened["reason"] = reason.into();
        assert_eq!(said(&heard(&host, &opened)[0]).1, words);
    }
}
