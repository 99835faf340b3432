//! Refunds and disputes: compare-and-set, what is due, what may never change.

use tollgate_billing::dispute::Dispute;
use tollgate_billing::ids::{ClientId, InstanceId, PaymentId, RefundId, StaffId};
use tollgate_billing::invoice::Invoice;
use tollgate_billing::ledger::{Account, Reason};
use tollgate_billing::people::NewStaff;
use tollgate_billing::ports::{Applied, PageOf, Store, StoreError};
use tollgate_billing::refund::{Refund, RefundParts, RefundState};
use tollgate_billing::roles::Role;
use tollgate_billing::settlement::{InvoiceChange, MoneyBack, Settlement, SettlementKey};
use tollgate_billing::text::Text;

use crate::fixture::{
    NOW, bank, claim_key, client, empty, eur, fresh, invoice, open, paid, payment, read_invoice, service, sound,
    stranger, transfer,
};

const PAY: &str = "P1";

/// An invoice of EUR 1.00, paid.
async fn paid_bill(store: &dyn Store) -> Invoice {
    let anna = client(store, "anna@example.org").await;
    let bill = invoice(store, anna, "form", vec![service(100)]).await;
    let pay = payment(store, &bill, PAY).await;
    let mut settlement = paid(&pay, &bill, "T1", eur(100));
    let (debit, credit) = (Account::Invoice(bill.id), Account::Sales);
    settlement.transfers.push(transfer(bill.id, debit, credit, eur(100), Reason::Fulfilment));
    store.apply(settlement).await.unwrap();
    read_invoice(store, bill.id).await
}

async fn somebody(store: &dyn Store) -> StaffId {
    let new = NewStaff {
        email: "sam@example.org".to_owned(),
        name: "Sam".to_owned(),
        role: Role::Owner,
        password_hash: "x".to_owned(),
    };
    store.create_staff(new, NOW).await.unwrap()
}

fn refund(bill: &Invoice, id: &str, minor: i64) -> Refund {
    Refund {
        id: RefundId::new(id),
        payment: PaymentId::new(PAY),
        invoice: bill.id,
        client: bill.client,
        instance: bank(),
        amount: eur(minor),
        parts: RefundParts { credit: eur(0), sales: eur(minor), tax: eur(0), loss: eur(0), held: eur(0) },
        held: None,
        transaction: "T1".to_owned(),
        reason: "twice".to_owned(),
        staff: None,
        state: RefundState::Requested,
        note: None,
        provider_reference: None,
        created: NOW,
        next_check: NOW.plus_ms(60_000),
        ended: None,
        version: 1,
    }
}

fn turn(bill: &Invoice) -> InvoiceChange {
    InvoiceChange {
        id: bill.id,
        version: bill.version,
        status: bill.status,
        settled: bill.settled,
        credit_applied: bill.credit_applied,
        paid_at: bill.paid_at,
    }
}

fn begun(bill: &Invoice, refund: &Refund) -> Settlement {
    let aside = Account::Refunding(bank());
    Settlement {
        invoice: Some(turn(bill)),
        transfers: vec![transfer(bill.id, Account::Returns, aside, refund.amount, Reason::Refund)],
        back: Some(MoneyBack::Refund(Box::new(refund.clone()))),
        ..empty(SettlementKey::StaffForm { staff: StaffId(1), key: refund.id.to_string() })
    }
}

fn done(bill: &Invoice, refund: &Refund, reference: &str) -> Settlement {
    let mut changed = refund.changed(RefundState::Done, None);
    changed.provider_reference = Some(reference.to_owned());
    changed.ended = Some(NOW);
    let (aside, gateway) = (Account::Refunding(bank()), Account::Gateway(bank()));
    Settlement {
        invoice: Some(turn(bill)),
        transfers: vec![transfer(bill.id, aside, gateway, refund.amount, Reason::Refund)],
        back: Some(MoneyBack::Refund(Box::new(changed))),
        ..empty(SettlementKey::Claim { instance: bank(), transaction: reference.to_owned(), state: "refunded" })
    }
}

fn dispute(bill: &Invoice, client: ClientId) -> Dispute {
    Dispute {
        instance: bank(),
        transaction: "dp_1".to_owned(),
        payment: PaymentId::new(PAY),
        invoice: bill.id,
        client,
        amount: eur(60),
        kept: eur(0),
        lost: eur(0),
        won: eur(0),
        loss: eur(0),
        reason: Some(Text::plain("unrecognized")),
        opened: NOW,
        closed: None,
        version: 1,
    }
}

fn opened(bill: &Invoice, dispute: &Dispute) -> Settlement {
    let (taken, gateway) = (Account::Disputed(bank()), Account::Gateway(bank()));
    Settlement {
        invoice: Some(turn(bill)),
        transfers: vec![transfer(bill.id, taken, gateway, dispute.amount, Reason::Dispute)],
        back: Some(MoneyBack::Dispute(Box::new(dispute.clone()))),
        ..empty(claim_key("opened"))
    }
}

