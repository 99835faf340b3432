//! The sweep over the real store: what it asks the provider, when, and what comes of the answer.

use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::{InstanceId, PaymentId, Timestamp};
use tollgate_billing::money::Money;
use tollgate_billing::payment::PaymentState;
use tollgate_billing::plugin::PluginError;

use crate::house::House;
use crate::plugins::GATEWAY;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

struct Begun {
    house: House,
    payment: PaymentId,
}

impl Begun {
    /// A payment of EUR 20, begun just now.
    async fn new() -> Self {
        let house = House::new().await;
        let payment = house.billing.pay(house.anna, house.invoice).await.unwrap();
        Self { house, payment }
    }

    async fn sweep(&self) -> tollgate_billing::billing::Swept {
        self.house.billing.sweep(&InstanceId::new(GATEWAY)).await.unwrap()
    }

    async fn state(&self) -> PaymentState {
        self.house.billing.store().payment(&self.payment).await.unwrap().unwrap().state
    }

    async fn paid(&self) -> Claim {
        let payment = self.house.billing.store().payment(&self.payment).await.unwrap().unwrap();
        Claim {
            payment: PaymentKey::Payment(self.payment.clone()),
            transaction: "capture-1".to_owned(),
            amount: payment.amount,
            state: ClaimState::Paid,
            fee: None,
            live: self.house.billing.policy().live,
            merchant: None,
            provider_reference: None,
            at: Timestamp(0),
            saved: None,
        }
    }
}

#[tokio::test]
async fn a_missed_webhook_leaves_no_invoice_unpaid() {
    let begun = Begun::new().await;
    assert_eq!(begun.sweep().await.checked, 0, "not before a minute has passed");
    begun.house.script.check_answers(Ok(vec![begun.paid().await]));
    begun.house.clock.forward_ms(2 * MINUTE_MS);
    assert_eq!(begun.sweep().await.settled.len(), 1);
    assert_eq!(begun.state().await, PaymentState::Paid);
    let invoice = begun.house.billing.store().invoice(begun.house.invoice).await.unwrap().unwrap();
    assert_eq!(invoice.amount_due(), Money::zero(invoice.currency()));
    // What has ended is never asked about again.
    begun.house.clock.forward_ms(30 * DAY_MS);
    assert_eq!(begun.sweep().await.checked, 0);
    assert_eq!(begun.house.script.checks(), 1);
}

#[tokio::test]
async fn an_open_payment_is_asked_about_less_and_less_often_but_always_again() {
    let begun = Begun::new().await;
    let mut asked_on = Vec::new();
    for hour in 0..24 * 60 {
        begun.house.clock.forward_ms(60 * MINUTE_MS);
        if begun.sweep().await.checked > 0 {
            asked_on.push(hour);
        }
    }
    assert!((20..60).contains(&asked_on.len()), "{asked_on:?}");
    let waits: Vec<i32> = asked_on.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(waits[..3].iter().all(|wait| *wait <= 2), "{waits:?}");
    assert!(waits.iter().all(|wait| *wait <= 24 * 4), "{waits:?}");
    assert_eq!(begun.state().await, PaymentState::Created);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_changes_nothing_and_is_asked_again() {
    let begun = Begun::new().await;
    begun.house.script.check_answers(Err(PluginError::Unavailable("no connection".to_owned())));
    begun.house.clock.forward_ms(2 * MINUTE_MS);
    let swept = begun.sweep().await;
    assert_eq!((swept.checked, swept.failed.len()), (0, 1));
    assert_eq!(begun.state().await, PaymentState::Created);
    begun.house.script.check_answers(Ok(vec![begun.paid().await]));
    begun.house.clock.forward_ms(5 * MINUTE_MS);
    begun.sweep().await;
    assert_eq!(begun.state().await, PaymentState::Paid);
}

#[tokio::test]
async fn what_was_unknown_and_the_provider_never_got_may_be_paid_again() {
    let begun = Begun::new().await;
    begun.house.script.pay_now_answers(Err(PluginError::Unknown("the connection was cut".to_owned())));
    begun.house.billing.pay_now(begun.house.anna, &begun.payment).await.unwrap();
    assert_eq!(begun.state().await, PaymentState::Unknown);
    begun.house.clock.forward_ms(2 * MINUTE_MS);
    begun.sweep().await;
    assert_eq!(begun.state().await, PaymentState::Pending);
}

#[tokio::test]
async fn the_same_money_told_by_the_sweep_and_before_counts_once() {
    let begun = Begun::new().await;
    let claim = begun.paid().await;
    begun.house.script.check_answers(Ok(vec![claim.clone(), claim]));
    begun.house.clock.forward_ms(2 * MINUTE_MS);
    begun.sweep().await;
    let payment = begun.house.billing.store().payment(&begun.payment).await.unwrap().unwrap();
    assert_eq!(payment.received, payment.amount);
    assert!(begun.house.billing.store().check_ledger().await.unwrap().faults.is_empty());
}
