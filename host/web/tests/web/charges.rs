//! Charging stored ways to pay: what the money does, whatever the provider answers and whoever asks twice.

use tollgate_billing::billing::{BillingError, ChargeOrder, Charged};
use tollgate_billing::claim::{MethodToken, SavedMethod};
use tollgate_billing::ids::{InstanceId, MethodId, StaffId, Timestamp};
use tollgate_billing::invoice::InvoiceStatus;
use tollgate_billing::payment::{Payment, PaymentState};
use tollgate_billing::plugin::{CurrencySupport, PluginError};
use tollgate_billing::saved::{ChargeState, ChargedBy};

use crate::house::House;
use crate::methods::{Next, able, bert, give, paid, storing, switch, visa};
use crate::plugins::GATEWAY;

const MINUTE_MS: i64 = 60_000;

struct Scene {
    house: House,
    method: MethodId,
}

impl Scene {
    /// Anna owes EUR 20 and has a card stored.
    async fn new() -> Self {
        let house = storing().await;
        let method = give(&house, house.anna, visa()).await;
        Self { house, method }
    }

    fn order(&self, form_key: &str) -> ChargeOrder {
        ChargeOrder {
            invoice: self.house.invoice,
            method: self.method,
            by: ChargedBy::Client(self.house.anna),
            form_key: form_key.to_owned(),
        }
    }

    async fn charge(&self, form_key: &str) -> Result<Charged, BillingError> {
        self.house.billing.charge(&self.order(form_key)).await
    }

    async fn payments(&self) -> Vec<Payment> {
        self.house.billing.store().payments_of(self.house.invoice).await.unwrap()
    }

    async fn states(&self) -> Vec<PaymentState> {
        self.payments().await.into_iter().map(|payment| payment.state).collect()
    }

    async fn last(&self) -> (ChargeState, String) {
        let charge = self.house.billing.charges_of(self.house.invoice).await.unwrap().remove(0);
        (charge.state, charge.reason)
    }

    fn asked(&self) -> usize {
        self.house.script.methods.charged().len()
    }

    async fn sweep(&self, minutes: i64) {
        self.house.clock.forward_ms(minutes * MINUTE_MS);
        self.house.billing.sweep(&InstanceId::new(GATEWAY)).await.unwrap();
    }

    async fn sound(&self) {
        assert!(self.house.billing.store().check_ledger().await.unwrap().faults.is_empty());
    }
}

#[tokio::test]
async fn a_stored_method_pays_an_invoice_once_however_often_the_form_is_sent() {
    let scene = Scene::new().await;
    for _ in 0..3 {
        assert_eq!(scene.charge("k1").await, Ok(Charged::Paid));
    }
    assert_eq!(scene.charge("k2").await, Err(BillingError::NothingDue));
    let charged = scene.house.script.methods.charged();
    assert_eq!((charged.len(), charged[0].1), (1, PaymentState::Unknown), "written down before it is asked");
    let invoice = scene.house.billing.store().invoice(scene.house.invoice).await.unwrap().unwrap();
    let payment = scene.payments().await.remove(0);
    assert_eq!((invoice.status, payment.provider_reference.as_deref()), (InvoiceStatus::Paid, Some("pi-1")));
    assert_eq!(scene.last().await, (ChargeState::Settled, String::new()));
    scene.sound().await;
}

#[tokio::test]
async fn the_payment_that_the_client_began_is_charged_and_no_second_one() {
    let scene = Scene::new().await;
    let begun = scene.house.billing.pay(scene.house.anna, scene.house.invoice).await.unwrap();
    scene.charge("k1").await.unwrap();
    assert_eq!(scene.house.script.methods.charged()[0].0, begun);
    assert_eq!(scene.states().await, [PaymentState::Paid]);
}

#[tokio::test]
async fn of_sixteen_charges_at_once_one_is_asked_for() {
    let scene = Scene::new().await;
    scene.house.script.methods.next(Next::Unknown);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..16 {
        let (billing, order) = (scene.house.billing.clone(), scene.order(&format!("k{number}")));
        tasks.spawn(async move { billing.charge(&order).await });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| **answer == Ok(Charged::Unknown)).count(), 1, "{answers:?}");
    assert!(
        answers.iter().all(|a| matches!(a, Ok(Charged::Unknown) | Err(BillingError::ChargeUnderWay))),
        "{answers:?}"
    );
    assert_eq!(scene.asked(), 1);
}

