use std::sync::Arc;

use tokio::task::JoinSet;
use tollgate_billing::ids::{InstanceId, Timestamp, WebhookId};
use tollgate_billing::ports::{Applied, PageOf, Store, StoreError, Webhook, WebhookRoom};
use tollgate_billing::settlement::Settlement;
use tollgate_billing::webhook::{WebhookEntry, WebhookRow, WebhookState};

use crate::fixture::{
    NOW, bank, claim_key, client, empty, eur, invoice, open, paid, payment, read_invoice, read_payment, service, sound,
};

const ROOM: WebhookRoom = WebhookRoom { rows_max: 3, bytes_max: 100 };

fn webhook(body: &[u8]) -> Arc<Webhook> {
    let header = |name: &str, value: &[u8]| (name.to_owned(), value.to_vec());
    Arc::new(Webhook {
        body: body.to_vec(),
        headers: vec![header("x-signature", b"t=1,v1=\xff\0"), header("x-signature", b"two"), header("x-empty", b"")],
        query: "a=%3D&b".to_owned(),
        received: NOW,
    })
}

fn waiting(body: &[u8], at: Timestamp) -> WebhookEntry {
    WebhookEntry {
        kept: None,
        instance: bank(),
        event: None,
        webhook: webhook(body),
        state: WebhookState::Unproven,
        reason: "the provider does not answer".to_owned(),
        claims: 0,
        next_try: Some(at),
    }
}

fn done(event: &str, claims: u32) -> WebhookEntry {
    WebhookEntry {
        event: Some(event.to_owned()),
        state: WebhookState::Done,
        reason: String::new(),
        claims,
        next_try: None,
        ..waiting(b"{}", NOW)
    }
}

fn over(state: WebhookState) -> WebhookEntry {
    WebhookEntry { state, next_try: None, ..waiting(b"?", NOW) }
}

async fn rows(store: &dyn Store) -> Vec<WebhookRow> {
    store.webhooks(PageOf::first(100)).await.expect("a read")
}

async fn due(store: &dyn Store, at: Timestamp) -> Vec<WebhookId> {
    store.due_webhooks(&bank(), at, 100).await.expect("a read")
}

async fn states(store: &dyn Store) -> Vec<WebhookState> {
    rows(store).await.into_iter().map(|row| row.state).collect()
}

#[tokio::test]
async fn a_webhook_is_read_as_it_came() {
    let (_directory, store) = open();
    let entry = waiting(b"\xff\0{", NOW);
    store.keep_webhook(entry.clone(), ROOM).await.unwrap();
    let row = rows(&*store).await.remove(0);
    let stored = store.webhook(row.id).await.unwrap().unwrap();
    assert_eq!((&stored.row, &stored.webhook), (&row, &*entry.webhook));
    assert_eq!((row.instance, row.event, row.received, row.tries), (bank(), None, NOW, 0));
    assert_eq!((row.state, row.next_try, row.reason), (WebhookState::Unproven, Some(NOW), entry.reason));
    assert_eq!(store.webhook(WebhookId(999)).await.unwrap(), None);
}

#[tokio::test]
async fn what_waits_is_due_at_its_time_and_of_its_own_instance() {
    let (_directory, store) = open();
    let other = WebhookEntry { instance: InstanceId::new("other"), ..waiting(b"o", NOW) };
    for entry in [waiting(b"late", NOW.plus_ms(5)), waiting(b"soon", NOW), other, over(WebhookState::Malformed)] {
        store.keep_webhook(entry, ROOM).await.unwrap();
    }
    assert_eq!(due(&*store, NOW.plus_ms(-1)).await, []);
    assert_eq!(due(&*store, NOW).await, [WebhookId(2)]);
    assert_eq!(due(&*store, NOW.plus_ms(5)).await, [WebhookId(2), WebhookId(1)], "the longest waiting first");
    assert_eq!(store.due_webhooks(&bank(), NOW.plus_ms(5), 1).await.unwrap(), [WebhookId(2)]);
    assert_eq!(store.webhook_instances(NOW).await.unwrap(), [bank(), InstanceId::new("other")]);
    assert_eq!(store.webhook_instances(NOW.plus_ms(-1)).await.unwrap(), []);

    store.webhook_tried(WebhookId(2), Some(NOW.plus_ms(9))).await.unwrap();
    assert_eq!(due(&*store, NOW.plus_ms(5)).await, [WebhookId(1)]);
    store.webhook_tried(WebhookId(1), None).await.unwrap();
    assert_eq!(due(&*store, NOW.plus_ms(9)).await, [WebhookId(2)]);
    let tries: Vec<u32> = rows(&*store).await.iter().map(|row| row.tries).collect();
    assert_eq!(tries, [0, 0, 1, 1], "one that is given up stays for staff");
}

