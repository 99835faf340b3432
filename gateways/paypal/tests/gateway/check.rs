//! What the sweep and "reload" hear.

use serde_json::{Value, json};
use tollgate_paypal::PayPal;
use tollgate_sdk::Error;
use tollgate_sdk::gateway::{Claim, Gateway, Payment, PaymentState};
use tollgate_sdk::http::SendError;
use tollgate_sdk::testing::FakeHost;

use crate::fixtures::*;

fn check(host: &FakeHost, order: &Value) -> Vec<Claim> {
    host.json(200, order);
    PayPal::check(&instance(), &started()).unwrap()
}

#[test]
fn captures_are_claimed_by_their_state() {
    let host = FakeHost::install();
    for (status, expected) in [
        ("COMPLETED", "paid"),
        ("PARTIALLY_REFUNDED", "paid"),
        ("REFUNDED", "paid"),
        ("PENDING", "pending"),
        ("DECLINED", "failed"),
        ("FAILED", "failed"),
        ("SOMETHING_NEW", "pending"),
    ] {
        let claims = check(&host, &captured(&capture(status)));
        assert_eq!(states(&claims), [expected], "{status}");
        assert_eq!(claims[0].fee.is_some(), expected == "paid");
    }
}

#[test]
fn every_reason_to_wait_has_plain_words() {
    let host = FakeHost::install();
    let table = [
        ("BUYER_COMPLAINT", "pending-buyer-complaint"),
        ("CHARGEBACK", "pending-chargeback"),
        ("ECHECK", "pending-echeck"),
        ("INTERNATIONAL_WITHDRAWAL", "pending-international-withdrawal"),
        ("OTHER", "pending-other"),
        ("PENDING_REVIEW", "pending-review"),
        ("RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION", "pending-manual-action"),
        ("REFUNDED", "pending-refunded"),
        ("TRANSACTION_APPROVED_AWAITING_FUNDING", "pending-awaiting-funding"),
        ("UNILATERAL", "pending-unilateral"),
        ("VERIFICATION_REQUIRED", "pending-verification"),
        ("SOMETHING_NEW", "pending-other"),
    ];
    for (reason, words) in table {
        let mut waiting = capture("PENDING");
        waiting["status_details"] = json!({ "reason": reason });
        assert_eq!(said(&check(&host, &captured(&waiting))[0]), ("pending", words.to_owned()));
    }
}

#[test]
fn refunds_of_an_order_are_claimed_beside_its_capture() {
    let host = FakeHost::install();
    let mut order = captured(&capture("PARTIALLY_REFUNDED"));
    let mut by_hand = refund("COMPLETED", "2.00");
    by_hand["id"] = "2BYHAND".into();
    by_hand["custom_id"] = PAYMENT.into();
    order["purchase_units"][0]["payments"]["refunds"] =
        json!([refund("COMPLETED", "3.00"), by_hand, refund("PENDING", "1.00"), refund("FAILED", "1.00")]);
    let claims = check(&host, &order);
    let said: Vec<_> =
        claims.iter().map(|claim| (said(claim), claim.amount.minor, claim.transaction.as_str())).collect();
    assert_eq!(
        said,
        [
            (("paid", String::new()), 1_050, CAPTURE),
            (("refunded", REFUND.to_owned()), 300, "1JU08902781691411"),
            (("refunded", String::new()), 200, "2BYHAND"),
        ]
    );
}

#[test]
fn a_payer_who_approved_and_never_came_back_has_paid() {
    let host = FakeHost::install();
    host.json(200, &order("APPROVED"));
    host.json(201, &captured(&capture("COMPLETED")));
    assert_eq!(states(&PayPal::check(&instance(), &started()).unwrap()), ["paid"]);
}

#[test]
fn a_capture_that_was_refused_is_waited_for_or_failed() {
    for (issue, expected) in [("INSTRUMENT_DECLINED", "pending"), ("PAYER_CANNOT_PAY", "failed")] {
        let host = FakeHost::install();
        host.json(200, &order("APPROVED"));
        host.refuses(issue);
        host.json(200, &order("APPROVED"));
        let claims = PayPal::check(&instance(), &started()).unwrap();
        assert_eq!((states(&claims), claims[0].transaction.as_str()), (vec![expected], ORDER));
    }
}

