//! Decisions about held claims: one transaction with what they book, once each, kept for ever.

use tokio::task::JoinSet;
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::decision::{Case, Decision, Destination, Ended, HeldClaim, Resolution, WayBack, plan_decision};
use tollgate_billing::fee::plan_late_fee;
use tollgate_billing::ids::{ClientId, HeldId, InvoiceId, PaymentId, StaffId};
use tollgate_billing::invoice::{Invoice, InvoiceStatus};
use tollgate_billing::ledger::{Account, Reason};
use tollgate_billing::money::Money;
use tollgate_billing::payment::{Payment, PaymentState};
use tollgate_billing::people::NewStaff;
use tollgate_billing::ports::{Applied, PageOf, Store, StoreError};
use tollgate_billing::roles::Role;
use tollgate_billing::settlement::{Held, HoldReason, Settlement, SettlementKey};

use crate::fixture::{
    NOW, bank, claim_key, client, currency, empty, eur, invoice, open, paid, payment, read_invoice, read_payment,
    service, sound,
};

pub async fn staff(store: &dyn Store, email: &str) -> StaffId {
    let new = NewStaff {
        email: email.to_owned(),
        name: format!("Staff {email}"),
        role: Role::Owner,
        password_hash: "$hash".to_owned(),
    };
    store.create_staff(new, NOW).await.expect("somebody new")
}

pub fn dollars(minor: i64) -> Money {
    Money::new(minor, currency("USD")).expect("an amount")
}

pub fn said(transaction: &str, amount: Money) -> Claim {
    Claim {
        payment: PaymentKey::Provider("order \"1\"".to_owned()),
        transaction: transaction.to_owned(),
        amount,
        state: ClaimState::Paid,
        fee: None,
        live: true,
        merchant: Some("M".to_owned()),
        provider_reference: None,
        at: NOW,
        saved: None,
    }
}

/// Holds a claim, for the payment where there is one.
pub async fn held(store: &dyn Store, payment: Option<&Payment>, claim: Claim) -> HeldClaim {
    let key = claim_key(&claim.transaction);
    let (payment, reason) = (payment.map(|payment| payment.id.clone()), HoldReason::NoPayment);
    let held = Held { payment, instance: bank(), claim, reason };
    assert_eq!(store.apply(Settlement { held: Some(held), ..empty(key) }).await, Ok(Applied::Now));
    let row = store.held(PageOf::first(1)).await.expect("a read").remove(0);
    store.held_claim(HeldId(row.seq)).await.expect("a read").expect("a held claim")
}

pub fn decided(held: &HeldClaim, payment: Option<&Payment>, by: StaffId, to: Destination<'_>) -> Settlement {
    let back = WayBack { gateway_refunds: true, merchant: Some("M") };
    let case = Case { held, payment, payer_sets_amount: false, back, live: true, by, at: NOW };
    plan_decision(case, to).expect("money that can be booked")
}

pub struct Office {
    _directory: tempfile::TempDir,
    pub store: std::sync::Arc<dyn Store>,
    pub anna: ClientId,
    pub bill: Invoice,
    pub pay: Payment,
    pub sam: StaffId,
}

