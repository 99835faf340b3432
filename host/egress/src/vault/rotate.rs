//! A new key in place of the old one. Each step leaves a state in which every secret opens, so that it may be broken off
//! anywhere; called again, it goes on where it stopped.

use tollgate_billing::people::{Side, Who};
use tollgate_billing::ports::{SealedRow, SealedStore, StoreError};
use tollgate_billing::second_step::SealedAuthenticator;

use crate::vault::keyfile::KeyFile;
use crate::vault::keyring::Keyring;
use crate::vault::{VaultError, seal, with_lock};

/// How often rows are looked for that somebody changed meanwhile.
const PASSES_MAX: usize = 5;

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// Secrets that were sealed anew.
    pub resealed: usize,
    /// `instance/key`, or whose app it is, of rows whose key was not in the file to begin with; they stay as they are.
    pub lost: Vec<String>,
}

/// Adds a key, seals every secret with it, drops the others. Runs beside a host that serves.
///
/// # Errors
/// Where the file or the store fails: call it again. [`VaultError::Unreadable`] where a row does not open with the key
/// that it names: the old keys stay until it is set again or removed.
pub async fn rotate(keys: &KeyFile, store: &dyn SealedStore) -> Result<Rotated, VaultError> {
    // Before anything is written: run by another user, it would leave a lock file that the host cannot open.
    keys.read()?;
    let _lock = with_lock(keys, true).await?;
    let keyring = begin(keys)?;
    let rotated = reseal(&keyring, store).await?;
    keys.replace(&keyring.without_old())?;
    Ok(rotated)
}

/// First step: a new current key in the file. One that an unfinished rotation has put there is used.
fn begin(keys: &KeyFile) -> Result<Keyring, VaultError> {
    let keyring = keys.read()?;
    if keyring.is_rotating() {
        return Ok(keyring);
    }
    let keyring = keyring.with_new_current().map_err(|error| VaultError::Keys(error.to_string()))?;
    keys.replace(&keyring)?;
    Ok(keyring)
}

