//! The file as a crash leaves it: copied while the store is open, with its log cut anywhere.

use std::fs;
use std::path::Path;

use tollgate_billing::ports::{Ledger, PageOf, People};
use tollgate_store::SqliteStore;

use crate::fixture::{client, give_credit, place, sound};

fn beside(path: &Path, suffix: &str) -> std::path::PathBuf {
    std::path::PathBuf::from(format!("{}{suffix}", path.display()))
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_crash() {
    let (_directory, path) = place();
    let store = SqliteStore::open_server(&path).unwrap();
    let anna = client(&store, "anna@example.org").await;
    for number in 0..10 {
        give_credit(&store, anna, &format!("top-up{number}"), 10).await;
    }
    let (_other, crashed) = place();
    fs::copy(&path, &crashed).unwrap();
    fs::copy(beside(&path, "-wal"), beside(&crashed, "-wal")).unwrap();
    let reopened = SqliteStore::open_server(&crashed).unwrap();
    assert_eq!(reopened.credits(anna).await.unwrap()[0].minor(), 100);
    assert_eq!(sound(&reopened).await, sound(&store).await);
}

#[tokio::test]
async fn a_log_that_was_cut_anywhere_leaves_whole_settlements_alone() {
    let (_directory, path) = place();
    let store = SqliteStore::open_server(&path).unwrap();
    let anna = client(&store, "anna@example.org").await;
    // What is made so far is in the file itself, so that only top-ups can be lost.
    crate::fixture::stranger(&path).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    for number in 0..5 {
        give_credit(&store, anna, &format!("top-up{number}"), 10).await;
    }
    let log = fs::read(beside(&path, "-wal")).unwrap();
    let mut last = 0;
    for part in 0..=24 {
        let (_other, crashed) = place();
        fs::copy(&path, &crashed).unwrap();
        // 13 bytes short of a step: in the middle of a page.
        let cut = (log.len() * part / 24).saturating_sub(if part == 24 { 0 } else { 13 });
        fs::write(beside(&crashed, "-wal"), &log[..cut]).unwrap();
        let reopened = SqliteStore::open_server(&crashed).unwrap();
        sound(&reopened).await;
        let credit = reopened.credits(anna).await.unwrap().first().map_or(0, |credit| credit.minor());
        assert!(credit >= last && credit % 10 == 0, "part {part}: {credit} after {last}");
        let told: i64 = reopened.credit_history(anna, PageOf::first(10)).await.unwrap().iter().map(|_| 10).sum();
        assert_eq!(told, credit);
        last = credit;
    }
    assert_eq!(last, 50);
}

#[tokio::test]
async fn a_store_that_was_closed_is_one_file() {
    let (_directory, path) = place();
    let store = SqliteStore::open_server(&path).unwrap();
    let anna = client(&store, "anna@example.org").await;
    drop(store);
    assert!(!beside(&path, "-wal").exists());
    let store = SqliteStore::open_server(&path).unwrap();
    assert_eq!(store.client(anna).await.unwrap().unwrap().email, "anna@example.org");
}
