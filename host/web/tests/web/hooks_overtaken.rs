//! Webhooks about money that goes back, which come before what they follow on: the news that it came, or the answer to what
//! staff asked for.

use tollgate_billing::claim::{Claim, ClaimState};
use tollgate_billing::plugin::PluginError;
use tollgate_billing::ports::PageOf;
use tollgate_billing::refund::RefundState;
use tollgate_billing::text::Text;
use tollgate_billing::webhook::WebhookState;

use crate::hooks::{claim, event, hook, paid, payment, settled, states};
use crate::house::House;
use crate::refunding::{Does, provider_id};
use crate::refunds::Paid;

const MINUTE_MS: i64 = 60_000;

async fn held(house: &House) -> usize {
    house.billing.store().held(PageOf::first(10)).await.unwrap().len()
}

async fn sound(house: &House) {
    assert!(house.billing.store().check_ledger().await.unwrap().faults.is_empty());
}

/// What a payment's money may be taken back by, each under its own transaction.
fn takers(payment: &tollgate_billing::ids::PaymentId) -> Vec<Claim> {
    let disputed = ClaimState::Disputed(Text::plain("unrecognized"));
    vec![
        claim(payment, "re_1", 500, ClaimState::Refunded(None)),
        claim(payment, "dp_1", 500, disputed),
        claim(payment, "dp_2", 500, ClaimState::DisputeLost),
        claim(payment, "dp_3", 500, ClaimState::DisputeWon),
    ]
}

#[tokio::test]
async fn the_payment_is_asked_about_first_so_that_nothing_that_takes_its_money_back_is_held() {
    for taker in 0..4 {
        let house = House::new().await;
        let payment = payment(&house).await;
        house.script.check_answers(Ok(vec![paid(&payment, "T1", 2_000)]));
        let claim = takers(&payment).swap_remove(taker);
        house.script.verify_answers(Ok(event("E1", vec![claim])));
        assert_eq!(hook(&house, "x").await.status, 200);
        assert_eq!((settled(&house).await, held(&house).await), (2_000, 0), "{taker}");
        assert_eq!(states(&house).await, [WebhookState::Done]);
        let refunds = house.billing.store().refunds_of(house.invoice).await.unwrap();
        assert_eq!(refunds.iter().filter(|refund| refund.state == RefundState::Done).count(), usize::from(taker == 0));
        sound(&house).await;
        // Once its money is booked, nobody is asked any more.
        assert_eq!(hook(&house, "x").await.status, 200);
        assert_eq!(house.script.checks(), 1);
    }
}

#[tokio::test]
async fn while_the_provider_cannot_be_asked_about_the_payment_the_webhook_waits() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.script.check_answers(Err(PluginError::Unavailable("no connection".to_owned())));
    house.script.verify_answers(Ok(event("E1", vec![takers(&payment).swap_remove(0)])));
    assert_eq!(hook(&house, "x").await.status, 503);
    assert_eq!((settled(&house).await, held(&house).await), (0, 0));
    assert_eq!(states(&house).await, [WebhookState::Unsettled]);
    house.script.check_answers(Ok(vec![paid(&payment, "T1", 2_000)]));
    house.clock.forward_ms(5 * MINUTE_MS);
    let instance = tollgate_billing::ids::InstanceId::new(crate::plugins::GATEWAY);
    assert_eq!(house.billing.retry_webhooks(&instance).await.unwrap().done, 1);
    let refunds = house.billing.store().refunds_of(house.invoice).await.unwrap();
    assert_eq!((settled(&house).await, refunds.len(), held(&house).await), (2_000, 1, 0));
    sound(&house).await;
}

#[tokio::test]
async fn what_takes_back_money_that_the_provider_never_had_is_held_for_staff() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.script.verify_answers(Ok(event("E1", vec![takers(&payment).swap_remove(0)])));
    assert_eq!(hook(&house, "x").await.status, 200);
    assert_eq!((settled(&house).await, held(&house).await, house.script.checks()), (0, 1, 1));
    sound(&house).await;
}

/// Staff asked for a refund of EUR 5, nobody knows what came of it, and a webhook tells of one that nobody ordered.
async fn lost_and_told() -> Paid {
    let paid = Paid::new().await;
    paid.house.script.refunds.answer([Does::Fails(PluginError::Unknown("cut off".to_owned()))]);
    let form = paid.form(500, "f1").await;
    paid.house.billing.refund_payment(paid.staff, form).await.unwrap();
    let told = claim(&paid.payment, "re_by_hand", 500, ClaimState::Refunded(None));
    paid.house.script.verify_answers(Ok(event("E1", vec![told])));
    paid
}

#[tokio::test]
async fn a_refund_made_at_the_provider_is_not_taken_for_ours_of_the_same_amount_whose_answer_was_lost() {
    let paid = lost_and_told().await;
    paid.house.script.refunds.answer([Does::Done]);
    for _ in 0..2 {
        assert_eq!(hook(&paid.house, "x").await.status, 200);
    }
    let refunds = paid.refunds().await;
    let references: Vec<_> = refunds.iter().filter_map(|refund| refund.provider_reference.as_deref()).collect();
    assert_eq!(references, [provider_id(refunds[0].id.as_str()).as_str(), "re_by_hand"]);
    assert!(refunds.iter().all(|refund| refund.state == RefundState::Done), "{refunds:?}");
    sound(&paid.house).await;
}

#[tokio::test]
async fn while_the_provider_does_not_say_whose_refund_it_is_the_webhook_waits_and_nothing_is_booked() {
    let paid = lost_and_told().await;
    paid.house.script.refunds.otherwise(Does::Fails(PluginError::Unknown("cut off again".to_owned())));
    assert_eq!(hook(&paid.house, "x").await.status, 503);
    assert_eq!(states(&paid.house).await, [WebhookState::Unsettled]);
    let refunds = paid.refunds().await;
    assert_eq!((refunds.len(), refunds[0].state), (1, RefundState::Unknown));
    sound(&paid.house).await;
}
