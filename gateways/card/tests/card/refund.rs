//! Refunds that staff order.

use serde_json::{Value, json};
use tollgate_card::Card;
use tollgate_sdk::gateway::{Claim, ClaimState, Gateway, RefundOrder};
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{Error, Money, Text};

use super::shapes::{list, refund, refusal, with};
use super::{INTENT, MERCHANT, PAYMENT, answer, instance, lose, paths, payment, sent};

const ORDER: &str = "01JREFUND00000000000000000";

fn order() -> RefundOrder {
    RefundOrder {
        id: ORDER.into(),
        amount: Money { minor: 1_000, currency: "EUR".into() },
        transaction: INTENT.into(),
        reason: "Ordered twice".into(),
        provider_reference: None,
    }
}

fn refunded(answers: &[(u16, Value)]) -> (Result<Claim, Error>, FakeHost) {
    let host = FakeHost::install();
    for (status, body) in answers {
        answer(&host, *status, body);
    }
    (Card::refund(&instance(), &payment(), &order()), host)
}

#[test]
fn a_refund_is_ordered_under_its_own_key() {
    let (claim, host) = refunded(&[(200, list(&[])), (200, refund(ORDER))]);
    let claim = claim.expect("a claim");
    assert_eq!(claim.state, ClaimState::Refunded(Some(ORDER.into())));
    assert_eq!((claim.transaction.as_str(), claim.merchant.as_deref()), ("re_3Qrefund", Some(MERCHANT)));
    assert_eq!(claim.amount, order().amount);
    let request = &sent(&host)[1];
    assert_eq!((request.path.as_str(), request.key.as_deref()), ("/v1/refunds", Some(ORDER)));
    let fields: Vec<_> = request.fields.iter().collect();
    let expected = [
        ("payment_intent", INTENT),
        ("amount", "1000"),
        ("reason", "requested_by_customer"),
        ("metadata[refund]", ORDER),
        ("metadata[payment]", PAYMENT),
    ];
    assert_eq!(fields, expected);
}

#[test]
fn a_refund_that_is_there_already_is_not_ordered_again() {
    let (claim, host) = refunded(&[(200, list(&[refund("another"), refund(ORDER)]))]);
    assert!(claim.is_ok());
    assert_eq!(paths(&host), ["Get /v1/refunds"]);
}

#[test]
fn a_refund_may_wait_or_fail() {
    let pending = |id: &str| ClaimState::Pending(Some(Text::msg(id)));
    for (status, expected) in [("pending", "refund-pending"), ("requires_action", "refund-requires-action")] {
        let body = with(refund(ORDER), &json!({"status": status}));
        let (claim, _) = refunded(&[(200, list(&[])), (200, body)]);
        assert_eq!(claim.expect("a claim").state, pending(expected));
    }
    for status in ["failed", "canceled"] {
        let body = with(refund(ORDER), &json!({"status": status, "failure_reason": "expired_or_canceled_card"}));
        let (claim, _) = refunded(&[(200, list(&[])), (200, body)]);
        let ClaimState::Failed(failure) = claim.expect("a claim").state else { panic!("{status} is a failure") };
        assert!(failure.staff.contains("expired_or_canceled_card"));
    }
}

#[test]
fn what_stripe_does_not_refund_is_told_to_staff() {
    for code in ["charge_already_refunded", "charge_disputed", "amount_too_large"] {
        let (claim, _) = refunded(&[(200, list(&[])), (400, refusal("invalid_request_error", code, None))]);
        assert!(matches!(&claim, Err(Error::Declined(no)) if no.staff.contains(code)), "{claim:?}");
    }
    let (claim, _) = refunded(&[(200, list(&[])), (401, refusal("invalid_request_error", "", None))]);
    assert!(matches!(claim, Err(Error::Rejected(_))));
}

#[test]
fn a_lost_refund_is_unknown_until_stripe_s_list_has_it() {
    let host = FakeHost::install();
    answer(&host, 200, &list(&[]));
    lose(&host);
    assert!(matches!(Card::refund(&instance(), &payment(), &order()), Err(Error::Unknown(_))));
    answer(&host, 200, &list(&[]));
    assert!(matches!(Card::check_refund(&instance(), &payment(), &order()), Err(Error::Unavailable(_))));
    answer(&host, 200, &list(&[refund(ORDER)]));
    assert!(Card::check_refund(&instance(), &payment(), &order()).is_ok());
    let known = RefundOrder { provider_reference: Some("re_3Qrefund".into()), ..order() };
    answer(&host, 200, &refund(ORDER));
    assert!(Card::check_refund(&instance(), &payment(), &known).is_ok());
    assert_eq!(paths(&host)[4], "Get /v1/refunds/re_3Qrefund");
    assert_eq!(paths(&host).iter().filter(|path| path.starts_with("Post")).count(), 1);
}

#[test]
fn an_answer_about_another_refund_claims_nothing() {
    let table = [
        json!({"amount": 999}),
        json!({"currency": "usd"}),
        json!({"payment_intent": "pi_other"}),
        json!({"payment_intent": null}),
        json!({"metadata": {}}),
        json!({"id": "x"}),
        json!({"status": "who_knows"}),
    ];
    for change in table {
        let (claim, _) = refunded(&[(200, list(&[])), (200, with(refund(ORDER), &change))]);
        assert!(matches!(claim, Err(Error::Unknown(_))), "{change}: {claim:?}");
    }
    let foreign = RefundOrder { transaction: "8HR12345".into(), ..order() };
    let unopened = super::fresh_payment();
    assert!(matches!(Card::refund(&instance(), &unopened, &foreign), Err(Error::Rejected(_))));
}
