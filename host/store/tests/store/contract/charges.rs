//! Charges: written down before the provider is asked, one at a time for an invoice.

use tollgate_billing::ids::{MethodId, PaymentId};
use tollgate_billing::invoice::Invoice;
use tollgate_billing::payment::{Payment, PaymentProgress, PaymentState};
use tollgate_billing::ports::{Made, PageOf, Store, StoreError};
use tollgate_billing::saved::{ChargeState, ChargedBy, NewCharge};

use super::saved::method;
use crate::fixture::{NOW, client, eur, invoice, open, paid, payment, read_invoice, read_payment, service};

struct Scene {
    store: std::sync::Arc<dyn Store>,
    _directory: tempfile::TempDir,
    bill: Invoice,
    method: MethodId,
}

impl Scene {
    async fn new() -> Self {
        let (directory, store) = open();
        let anna = client(&*store, "anna@example.org").await;
        let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
        payment(&*store, &bill, "P1").await;
        store.keep_method(method(anna, "tok")).await.unwrap();
        let method = store.methods_of(anna).await.unwrap()[0].id;
        Self { store, _directory: directory, bill, method }
    }

    async fn payment(&self, id: &str) -> Payment {
        read_payment(&*self.store, id).await
    }

    async fn charge(&self, payment: &str, form_key: &str) -> NewCharge {
        let bill = read_invoice(&*self.store, self.bill.id).await;
        NewCharge {
            payment: PaymentId::new(payment),
            payment_version: self.payment(payment).await.version,
            invoice: bill.id,
            invoice_version: bill.version,
            method: self.method,
            by: ChargedBy::Client(bill.client),
            form_key: form_key.to_owned(),
            begun: NOW,
            next_check: NOW.plus_ms(60),
            stale_before: NOW.plus_ms(-100),
        }
    }

    /// What the audit log says of charges, newest first.
    async fn noted(&self) -> Vec<(String, String)> {
        let rows = self.store.audit(PageOf::first(10)).await.unwrap();
        rows.into_iter().filter(|row| row.action == "card-charged").map(|row| (row.by, row.subject)).collect()
    }

    async fn states(&self) -> Vec<ChargeState> {
        self.store.charges_of(self.bill.id).await.unwrap().into_iter().map(|charge| charge.state).collect()
    }

    async fn set_state(&self, id: &str, state: PaymentState) {
        let payment = self.payment(id).await;
        self.store.progress(PaymentProgress { state, ..PaymentProgress::unchanged(&payment) }).await.unwrap();
    }
}

#[tokio::test]
async fn a_charge_makes_its_payment_unknown_and_due_and_its_method_used() {
    let scene = Scene::new().await;
    let new = scene.charge("P1", "k1").await;
    let Ok(Made::Now(id)) = scene.store.begin_charge(new).await else { panic!("it begins") };
    assert_eq!(scene.payment("P1").await.state, PaymentState::Unknown);
    let due = scene.store.due_checks(&crate::fixture::bank(), NOW.plus_ms(60), 9).await.unwrap();
    assert_eq!((due.len(), due[0].checks), (1, 0));
    assert_eq!(scene.store.method(scene.method).await.unwrap().unwrap().last_used, Some(NOW));
    scene.store.end_charge(id, ChargeState::Declined, &"x".repeat(600), NOW).await.unwrap();
    scene.store.end_charge(id, ChargeState::Settled, "late", NOW).await.unwrap();
    let charge = scene.store.charge(id).await.unwrap().unwrap();
    assert_eq!((charge.state, charge.reason.len(), charge.form_key.as_str()), (ChargeState::Declined, 500, "k1"));
}

#[tokio::test]
async fn the_same_form_charges_once_and_another_waits_for_the_first() {
    let scene = Scene::new().await;
    let (first, second) = (scene.charge("P1", "k1").await, scene.charge("P1", "k2").await);
    let Ok(Made::Now(id)) = scene.store.begin_charge(first.clone()).await else { panic!("it begins") };
    assert_eq!(scene.store.begin_charge(first.clone()).await, Ok(Made::Before(id)));
    assert!(matches!(scene.store.begin_charge(second).await, Err(StoreError::Exists(_))));
    let fresh = scene.charge("P1", "k3").await;
    assert!(matches!(scene.store.begin_charge(fresh).await, Err(StoreError::Exists(_))));
    scene.store.end_charge(id, ChargeState::AsksClient, "", NOW).await.unwrap();
    assert_eq!(scene.store.begin_charge(first).await, Ok(Made::Before(id)), "also when it has ended");
    assert_eq!(scene.states().await, [ChargeState::AsksClient]);
}

#[tokio::test]
async fn sixteen_charges_at_once_are_one() {
    let scene = Scene::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..16 {
        let (store, new) = (scene.store.clone(), scene.charge("P1", &format!("k{number}")).await);
        tasks.spawn(async move { store.begin_charge(new).await.is_ok() });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|begun| *begun).count(), 1);
}

