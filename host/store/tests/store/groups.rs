//! What waits together is committed together, and readers wait for nobody.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinSet, yield_now};
use tollgate_billing::ids::ClientId;
use tollgate_billing::ports::{Applied, Ledger, People, StoreError};
use tollgate_store::{Options, SqliteStore};

use crate::fixture::{NOW, claim_key, client, empty, new_client, place, stranger};

/// Lets every task that was spawned on this thread come to its first wait.
async fn all_asked() {
    for _ in 0..64 {
        yield_now().await;
    }
}

#[tokio::test]
async fn sixteen_callers_who_wait_together_share_two_commits() {
    let (_directory, path) = place();
    let store = Arc::new(SqliteStore::open_server(&path).unwrap());
    let other = stranger(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let before = store.written();
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.apply(empty(claim_key(&format!("T{number}")))).await });
    }
    all_asked().await;
    other.execute_batch("COMMIT").unwrap();
    assert!(tasks.join_all().await.into_iter().all(|answer| answer == Ok(Applied::Now)));
    let after = store.written();
    assert_eq!((after.jobs - before.jobs, after.commits - before.commits), (16, 2));
}

#[tokio::test]
async fn one_who_fails_harms_none_of_those_who_share_the_commit() {
    let (_directory, path) = place();
    let store = Arc::new(SqliteStore::open_server(&path).unwrap());
    client(&*store, "taken@example.org").await;
    let other = stranger(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let before = store.written();
    let mut tasks = JoinSet::new();
    for email in ["a@example.org", "taken@example.org", "b@example.org", "A@example.org", "c@example.org"] {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.create_client(new_client(email), NOW).await });
    }
    all_asked().await;
    other.execute_batch("COMMIT").unwrap();
    let answers = tasks.join_all().await;
    assert_eq!(store.written().commits - before.commits, 1);
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Err(StoreError::Exists(_)))).count(), 2);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    for email in ["a@example.org", "b@example.org", "c@example.org"] {
        assert!(store.client_by_email(email).await.unwrap().is_some(), "{email}");
    }
}

#[tokio::test]
async fn readers_see_what_is_committed_while_somebody_writes() {
    let (_directory, path) = place();
    let store = SqliteStore::open_server(&path).unwrap();
    let anna = client(&store, "anna@example.org").await;
    let other = stranger(&path);
    other.execute_batch("BEGIN IMMEDIATE; UPDATE clients SET name = 'Changed'").unwrap();
    assert_eq!(store.client(anna).await.unwrap().unwrap().name, "Client");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(store.client(anna).await.unwrap().unwrap().name, "Changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_answered_is_seen_by_every_reader_at_once() {
    let (_directory, path) = place();
    let store = Arc::new(SqliteStore::open_server(&path).unwrap());
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            for round in 0..10 {
                let email = format!("client{number}-{round}@example.org");
                let id = store.create_client(new_client(&email), NOW).await.unwrap();
                assert_eq!(store.client(id).await.unwrap().unwrap().email, email);
            }
        });
    }
    assert_eq!(tasks.join_all().await.len(), 8);
    let written = store.written();
    assert_eq!(written.jobs, 80);
    assert!(written.commits <= written.jobs);
}

#[tokio::test]
async fn a_full_queue_is_a_sentence_and_not_a_wait() {
    let (_directory, path) = place();
    let options = Options { busy_timeout: Duration::from_secs(30), ..Options::SERVER };
    let store = Arc::new(SqliteStore::open(&path, options).unwrap());
    let other = stranger(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..1_200 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.apply(empty(claim_key(&format!("T{number}")))).await });
    }
    all_asked().await;
    other.execute_batch("COMMIT").unwrap();
    let answers = tasks.join_all().await;
    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert!(refused.len() > 100 && refused.len() < 200, "{}", refused.len());
    for error in refused {
        let StoreError::Unavailable(sentence) = error else { panic!("{error:?}") };
        assert!(sentence.contains("try again in a moment"), "{sentence}");
    }
    assert!(store.applied(&claim_key("T0")).await.unwrap());
    assert_eq!(store.client(ClientId(1)).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_queued_is_written_before_the_store_is_gone() {
    let (_directory, path) = place();
    let store = SqliteStore::open_server(&path).unwrap();
    let other = stranger(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    {
        // Asked, and gone before the answer.
        let mut asked = Box::pin(store.create_client(new_client("anna@example.org"), NOW));
        let waits = std::future::poll_fn(|context| std::task::Poll::Ready(asked.as_mut().poll(context).is_pending()));
        assert!(waits.await);
    }
    other.execute_batch("COMMIT").unwrap();
    drop(store);
    let store = SqliteStore::open_server(&path).unwrap();
    assert!(store.client_by_email("anna@example.org").await.unwrap().is_some());
}