#[tokio::test]
async fn a_decline_ends_the_payment_and_the_next_charge_is_another_one() {
    let scene = Scene::new().await;
    scene.house.script.methods.next(Next::Declines);
    let Ok(Charged::Declined(Some(_))) = scene.charge("k1").await else { panic!("it is declined") };
    assert!(matches!(scene.charge("k1").await, Ok(Charged::Declined(_))));
    assert_eq!((scene.states().await, scene.asked()), (vec![PaymentState::Failed], 1));
    assert_eq!(scene.last().await, (ChargeState::Declined, "card_declined <b>".to_owned()));
    scene.house.script.methods.next(Next::Pays);
    assert_eq!(scene.charge("k2").await, Ok(Charged::Paid));
    assert_eq!(scene.states().await, [PaymentState::Paid, PaymentState::Failed]);
    scene.sound().await;
}

#[tokio::test]
async fn a_bank_that_wants_the_client_leaves_the_payment_open_and_invites_them() {
    let scene = Scene::new().await;
    scene.house.script.methods.next(Next::AsksClient);
    let order = ChargeOrder { by: ChargedBy::Command, ..scene.order("k1") };
    let Ok(Charged::AsksClient(payment)) = scene.house.billing.charge(&order).await else { panic!("it asks") };
    assert_eq!(scene.charge("k1").await, Ok(Charged::AsksClient(payment.clone())), "the same form, the same answer");
    let stored = scene.payments().await.remove(0);
    assert_eq!((stored.state, stored.provider_reference.as_deref()), (PaymentState::Pending, Some("pi-1")));
    let invitation = async || {
        let page = scene.house.billing.invoice_page(scene.house.anna, scene.house.invoice).await.unwrap();
        scene.house.billing.invitation(&page).await.unwrap()
    };
    assert_eq!(invitation().await, Some(payment.clone()));
    scene.house.script.check_answers(Ok(vec![paid(&payment, 2_000)]));
    scene.sweep(10).await;
    assert_eq!((scene.states().await, invitation().await), (vec![PaymentState::Paid], None));
}

