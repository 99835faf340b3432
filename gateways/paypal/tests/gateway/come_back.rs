//! The client is back from PayPal: what their browser brings proves nothing.

use serde_json::json;
use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::{Gateway, Outcome, Payment, PaymentKey, PaymentState};
use tollgate_sdk::http::SendError;
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{Error, Form, Money};

use crate::fixtures::*;

fn come_back(payment: &Payment) -> Result<Outcome, Error> {
    PayPal::return_from_provider(&instance(), payment, &Form::parse("token=FORGED&PayerID=FORGED"))
}

#[test]
fn an_approved_order_is_captured_and_claimed() {
    let host = FakeHost::install();
    host.json(200, &order("APPROVED"));
    host.json(201, &captured(&capture("COMPLETED")));
    let claims = claimed(come_back(&started()));
    let [claim] = claims.as_slice() else { panic!("{claims:?}") };
    assert_eq!(claim.payment, PaymentKey::Payment(PAYMENT.into()));
    assert_eq!((said(claim).0, claim.transaction.as_str(), claim.live), ("paid", CAPTURE, false));
    assert_eq!(claim.amount, Money { minor: 1_050, currency: "EUR".into() });
    assert_eq!(claim.fee, Some(Money { minor: 72, currency: "EUR".into() }));
    assert_eq!(claim.merchant.as_deref(), Some(MERCHANT));
    assert_eq!(claim.at, CREATED_MS + 301_000);
    let requests = host.requests();
    assert_eq!(
        calls(&host),
        [format!("GET /v2/checkout/orders/{ORDER}"), format!("POST /v2/checkout/orders/{ORDER}/capture"),]
    );
    assert_eq!(header(&requests[1], "paypal-request-id"), Some("5O190127TN364715T-capture-1"));
    assert_eq!(header(&requests[1], "prefer"), Some("return=representation"));
    assert_eq!(requests[1].body, b"{}");
}

#[test]
fn real_money_is_said_to_be_real() {
    let host = FakeHost::install();
    host.json(200, &captured(&capture("COMPLETED")));
    let claims = claimed(PayPal::return_from_provider(&live(), &started(), &Form::default()));
    assert!(claims[0].live);
}

#[test]
fn who_cancels_at_paypal_may_try_again() {
    let host = FakeHost::install();
    for status in ["CREATED", "PAYER_ACTION_REQUIRED"] {
        host.json(200, &order(status));
        assert_eq!(page(&step(come_back(&started()))), "cancelled");
    }
    host.json(200, &order("VOIDED"));
    assert_eq!(page(&step(come_back(&started()))), "expired");
    host.not_found();
    assert_eq!(page(&step(come_back(&started()))), "expired");
    assert!(calls(&host).iter().all(|call| call.starts_with("GET")), "nothing is made or taken");
}

#[test]
fn a_declined_card_leads_back_to_paypal_and_is_tried_anew_after_that() {
    let table =
        ["INSTRUMENT_DECLINED", "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING", "PAYER_ACTION_REQUIRED", "ORDER_NOT_APPROVED"];
    for issue in table {
        let host = FakeHost::install();
        host.json(200, &order("APPROVED"));
        host.refuses(issue);
        host.json(200, &order("APPROVED"));
        let step = step(come_back(&started()));
        assert_eq!(redirected(&step), approval());
        assert_eq!(step.memo, Some(format!("1:2:{ORDER}")));
        host.json(200, &order("APPROVED"));
        host.json(201, &captured(&capture("COMPLETED")));
        assert_eq!(states(&claimed(come_back(&Payment { memo: step.memo, ..started() }))), ["paid"]);
        assert_eq!(header(&host.requests()[4], "paypal-request-id"), Some("5O190127TN364715T-capture-2"));
    }
}

#[test]
fn paypal_s_own_link_is_taken_where_it_is_paypal_s() {
    let host = FakeHost::install();
    let table = [
        (
            "https://www.sandbox.paypal.com/checkoutnow?token=AGAIN",
            "https://www.sandbox.paypal.com/checkoutnow?token=AGAIN",
        ),
        ("https://example.com/checkoutnow?token=AGAIN", &approval()),
    ];
    for (link, expected) in table {
        host.json(200, &order("APPROVED"));
        let refusal = json!({
            "name": "UNPROCESSABLE_ENTITY",
            "details": [{ "issue": "INSTRUMENT_DECLINED" }],
            "links": [{ "href": link, "rel": "redirect", "method": "GET" }],
        });
        host.json(422, &refusal);
        host.json(200, &order("APPROVED"));
        assert_eq!(redirected(&step(come_back(&started()))), expected);
    }
}

#[test]
fn an_order_that_was_captured_before_is_looked_up() {
    let host = FakeHost::install();
    host.json(200, &order("APPROVED"));
    host.refuses("ORDER_ALREADY_CAPTURED");
    host.json(200, &captured(&capture("COMPLETED")));
    assert_eq!(states(&claimed(come_back(&started()))), ["paid"]);
}

