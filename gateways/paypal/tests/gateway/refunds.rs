//! Refunds, whole and in part, and what became of them.

use serde_json::json;
use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::{Claim, Gateway, RefundOrder};
use tollgate_sdk::http::SendError;
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{Error, Money};

use crate::fixtures::*;

fn order_of(minor: i64) -> RefundOrder {
    RefundOrder {
        id: REFUND.into(),
        amount: Money { minor, currency: "EUR".into() },
        transaction: CAPTURE.into(),
        reason: "Cancelled order".into(),
        provider_reference: None,
    }
}

fn refunded(minor: i64) -> Result<Claim, Error> {
    PayPal::refund(&instance(), &started(), &order_of(minor))
}

#[test]
fn a_refund_says_its_amount_and_whose_it_is() {
    for (minor, value) in [(300, "3.00"), (1_050, "10.50")] {
        let host = FakeHost::install();
        host.json(201, &refund("COMPLETED", value));
        let claim = refunded(minor).unwrap();
        assert_eq!((said(&claim), claim.amount.minor), (("refunded", REFUND.to_owned()), minor));
        assert_eq!(claim.transaction, "1JU08902781691411");
        assert_eq!(calls(&host), [format!("POST /v2/payments/captures/{CAPTURE}/refund")]);
        let request = &host.requests()[0];
        assert_eq!(header(request, "paypal-request-id"), Some(REFUND));
        let expected = json!({
            "amount": euros(value),
            "custom_id": format!("{PAYMENT}.{REFUND}"),
            "note_to_payer": "Cancelled order",
        });
        assert_eq!(body(request), expected);
    }
}

#[test]
fn a_refund_may_wait_or_fail() {
    let host = FakeHost::install();
    host.json(201, &refund("PENDING", "3.00"));
    assert_eq!(said(&refunded(300).unwrap()), ("pending", "refund-pending".into()));
    let mut by_bank = refund("PENDING", "3.00");
    by_bank["status_details"] = json!({ "reason": "ECHECK" });
    host.json(201, &by_bank);
    assert_eq!(said(&refunded(300).unwrap()), ("pending", "refund-pending-echeck".into()));
    for status in ["FAILED", "CANCELLED"] {
        host.json(201, &refund(status, "3.00"));
        assert_eq!(said(&refunded(300).unwrap()), ("failed", "refund-failed".into()));
    }
}

#[test]
fn what_paypal_refuses_is_declined_in_plain_words() {
    let table = [
        ("REFUND_TIME_LIMIT_EXCEEDED", "refund-too-late"),
        ("PARTIAL_REFUND_NOT_ALLOWED", "refund-whole-only"),
        ("REFUND_FAILED_INSUFFICIENT_FUNDS", "refund-no-funds"),
        ("PENDING_CAPTURE", "refund-not-yet"),
        ("TRANSACTION_DISPUTED", "refund-disputed"),
        ("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK", "refund-disputed"),
        ("REFUND_CAPTURE_CURRENCY_MISMATCH", "refund-currency"),
        ("REFUND_NOT_ALLOWED", "refund-not-allowed"),
        ("MAX_NUMBER_OF_REFUNDS_EXCEEDED", "refund-too-many"),
    ];
    for (issue, words) in table {
        let host = FakeHost::install();
        host.refuses(issue);
        let answer = refunded(300);
        let Err(Error::Declined(refusal)) = answer else { panic!("{issue}: {answer:?}") };
        assert_eq!(refusal.client.id(), Some(words));
        assert!(refusal.staff.contains(issue));
    }
    let host = FakeHost::install();
    host.refuses("SOMETHING_NEW");
    assert!(matches!(refunded(300), Err(Error::Rejected(_))));
    host.not_found();
    assert!(matches!(refunded(300), Err(Error::Rejected(_))));
}