#[tokio::test]
async fn what_waits_has_a_bound_in_number_and_in_bytes() {
    let (_directory, store) = open();
    let long = waiting(&[b'x'; 60], NOW);
    store.keep_webhook(long.clone(), ROOM).await.unwrap();
    assert_eq!(store.keep_webhook(long.clone(), ROOM).await, Err(StoreError::Insufficient), "too many bytes");
    for _ in 0..2 {
        store.keep_webhook(waiting(b"short", NOW), ROOM).await.unwrap();
    }
    assert_eq!(store.keep_webhook(waiting(b"", NOW), ROOM).await, Err(StoreError::Insufficient), "too many");
    let other = WebhookEntry { instance: InstanceId::new("other"), ..waiting(b"o", NOW) };
    store.keep_webhook(other, ROOM).await.unwrap();
    // What waits already may go on waiting, and what is settled needs no room.
    store.keep_webhook(WebhookEntry { kept: Some(WebhookId(1)), ..long }, ROOM).await.unwrap();
    store.record_webhook(done("E", 0)).await.unwrap();
    store.mark_webhook(WebhookId(2), WebhookState::Forged, "not theirs", None).await.unwrap();
    store.keep_webhook(waiting(b"", NOW), ROOM).await.unwrap();
    assert_eq!(rows(&*store).await.len(), 6);
}

#[tokio::test]
async fn of_those_that_are_over_and_not_done_the_oldest_are_forgotten() {
    let (_directory, store) = open();
    store.record_webhook(done("E", 0)).await.unwrap();
    store.keep_webhook(waiting(b"w", NOW), ROOM).await.unwrap();
    for _ in 0..5 {
        store.keep_webhook(over(WebhookState::Malformed), ROOM).await.unwrap();
    }
    let kept: Vec<i64> = rows(&*store).await.iter().map(|row| row.id.0).collect();
    assert_eq!(kept, [7, 6, 5, 2, 1]);
}

#[tokio::test]
async fn an_event_has_one_row_of_its_instance() {
    let (_directory, store) = open();
    store.record_webhook(done("E", 0)).await.unwrap();
    store.record_webhook(WebhookEntry { webhook: webhook(b"again"), ..done("E", 2) }).await.unwrap();
    store.record_webhook(WebhookEntry { instance: InstanceId::new("other"), ..done("E", 0) }).await.unwrap();
    let all = rows(&*store).await;
    let told: Vec<_> = all.iter().map(|row| (row.id.0, row.instance.as_str(), row.claims)).collect();
    assert_eq!(told, [(2, "other", 0), (1, "bank-transfer", 2)]);
    assert_eq!(store.webhook(WebhookId(1)).await.unwrap().unwrap().webhook.body, b"again");
    assert_eq!(store.webhook_state(&bank(), "E").await.unwrap(), Some(WebhookState::Done));
    assert_eq!(store.webhook_state(&bank(), "e").await.unwrap(), None);
}

#[tokio::test]
async fn one_that_waited_becomes_the_row_of_its_event() {
    let (_directory, store) = open();
    for body in [b"1", b"2", b"3"] {
        store.keep_webhook(waiting(body, NOW), ROOM).await.unwrap();
    }
    store.record_webhook(WebhookEntry { kept: Some(WebhookId(1)), ..done("E", 1) }).await.unwrap();
    // Sent twice while it waited: both are the same event.
    store.record_webhook(WebhookEntry { kept: Some(WebhookId(3)), ..done("E", 1) }).await.unwrap();
    let told: Vec<_> = rows(&*store).await.into_iter().map(|row| (row.id.0, row.event, row.state)).collect();
    let event = Some("E".to_owned());
    assert_eq!(told, [(2, None, WebhookState::Unproven), (1, event, WebhookState::Done)]);
    // Forgotten in between: it is written anew.
    store.record_webhook(WebhookEntry { kept: Some(WebhookId(77)), ..done("F", 1) }).await.unwrap();
    assert_eq!(store.webhook_state(&bank(), "F").await.unwrap(), Some(WebhookState::Done));
}

#[tokio::test]
async fn one_that_is_done_stays_done_whatever_is_said_of_it() {
    let (_directory, store) = open();
    store.record_webhook(done("E", 1)).await.unwrap();
    store.mark_webhook(WebhookId(1), WebhookState::Forged, "no", None).await.unwrap();
    store.webhook_tried(WebhookId(1), Some(NOW)).await.unwrap();
    assert_eq!(states(&*store).await, [WebhookState::Done]);
    assert_eq!(due(&*store, NOW).await, []);
    store.keep_webhook(over(WebhookState::Malformed), ROOM).await.unwrap();
    store.mark_webhook(WebhookId(2), WebhookState::Unproven, &"é".repeat(600), Some(NOW)).await.unwrap();
    let row = rows(&*store).await.remove(0);
    assert_eq!((row.state, row.reason.chars().count()), (WebhookState::Unproven, 500));
}