/// Second step: row by row, each replaced only where it is still what was read. Answers once no row needs an old key.
async fn reseal(keyring: &Keyring, store: &dyn SealedStore) -> Result<Rotated, VaultError> {
    let mut resealed = 0;
    for _ in 0..PASSES_MAX {
        let mut lost = Vec::new();
        let (secrets, apps) = (store.sealed().await?, store.sealed_authenticators().await?);
        let mut old = Vec::new();
        for row in secrets.into_iter().map(Row::Secret).chain(apps.into_iter().map(Row::App)) {
            match keyring.key(row.key_id()) {
                None => lost.push(row.place()),
                Some(key) if key.id != keyring.current().id => old.push(row),
                Some(_) => {}
            }
        }
        if old.is_empty() {
            return Ok(Rotated { resealed, lost });
        }
        for row in old {
            match row.reseal(keyring, store).await {
                Ok(()) => resealed += 1,
                // Changed or removed meanwhile: the next pass sees what it is now.
                Err(VaultError::Store(StoreError::Conflict)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Err(StoreError::Conflict.into())
}

/// What is sealed: a secret of an instance, or the key of somebody's authenticator app.
enum Row {
    Secret(SealedRow),
    App(SealedAuthenticator),
}

impl Row {
    fn key_id(&self) -> &str {
        match self {
            Self::Secret(row) => &row.key_id,
            Self::App(row) => &row.key_id,
        }
    }

    /// For whoever reads what cannot be opened.
    fn place(&self) -> String {
        match self {
            Self::Secret(row) => format!("{}/{}", row.instance, row.key),
            Self::App(row) => {
                let number = match row.who {
                    Who::Client(id) => id.0,
                    Who::Staff(id) => id.0,
                };
                format!("the authenticator app of {} {number}", Side::of(row.who).word())
            }
        }
    }

    async fn reseal(&self, keyring: &Keyring, store: &dyn SealedStore) -> Result<(), VaultError> {
        let unreadable = |_| VaultError::Unreadable(self.place());
        let keys = |error: seal::SealError| VaultError::Keys(error.to_string());
        match self {
            Self::Secret(row) => {
                let value = seal::open(keyring, row).map_err(unreadable)?;
                let new = seal::seal(keyring.current(), (&row.instance, &row.key), &value).map_err(keys)?;
                store.swap_sealed(row, new).await?;
            }
            Self::App(row) => {
                let value = seal::open_key(keyring, row).map_err(unreadable)?;
                let (key_id, sealed) = seal::seal_key(keyring.current(), row.who, &value).map_err(keys)?;
                store.swap_authenticator(row, SealedAuthenticator { key_id, sealed, ..row.clone() }).await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Arc;

    use tollgate_billing::ids::InstanceId;
    use tollgate_billing::ports::SecretText;

    use super::*;
    use crate::testing::MemorySealed;

    const ROWS: usize = 5;

    struct Rig {
        folder: tempfile::TempDir,
        keys: KeyFile,
        store: Arc<MemorySealed>,
    }

    async fn rig() -> Rig {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFile::new(folder.path().join("keys"));
        let keyring = Keyring::random().expect("randomness");
        keys.create(&keyring).expect("a new file");
        let store = Arc::new(MemorySealed::default());
        for index in 0..ROWS {
            store.put_sealed(sealed(&keyring, index, &value(index))).await.expect("a row");
        }
        Rig { folder, keys, store }
    }

    fn value(index: usize) -> String {
        format!("planted-secret-{index}")
    }

    fn sealed(keyring: &Keyring, index: usize, value: &str) -> SealedRow {
        let value = SecretText::new(value.to_owned());
        let place = (&InstanceId::new("example"), format!("key-{index}"));
        seal::seal(keyring.current(), (place.0, &place.1), &value).expect("randomness")
    }

    impl Rig {
        /// Every secret opens with the file as it is now.
        async fn all_open(&self) -> Vec<String> {
            let keyring = self.keys.read().expect("the file");
            let rows = self.store.sealed().await.expect("rows");
            let open = |row: &SealedRow| seal::open(&keyring, row).expect("it opens").expose().to_owned();
            rows.iter().map(open).collect()
        }
    }

    fn all() -> Vec<String> {
        (0..ROWS).map(value).collect()
    }

    #[tokio::test]
    async fn every_secret_is_sealed_anew_and_the_old_key_is_gone() {
        let rig = rig().await;
        let before = rig.keys.read().expect("the file");
        let rotated = rotate(&rig.keys, &*rig.store).await.expect("rotated");
        assert_eq!(rotated, Rotated { resealed: ROWS, lost: Vec::new() });
        let after = rig.keys.read().expect("the file");
        assert!(!after.is_rotating() && after.key(&before.current().id).is_none());
        assert_eq!(rig.all_open().await, all());
    }

    #[tokio::test]
    async fn a_key_file_that_is_not_to_be_trusted_leaves_everything_as_it_is() {
        let rig = rig().await;
        let before = rig.store.sealed().await.expect("rows");
        std::fs::set_permissions(rig.keys.path(), std::fs::Permissions::from_mode(0o644)).expect("a mode");
        assert!(matches!(rotate(&rig.keys, &*rig.store).await, Err(VaultError::File(_))));
        assert_eq!(rig.store.sealed().await.expect("rows"), before);
        assert_eq!(std::fs::read_dir(rig.folder.path()).expect("the folder").count(), 1, "no lock, no new file");
    }

    #[tokio::test]
    async fn it_may_break_off_after_any_step_and_goes_on() {
        // After the new key, after each row, and after the last row but before the old key is dropped.
        for swaps in 0..=ROWS {
            let rig = rig().await;
            rig.store.fail_after(swaps);
            let first = if swaps == ROWS {
                let keyring = begin(&rig.keys).expect("a new key");
                reseal(&keyring, &*rig.store).await
            } else {
                rotate(&rig.keys, &*rig.store).await
            };
            assert_eq!(first.is_ok(), swaps == ROWS);
            assert_eq!(rig.all_open().await, all(), "broken off after {swaps} rows");
            let begun = rig.keys.read().expect("the file");
            assert!(begun.is_rotating());
            rig.store.heal();
            let rotated = rotate(&rig.keys, &*rig.store).await.expect("it goes on");
            assert_eq!(rotated.resealed, ROWS - swaps);
            assert_eq!(rig.keys.read().expect("the file"), begun.without_old(), "with the key that was begun with");
            assert_eq!(rig.all_open().await, all());
        }
    }

    #[tokio::test]
    async fn a_secret_that_is_replaced_meanwhile_keeps_its_new_value() {
        let rig = rig().await;
        let keyring = rig.keys.read().expect("the file");
        rig.store.replace_before_swap(sealed(&keyring, 2, "planted-newer"));
        rotate(&rig.keys, &*rig.store).await.expect("rotated");
        let mut expected = all();
        expected[2] = "planted-newer".to_owned();
        assert_eq!(rig.all_open().await, expected);
    }

    #[tokio::test]
    async fn a_row_that_does_not_open_keeps_the_old_key() {
        let rig = rig().await;
        let mut broken = rig.store.sealed().await.expect("rows").swap_remove(1);
        broken.sealed[30] ^= 1;
        rig.store.put_sealed(broken).await.expect("a broken row");
        let error = rotate(&rig.keys, &*rig.store).await.expect_err("not finished").to_string();
        assert!(error.contains("example/key-1"), "{error}");
        assert!(rig.keys.read().expect("the file").is_rotating());
        rig.store.delete_sealed(&InstanceId::new("example"), "key-1").await.expect("removed");
        rotate(&rig.keys, &*rig.store).await.expect("finished");
        assert_eq!(rig.all_open().await.len(), ROWS - 1);
    }

    #[tokio::test]
    async fn rows_of_a_key_that_was_never_there_are_named_and_do_not_stop_it() {
        let rig = rig().await;
        let stranger = Keyring::random().expect("randomness");
        rig.store.put_sealed(sealed(&stranger, 9, "planted-stranger")).await.expect("a row");
        let rotated = rotate(&rig.keys, &*rig.store).await.expect("rotated");
        assert_eq!(rotated.lost, ["example/key-9"]);
    }
}
