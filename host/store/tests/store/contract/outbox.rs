use tollgate_billing::ids::{InvoiceId, OutboxId};
use tollgate_billing::ports::{Applied, Store, StoreError};
use tollgate_billing::settlement::{Event, Settlement, SettlementKey};

use crate::fixture::{NOW, claim_key, client, empty, invoice, open, service};

async fn queued(store: &dyn Store, events: u32) -> Vec<InvoiceId> {
    let client = client(store, "anna@example.org").await;
    let mut invoices = Vec::new();
    for number in 0..events {
        let invoice = invoice(store, client, &format!("form{number}"), vec![service(100)]).await;
        let event = Event::InvoicePaid(invoice.id);
        let at = NOW.plus_ms(i64::from(number));
        let settlement = Settlement { at, outbox: vec![event], ..empty(claim_key(&format!("t{number}"))) };
        assert_eq!(store.apply(settlement).await, Ok(Applied::Now));
        invoices.push(invoice.id);
    }
    invoices
}

#[tokio::test]
async fn events_are_due_from_their_moment_on_oldest_first() {
    let (_directory, store) = open();
    let invoices = queued(&*store, 3).await;
    assert_eq!(store.due(NOW.plus_ms(-1), 10).await.unwrap(), vec![]);
    let due = store.due(NOW.plus_ms(5), 2).await.unwrap();
    let events: Vec<Event> = due.iter().map(|pending| pending.event.clone()).collect();
    assert_eq!(events, [Event::InvoicePaid(invoices[0]), Event::InvoicePaid(invoices[1])]);
    assert!(due.iter().all(|pending| pending.attempts == 0 && pending.last_error.is_none()));
}

#[tokio::test]
async fn an_invoice_has_its_own_events_alone_from_their_moment_until_they_are_done() {
    let (_directory, store) = open();
    let invoices = queued(&*store, 3).await;
    let [before, at] = [NOW, NOW.plus_ms(1)];
    assert_eq!(store.due_of(invoices[1], before, 10).await.unwrap(), vec![]);
    let own = store.due_of(invoices[1], at, 10).await.unwrap();
    assert_eq!((own.len(), &own[0].event), (1, &Event::InvoicePaid(invoices[1])));
    store.retry(own[0].id, "not now", NOW.plus_ms(1_000)).await.unwrap();
    assert_eq!(store.due_of(invoices[1], NOW.plus_ms(999), 10).await.unwrap(), vec![]);
    assert_eq!(store.due_of(invoices[1], NOW.plus_ms(1_000), 10).await.unwrap().len(), 1);
    store.done(own[0].id).await.unwrap();
    assert_eq!(store.due_of(invoices[1], NOW.plus_days(9), 10).await.unwrap(), vec![]);
    assert_eq!(store.due_of(InvoiceId(404), NOW, 10).await.unwrap(), vec![]);
}

#[tokio::test]
async fn what_failed_waits_with_its_reason_and_staff_see_it() {
    let (_directory, store) = open();
    queued(&*store, 2).await;
    let first = store.due(NOW.plus_ms(5), 1).await.unwrap().remove(0);
    assert_eq!(store.stuck(10).await.unwrap(), vec![]);
    store.retry(first.id, &"ä".repeat(2_000), NOW.plus_ms(1_000)).await.unwrap();
    store.retry(first.id, &"ö".repeat(2_000), NOW.plus_ms(1_000)).await.unwrap();
    let stuck = store.stuck(10).await.unwrap();
    assert_eq!((stuck.len(), stuck[0].id, stuck[0].attempts), (1, first.id, 2));
    assert_eq!(stuck[0].last_error, Some("ö".repeat(500)));
    assert!(store.due(NOW.plus_ms(999), 10).await.unwrap().iter().all(|pending| pending.id != first.id));
    assert!(store.due(NOW.plus_ms(1_000), 10).await.unwrap().iter().any(|pending| pending.id == first.id));
}

#[tokio::test]
async fn what_is_done_is_never_due_again_nor_retried() {
    let (_directory, store) = open();
    queued(&*store, 1).await;
    let row = store.due(NOW, 1).await.unwrap().remove(0);
    store.done(row.id).await.unwrap();
    store.done(row.id).await.unwrap();
    assert_eq!(store.due(NOW.plus_days(9), 10).await.unwrap(), vec![]);
    assert_eq!(store.retry(row.id, "late", NOW).await, Err(StoreError::Conflict));
    assert_eq!(store.done(OutboxId(404)).await, Err(StoreError::Conflict));
}

#[tokio::test]
async fn a_settlement_finishes_its_row_and_one_that_comes_second_changes_nothing() {
    let (_directory, store) = open();
    queued(&*store, 1).await;
    let row = store.due(NOW, 1).await.unwrap().remove(0);
    let effects = Settlement { done: Some(row.id), ..empty(SettlementKey::Outbox(row.id)) };
    assert_eq!(store.apply(effects.clone()).await, Ok(Applied::Now));
    assert_eq!(store.due(NOW, 10).await.unwrap(), vec![]);
    assert_eq!(store.apply(effects).await, Ok(Applied::Before));
    let other = Settlement { done: Some(row.id), ..empty(claim_key("other")) };
    assert_eq!(store.apply(other.clone()).await, Err(StoreError::Conflict));
    assert!(!store.applied(&other.key).await.unwrap());
}

#[tokio::test]
async fn a_row_that_is_done_never_lends_its_id_to_a_new_one() {
    let (_directory, store) = open();
    queued(&*store, 1).await;
    let first = store.due(NOW, 1).await.unwrap().remove(0);
    store.done(first.id).await.unwrap();
    let Event::InvoicePaid(invoice) = first.event else { panic!("another event") };
    let again = Settlement { outbox: vec![Event::InvoiceCancelled(invoice)], ..empty(claim_key("again")) };
    store.apply(again).await.unwrap();
    assert_ne!(store.due(NOW, 1).await.unwrap()[0].id, first.id);
}