#[tokio::test]
async fn a_settlement_and_its_webhook_are_written_together_or_not_at_all() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let pay = payment(&*store, &bill, "P1").await;
    let told = Settlement { webhook: Some(done("E", 1)), ..paid(&pay, &bill, "T1", eur(100)) };
    // A settlement that meets a changed row takes its webhook with it.
    let mut stale = told.clone();
    if let Some(change) = &mut stale.payment {
        change.version += 1;
    }
    assert_eq!(store.apply(stale).await, Err(StoreError::Conflict));
    assert_eq!(rows(&*store).await, []);
    // And a webhook that cannot be written takes the money with it.
    let mut wrong = told.clone();
    wrong.webhook = Some(WebhookEntry { event: None, ..done("E", 1) });
    assert!(matches!(store.apply(wrong).await, Err(StoreError::Corrupt(_))));
    assert_eq!(read_payment(&*store, "P1").await, pay);

    assert_eq!(store.apply(told.clone()).await, Ok(Applied::Now));
    assert_eq!(states(&*store).await, [WebhookState::Done]);
    // Known before: neither is written again.
    let other = Settlement { webhook: Some(done("F", 1)), ..told };
    assert_eq!(store.apply(other).await, Ok(Applied::Before));
    assert_eq!(states(&*store).await, [WebhookState::Done]);
    assert_eq!(sound(&*store).await, 1);
}

#[tokio::test]
async fn a_crash_between_two_claims_of_an_event_leaves_it_to_be_tried_again() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let pay = payment(&*store, &bill, "P1").await;
    let half = WebhookEntry { state: WebhookState::Unsettled, next_try: Some(NOW), ..done("E", 2) };
    let first = Settlement { webhook: Some(half), ..paid(&pay, &bill, "T1", eur(40)) };
    assert_eq!(store.apply(first).await, Ok(Applied::Now));
    // The host ends here. What is there says that there is more to do, and with what.
    assert_eq!(due(&*store, NOW).await, [WebhookId(1)]);
    let (bill, pay) = (read_invoice(&*store, bill.id).await, read_payment(&*store, "P1").await);
    let rest = WebhookEntry { kept: Some(WebhookId(1)), ..done("E", 2) };
    let second = Settlement { webhook: Some(rest), ..paid(&pay, &bill, "T2", eur(60)) };
    assert_eq!(store.apply(second).await, Ok(Applied::Now));
    assert_eq!(due(&*store, NOW).await, []);
    assert_eq!(states(&*store).await, [WebhookState::Done]);
    assert_eq!(sound(&*store).await, 2);
}

#[tokio::test]
async fn an_event_that_is_sent_sixteen_times_at_once_has_one_row_and_counts_once() {
    let (_directory, store) = open();
    let mut senders = JoinSet::new();
    for _ in 0..16 {
        let store = Arc::clone(&store);
        let settlement = Settlement { webhook: Some(done("E", 1)), ..empty(claim_key("T")) };
        senders.spawn(async move { store.apply(settlement).await.unwrap() });
    }
    let applied = senders.join_all().await;
    assert_eq!(applied.iter().filter(|one| **one == Applied::Now).count(), 1);
    assert_eq!(states(&*store).await, [WebhookState::Done]);
}

#[tokio::test]
async fn the_list_comes_in_pieces_newest_first() {
    let (_directory, store) = open();
    for number in 0..5 {
        store.record_webhook(done(&format!("E{number}"), 0)).await.unwrap();
    }
    let piece = async |before: Option<i64>| {
        let rows = store.webhooks(PageOf { before, rows_max: 2 }).await.unwrap();
        rows.into_iter().map(|row| row.id.0).collect::<Vec<_>>()
    };
    assert_eq!(piece(None).await, [5, 4]);
    assert_eq!(piece(Some(4)).await, [3, 2]);
    assert_eq!(piece(Some(1)).await, [] as [i64; 0]);
}

#[tokio::test]
async fn of_those_that_are_done_the_oldest_are_forgotten_so_many_at_a_time() {
    let (_directory, store) = open();
    let came = |event: &str, at: Timestamp| {
        let mut entry = done(event, 0);
        entry.webhook = Arc::new(Webhook { received: at, ..(*entry.webhook).clone() });
        entry
    };
    for (event, ms) in [("newest", 9), ("oldest", 1), ("older", 2), ("old", 3)] {
        store.record_webhook(came(event, NOW.plus_ms(ms))).await.unwrap();
    }
    // These came earlier, and are not done.
    for entry in [waiting(b"w", NOW), over(WebhookState::Malformed), over(WebhookState::Forged)] {
        store.keep_webhook(entry, ROOM).await.unwrap();
    }
    assert_eq!(store.forget_webhooks(NOW.plus_ms(1), 100).await, Ok(0), "what came at that very time stays");
    assert_eq!(store.forget_webhooks(NOW.plus_ms(9), 2).await, Ok(2));
    let left: Vec<_> = rows(&*store).await.into_iter().map(|row| row.event.unwrap_or_default()).collect();
    assert_eq!(left, ["", "", "", "old", "newest"]);
    assert_eq!(store.forget_webhooks(NOW.plus_ms(9), 2).await, Ok(1));
    assert_eq!(store.forget_webhooks(NOW.plus_ms(9), 2).await, Ok(0));
    assert_eq!(rows(&*store).await.len(), 4);
}