#[test]
fn more_than_is_left_is_declined_unless_it_was_this_very_refund() {
    for (issue, words) in
        [("CAPTURE_FULLY_REFUNDED", "refund-done-before"), ("REFUND_AMOUNT_EXCEEDED", "refund-too-much")]
    {
        let host = FakeHost::install();
        host.refuses(issue);
        let mut others = captured(&capture("REFUNDED"));
        let mut other = refund("COMPLETED", "10.50");
        other["custom_id"] = PAYMENT.into();
        others["purchase_units"][0]["payments"]["refunds"] = json!([other]);
        host.json(200, &others);
        let answer = refunded(1_050);
        let Err(Error::Declined(refusal)) = answer else { panic!("{issue}: {answer:?}") };
        assert_eq!(refusal.client.id(), Some(words));

        host.refuses(issue);
        let mut ours = captured(&capture("REFUNDED"));
        ours["purchase_units"][0]["payments"]["refunds"] = json!([refund("COMPLETED", "10.50")]);
        host.json(200, &ours);
        assert_eq!(said(&refunded(1_050).unwrap()), ("refunded", REFUND.to_owned()));
    }
}

#[test]
fn a_refund_whose_answer_is_lost_is_unknown() {
    let host = FakeHost::install();
    host.answer_with(Err(SendError::Unknown("cut off".into())));
    assert!(matches!(refunded(300), Err(Error::Unknown(_))));
    for (status, answer) in
        [(500, ""), (409, "{}"), (201, "[]"), (201, r#"{"id":"X","amount":{"currency_code":"EUR"}}"#)]
    {
        host.answer(status, answer);
        assert!(matches!(refunded(300), Err(Error::Unknown(_))), "{status} {answer}");
    }
    host.json(201, &json!({ "id": "1JU08902781691411", "status": "COMPLETED" }));
    host.answer(500, "");
    assert!(matches!(refunded(300), Err(Error::Unknown(_))), "done, and not known how");
}

#[test]
fn a_short_answer_is_asked_for_whole() {
    let host = FakeHost::install();
    host.json(201, &json!({ "id": "1JU08902781691411", "status": "COMPLETED" }));
    host.json(200, &refund("COMPLETED", "3.00"));
    assert_eq!(refunded(300).unwrap().amount.minor, 300);
}

#[test]
fn a_known_refund_is_asked_for_by_its_id() {
    let host = FakeHost::install();
    host.json(200, &refund("COMPLETED", "3.00"));
    let known = RefundOrder { provider_reference: Some("1JU08902781691411".into()), ..order_of(300) };
    let claim = PayPal::check_refund(&instance(), &started(), &known).unwrap();
    assert_eq!(said(&claim), ("refunded", REFUND.to_owned()));
    assert_eq!(calls(&host), ["GET /v2/payments/refunds/1JU08902781691411"]);
}

#[test]
fn an_unknown_refund_is_found_by_its_mark_or_ordered_again() {
    let host = FakeHost::install();
    let mut order = captured(&capture("PARTIALLY_REFUNDED"));
    order["purchase_units"][0]["payments"]["refunds"] = json!([refund("PENDING", "3.00")]);
    host.json(200, &order);
    let claim = PayPal::check_refund(&instance(), &started(), &order_of(300)).unwrap();
    assert_eq!(said(&claim).0, "pending");
    assert_eq!(host.requests().len(), 1);

    host.json(200, &captured(&capture("COMPLETED")));
    host.json(201, &refund("COMPLETED", "3.00"));
    let claim = PayPal::check_refund(&instance(), &started(), &order_of(300)).unwrap();
    assert_eq!(said(&claim).0, "refunded");
    assert_eq!(header(&host.requests()[2], "paypal-request-id"), Some(REFUND));

    host.answer(500, "");
    assert!(matches!(PayPal::check_refund(&instance(), &started(), &order_of(300)), Err(Error::Unavailable(_))));
    assert_eq!(host.requests().len(), 4, "nothing is ordered while nothing is known");
}

#[test]
fn what_cannot_be_refunded_is_not_asked_for() {
    let host = FakeHost::install();
    let strange = RefundOrder { transaction: "../../x".into(), ..order_of(300) };
    assert!(matches!(PayPal::refund(&instance(), &started(), &strange), Err(Error::Rejected(_))));
    for minor in [0, -300] {
        assert!(matches!(refunded(minor), Err(Error::Declined(_))), "{minor}");
    }
    assert!(host.requests().is_empty());
}
