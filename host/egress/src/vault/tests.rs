//! The vault as those who configure see it.

use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{SealedStore, SecretText, Secrets, SecretsError};

use super::*;
use crate::testing::{Safe, example};

async fn value(vault: &Vault, key: &str) -> Option<String> {
    vault.fresh(&example()).await.value(key).map(|value| value.expose().to_owned())
}

#[tokio::test]
async fn a_secret_is_set_replaced_and_removed_and_survives_a_restart() {
    let safe = Safe::new().await;
    safe.set("token", "planted-first").await;
    safe.set("token", "planted-second").await;
    safe.set("other", "planted-other").await;
    assert_eq!(safe.vault.set_keys(&example()).await, BTreeSet::from(["other".to_owned(), "token".to_owned()]));
    assert_eq!(value(&safe.other().await, "token").await.as_deref(), Some("planted-second"));
    safe.vault.remove_secret(&example(), "token").await.expect("removed");
    safe.vault.remove_secret(&example(), "token").await.expect("nothing to remove");
    assert_eq!(value(&safe.vault, "token").await, None);
    assert_eq!(value(&safe.other().await, "token").await, None);
    assert!(safe.vault.set_keys(&InstanceId::new("stranger")).await.is_empty());
}

#[tokio::test]
async fn the_store_never_holds_a_value() {
    let safe = Safe::new().await;
    safe.set("token", "planted-secret").await;
    let rows = safe.store.sealed().await.expect("rows");
    assert_eq!(rows.len(), 1);
    assert!(!rows[0].sealed.windows(7).any(|bytes| bytes == b"planted"));
    assert!(!format!("{rows:?} {:?}", safe.vault).contains("planted"));
}

#[tokio::test]
async fn what_cannot_be_a_secret_is_refused_without_being_quoted() {
    let safe = Safe::new().await;
    let long = "p".repeat(SECRET_BYTES_MAX + 1);
    for (key, value) in [
        ("token", ""),
        ("token", "plant"),
        ("token", long.as_str()),
        ("token", "planted\nsecret"),
        ("token", "planted\u{7f}secret"),
        ("token", "planted\u{85}secret"),
        ("token", " planted-secret"),
        ("token", "planted-secret "),
        ("", "planted-secret"),
        (long.as_str(), "planted-secret"),
    ] {
        let refused = safe.vault.set_secret(&example(), key, SecretText::new(value.to_owned())).await;
        let Err(SecretsError::Refused(why)) = refused else { panic!("{value:?} was taken") };
        assert!(!why.contains("planted"), "{why}");
    }
    safe.set("token", &"p".repeat(SECRET_BYTES_MAX)).await;
}

#[tokio::test]
async fn what_another_process_changes_is_seen_within_a_second() {
    let safe = Safe::new().await;
    safe.set("token", "planted-first").await;
    let generation = safe.vault.fresh(&example()).await.generation;
    let other = safe.other().await;
    other.set_secret(&example(), "token", SecretText::new("planted-second".to_owned())).await.expect("set");
    safe.clock.forward(FRESH_MS);
    assert_eq!(value(&safe.vault, "token").await.as_deref(), Some("planted-second"));
    assert_ne!(safe.vault.fresh(&example()).await.generation, generation, "tokens of before are not used any more");
}

#[tokio::test]
async fn a_rotation_beside_a_host_that_serves_is_not_noticed() {
    let safe = Safe::new().await;
    safe.set("token", "planted-secret").await;
    let generation = safe.vault.fresh(&example()).await.generation;
    rotate(&safe.keys, &*safe.store).await.expect("rotated");
    safe.clock.forward(FRESH_MS);
    assert_eq!(value(&safe.vault, "token").await.as_deref(), Some("planted-secret"));
    assert_eq!(safe.vault.fresh(&example()).await.generation, generation);
    // What is set now is sealed with the new key, not with the one that was dropped.
    safe.set("other", "planted-other").await;
    assert_eq!(value(&safe.other().await, "other").await.as_deref(), Some("planted-other"));
}

#[tokio::test]
async fn a_lost_key_file_is_not_replaced_where_there_are_secrets() {
    let safe = Safe::new().await;
    safe.set("token", "planted-secret").await;
    std::fs::remove_file(safe.keys.path()).expect("the file");
    let opened = Vault::open(safe.keys.clone(), safe.store.clone(), safe.clock.clone()).await;
    let error = opened.expect_err("the file is gone").to_string();
    assert!(error.contains("is gone") && error.contains("1 secrets"), "{error}");
    assert!(!safe.keys.path().exists());
    let set = safe.vault.set_secret(&example(), "token", SecretText::new("planted-other".to_owned())).await;
    assert!(matches!(set, Err(SecretsError::Unavailable(_))));
    assert_eq!(value(&safe.vault, "token").await.as_deref(), Some("planted-secret"), "what was opened goes on");
}

#[tokio::test]
async fn one_row_that_does_not_open_leaves_the_others() {
    let safe = Safe::new().await;
    safe.set("token", "planted-secret").await;
    safe.set("other", "planted-other").await;
    let mut row = safe.store.sealed().await.expect("rows").swap_remove(0);
    row.sealed[30] ^= 1;
    safe.store.put_sealed(row.clone()).await.expect("a broken row");
    let other = safe.other().await;
    assert_eq!(other.set_keys(&example()).await.len(), 1);
    assert!(!other.set_keys(&example()).await.contains(&row.key));
}

#[tokio::test]
async fn a_store_that_fails_changes_nothing_and_loses_nothing() {
    let safe = Safe::new().await;
    safe.set("token", "planted-first").await;
    safe.store.fail_after(0);
    let set = safe.vault.set_secret(&example(), "token", SecretText::new("planted-second".to_owned())).await;
    let Err(SecretsError::Unavailable(why)) = set else { panic!("it was not stored") };
    assert!(!why.contains("planted"), "{why}");
    assert!(safe.vault.remove_secret(&example(), "token").await.is_err());
    assert_eq!(value(&safe.vault, "token").await.as_deref(), Some("planted-first"));
}

#[tokio::test]
async fn values_are_blacked_out_before_during_and_after_their_use() {
    let safe = Safe::new().await;
    safe.set("token", "planted-first").await;
    safe.set("token", "planted-second").await;
    safe.vault.remember(&example(), &SecretText::new("planted-bearer".to_owned()));
    let text = safe.vault.redact(&example(), "planted-first, planted%2Dsecond, \"planted-bearer\"");
    assert_eq!(text, "[secret], [secret], \"[secret]\"");
    assert_eq!(safe.vault.redact(&InstanceId::new("stranger"), "planted-first"), "planted-first");
}