/// Two tabs, or the return and the sweep: the one that PayPal refuses hears of the other's success from the order.
#[test]
fn a_refusal_for_good_is_no_end_where_a_parallel_request_captured_the_order() {
    for issue in ["PAYER_CANNOT_PAY", "TRANSACTION_REFUSED", "INSTRUMENT_DECLINED", "SOMETHING_NEW"] {
        let host = FakeHost::install();
        host.json(200, &order("APPROVED"));
        host.refuses(issue);
        host.json(200, &captured(&capture("COMPLETED")));
        assert_eq!(states(&claimed(come_back(&started()))), ["paid"], "{issue}");
    }
    let host = FakeHost::install();
    host.json(200, &order("APPROVED"));
    host.refuses("PAYER_CANNOT_PAY");
    host.answer_with(Err(SendError::Unknown("cut off".into())));
    assert!(matches!(come_back(&started()), Err(Error::Unknown(_))), "not failed while nobody knows");
    let host = FakeHost::install();
    host.json(200, &order("APPROVED"));
    host.refuses("PAYER_CANNOT_PAY");
    host.json(200, &order("VOIDED"));
    assert!(matches!(come_back(&started()), Err(Error::Declined(_))), "nothing can be taken any more");
}

#[test]
fn an_answer_without_captures_or_merchant_is_asked_for_whole() {
    let mut nameless = captured(&capture("COMPLETED"));
    nameless["purchase_units"][0].as_object_mut().unwrap().remove("payee");
    for short in [json!({ "id": ORDER, "status": "COMPLETED" }), nameless] {
        let host = FakeHost::install();
        host.json(200, &order("APPROVED"));
        host.json(201, &short);
        host.json(200, &captured(&capture("COMPLETED")));
        assert_eq!(claimed(come_back(&started()))[0].merchant.as_deref(), Some(MERCHANT));
    }
}

#[test]
fn a_capture_whose_answer_is_lost_is_unknown_and_never_failed() {
    let host = FakeHost::install();
    host.json(200, &order("APPROVED"));
    host.answer_with(Err(SendError::Unknown("cut off".into())));
    assert!(matches!(come_back(&started()), Err(Error::Unknown(_))));
    for (status, answer) in [(500, ""), (503, ""), (409, "{}"), (201, "<html>"), (200, "{\"id\":7}")] {
        let host = FakeHost::install();
        host.json(200, &order("APPROVED"));
        host.answer(status, answer);
        assert!(matches!(come_back(&started()), Err(Error::Unknown(_))), "{status} {answer}");
    }
    let host = FakeHost::install();
    host.json(200, &order("APPROVED"));
    host.refuses("ORDER_ALREADY_CAPTURED");
    host.answer(500, "");
    assert!(matches!(come_back(&started()), Err(Error::Unknown(_))), "captured, and nothing more is known");
}

#[test]
fn what_is_for_the_payer_is_told_to_the_payer_and_the_rest_to_staff() {
    let table = [
        ("PAYER_CANNOT_PAY", Some("declined-payer")),
        ("PAYER_ACCOUNT_RESTRICTED", Some("declined-account")),
        ("TRANSACTION_LIMIT_EXCEEDED", Some("declined-limit")),
        ("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", Some("declined-attempts")),
        ("DOMESTIC_TRANSACTION_REQUIRED", Some("declined-domestic")),
        ("TRANSACTION_REFUSED", Some("declined-other")),
        ("COMPLIANCE_VIOLATION", Some("declined-other")),
        ("DUPLICATE_INVOICE_ID", None),
        ("NOT_ENABLED_FOR_CARD_PROCESSING", None),
        ("SOMETHING_NEW", None),
    ];
    for (issue, client) in table {
        let host = FakeHost::install();
        host.json(200, &order("APPROVED"));
        host.refuses(issue);
        host.json(200, &order("APPROVED"));
        match (come_back(&started()), client) {
            (Err(Error::Declined(refusal)), Some(client)) => {
                assert_eq!(refusal.client.id(), Some(client));
                assert!(refusal.staff.contains(issue) && refusal.staff.contains("90957fca61718"), "{}", refusal.staff);
            }
            (Err(Error::Rejected(staff)), None) => assert!(staff.contains(issue), "{staff}"),
            (other, _) => panic!("{issue}: {other:?}"),
        }
    }
}

#[test]
fn a_payment_that_was_closed_meanwhile_takes_nothing() {
    for state in [PaymentState::Cancelled, PaymentState::Failed, PaymentState::Paid] {
        let host = FakeHost::install();
        host.json(200, &order("APPROVED"));
        waits(&step(come_back(&Payment { state, ..started() })));
        assert_eq!(host.requests().len(), 1, "{state:?}: looked at, not captured");
        host.json(200, &captured(&capture("COMPLETED")));
        assert_eq!(states(&claimed(come_back(&Payment { state, ..started() }))), ["paid"], "what came still counts");
    }
}

#[test]
fn a_status_that_nobody_knows_waits() {
    let host = FakeHost::install();
    host.json(200, &order("SOMETHING_NEW"));
    assert_eq!(waits(&step(come_back(&started()))), "wait-paypal");
}