#[tokio::test]
async fn a_charge_whose_host_ended_is_over_once_its_payment_was_looked_up() {
    let scene = Scene::new().await;
    scene.store.begin_charge(scene.charge("P1", "k1").await).await.unwrap();
    let later = |new: NewCharge| NewCharge { begun: NOW.plus_ms(500), stale_before: NOW.plus_ms(400), ..new };
    let unknown = later(scene.charge("P1", "k2").await);
    assert!(matches!(scene.store.begin_charge(unknown).await, Err(StoreError::Exists(_))), "still unknown");
    scene.set_state("P1", PaymentState::Pending).await;
    let young = scene.charge("P1", "k3").await;
    assert!(matches!(scene.store.begin_charge(young).await, Err(StoreError::Exists(_))), "still being asked");
    let old = later(scene.charge("P1", "k4").await);
    assert!(matches!(scene.store.begin_charge(old).await, Ok(Made::Now(_))));
    assert_eq!(scene.states().await, [ChargeState::UnderWay, ChargeState::Lost]);
}

#[tokio::test]
async fn money_that_may_be_on_its_way_is_not_charged_again() {
    for state in [PaymentState::Unknown, PaymentState::Authorized] {
        let scene = Scene::new().await;
        payment(&*scene.store, &scene.bill, "P2").await;
        scene.set_state("P2", state).await;
        let new = scene.charge("P1", "k1").await;
        assert!(matches!(scene.store.begin_charge(new).await, Err(StoreError::Exists(_))), "{state:?}");
    }
}

#[tokio::test]
async fn what_changed_since_it_was_read_is_a_conflict() {
    let scene = Scene::new().await;
    let as_read = scene.charge("P1", "k1").await;
    let refused = [
        NewCharge { payment_version: as_read.payment_version - 1, ..as_read.clone() },
        NewCharge { invoice_version: as_read.invoice_version - 1, ..as_read.clone() },
        NewCharge { method: MethodId(404), ..as_read.clone() },
        NewCharge { payment: PaymentId::new("P404"), ..as_read.clone() },
    ];
    for new in refused {
        assert_eq!(scene.store.begin_charge(new.clone()).await, Err(StoreError::Conflict), "{new:?}");
    }
    scene.set_state("P1", PaymentState::Failed).await;
    let closed = scene.charge("P1", "k1").await;
    assert_eq!(scene.store.begin_charge(closed).await, Err(StoreError::Conflict), "a payment that is closed");
    assert_eq!(scene.states().await, []);
}

#[tokio::test]
async fn a_paid_invoice_or_a_method_of_another_client_or_a_removed_one_is_not_charged() {
    let scene = Scene::new().await;
    let bert = client(&*scene.store, "bert@example.org").await;
    scene.store.keep_method(method(bert, "bert's")).await.unwrap();
    let berts = scene.store.methods_of(bert).await.unwrap()[0].id;
    let as_read = scene.charge("P1", "k1").await;
    let foreign = NewCharge { method: berts, ..as_read.clone() };
    assert_eq!(scene.store.begin_charge(foreign).await, Err(StoreError::Conflict));
    assert_eq!(scene.store.method(berts).await.unwrap().unwrap().last_used, None);
    scene.store.remove_method(scene.bill.client, scene.method, NOW).await.unwrap();
    assert_eq!(scene.store.begin_charge(as_read).await, Err(StoreError::Conflict));
    assert_eq!(scene.payment("P1").await.state, PaymentState::Created, "a refusal changes nothing");

    let scene = Scene::new().await;
    payment(&*scene.store, &scene.bill, "P2").await;
    scene.store.apply(paid(&scene.payment("P2").await, &scene.bill, "T1", eur(100))).await.unwrap();
    let new = scene.charge("P1", "k1").await;
    assert_eq!(scene.store.begin_charge(new).await, Err(StoreError::Conflict));
}

#[tokio::test]
async fn a_reference_of_another_payment_does_not_keep_proven_money_from_being_booked() {
    let scene = Scene::new().await;
    let settle = |of: &Payment, bill: &Invoice, transaction: &str| {
        let mut settlement = paid(of, bill, transaction, eur(50));
        settlement.payment.as_mut().unwrap().provider_reference = Some("pi-1".to_owned());
        settlement
    };
    payment(&*scene.store, &scene.bill, "P2").await;
    for (id, expected) in [("P1", Some("pi-1")), ("P2", None)] {
        let bill = read_invoice(&*scene.store, scene.bill.id).await;
        scene.store.apply(settle(&scene.payment(id).await, &bill, id)).await.unwrap();
        assert_eq!(scene.payment(id).await.provider_reference.as_deref(), expected);
    }
    assert_eq!(read_invoice(&*scene.store, scene.bill.id).await.settled, eur(100));
}

#[tokio::test]
async fn a_charge_that_another_than_the_client_orders_is_in_the_audit_log_once() {
    let scene = Scene::new().await;
    let order = NewCharge { by: ChargedBy::Command, ..scene.charge("P1", "k").await };
    scene.store.begin_charge(order.clone()).await.unwrap();
    scene.store.begin_charge(order).await.unwrap();
    assert_eq!(scene.noted().await, [("command".to_owned(), "P1".to_owned())]);
    let scene = Scene::new().await;
    scene.store.begin_charge(scene.charge("P1", "k").await).await.unwrap();
    assert_eq!(scene.noted().await, []);
}