/// Anna owes EUR 1.00 and has begun to pay it.
pub async fn office() -> Office {
    let (directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let pay = payment(&*store, &bill, "P1").await;
    let sam = staff(&*store, "sam@example.org").await;
    Office { _directory: directory, store, anna, bill, pay, sam }
}

#[tokio::test]
async fn a_held_claim_is_read_back_with_all_that_it_said() {
    let office = office().await;
    let claim = Claim { fee: Some(eur(3)), ..said("T1", dollars(100)) };
    let held = held(&*office.store, Some(&office.pay), claim.clone()).await;
    assert_eq!((held.claim, held.row.payment), (claim, Some(office.pay.id)));
    assert_eq!(office.store.held_claim(HeldId(404)).await, Ok(None));
    assert_eq!(office.store.decision(HeldId(held.row.seq)).await, Ok(None));
}

#[tokio::test]
async fn a_foreign_payment_is_accepted_as_credit_and_its_own_payment_ends() {
    let office = office().await;
    let store = &*office.store;
    let held = held(store, Some(&office.pay), Claim { fee: Some(dollars(4)), ..said("T1", dollars(100)) }).await;
    let to = Destination::Credit { client: office.anna, beside: office.bill.id };
    let settlement = decided(&held, Some(&office.pay), office.sam, to);
    assert_eq!(store.apply(settlement.clone()).await, Ok(Applied::Now));
    assert_eq!(store.apply(settlement).await, Ok(Applied::Before), "a form sent twice");
    assert_eq!(store.credit(office.anna, currency("USD")).await, Ok(dollars(100)));
    let pay = read_payment(store, "P1").await;
    assert_eq!((pay.state, pay.received), (PaymentState::Cancelled, eur(0)));
    assert_eq!(store.held(PageOf::first(10)).await, Ok(vec![]));
    let row = store.decision(HeldId(held.row.seq)).await.unwrap().expect("it was decided");
    assert_eq!((&row.decision, &row.held), (&Decision::Credit(office.anna), &held.row));
    assert_eq!((row.by.as_str(), row.client.as_deref()), ("Staff sam@example.org", Some("Client")));
    assert_eq!(row.invoice, Some(office.bill.number), "the credit is written beside it");
    assert_eq!(sound(store).await, 2);
}

#[tokio::test]
async fn a_matched_claim_pays_the_invoice_and_its_own_payment_receives_it() {
    let office = office().await;
    let store = &*office.store;
    let held = held(store, Some(&office.pay), said("T1", eur(130))).await;
    let settlement = decided(&held, Some(&office.pay), office.sam, Destination::Invoice(&office.bill));
    assert_eq!(store.apply(settlement).await, Ok(Applied::Now));
    let (pay, bill) = (read_payment(store, "P1").await, read_invoice(store, office.bill.id).await);
    assert_eq!((pay.state, pay.received), (PaymentState::Paid, eur(130)));
    assert_eq!((bill.status, store.credit(office.anna, currency("EUR")).await), (InvoiceStatus::Paid, Ok(eur(30))));
    let row = store.decision(HeldId(held.row.seq)).await.unwrap().expect("it was decided");
    assert_eq!((row.decision, row.invoice), (Decision::Invoice(bill.id), Some(bill.number)));
    sound(store).await;
}

#[tokio::test]
async fn a_dismissed_claim_books_nothing_and_keeps_its_reason() {
    let office = office().await;
    let store = &*office.store;
    let held = held(store, None, said("T1", eur(100))).await;
    let settlement = decided(&held, None, office.sam, Destination::Nowhere { reason: "Tëst\nmoney" });
    assert_eq!(store.apply(settlement).await, Ok(Applied::Now));
    let row = store.decision(HeldId(held.row.seq)).await.unwrap().expect("it was decided");
    assert_eq!((row.decision, row.client, row.invoice), (Decision::Dismiss("Tëst\nmoney".into()), None, None));
    assert_eq!(sound(store).await, 0);
}

#[tokio::test]
async fn of_eight_who_decide_at_once_one_does() {
    let office = office().await;
    let held = held(&*office.store, Some(&office.pay), said("T1", eur(100))).await;
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let (store, pay, held) = (office.store.clone(), office.pay.clone(), held.clone());
        let (bill, anna) = (office.bill.clone(), office.anna);
        let by = staff(&*store, &format!("staff{number}@example.org")).await;
        tasks.spawn(async move {
            let back = crate::contract::held_refunds::back(&format!("R{number}"));
            let to = match number % 4 {
                0 => Destination::Credit { client: anna, beside: bill.id },
                1 => Destination::Invoice(&bill),
                2 => Destination::Payer(&back),
                _ => Destination::Nowhere { reason: "no" },
            };
            store.apply(decided(&held, Some(&pay), by, to)).await
        });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| **answer == Ok(Applied::Now)).count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == Ok(Applied::Before)).count(), 7);
    assert_eq!(office.store.decisions(PageOf::first(10)).await.unwrap().len(), 1);
    sound(&*office.store).await;
}

/// Whether it was refused as it should be.
type Expected = fn(&StoreError) -> bool;

