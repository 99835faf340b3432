//! The bugs of other systems (lessons of the contract) that this gateway could repeat.

use serde_json::json;
use tollgate_card::Card;
use tollgate_sdk::gateway::{Capabilities, ClaimState, Gateway, WebhookRefusal};
use tollgate_sdk::testing::FakeHost;

use super::shapes::{declined, event, intent_with, requires_action, succeeded, with};
use super::signature::{signed, webhook};
use super::webhook::{host, verify, verify_as};
use super::{
    MERCHANT, NOW_S, answer, claims_of, instance, instance_with, is_paid, page_of, paths, payment, sent, submit,
};

const PAY: &str = "confirmation_token=ctoken_1Qabc&save=0";

#[test]
fn lesson_01_a_number_in_another_currency_is_claimed_in_that_currency() {
    let _host = host();
    let dollars = with(succeeded(), &json!({"currency": "usd"}));
    let verified = verify(&event("payment_intent.succeeded", &dollars)).expect("verified");
    let amount = &verified.claims[0].amount;
    assert_eq!((amount.minor, amount.currency.as_str()), (2_500, "USD"), "the host holds it: EUR was asked");
    // 2500 of Stripe's krónur are 25, not 2500.
    let kronur = with(succeeded(), &json!({"currency": "isk"}));
    let verified = verify(&event("payment_intent.succeeded", &kronur)).expect("verified");
    assert_eq!(verified.claims[0].amount.minor, 25);
}

#[test]
fn lesson_03_what_was_frozen_is_charged_and_what_was_charged_is_claimed() {
    let host = FakeHost::install();
    // The intent was made for another amount: it is not charged, shown or claimed.
    let other = intent_with(&json!({"amount": 9_900}));
    answer(&host, 200, &other);
    assert!(Card::pay_now(&instance(), &payment()).is_err());
    answer(&host, 200, &with(succeeded(), &json!({"amount": 9_900})));
    assert!(Card::check(&instance(), &payment()).is_err());
    // Less came in than was asked: that is what is claimed.
    let _host = super::webhook::host();
    let part = with(succeeded(), &json!({"amount_received": 100}));
    assert_eq!(verify(&event("payment_intent.succeeded", &part)).expect("verified").claims[0].amount.minor, 100);
}

#[test]
fn lesson_05_the_answer_the_webhook_and_the_sweep_name_the_same_movement() {
    let host = host();
    answer(&host, 200, &succeeded());
    let answered = claims_of(submit(&payment(), PAY)).remove(0);
    let told = with(succeeded(), &json!({"latest_charge": "ch_3Qcharge"}));
    let heard = verify(&event("payment_intent.succeeded", &told)).expect("verified").claims.remove(0);
    answer(&host, 200, &succeeded());
    let swept = Card::check(&instance(), &payment()).expect("claims").remove(0);
    for claim in [&heard, &swept] {
        assert!(is_paid(claim));
        assert_eq!(
            (&claim.transaction, &claim.amount, &claim.payment),
            (&answered.transaction, &answered.amount, &answered.payment)
        );
    }
}

#[test]
fn lesson_05_a_double_click_and_a_second_tab_charge_once() {
    let host = FakeHost::install();
    // The same token twice is the same request twice: Stripe carries it out once.
    answer(&host, 200, &succeeded());
    answer(&host, 200, &succeeded());
    claims_of(submit(&payment(), PAY));
    claims_of(submit(&payment(), PAY));
    let requests = sent(&host);
    assert_eq!(requests[0].key, requests[1].key);
    assert_eq!((&requests[0].path, &requests[0].fields), (&requests[1].path, &requests[1].fields));
    // Another tab has another token, and the same intent, which has succeeded.
    let late = json!({"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state",
        "payment_intent": succeeded()}});
    answer(&host, 400, &late);
    let claims = claims_of(submit(&payment(), "confirmation_token=ctoken_2Tab&save=0"));
    assert!(is_paid(&claims[0]));
    assert!(paths(&host).iter().all(|path| path == "Post /v1/payment_intents/pi_3QabcDEF/confirm"));
}

#[test]
fn lesson_05_a_declined_attempt_never_closes_a_payment_that_can_still_be_paid() {
    let host = FakeHost::install();
    answer(&host, 402, &declined("card_declined", "generic_decline"));
    assert_eq!(page_of(&submit(&payment(), PAY)).0, "card");
    let _host = super::webhook::host();
    let failed = super::shapes::declined_intent(&super::shapes::card_error("card_declined", "do_not_honor"));
    let verified = verify(&event("payment_intent.payment_failed", &failed)).expect("verified");
    assert!(matches!(verified.claims[0].state, ClaimState::Pending(_)));
}

#[test]
fn lesson_06_a_payment_without_any_webhook_is_found_by_asking() {
    assert_eq!(Card::describe().capabilities & Capabilities::CHECK, Capabilities::CHECK);
    let host = FakeHost::install();
    answer(&host, 200, &requires_action());
    answer(&host, 200, &succeeded());
    assert!(!is_paid(&Card::check(&instance(), &payment()).expect("claims")[0]));
    assert!(is_paid(&Card::check(&instance(), &payment()).expect("claims")[0]));
}

#[test]
fn lesson_07_an_event_of_another_account_or_mode_is_refused_though_it_is_signed() {
    let _host = host();
    let base = event("payment_intent.succeeded", &succeeded());
    assert_eq!(verify(&base).expect("verified").claims[0].merchant.as_deref(), Some(MERCHANT));
    assert!(verify(&with(base.clone(), &json!({"account": MERCHANT}))).is_ok());
    let elsewhere = with(base.clone(), &json!({"account": "acct_other"}));
    assert!(matches!(verify(&elsewhere), Err(WebhookRefusal::Forged(_))));
    let live = with(base.clone(), &json!({"livemode": true}));
    assert!(matches!(verify(&live), Err(WebhookRefusal::Forged(_))));
    let mut in_live_mode = instance_with(&[("publishable-key", "pk_live_51Qexample")]);
    in_live_mode.test_mode = false;
    assert!(matches!(verify_as(&in_live_mode, &base), Err(WebhookRefusal::Forged(_))));
    let live_intent = with(succeeded(), &json!({"livemode": true}));
    let live = with(event("payment_intent.succeeded", &live_intent), &json!({"livemode": true}));
    assert!(verify_as(&in_live_mode, &live).expect("verified").claims[0].live);
    // The event says test, what is in it says live: the claim says live, and the host holds it.
    let mixed = event("payment_intent.succeeded", &live_intent);
    assert!(verify(&mixed).expect("verified").claims[0].live);
}

#[test]
fn lesson_08_without_a_secret_nothing_is_believed() {
    let _host = FakeHost::install();
    let body = event("payment_intent.succeeded", &succeeded()).to_string();
    for secret in ["", "webhook-secret", "set"] {
        let header = format!("t={NOW_S},v1={}", signed(secret, NOW_S, &body));
        let answer = Card::verify(&instance(), &webhook(&header, &body));
        assert!(matches!(answer, Err(WebhookRefusal::Forged(why)) if why.contains("no webhook secret is set")));
    }
}
