use std::sync::Arc;

use tempfile::TempDir;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{SealedRow, SealedStore, StoreError};
use tollgate_store::SqliteStore;

use crate::fixture::{bank, place};

fn open() -> (TempDir, Arc<dyn SealedStore>) {
    let (directory, path) = place();
    (directory, Arc::new(SqliteStore::open_server(&path).expect("a new database")))
}

fn row(key: &str, sealed: &[u8]) -> SealedRow {
    let key_id = "0123456789abcdef".to_owned();
    SealedRow { instance: bank(), key: key.to_owned(), key_id, sealed: sealed.to_vec() }
}

#[tokio::test]
async fn a_row_is_read_as_it_was_put_and_replaced_by_instance_and_key() {
    let (_directory, store) = open();
    store.put_sealed(row("token", b"\0\xff'")).await.unwrap();
    store.put_sealed(row("accounts.0.token", b"1")).await.unwrap();
    assert_eq!(store.sealed_of(&bank()).await.unwrap(), [row("accounts.0.token", b"1"), row("token", b"\0\xff'")]);
    let newer = SealedRow { key_id: "fedcba9876543210".to_owned(), ..row("token", b"2") };
    store.put_sealed(newer.clone()).await.unwrap();
    assert_eq!(store.sealed_of(&bank()).await.unwrap(), [row("accounts.0.token", b"1"), newer]);
}

#[tokio::test]
async fn an_instance_sees_and_loses_its_own_rows_only() {
    let (_directory, store) = open();
    let other = InstanceId::new("other");
    store.put_sealed(SealedRow { instance: other.clone(), ..row("token", b"other's") }).await.unwrap();
    store.put_sealed(row("token", b"1")).await.unwrap();
    store.delete_sealed(&other, "nothing").await.unwrap();
    store.delete_sealed(&other, "token").await.unwrap();
    store.delete_sealed(&other, "token").await.unwrap();
    assert_eq!(store.sealed_of(&other).await.unwrap(), []);
    assert_eq!(store.sealed().await.unwrap(), [row("token", b"1")]);
}

#[tokio::test]
async fn every_row_stands_by_instance_and_then_by_key() {
    let (_directory, store) = open();
    for (instance, key) in [("b", "x"), ("a", "y"), ("b", "a"), ("a", "x")] {
        store.put_sealed(SealedRow { instance: InstanceId::new(instance), ..row(key, b"1") }).await.unwrap();
    }
    let places: Vec<String> =
        store.sealed().await.unwrap().iter().map(|row| format!("{}/{}", row.instance, row.key)).collect();
    assert_eq!(places, ["a/x", "a/y", "b/a", "b/x"]);
}

#[tokio::test]
async fn a_swap_replaces_exactly_what_was_read() {
    let (_directory, store) = open();
    let (old, new) =
        (row("token", b"old"), SealedRow { key_id: "fedcba9876543210".to_owned(), ..row("token", b"new") });
    store.put_sealed(old.clone()).await.unwrap();
    store.swap_sealed(&old, new.clone()).await.unwrap();
    assert_eq!(store.sealed().await.unwrap(), std::slice::from_ref(&new));
    let changed = [
        old.clone(),
        SealedRow { sealed: b"other".to_vec(), ..new.clone() },
        SealedRow { key_id: old.key_id.clone(), ..new.clone() },
    ];
    for was in changed {
        assert_eq!(store.swap_sealed(&was, row("token", b"lost")).await, Err(StoreError::Conflict));
    }
    assert_eq!(store.sealed().await.unwrap(), [new]);
}

#[tokio::test]
async fn a_swap_brings_nothing_back_that_was_removed() {
    let (_directory, store) = open();
    let gone = row("token", b"gone");
    assert_eq!(store.swap_sealed(&gone, row("token", b"new")).await, Err(StoreError::Conflict));
    store.put_sealed(row("token", b"1")).await.unwrap();
    let elsewhere = store.swap_sealed(&row("token", b"1"), row("other", b"1")).await;
    assert!(matches!(elsewhere, Err(StoreError::Corrupt(_))), "a swap stays in its row");
    assert_eq!(store.sealed().await.unwrap(), [row("token", b"1")]);
}

#[tokio::test]
async fn rows_beyond_their_bounds_are_refused() {
    let (_directory, store) = open();
    store.put_sealed(row(&"k".repeat(128), &[7; 8192])).await.unwrap();
    for refused in [row("", b"1"), row(&"k".repeat(129), b"1"), row("token", &[7; 8193])] {
        assert!(matches!(store.put_sealed(refused).await, Err(StoreError::Corrupt(_))));
    }
    assert_eq!(store.sealed().await.unwrap().len(), 1);
}