#[test]
fn a_refused_capture_whose_order_another_request_captured_is_paid_and_not_failed() {
    for issue in ["PAYER_CANNOT_PAY", "TRANSACTION_REFUSED", "INSTRUMENT_DECLINED", "DUPLICATE_INVOICE_ID"] {
        let host = FakeHost::install();
        host.json(200, &order("APPROVED"));
        host.refuses(issue);
        host.json(200, &captured(&capture("COMPLETED")));
        let claims = PayPal::check(&instance(), &started()).unwrap();
        assert_eq!((states(&claims), claims[0].transaction.as_str()), (vec!["paid"], CAPTURE), "{issue}");
        assert!(claims[0].fee.is_some() && claims[0].merchant.as_deref() == Some(MERCHANT), "{issue}");
    }
}

#[test]
fn a_refused_capture_is_not_failed_before_paypal_said_how_its_order_stands() {
    let table = [("PAYER_CANNOT_PAY", None), ("SOMETHING_NEW", None), ("INSTRUMENT_DECLINED", Some("pending"))];
    for (issue, expected) in table {
        for silence in [(500, ""), (429, "{}"), (200, "<html>"), (200, "{\"id\":\"ANOTHER\"}")] {
            let host = FakeHost::install();
            host.json(200, &order("APPROVED"));
            host.refuses(issue);
            host.answer(silence.0, silence.1);
            match (PayPal::check(&instance(), &started()), expected) {
                (Err(Error::Unknown(why)), None) => assert!(why.contains(issue), "{why}"),
                (Ok(claims), Some(state)) => assert_eq!(states(&claims), [state]),
                (other, _) => panic!("{issue}, {silence:?}: {other:?}"),
            }
        }
    }
}

#[test]
fn nothing_is_taken_for_a_closed_payment() {
    let host = FakeHost::install();
    for state in [PaymentState::Cancelled, PaymentState::Failed, PaymentState::Paid] {
        host.json(200, &order("APPROVED"));
        assert_eq!(PayPal::check(&instance(), &Payment { state, ..started() }), Ok(Vec::new()));
    }
    assert!(calls(&host).iter().all(|call| call.starts_with("GET")));
}

#[test]
fn an_order_that_cannot_be_paid_any_more_is_cancelled() {
    let host = FakeHost::install();
    assert_eq!(states(&check(&host, &order("VOIDED"))), ["cancelled"]);
    assert_eq!(states(&check(&host, &order("PAYER_ACTION_REQUIRED"))), ["pending"]);
    host.not_found();
    assert_eq!(PayPal::check(&instance(), &started()), Ok(Vec::new()), "too early to say");
    host.set_now(CREATED_MS + 4 * HOUR_MS);
    host.not_found();
    assert_eq!(states(&PayPal::check(&instance(), &started()).unwrap()), ["cancelled"]);
    assert_eq!(states(&check(&host, &order("PAYER_ACTION_REQUIRED"))), ["pending"]);
    host.set_now(CREATED_MS + 8 * 24 * HOUR_MS);
    assert_eq!(states(&check(&host, &order("PAYER_ACTION_REQUIRED"))), ["cancelled"]);
    assert_eq!(states(&check(&host, &order("SOMETHING_NEW"))), [""; 0]);
}

#[test]
fn a_payment_that_never_had_an_order_comes_to_an_end() {
    let host = FakeHost::install();
    assert_eq!(PayPal::check(&instance(), &payment()), Ok(Vec::new()));
    host.set_now(CREATED_MS + 8 * 24 * HOUR_MS);
    assert_eq!(states(&PayPal::check(&instance(), &payment()).unwrap()), ["cancelled"]);
    assert!(host.requests().is_empty());
}

#[test]
fn a_fee_in_another_currency_is_left_out_and_said() {
    let host = FakeHost::install();
    let mut exchanged = capture("COMPLETED");
    exchanged["seller_receivable_breakdown"]["paypal_fee"] = json!({ "currency_code": "USD", "value": "0.80" });
    let claims = check(&host, &captured(&exchanged));
    assert_eq!((states(&claims), &claims[0].fee), (vec!["paid"], &None));
    assert!(host.logged().iter().any(|(_, line)| line.contains("USD 0.80")), "{:?}", host.logged());
}

#[test]
fn who_does_not_answer_says_nothing() {
    let host = FakeHost::install();
    host.answer_with(Err(SendError::Unknown("cut off".into())));
    assert!(matches!(PayPal::check(&instance(), &started()), Err(Error::Unavailable(_))));
    let mut empty = captured(&capture("COMPLETED"));
    empty["purchase_units"][0]["payments"] = json!({});
    host.json(200, &empty);
    assert!(matches!(PayPal::check(&instance(), &started()), Err(Error::Unknown(_))), "captured, and no capture");
}