#[tokio::test]
async fn a_refund_is_read_back_as_it_was_written() {
    let (_dir, store) = open();
    let bill = paid_bill(&*store).await;
    let staff = somebody(&*store).await;
    let new = Refund {
        staff: Some(staff),
        note: Some(Text::plain("„waits“")),
        provider_reference: Some("re_1".to_owned()),
        ..refund(&bill, "R1", 30)
    };
    assert_eq!(store.apply(begun(&bill, &new)).await, Ok(Applied::Now));
    assert_eq!(store.refund(&new.id).await, Ok(Some(new.clone())));
    assert_eq!(store.refunds_of(bill.id).await, Ok(vec![new.clone()]));
    assert_eq!(store.open_refunds(PageOf::first(10)).await, Ok(vec![(1, new)]));
    assert_eq!(store.refund(&RefundId::new("R2")).await, Ok(None));
    assert_eq!(sound(&*store).await, 3);
}

#[tokio::test]
async fn of_two_refunds_on_one_reading_of_the_invoice_the_second_conflicts_and_writes_nothing() {
    let (_dir, store) = open();
    let bill = paid_bill(&*store).await;
    store.apply(begun(&bill, &refund(&bill, "R1", 30))).await.unwrap();
    assert_eq!(store.apply(begun(&bill, &refund(&bill, "R2", 30))).await, Err(StoreError::Conflict));
    assert_eq!(store.refunds_of(bill.id).await.unwrap().len(), 1);
    // The same id with another form is somebody else's refund.
    let bill = read_invoice(&*store, bill.id).await;
    let same = Settlement { key: claim_key("x"), ..begun(&bill, &refund(&bill, "R1", 30)) };
    assert_eq!(store.apply(same).await, Err(StoreError::Conflict));
    sound(&*store).await;
}

#[tokio::test]
async fn a_change_over_another_version_conflicts_and_an_end_comes_only_with_what_it_books() {
    let (_dir, store) = open();
    let bill = paid_bill(&*store).await;
    let new = refund(&bill, "R1", 30);
    store.apply(begun(&bill, &new)).await.unwrap();
    let pending = new.changed(RefundState::Pending, Some(Text::plain("slow")));
    assert_eq!(store.refund_progress(pending.clone()).await, Ok(()));
    assert_eq!(store.refund_progress(pending.clone()).await, Err(StoreError::Conflict));
    let ended = pending.changed(RefundState::Failed, None);
    assert!(matches!(store.refund_progress(ended).await, Err(StoreError::Corrupt(_))));
    let bill = read_invoice(&*store, bill.id).await;
    assert_eq!(store.apply(done(&bill, &new, "re_1")).await, Err(StoreError::Conflict));
    assert_eq!(store.apply(done(&bill, &pending, "re_1")).await, Ok(Applied::Now));
    assert_eq!(store.apply(done(&bill, &pending, "re_1")).await, Ok(Applied::Before));
    let now = store.refund(&new.id).await.unwrap().unwrap();
    assert_eq!((now.state, now.provider_reference.as_deref()), (RefundState::Done, Some("re_1")));
    sound(&*store).await;
}

#[tokio::test]
async fn one_reference_of_a_provider_names_one_refund_and_is_never_replaced() {
    let (_dir, store) = open();
    let bill = paid_bill(&*store).await;
    let named = |id: &str| Refund { provider_reference: Some("re_1".to_owned()), ..refund(&bill, id, 30) };
    store.apply(begun(&bill, &named("R1"))).await.unwrap();
    let bill = read_invoice(&*store, bill.id).await;
    assert!(matches!(store.apply(begun(&bill, &named("R2"))).await, Err(StoreError::Exists(_))));
    let renamed =
        Refund { provider_reference: Some("re_2".to_owned()), ..named("R1").changed(RefundState::Pending, None) };
    store.refund_progress(renamed).await.unwrap();
    let now = store.refund(&RefundId::new("R1")).await.unwrap().unwrap();
    assert_eq!(now.provider_reference.as_deref(), Some("re_1"));
}

#[tokio::test]
async fn open_refunds_of_an_instance_are_due_by_their_time_and_others_never() {
    let (_dir, store) = open();
    let bill = paid_bill(&*store).await;
    let new = refund(&bill, "R1", 30);
    store.apply(begun(&bill, &new)).await.unwrap();
    let due = async |instance: &str, ms: i64| {
        let rows = store.due_refunds(&InstanceId::new(instance), NOW.plus_ms(ms), 10).await.unwrap();
        rows.into_iter().map(|due| (due.refund.id.to_string(), due.checks)).collect::<Vec<_>>()
    };
    assert_eq!(due("bank-transfer", 59_999).await, vec![]);
    assert_eq!(due("bank-transfer", 60_000).await, vec![("R1".to_owned(), 0)]);
    assert_eq!(due("other", 60_000).await, vec![]);
    store.refund_checked(&new.id, NOW.plus_ms(120_000)).await.unwrap();
    assert_eq!(due("bank-transfer", 119_999).await, vec![]);
    assert_eq!(due("bank-transfer", 120_000).await, vec![("R1".to_owned(), 1)]);
    let bill = read_invoice(&*store, bill.id).await;
    store.apply(done(&bill, &new, "re_1")).await.unwrap();
    assert_eq!(due("bank-transfer", i64::MAX / 2).await, vec![], "what has ended is never due");
}