#[tokio::test]
async fn what_waits_at_the_provider_is_no_invitation() {
    let scene = Scene::new().await;
    scene.house.script.methods.next(Next::Waits);
    assert_eq!(scene.charge("k1").await, Ok(Charged::Waits));
    let page = scene.house.billing.invoice_page(scene.house.anna, scene.house.invoice).await.unwrap();
    assert_eq!(scene.house.billing.invitation(&page).await, Ok(None));
    assert_eq!(scene.states().await, [PaymentState::Pending]);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_found_by_the_sweep_and_nothing_is_charged_until_then() {
    for next in [Next::Unknown, Next::SaysNothing] {
        let scene = Scene::new().await;
        scene.house.script.methods.next(next);
        assert_eq!(scene.charge("k1").await, Ok(Charged::Unknown));
        assert_eq!(scene.charge("k2").await, Err(BillingError::ChargeUnderWay));
        assert_eq!(scene.states().await, [PaymentState::Unknown]);
        let payment = scene.payments().await.remove(0).id;
        scene.house.script.check_answers(Ok(vec![paid(&payment, 2_000)]));
        scene.sweep(2).await;
        assert_eq!(scene.states().await, [PaymentState::Paid]);
        assert_eq!((scene.charge("k1").await, scene.asked()), (Ok(Charged::Paid), 1));
        scene.sound().await;
    }
}

#[tokio::test]
async fn a_charge_that_never_arrived_may_be_made_again_under_the_same_key() {
    let scene = Scene::new().await;
    scene.house.script.methods.next(Next::Unknown);
    scene.charge("k1").await.unwrap();
    // An old payment is looked up soon all the same.
    scene.sweep(2).await;
    assert_eq!(scene.states().await, [PaymentState::Pending]);
    scene.house.clock.forward_ms(MINUTE_MS);
    scene.house.script.methods.next(Next::Pays);
    assert_eq!(scene.charge("k2").await, Ok(Charged::Paid));
    let charged = scene.house.script.methods.charged();
    assert_eq!((charged.len(), &charged[0].0), (2, &charged[1].0), "the payment's id is the key");
    assert_eq!(scene.house.billing.charges_of(scene.house.invoice).await.unwrap()[1].state, ChargeState::Lost);
}

#[tokio::test]
async fn a_claim_that_is_held_keeps_everything_else_from_being_charged() {
    let scene = Scene::new().await;
    scene.house.script.methods.next(Next::PaysLess);
    assert_eq!(scene.charge("k1").await, Ok(Charged::Unknown));
    assert_eq!(scene.charge("k2").await, Err(BillingError::ChargeUnderWay));
    scene.sound().await;
}

#[tokio::test]
async fn what_was_surely_not_sent_leaves_the_payment_as_it_was() {
    let scene = Scene::new().await;
    scene.house.script.methods.next(Next::Unavailable);
    assert_eq!(scene.charge("k1").await, Ok(Charged::Unavailable));
    assert_eq!(scene.charge("k1").await, Ok(Charged::Unavailable));
    assert_eq!(scene.last().await, (ChargeState::NotSent, "no connection".to_owned()));
    scene.house.script.methods.next(Next::Breaks);
    assert!(matches!(scene.charge("k2").await, Err(BillingError::Plugin(PluginError::Rejected(_)))));
    assert_eq!((scene.states().await, scene.asked()), (vec![PaymentState::Created], 2));
    scene.house.script.methods.next(Next::Pays);
    assert_eq!(scene.charge("k3").await, Ok(Charged::Paid));
}

#[tokio::test]
async fn nobody_charges_what_is_not_theirs() {
    let scene = Scene::new().await;
    let bert = bert(&scene.house).await;
    let berts = give(&scene.house, bert, SavedMethod { token: MethodToken::new("other"), ..visa() }).await;
    let unknown = MethodId(404);
    let cases = [
        ("another client's invoice", ChargeOrder { by: ChargedBy::Client(bert), ..scene.order("k") }),
        ("another client's method", ChargeOrder { method: berts, ..scene.order("k") }),
        (
            "staff, another client's method",
            ChargeOrder { method: berts, by: ChargedBy::Staff(StaffId(1)), ..scene.order("k") },
        ),
        (
            "the command line, another client's method",
            ChargeOrder { method: berts, by: ChargedBy::Command, ..scene.order("k") },
        ),
        ("a method that there is not", ChargeOrder { method: unknown, ..scene.order("k") }),
    ];
    for (what, order) in cases {
        assert_eq!(scene.house.billing.charge(&order).await, Err(BillingError::NotFound), "{what}");
    }
    scene.house.billing.remove_method(scene.house.anna, scene.method).await.unwrap();
    assert_eq!(scene.charge("k").await, Err(BillingError::NotFound), "a method that was removed");
    assert_eq!((scene.asked(), scene.states().await), (0, vec![]));
}

#[tokio::test]
async fn a_method_that_cannot_be_used_now_is_not_charged() {
    let scene = Scene::new().await;
    let refused = async |what: &str| {
        assert_eq!(scene.charge("k").await, Err(BillingError::MethodNotUsable), "{what}");
        let invoice = scene.house.billing.store().invoice(scene.house.invoice).await.unwrap().unwrap();
        assert_eq!(scene.house.billing.methods_for(&invoice).await, Ok(Vec::new()), "{what}");
    };
    switch(&scene.house, false).await;
    refused("switched off").await;
    switch(&scene.house, true).await;
    scene.house.script.lose(GATEWAY);
    refused("the plugin is gone").await;
    scene.house.script.bring(able(|manifest| manifest.currencies = CurrencySupport::Only(Vec::new())));
    refused("another currency").await;
    scene.house.script.bring(able(|manifest| manifest.capabilities.check = false));
    refused("nobody could look a lost charge up").await;
    scene.house.script.bring(able(|_| ()));
    let now = scene.house.billing.now();
    let expired = SavedMethod { expires: Some(Timestamp(now.0)), ..visa() };
    give(&scene.house, scene.house.anna, expired).await;
    refused("expired").await;
    assert_eq!((scene.asked(), scene.states().await), (0, vec![]));
}
