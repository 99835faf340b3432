//! What the sweep finds.

use serde_json::{Value, json};
use tollgate_card::Card;
use tollgate_sdk::gateway::{Claim, ClaimState, Gateway, Payment, PaymentState};
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{Error, Text};

use super::shapes::{
    card_error, charge, declined_intent, dispute, intent, intent_with, list, refund, refusal, requires_action,
    succeeded, with,
};
use super::{INTENT, NOW_S, answer, fresh_payment, instance, is_paid, lose, paths, payment};

fn check(payment: &Payment, answers: &[Value]) -> (Vec<Claim>, Vec<String>) {
    check_at(payment, NOW_S, answers)
}

fn check_at(payment: &Payment, now_s: u64, answers: &[Value]) -> (Vec<Claim>, Vec<String>) {
    let host = FakeHost::install();
    host.set_now(now_s * 1_000);
    for body in answers {
        answer(&host, 200, body);
    }
    let claims = Card::check(&instance(), payment).expect("claims");
    assert!(claims.len() <= 20);
    (claims, paths(&host))
}

#[test]
fn every_state_of_an_intent_is_claimed_for_what_it_is() {
    let pending = |id: &str| Some(ClaimState::Pending(Some(Text::msg(id))));
    let table = [
        (intent(), None),
        (succeeded(), Some(ClaimState::Paid)),
        (intent_with(&json!({"status": "processing"})), pending("waiting-processing")),
        (requires_action(), pending("waiting-authentication")),
        (intent_with(&json!({"status": "requires_capture"})), Some(ClaimState::Authorized)),
        (intent_with(&json!({"status": "canceled"})), Some(ClaimState::Cancelled)),
        (declined_intent(&card_error("card_declined", "generic_decline")), pending("decline-bank")),
    ];
    for (intent, expected) in table {
        let (claims, _) = check(&payment(), std::slice::from_ref(&intent));
        assert_eq!(claims.first().map(|claim| claim.state.clone()), expected, "{intent}");
    }
}

#[test]
fn a_payment_whose_page_was_never_opened_is_not_asked_about() {
    let (claims, paths) = check(&fresh_payment(), &[]);
    assert!(claims.is_empty() && paths.is_empty());
}

#[test]
fn an_unknown_payment_that_stripe_waits_for_can_be_tried_again() {
    let unknown = Payment { state: PaymentState::Unknown, ..payment() };
    let (claims, _) = check(&unknown, &[intent()]);
    assert_eq!(claims[0].state, ClaimState::Pending(Some(Text::msg("nothing-taken"))));
}

#[test]
fn refunds_and_disputes_that_no_webhook_told_of_are_found() {
    let after = with(charge(), &json!({"amount_refunded": 1000, "disputed": true}));
    let intent = with(succeeded(), &json!({"latest_charge": after}));
    let failed = with(refund("A"), &json!({"id": "re_2", "status": "failed"}));
    let in_dashboard = with(refund("A"), &json!({"id": "re_3", "metadata": {}}));
    let refunds = list(&[refund("01JREFUND00000000000000000"), failed, in_dashboard]);
    let (claims, paths) = check(&payment(), &[intent, refunds, list(&[dispute("needs_response", "fraudulent")])]);
    let states: Vec<_> = claims.iter().map(|claim| (claim.transaction.as_str(), claim.state.clone())).collect();
    let expected = [
        (INTENT, ClaimState::Paid),
        ("re_3Qrefund", ClaimState::Refunded(Some("01JREFUND00000000000000000".into()))),
        ("re_3", ClaimState::Refunded(None)),
        ("du_1Qdispute", ClaimState::Disputed(Text::msg("disputed").arg("reason", "unrecognized"))),
    ];
    assert_eq!(states, expected);
    assert_eq!(paths[1..], ["Get /v1/refunds", "Get /v1/disputes"]);
}

#[test]
fn an_intent_that_nobody_pays_is_ended_after_a_week() {
    let week_s = 7 * 86_400;
    let cancelled = intent_with(&json!({"status": "canceled"}));
    for (intent, after_s, ended) in [
        (intent(), week_s, false),
        (intent(), week_s + 1, true),
        (requires_action(), week_s + 1, true),
        (succeeded(), week_s + 1, false),
        (intent_with(&json!({"status": "processing"})), week_s + 1, false),
    ] {
        let (claims, paths) = check_at(&payment(), NOW_S + after_s, &[intent, cancelled.clone()]);
        assert_eq!(paths.len() == 2, ended, "{paths:?}");
        assert_eq!(claims.first().is_some_and(|claim| claim.state == ClaimState::Cancelled), ended);
    }
}

#[test]
fn a_payment_that_never_reached_stripe_ends_after_a_week_unless_a_charge_may_be_under_way() {
    let week_s = 7 * 86_400;
    let nobody = list(&[]);
    for (state, after_s, ended) in [
        (PaymentState::Created, week_s, false),
        (PaymentState::Created, week_s + 1, true),
        (PaymentState::Pending, week_s + 1, true),
        (PaymentState::Unknown, week_s + 1, false),
    ] {
        let payment = Payment { state, ..fresh_payment() };
        let (claims, paths) = check_at(&payment, NOW_S + after_s, std::slice::from_ref(&nobody));
        assert_eq!(paths, ["Get /v1/customers"], "{state:?}");
        assert_eq!(
            claims.first().map(|claim| claim.state.clone()),
            ended.then_some(ClaimState::Cancelled),
            "{state:?}"
        );
        assert!(claims.iter().all(|claim| claim.transaction == payment.id));
    }
}

#[test]
fn a_payer_who_comes_just_before_the_end_has_paid() {
    let host = FakeHost::install();
    host.set_now((NOW_S + 8 * 86_400) * 1_000);
    answer(&host, 200, &intent());
    answer(&host, 400, &refusal("invalid_request_error", "payment_intent_unexpected_state", None));
    answer(&host, 200, &succeeded());
    assert!(is_paid(&Card::check(&instance(), &payment()).expect("claims")[0]));
}

#[test]
fn a_look_that_failed_may_simply_be_repeated() {
    let host = FakeHost::install();
    lose(&host);
    assert!(matches!(Card::check(&instance(), &payment()), Err(Error::Unavailable(_))));
    answer(&host, 500, &json!({}));
    assert!(matches!(Card::check(&instance(), &payment()), Err(Error::Unavailable(_))));
    answer(&host, 401, &refusal("invalid_request_error", "", None));
    assert!(matches!(Card::check(&instance(), &payment()), Err(Error::Rejected(_))));
}