#[tokio::test]
async fn a_dispute_is_written_once_and_changed_over_its_version() {
    let (_dir, store) = open();
    let bill = paid_bill(&*store).await;
    let new = dispute(&bill, bill.client);
    store.apply(opened(&bill, &new)).await.unwrap();
    assert_eq!(store.dispute(&bank(), "dp_1").await, Ok(Some(new.clone())));
    assert_eq!(store.disputes_of(bill.id).await, Ok(vec![new.clone()]));
    assert_eq!(store.open_disputes(PageOf::first(10)).await.unwrap().len(), 1);
    let bill = read_invoice(&*store, bill.id).await;
    let again = Settlement { key: claim_key("again"), ..opened(&bill, &new) };
    assert_eq!(store.apply(again).await, Err(StoreError::Conflict));
    let over = Dispute { won: eur(60), closed: Some(NOW), version: 2, ..new };
    let (taken, gateway) = (Account::Disputed(bank()), Account::Gateway(bank()));
    let won = Settlement {
        invoice: Some(turn(&bill)),
        transfers: vec![transfer(bill.id, gateway, taken, eur(60), Reason::DisputeWon)],
        back: Some(MoneyBack::Dispute(Box::new(over.clone()))),
        ..empty(claim_key("won"))
    };
    store.apply(won).await.unwrap();
    assert_eq!(store.dispute(&bank(), "dp_1").await, Ok(Some(over)));
    assert_eq!(store.open_disputes(PageOf::first(10)).await, Ok(vec![]));
    sound(&*store).await;
}

#[tokio::test]
async fn what_came_in_and_what_moved_are_told_by_payment_and_invoice() {
    let (_dir, store) = open();
    let bill = paid_bill(&*store).await;
    let came = store.paid_transactions(&PaymentId::new(PAY)).await.unwrap();
    assert_eq!(came.iter().map(|one| (one.transaction.as_str(), one.amount)).collect::<Vec<_>>(), [("T1", eur(100))]);
    assert_eq!(store.paid_transactions(&PaymentId::new("P2")).await, Ok(vec![]));
    let moved = store.moved(bill.id).await.unwrap();
    assert_eq!(moved.len(), 2);
    let sold = moved.iter().find(|one| one.credit == Account::Sales).unwrap();
    assert_eq!((sold.amount, sold.reason, sold.invoice), (eur(100), Reason::Fulfilment, bill.id));
}

/// Each must be refused with a sentence that holds the word.
const REFUSED: [(&str, &str); 10] = [
    ("DELETE FROM refunds", "never deleted"),
    ("UPDATE refunds SET amount_minor = 1", "never changed"),
    ("UPDATE refunds SET from_sales_minor = 1", "never changed"),
    ("UPDATE refunds SET state = 'requested', ended = NULL", "not opened again"),
    ("UPDATE refunds SET state = 'lost'", "not opened again"),
    ("UPDATE refunds SET ended = NULL", "CHECK"),
    ("DELETE FROM disputes", "never deleted"),
    ("UPDATE disputes SET amount_minor = 1", "never changed"),
    ("UPDATE disputes SET lost_minor = 61", "CHECK"),
    ("UPDATE disputes SET kept_minor = 61", "CHECK"),
];

/// What a hand did, and a word of the sentence that must tell of it.
const FOUND: [(&str, &str); 4] = [
    ("DROP TRIGGER refunds_end; UPDATE refunds SET state = 'requested', ended = NULL", "open refunds set 30"),
    ("UPDATE disputes SET kept_minor = 10", "open disputes hold 50"),
    ("DROP TRIGGER disputes_fixed; UPDATE disputes SET amount_minor = 90", "went back"),
    ("DROP TRIGGER disputes_fixed; UPDATE disputes SET client_id = 99", "does not fit"),
];

#[tokio::test]
async fn no_hand_changes_what_went_back_and_the_check_finds_one_that_did() {
    for (sql, word) in FOUND {
        let fresh = fresh();
        let store = &*fresh.store;
        let bill = paid_bill(store).await;
        let new = refund(&bill, "R1", 30);
        store.apply(begun(&bill, &new)).await.unwrap();
        let bill = read_invoice(store, bill.id).await;
        store.apply(done(&bill, &new, "re_1")).await.unwrap();
        let bill = read_invoice(store, bill.id).await;
        store.apply(opened(&bill, &dispute(&bill, bill.client))).await.unwrap();
        sound(store).await;
        let conn = stranger(&fresh.path);
        for (refused, why) in REFUSED {
            let said = conn.execute_batch(refused).expect_err(refused).to_string();
            assert!(said.contains(why), "{refused}: {said}");
        }
        conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
        let faults = store.check_ledger().await.unwrap().faults;
        assert!(faults.iter().any(|fault| fault.contains(word)), "{sql}: {faults:?}");
    }
}