#[tokio::test]
async fn a_decision_that_cannot_be_true_is_refused_whole() {
    let office = office().await;
    let store = &*office.store;
    let held = held(store, Some(&office.pay), said("T1", eur(130))).await;
    let good = || decided(&held, Some(&office.pay), office.sam, Destination::Invoice(&office.bill));
    let resolution = |held, by| Resolution { held, by, decision: Decision::Invoice(office.bill.id), ends: None };
    let id = HeldId(held.row.seq);
    let ends = Some(Ended { payment: PaymentId::new("P1"), version: 99 });
    let table: [(&str, Settlement, Expected); 5] = [
        ("by nobody", Settlement { decided: Some(resolution(id, StaffId(404))), ..good() }, |error| {
            matches!(error, StoreError::Corrupt(_))
        }),
        ("about nothing", Settlement { decided: Some(resolution(HeldId(404), office.sam)), ..good() }, |error| {
            *error == StoreError::Conflict
        }),
        (
            "of a payment that changed",
            Settlement { decided: Some(Resolution { ends, ..resolution(id, office.sam) }), payment: None, ..good() },
            |error| *error == StoreError::Conflict,
        ),
        (
            "that books money and says that nothing was booked",
            Settlement {
                decided: Some(Resolution { decision: Decision::Dismiss("no".into()), ..resolution(id, office.sam) }),
                ..good()
            },
            |error| matches!(error, StoreError::Corrupt(_)),
        ),
        (
            "that books no money and says that some was",
            Settlement { transfers: vec![], payment: None, invoice: None, ..good() },
            |error| matches!(error, StoreError::Corrupt(_)),
        ),
    ];
    for (name, settlement, expected) in table {
        let refused = store.apply(settlement).await.expect_err(name);
        assert!(expected(&refused), "{name}: {refused}");
        assert_eq!(store.applied(&SettlementKey::Decision(id)).await, Ok(false), "{name}");
        assert_eq!(store.held(PageOf::first(10)).await.unwrap().len(), 1, "{name}");
        assert_eq!(read_payment(store, "P1").await, office.pay, "{name}");
        assert_eq!(sound(store).await, 0, "{name}");
    }
    assert_eq!(store.apply(good()).await, Ok(Applied::Now), "the key was not spent on any of them");
}

#[tokio::test]
async fn decisions_are_a_list_with_pages_and_open_claims_are_another() {
    let office = office().await;
    let store = &*office.store;
    let mut claims = Vec::new();
    for number in 0..5 {
        claims.push(held(store, None, said(&format!("T{number}"), eur(1))).await);
    }
    for place in [3, 0, 2] {
        let settlement = decided(&claims[place], None, office.sam, Destination::Nowhere { reason: "no" });
        store.apply(settlement).await.unwrap();
    }
    let open: Vec<_> = store.held(PageOf::first(10)).await.unwrap().into_iter().map(|row| row.transaction).collect();
    assert_eq!(open, ["T4", "T1"]);
    let first = store.decisions(PageOf::first(2)).await.unwrap();
    let rest = store.decisions(PageOf { before: Some(first[1].seq), rows_max: 2 }).await.unwrap();
    let order: Vec<_> = first.iter().chain(&rest).map(|row| row.held.transaction.as_str()).collect();
    assert_eq!(order, ["T2", "T0", "T3"], "by when it was decided, the newest first");
}

#[tokio::test]
async fn money_that_was_booked_without_its_fee_is_known_until_it_was_booked_with_one() {
    let office = office().await;
    let store = &*office.store;
    let key = |transaction: &str| claim_key(transaction);
    let check = async |transaction: &str, expected: Option<InvoiceId>, what: &str| {
        assert_eq!(store.booked_without_fee(&key(transaction)).await, Ok(expected), "{what}");
    };
    check("T1", None, "it never came").await;
    store.apply(paid(&office.pay, &office.bill, "T1", eur(40))).await.unwrap();
    check("T1", Some(office.bill.id), "booked without a fee").await;
    let late = plan_late_fee(&bank(), &Claim { fee: Some(eur(2)), ..said("T1", eur(40)) }, office.bill.id, NOW);
    let late = late.expect("a fee");
    assert_eq!(store.apply(late.clone()).await, Ok(Applied::Now));
    assert_eq!(store.apply(late).await, Ok(Applied::Before), "once for the transaction");
    let (pay, bill) = (read_payment(store, "P1").await, read_invoice(store, office.bill.id).await);
    let mut with_fee = paid(&pay, &bill, "T2", eur(10));
    let (debit, credit) = (Account::Fees(bank()), Account::Gateway(bank()));
    with_fee.transfers.push(crate::fixture::transfer(bill.id, debit, credit, eur(1), Reason::Fee));
    store.apply(with_fee).await.unwrap();
    check("T2", None, "booked with its fee").await;
    let held = held(store, None, said("T3", eur(5))).await;
    check("T3", None, "held, so not booked").await;
    let to = Destination::Credit { client: office.anna, beside: bill.id };
    store.apply(decided(&held, None, office.sam, to)).await.unwrap();
    check("T3", Some(bill.id), "booked by a decision, without a fee").await;
    sound(store).await;
}
