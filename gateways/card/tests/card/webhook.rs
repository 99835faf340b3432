//! What proven webhooks claim.

use serde_json::{Value, json};
use tollgate_card::Card;
use tollgate_card::webhook::EVENTS;
use tollgate_sdk::Instance;
use tollgate_sdk::Text;
use tollgate_sdk::gateway::{ClaimState, Gateway, PaymentKey, Verified, WebhookRefusal};
use tollgate_sdk::log::Level;
use tollgate_sdk::testing::FakeHost;

use super::shapes::{
    card_error, charge, declined_intent, dispute, event, intent_with, list, refund, requires_action, succeeded,
    succeeded_and_kept, with,
};
use super::signature::{SECRET, signed, webhook};
use super::{INTENT, MERCHANT, NOW_S, PAYMENT, answer, instance, instance_with, lose, paths};

pub fn host() -> FakeHost {
    let host = FakeHost::install();
    host.set_secret("webhook-secret", SECRET);
    host
}

/// The event, signed as Stripe does.
pub fn verify_as(instance: &Instance, event: &Value) -> Result<Verified, WebhookRefusal> {
    let body = event.to_string();
    let header = format!("t={NOW_S},v1={}", signed(SECRET, NOW_S, &body));
    Card::verify(instance, &webhook(&header, &body))
}

pub fn verify(event: &Value) -> Result<Verified, WebhookRefusal> {
    verify_as(&instance(), event)
}

fn states(verified: &Verified) -> Vec<(&str, ClaimState)> {
    verified.claims.iter().map(|claim| (claim.transaction.as_str(), claim.state.clone())).collect()
}

/// As an event has it: with ids in place of what can be expanded.
fn unexpanded() -> Value {
    with(succeeded(), &json!({"latest_charge": "ch_3Qcharge"}))
}

#[test]
fn events_of_an_intent_need_nobody_to_be_asked() {
    let pending = |id: &str| ClaimState::Pending(Some(Text::msg(id)));
    let declined = declined_intent(&card_error("card_declined", "insufficient_funds"));
    let table = [
        ("payment_intent.succeeded", unexpanded(), INTENT, ClaimState::Paid),
        (
            "payment_intent.processing",
            intent_with(&json!({"status": "processing"})),
            INTENT,
            pending("waiting-processing"),
        ),
        ("payment_intent.payment_failed", declined, "ch_3Qfailed", pending("decline-funds")),
        ("payment_intent.canceled", intent_with(&json!({"status": "canceled"})), INTENT, ClaimState::Cancelled),
        ("payment_intent.requires_action", requires_action(), INTENT, pending("waiting-authentication")),
        (
            "payment_intent.amount_capturable_updated",
            intent_with(&json!({"status": "requires_capture"})),
            INTENT,
            ClaimState::Authorized,
        ),
    ];
    for (kind, object, transaction, state) in table {
        let host = host();
        let verified = verify(&event(kind, &object)).expect(kind);
        assert_eq!((verified.event.as_str(), states(&verified)), ("evt_1Qevent", vec![(transaction, state)]));
        let claim = &verified.claims[0];
        assert_eq!(claim.payment, PaymentKey::Payment(PAYMENT.into()));
        assert_eq!((claim.merchant.as_deref(), claim.live, claim.at), (Some(MERCHANT), false, NOW_S * 1_000));
        assert!(host.requests().is_empty());
    }
}

#[test]
fn the_fee_is_asked_for_where_staff_want_it_and_money_never_waits_for_it() {
    let asking = instance_with(&[("ask-fee", "true")]);
    let fee = |answers: &dyn Fn(&FakeHost)| {
        let host = host();
        answers(&host);
        let verified = verify_as(&asking, &event("payment_intent.succeeded", &unexpanded())).expect("verified");
        assert_eq!(states(&verified), [(INTENT, ClaimState::Paid)]);
        assert_eq!(paths(&host).len(), 1);
        verified.claims[0].fee.as_ref().map(|fee| fee.minor)
    };
    assert_eq!(fee(&|host| answer(host, 200, &succeeded())), Some(63));
    assert_eq!(fee(&|host| lose(host)), None);
    assert_eq!(fee(&|host| answer(host, 200, &with(succeeded(), &json!({"id": "pi_other"})))), None);
    assert_eq!(fee(&|host| answer(host, 200, &with(succeeded(), &json!({"amount_received": 1})))), None);
}

