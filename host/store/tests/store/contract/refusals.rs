//! Settlements that cannot be true. Billing never makes them; were it to, not one row may come of it.

use tollgate_billing::ids::{ClientId, InvoiceId, PaymentId};
use tollgate_billing::ledger::{Account, Reason};
use tollgate_billing::money::{AMOUNT_MINOR_MAX, Money};
use tollgate_billing::ports::{Applied, PageOf, StoreError};
use tollgate_billing::settlement::{Event, Settlement};

use crate::fixture::{
    bank, claim_key, client, currency, empty, eur, give_credit, invoice, open, paid, payment, read_invoice,
    read_payment, service, sound, transfer,
};

/// Breaks a good settlement in one place.
type Break = fn(&mut Settlement);

fn other_invoice() -> InvoiceId {
    InvoiceId(1)
}

const TABLE: [(&str, Break); 16] = [
    ("a transfer of nothing", |s| s.transfers[0].amount = eur(0)),
    ("a transfer below zero", |s| s.transfers[0].amount = eur(-100)),
    ("from an account to itself", |s| s.transfers[0].debit = s.transfers[0].credit.clone()),
    ("into another invoice", |s| s.transfers[0].credit = Account::Invoice(other_invoice())),
    ("into an invoice that does not change", |s| s.invoice = None),
    ("for another invoice than changes", |s| s.transfers[0].invoice = other_invoice()),
    ("for an invoice that is nowhere", |s| {
        s.transfers.push(transfer(InvoiceId(404), Account::Gateway(bank()), Account::Sales, eur(1), Reason::Payment));
        s.payment = None;
    }),
    ("credit for a client who is nowhere", |s| {
        let credit = Account::Credit(ClientId(404));
        s.transfers.push(transfer(s.transfers[0].invoice, Account::Sales, credit, eur(1), Reason::Overpayment));
    }),
    ("more received than transferred", |s| change_received(s, 101)),
    ("less received than transferred", |s| change_received(s, 99)),
    ("received in another currency", |s| {
        let yen = Money::new(100, currency("JPY")).unwrap();
        s.payment.as_mut().unwrap().received = yen;
    }),
    ("more settled than transferred", |s| s.invoice.as_mut().unwrap().settled = eur(101)),
    ("credit applied that no credit paid", |s| s.invoice.as_mut().unwrap().credit_applied = eur(100)),
    ("more settled than the total", |s| {
        s.transfers[0].amount = eur(101);
        s.invoice.as_mut().unwrap().settled = eur(101);
        change_received(s, 101);
    }),
    ("credit beyond what any amount may be", |s| {
        let (debit, credit) = (Account::Sales, Account::Credit(ClientId(1)));
        let most = Money::new(AMOUNT_MINOR_MAX, currency("EUR")).unwrap();
        for _ in 0..2 {
            let moved = transfer(s.transfers[0].invoice, debit.clone(), credit.clone(), most, Reason::Overpayment);
            s.transfers.push(moved);
        }
    }),
    ("an event of an invoice that is nowhere", |s| s.outbox.push(Event::InvoicePaid(InvoiceId(404)))),
];

fn change_received(settlement: &mut Settlement, minor: i64) {
    settlement.payment.as_mut().unwrap().received = eur(minor);
}

#[tokio::test]
async fn a_settlement_that_cannot_be_true_is_refused_whole() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    give_credit(&*store, anna, "top-up", 70).await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let pay = payment(&*store, &bill, "P1").await;
    let transfers = sound(&*store).await;
    for (name, break_it) in TABLE {
        let mut settlement = paid(&pay, &bill, "T1", eur(100));
        break_it(&mut settlement);
        let refused = store.apply(settlement.clone()).await;
        assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{name}: {refused:?}");
        assert_eq!(store.applied(&settlement.key).await, Ok(false), "{name}");
        assert_eq!(read_invoice(&*store, bill.id).await, bill, "{name}");
        assert_eq!(read_payment(&*store, "P1").await, pay, "{name}");
        assert_eq!(store.credit(anna, currency("EUR")).await, Ok(eur(70)), "{name}");
        assert_eq!(store.credit(ClientId(404), currency("EUR")).await, Ok(eur(0)), "{name}");
        assert_eq!(sound(&*store).await, transfers, "{name}");
    }
    // The key was not spent on any of them.
    assert_eq!(store.apply(paid(&pay, &bill, "T1", eur(100))).await, Ok(Applied::Now));
    assert_eq!(sound(&*store).await, transfers + 1);
}

#[tokio::test]
async fn a_settlement_of_rows_that_are_nowhere_is_a_conflict() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let pay = payment(&*store, &bill, "P1").await;
    let mut no_invoice = paid(&pay, &bill, "T1", eur(100));
    no_invoice.invoice.as_mut().unwrap().version += 1;
    let mut stale = paid(&pay, &bill, "T1", eur(100));
    stale.payment.as_mut().unwrap().version -= 1;
    for (name, settlement) in [("invoice", no_invoice), ("payment", stale)] {
        assert_eq!(store.apply(settlement).await, Err(StoreError::Conflict), "{name}");
    }
    let mut no_payment = paid(&pay, &bill, "T1", eur(100));
    no_payment.payment.as_mut().unwrap().id = PaymentId::new("P404");
    assert!(store.apply(no_payment).await.is_err());
    assert_eq!(store.held(PageOf::first(1)).await, Ok(vec![]));
    assert_eq!(sound(&*store).await, 0);
}

#[tokio::test]
async fn an_empty_settlement_spends_its_key_and_nothing_else() {
    let (_directory, store) = open();
    assert_eq!(store.apply(empty(claim_key("T1"))).await, Ok(Applied::Now));
    assert_eq!(store.apply(empty(claim_key("T1"))).await, Ok(Applied::Before));
    assert_eq!(sound(&*store).await, 0);
}
