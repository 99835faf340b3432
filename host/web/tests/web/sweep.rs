//! The sweep over the real store: what it asks the provider, when, and what comes of the answer.

use tollgate_billing::billing::{BillingError, ManualInvoice};
use tollgate_billing::claim::{Claim, ClaimSource, ClaimState, PaymentKey};
use tollgate_billing::ids::{InstanceId, PaymentId, Timestamp};
use tollgate_billing::money::Money;
use tollgate_billing::payment::PaymentState;
use tollgate_billing::plugin::PluginError;
use tollgate_billing::ports::StoreError;
use tollgate_billing::text::Text;

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
async fn lesson_06_a_missed_webhook_leaves_no_invoice_unpaid() {
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

impl Begun {
    /// Its provider refused a request of the client's page for good.
    async fn declined() -> Self {
        let begun = Self::new().await;
        let declined = PluginError::Declined { client: Text::plain("refused"), staff: "refused".to_owned() };
        begun.house.script.pay_now_answers(Err(declined));
        begun.house.billing.pay_now(begun.house.anna, &begun.payment).await.unwrap();
        assert_eq!(begun.state().await, PaymentState::Failed);
        begun
    }

    /// Sweeps every ten minutes; answers after how many of them it asked.
    async fn asked_on(&self, minutes: i64) -> Vec<i64> {
        let mut asked_on = Vec::new();
        for passed in (10..=minutes).step_by(10) {
            self.house.clock.forward_ms(10 * MINUTE_MS);
            let before = self.house.script.checks();
            self.sweep().await;
            if self.house.script.checks() > before {
                asked_on.push(passed);
            }
        }
        asked_on
    }
}

#[tokio::test]
async fn a_payment_that_failed_is_looked_at_once_more_after_an_hour_and_then_never_again() {
    let begun = Begun::declined().await;
    let asked_on = begun.asked_on(3 * 24 * 60).await;
    assert_eq!(asked_on.len(), 1, "{asked_on:?}");
    assert!((60..=80).contains(&asked_on[0]), "{asked_on:?}");
    assert_eq!(begun.state().await, PaymentState::Failed);
}

#[tokio::test]
async fn money_that_came_though_the_provider_refused_is_booked_by_the_last_look() {
    let begun = Begun::declined().await;
    begun.house.script.check_answers(Ok(vec![begun.paid().await]));
    assert_eq!(begun.asked_on(3 * 60).await.len(), 1);
    assert_eq!(begun.state().await, PaymentState::Paid);
    let invoice = begun.house.billing.store().invoice(begun.house.invoice).await.unwrap().unwrap();
    assert_eq!(invoice.amount_due(), Money::zero(invoice.currency()));
    assert!(begun.house.billing.store().check_ledger().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn a_last_look_that_finds_money_under_way_is_not_the_last() {
    let begun = Begun::declined().await;
    let waits = Claim { state: ClaimState::Pending(None), ..begun.paid().await };
    begun.house.script.check_answers(Ok(vec![waits]));
    assert!(begun.asked_on(3 * 24 * 60).await.len() > 3);
    assert_eq!(begun.state().await, PaymentState::Failed);
    begun.house.script.check_answers(Ok(vec![begun.paid().await]));
    assert_eq!(begun.asked_on(4 * 24 * 60).await.len(), 1);
    assert_eq!(begun.state().await, PaymentState::Paid);
}

#[tokio::test]
async fn a_last_look_that_the_provider_did_not_answer_is_no_look_and_is_given_up_after_a_month() {
    let begun = Begun::declined().await;
    begun.house.script.check_answers(Err(PluginError::Unavailable("no connection".to_owned())));
    assert!(begun.asked_on(24 * 60).await.len() > 3);
    begun.house.script.check_answers(Ok(vec![begun.paid().await]));
    begun.asked_on(24 * 60).await;
    assert_eq!(begun.state().await, PaymentState::Paid, "asked until it answered");

    let begun = Begun::declined().await;
    begun.house.script.check_answers(Err(PluginError::Unavailable("no connection".to_owned())));
    begun.house.clock.forward_ms(31 * DAY_MS);
    assert_eq!(begun.asked_on(10 * 24 * 60).await, [0_i64; 0], "given up");
}

/// A client's invoice of EUR 20 with a payment that was begun, and what its provider says: paid, this much.
async fn also_begun(house: &House, form: &str, minor: i64) -> PaymentId {
    let billing = &house.billing;
    let first = billing.store().invoice(house.invoice).await.unwrap().unwrap();
    let manual = ManualInvoice {
        client: first.client,
        lines: first.lines.clone(),
        gateway: first.gateway.clone(),
        form_key: form.to_owned(),
    };
    let invoice = billing.create_invoice(manual).await.unwrap().into_inner();
    let payment = billing.pay(first.client, invoice).await.unwrap();
    let said = crate::hooks::paid(&payment, form, minor);
    house.script.check_of_answers(&payment, Ok(vec![said]));
    payment
}

#[tokio::test]
async fn one_payments_trouble_stops_no_other_of_the_round() {
    let begun = Begun::new().await;
    let house = &begun.house;
    // The client's credit is as large as any amount may be, so that more of it is refused by the store.
    let most = tollgate_billing::money::AMOUNT_MINOR_MAX;
    let first = crate::hooks::paid(&begun.payment, "most", most);
    house.billing.settle(&InstanceId::new(GATEWAY), &[first], &ClaimSource::Gateway).await.unwrap();
    let in_trouble = also_begun(house, "too-much", most).await;
    let unasked = also_begun(house, "away", 2_000).await;
    house.script.check_of_answers(&unasked, Err(PluginError::Unavailable("no connection".to_owned())));
    let fine = also_begun(house, "fine", 2_000).await;
    house.clock.forward_ms(2 * MINUTE_MS);
    let swept = begun.sweep().await;
    // Which of them is asked about first, their jitter decides.
    let why = |id: &PaymentId| swept.failed.iter().find(|(of, _)| of == id).map(|(_, error)| error);
    assert!(matches!(why(&in_trouble), Some(BillingError::Store(StoreError::Corrupt(_)))), "{swept:?}");
    assert!(matches!(why(&unasked), Some(BillingError::Plugin(PluginError::Unavailable(_)))), "{swept:?}");
    assert_eq!((swept.checked, swept.failed.len()), (1, 2), "{swept:?}");
    let state = async |id: &PaymentId| house.billing.store().payment(id).await.unwrap().unwrap().state;
    assert_eq!((state(&fine).await, state(&in_trouble).await), (PaymentState::Paid, PaymentState::Created));
    assert!(house.billing.store().check_ledger().await.unwrap().faults.is_empty());
    // It comes later again, like every other.
    house.clock.forward_ms(10 * MINUTE_MS);
    assert_eq!(begun.sweep().await.failed.len(), 2);
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