#[test]
fn a_kept_card_is_fetched_with_the_webhook() {
    let host = host();
    answer(&host, 200, &succeeded_and_kept());
    let told = with(succeeded_and_kept(), &json!({"latest_charge": "ch_3Qcharge"}));
    let verified = verify(&event("payment_intent.succeeded", &told)).expect("verified");
    assert_eq!(verified.claims[0].saved.as_ref().map(|saved| saved.token.as_str()), Some("cus_Kept/pm_1Card"));
}

#[test]
fn refunds_are_claimed_by_their_own_ids_behind_the_payment() {
    let paid = (INTENT, ClaimState::Paid);
    let refunded = |order: Option<&str>| ("re_3Qrefund", ClaimState::Refunded(order.map(str::to_owned)));
    for kind in ["refund.created", "refund.updated"] {
        let host = host();
        answer(&host, 200, &succeeded());
        let verified = verify(&event(kind, &refund("01JR"))).expect(kind);
        assert_eq!(states(&verified), [paid.clone(), refunded(Some("01JR"))]);
        assert_eq!(verified.claims[1].amount.minor, 1_000);
    }
    let host = host();
    answer(&host, 200, &succeeded());
    let pending = with(refund("01JR"), &json!({"status": "pending"}));
    assert_eq!(states(&verify(&event("refund.created", &pending)).expect("verified")), vec![paid.clone()]);

    answer(&host, 200, &succeeded());
    let failed = with(refund("01JR"), &json!({"status": "failed", "failure_reason": "lost_or_stolen_card"}));
    let verified = verify(&event("refund.failed", &failed)).expect("verified");
    assert!(matches!(&verified.claims[1].state, ClaimState::Failed(why) if why.client == Text::msg("refund-failed")));

    // The charge's event has no refunds in it: they are listed.
    answer(&host, 200, &succeeded());
    let in_dashboard = with(refund("01JR"), &json!({"id": "re_2", "amount": 300, "metadata": {}}));
    answer(&host, 200, &list(&[in_dashboard, refund("01JR")]));
    let verified =
        verify(&event("charge.refunded", &with(charge(), &json!({"amount_refunded": 1300})))).expect("verified");
    assert_eq!(states(&verified), [paid, ("re_2", ClaimState::Refunded(None)), refunded(Some("01JR"))]);
    assert_eq!([verified.claims[1].amount.minor, verified.claims[2].amount.minor], [300, 1_000]);
}

#[test]
fn disputes_are_claimed_by_their_status() {
    let disputed = |reason: &str| ClaimState::Disputed(Text::msg("disputed").arg("reason", reason));
    let table = [
        ("charge.dispute.created", "needs_response", "fraudulent", Some(disputed("unrecognized"))),
        (
            "charge.dispute.funds_withdrawn",
            "needs_response",
            "product_not_received",
            Some(disputed("product not received")),
        ),
        ("charge.dispute.updated", "under_review", "duplicate", Some(disputed("duplicate"))),
        ("charge.dispute.closed", "won", "general", Some(ClaimState::DisputeWon)),
        ("charge.dispute.funds_reinstated", "won", "general", Some(ClaimState::DisputeWon)),
        ("charge.dispute.closed", "lost", "general", Some(ClaimState::DisputeLost)),
        ("charge.dispute.created", "warning_needs_response", "general", None),
        ("charge.dispute.closed", "warning_closed", "general", None),
    ];
    for (kind, status, reason, expected) in table {
        let host = host();
        answer(&host, 200, &succeeded());
        let verified = verify(&event(kind, &dispute(status, reason))).expect(kind);
        let states: Vec<_> = verified.claims.iter().map(|claim| claim.state.clone()).collect();
        assert_eq!(states, [Some(ClaimState::Paid), expected].into_iter().flatten().collect::<Vec<_>>(), "{status}");
        assert!(host.logged().iter().any(|(_, line)| line.contains(reason)), "staff read the reason itself");
    }
}

