//! Files, directories and neighbours as they should not be: each is refused with a sentence of its own.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use tollgate_billing::ports::{Ledger, PageOf, People, StoreError};
use tollgate_store::{OpenError, Options, SqliteStore, newest_version};

use crate::fixture::{NOW, client, give_credit, new_client, place, stranger};

/// A server that does not wait for others.
const HASTY: Options = Options { busy_timeout: Duration::ZERO, ..Options::SERVER };

fn refused(path: &Path) -> OpenError {
    match SqliteStore::open(path, HASTY) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

/// A database with something in it, closed.
async fn written() -> (TempDir, PathBuf) {
    let (directory, path) = place();
    let store = SqliteStore::open_server(&path).unwrap();
    let anna = client(&store, "anna@example.org").await;
    for number in 0..20 {
        give_credit(&store, anna, &format!("top-up{number}"), 10).await;
    }
    drop(store);
    (directory, path)
}

#[tokio::test]
async fn a_second_server_is_sent_away_and_a_tool_is_not() {
    let (_directory, path) = place();
    let server = SqliteStore::open_server(&path).unwrap();
    let error = refused(&path);
    assert!(matches!(error, OpenError::SecondServer { .. }), "{error}");
    assert!(error.to_string().contains("stop it first"), "{error}");
    let tool = SqliteStore::open_tool(&path).unwrap();
    let anna = client(&tool, "anna@example.org").await;
    assert_eq!(server.client(anna).await.unwrap().unwrap().id, anna);
    let bert = client(&server, "bert@example.org").await;
    assert_eq!(tool.client(bert).await.unwrap().unwrap().id, bert);
    drop(server);
    SqliteStore::open_server(&path).unwrap();
}

#[test]
fn a_second_server_is_sent_away_by_whatever_name_it_calls_the_file() {
    let (directory, path) = place();
    let _server = SqliteStore::open_server(&path).unwrap();
    let link = directory.path().join("other-name.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert!(matches!(refused(&link), OpenError::SecondServer { .. }));
}

#[test]
fn a_tool_changes_no_schema_under_a_running_server() {
    let (_directory, path) = place();
    // What a server of an older version holds; its database lacks what this build would add.
    let lock = fs::File::create(format!("{}.lock", path.display())).unwrap();
    lock.try_lock().unwrap();
    let Err(error) = SqliteStore::open_tool(&path) else { panic!("changed under a server") };
    assert!(matches!(error, OpenError::Older { found: 0, known, .. } if known == newest_version()), "{error}");
    drop(lock);
    SqliteStore::open_tool(&path).unwrap();
}

#[test]
fn files_that_are_no_database_are_left_as_they_are() {
    let (_directory, path) = place();
    let table: [(&str, Vec<u8>); 5] = [
        ("text", b"hello, this is a letter and not a database".to_vec()),
        ("one byte", b"x".to_vec()),
        ("zeros", vec![0; 8_192]),
        ("almost the magic words", b"SQLite format 2\0".repeat(300)),
        ("a component", b"\0asm\x0d\0\x01\0".repeat(100)),
    ];
    for (name, bytes) in table {
        fs::write(&path, &bytes).unwrap();
        let error = refused(&path);
        assert!(matches!(error, OpenError::NotADatabase { .. }), "{name}: {error}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "{name}");
    }
}

#[test]
fn the_database_of_another_program_is_not_touched() {
    let (_directory, path) = place();
    stranger(&path).execute_batch("CREATE TABLE photos (id INTEGER)").unwrap();
    assert!(matches!(refused(&path), OpenError::NotOurs { .. }));
    stranger(&path).execute_batch("DROP TABLE photos; PRAGMA application_id = 42").unwrap();
    assert!(matches!(refused(&path), OpenError::NotOurs { .. }));
    let tables = "SELECT count(*) FROM sqlite_schema";
    assert_eq!(stranger(&path).query_row(tables, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[tokio::test]
async fn a_newer_database_is_refused_with_both_versions() {
    let (_directory, path) = written().await;
    let newer = "INSERT INTO schema_migrations VALUES (99, '0099-future', 0)";
    stranger(&path).execute_batch(newer).unwrap();
    let error = refused(&path);
    assert!(matches!(error, OpenError::Newer { found: 99, known, .. } if known == newest_version()), "{error}");
    let sentence = error.to_string();
    assert!(sentence.contains("version 99") && sentence.contains(&format!("up to {}", newest_version())), "{sentence}");
    assert!(matches!(SqliteStore::open_tool(&path), Err(OpenError::Newer { .. })));
}

#[tokio::test]
async fn a_database_whose_list_of_versions_is_gone_is_damaged() {
    let (_directory, path) = written().await;
    stranger(&path).execute_batch("DROP TABLE schema_migrations").unwrap();
    assert!(matches!(refused(&path), OpenError::Damaged { .. }));
}

#[tokio::test]
async fn a_half_written_file_is_damaged_wherever_it_was_cut() {
    let (_directory, path) = written().await;
    let whole = fs::read(&path).unwrap();
    let lengths = [1, 10, 99, 100, 512, 4_095, 4_096, 4_097, whole.len() / 2, whole.len() - 4_096, whole.len() - 1];
    for length in lengths {
        fs::write(&path, &whole[..length]).unwrap();
        let error = refused(&path);
        assert!(matches!(error, OpenError::Damaged { .. }), "{length} of {} bytes: {error}", whole.len());
        assert!(error.to_string().contains("restore the last backup"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), whole[..length], "{length}: was changed");
    }
}

#[tokio::test]
async fn a_file_of_the_right_size_with_zeros_in_it_is_damaged() {
    let (_directory, path) = written().await;
    let whole = fs::read(&path).unwrap();
    for from in [4_096, whole.len() / 2, whole.len() - 4_096] {
        let mut bytes = whole.clone();
        bytes[from..].fill(0);
        fs::write(&path, &bytes).unwrap();
        let error = refused(&path);
        assert!(matches!(error, OpenError::Damaged { .. }), "zeros from {from}: {error}");
    }
    fs::write(&path, &whole).unwrap();
    SqliteStore::open_server(&path).unwrap();
}

#[tokio::test]
async fn an_empty_file_beside_its_log_is_damaged_and_not_new() {
    let (_directory, path) = place();
    let store = SqliteStore::open_server(&path).unwrap();
    client(&store, "anna@example.org").await;
    let log = fs::read(format!("{}-wal", path.display())).unwrap();
    let (_other, emptied) = place();
    fs::write(format!("{}-wal", emptied.display()), &log).unwrap();
    assert!(matches!(refused(&emptied), OpenError::Damaged { .. }));
    fs::write(&emptied, b"").unwrap();
    assert!(matches!(refused(&emptied), OpenError::Damaged { .. }));
    assert_eq!(fs::read(format!("{}-wal", emptied.display())).unwrap(), log);
}

#[test]
fn an_empty_file_becomes_a_database() {
    let (_directory, path) = place();
    fs::write(&path, b"").unwrap();
    SqliteStore::open_server(&path).unwrap();
}

#[tokio::test]
async fn read_only_files_and_directories_are_told_apart_from_broken_ones() {
    let (directory, path) = written().await;
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let error = refused(&path);
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error}");
    assert!(error.to_string().contains("writable"), "{error}");
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o555)).unwrap();
    assert!(matches!(refused(&path), OpenError::ReadOnly { .. }));
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    SqliteStore::open_server(&path).unwrap();
}

#[test]
fn places_where_no_file_can_be_are_named() {
    let (directory, path) = place();
    assert!(matches!(refused(&directory.path().join("no/such/place.db")), OpenError::NoDirectory { .. }));
    fs::write(&path, b"").unwrap();
    assert!(matches!(refused(&path.join("below-a-file.db")), OpenError::NoDirectory { .. }));
    assert!(matches!(refused(directory.path()), OpenError::NotAFile { .. }));
}

#[tokio::test]
async fn a_database_that_another_program_locks_is_not_waited_for_forever() {
    let (_directory, path) = written().await;
    let other = stranger(&path);
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT").unwrap();
    let error = refused(&path);
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    assert!(error.to_string().contains("locked by another program"), "{error}");
    drop(other);
    SqliteStore::open(&path, HASTY).unwrap();
}

#[tokio::test]
async fn a_lock_while_running_fails_writes_with_a_sentence_and_no_reads() {
    let (_directory, path) = written().await;
    let store = SqliteStore::open(&path, HASTY).unwrap();
    let other = stranger(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let Err(StoreError::Unavailable(sentence)) = store.create_client(new_client("bert@example.org"), NOW).await else {
        panic!("written through a lock");
    };
    assert!(sentence.contains("locked by another program"), "{sentence}");
    assert_eq!(store.clients(PageOf::first(10)).await.unwrap().len(), 1);
    other.execute_batch("COMMIT").unwrap();
    store.create_client(new_client("bert@example.org"), NOW).await.unwrap();
    assert!(store.check_ledger().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn rows_of_another_hand_are_corrupt_with_table_and_row() {
    let (_directory, path) = written().await;
    let store = SqliteStore::open(&path, HASTY).unwrap();
    let other = stranger(&path);
    for hand in ["UPDATE clients SET currency = 'XXX'", "UPDATE clients SET currency = 'EUR', address = 'street'"] {
        other.execute_batch(hand).unwrap();
        let Err(StoreError::Corrupt(sentence)) = store.clients(PageOf::first(1)).await else { panic!("{hand}") };
        assert!(sentence.contains("table clients, row 1"), "{sentence}");
    }
}