#[test]
fn an_event_whose_payment_cannot_be_asked_for_is_kept_and_tried_again() {
    let events =
        [event("refund.updated", &refund("01JR")), event("charge.dispute.created", &dispute("lost", "general"))];
    for event in &events {
        let host = host();
        lose(&host);
        assert!(matches!(verify(event), Err(WebhookRefusal::Unproven(_))), "{event}");
        answer(&host, 200, &with(succeeded(), &json!({"id": "pi_other"})));
        assert!(matches!(verify(event), Err(WebhookRefusal::Unproven(_))), "{event}");
        answer(&host, 404, &json!({"error": {"type": "invalid_request_error", "code": "resource_missing"}}));
        assert_eq!(verify(event).map(|verified| verified.claims.len()), Ok(0));
    }
}

#[test]
fn what_is_not_ours_or_says_nothing_about_money_claims_nothing() {
    let host = host();
    let strangers = [
        event("payment_intent.succeeded", &with(succeeded(), &json!({"metadata": {}}))),
        event("payment_intent.succeeded", &with(succeeded(), &json!({"metadata": {"payment": "a b/../c"}}))),
        event("payment_intent.created", &super::shapes::intent()),
        event("customer.created", &json!({"id": "cus_1"})),
        event("refund.created", &with(refund("x"), &json!({"payment_intent": null}))),
    ];
    for event in &strangers {
        assert_eq!(verify(event).map(|verified| verified.claims), Ok(vec![]), "{event}");
    }
    assert!(host.requests().is_empty());
    answer(&host, 200, &with(succeeded(), &json!({"metadata": {}})));
    assert_eq!(verify(&event("refund.created", &refund("x"))).map(|verified| verified.claims), Ok(vec![]));
}

#[test]
fn another_version_is_read_and_noticed() {
    let host = host();
    let old = with(event("payment_intent.succeeded", &unexpanded()), &json!({"api_version": "2023-10-16"}));
    assert_eq!(states(&verify(&old).expect("verified")), [(INTENT, ClaimState::Paid)]);
    let lines = host.logged();
    assert!(lines.iter().any(|(level, line)| *level == Level::Warn && line.contains("2023-10-16")), "{lines:?}");
}

#[test]
fn a_signed_text_that_is_no_event_is_malformed() {
    let _host = host();
    let whole = event("payment_intent.succeeded", &unexpanded());
    let broken = [
        json!([]),
        json!({}),
        with(whole.clone(), &json!({"id": "../x"})),
        with(whole.clone(), &json!({"data": {"object": {"id": "pi_1"}}})),
        with(whole.clone(), &json!({"data": {"object": with(unexpanded(), &json!({"amount_received": 25.5}))}})),
        with(whole.clone(), &json!({"data": {"object": with(unexpanded(), &json!({"amount_received": 0}))}})),
        with(whole.clone(), &json!({"data": {"object": with(unexpanded(), &json!({"currency": "xxx"}))}})),
        with(whole, &json!({"data": {"object": with(unexpanded(), &json!({"status": "who_knows"}))}})),
    ];
    for event in broken {
        assert!(matches!(verify(&event), Err(WebhookRefusal::Malformed(_))), "{event}");
    }
}

#[test]
fn every_event_that_is_asked_for_is_understood() {
    for kind in EVENTS {
        let object = match kind.split('.').next() {
            Some("refund") => refund("01JR"),
            Some("payment_intent") => unexpanded(),
            _ if kind == "charge.refunded" => charge(),
            _ => dispute("lost", "general"),
        };
        let host = host();
        answer(&host, 200, &succeeded());
        answer(&host, 200, &list(&[refund("01JR")]));
        let verified = verify(&event(kind, &object)).expect(kind);
        assert_eq!(verified.claims[0].state, ClaimState::Paid, "{kind}");
    }
}
