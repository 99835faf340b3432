//! What the tests of this room share: sealed rows in memory, a clock that is set, a vault in a folder of its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use parking_lot::Mutex;
use tollgate_billing::ids::{AuthenticatorId, InstanceId, Timestamp};
use tollgate_billing::ports::{Clock, SealedRow, SealedStore, SecretText, Secrets, StoreError};
use tollgate_billing::second_step::{NewAuthenticator, SealedAuthenticator};

use crate::vault::{KeyFile, Vault};

/// Sealed rows in memory, which fail when told to.
#[derive(Default)]
pub struct MemorySealed {
    rows: Mutex<BTreeMap<(InstanceId, String), SealedRow>>,
    apps: Mutex<Vec<SealedAuthenticator>>,
    writes_left: Mutex<Option<usize>>,
    meanwhile: Mutex<Option<SealedRow>>,
}

impl MemorySealed {
    /// Writes fail once so many have worked; reads go on.
    pub fn fail_after(&self, writes: usize) {
        *self.writes_left.lock() = Some(writes);
    }

    pub fn heal(&self) {
        *self.writes_left.lock() = None;
    }

    /// Puts the row right before the next swap, as somebody else would.
    pub fn replace_before_swap(&self, row: SealedRow) {
        *self.meanwhile.lock() = Some(row);
    }

    fn write(&self) -> Result<(), StoreError> {
        match &mut *self.writes_left.lock() {
            Some(0) => Err(StoreError::Unavailable("the disk is full".to_owned())),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

fn place(row: &SealedRow) -> (InstanceId, String) {
    (row.instance.clone(), row.key.clone())
}

#[async_trait]
impl SealedStore for MemorySealed {
    async fn put_sealed(&self, row: SealedRow) -> Result<(), StoreError> {
        self.write()?;
        self.rows.lock().insert(place(&row), row);
        Ok(())
    }

    async fn swap_sealed(&self, was: &SealedRow, row: SealedRow) -> Result<(), StoreError> {
        self.write()?;
        let mut rows = self.rows.lock();
        if let Some(other) = self.meanwhile.lock().take() {
            rows.insert(place(&other), other);
        }
        match rows.get_mut(&place(was)) {
            Some(there) if there == was => *there = row,
            _ => return Err(StoreError::Conflict),
        }
        Ok(())
    }

    async fn sealed_of(&self, instance: &InstanceId) -> Result<Vec<SealedRow>, StoreError> {
        Ok(self.rows.lock().values().filter(|row| row.instance == *instance).cloned().collect())
    }

    async fn sealed(&self) -> Result<Vec<SealedRow>, StoreError> {
        Ok(self.rows.lock().values().cloned().collect())
    }

    async fn delete_sealed(&self, instance: &InstanceId, key: &str) -> Result<(), StoreError> {
        self.write()?;
        self.rows.lock().remove(&(instance.clone(), key.to_owned()));
        Ok(())
    }

    async fn put_authenticator(&self, new: NewAuthenticator) -> Result<bool, StoreError> {
        self.write()?;
        let mut apps = self.apps.lock();
        let id = AuthenticatorId(i64::try_from(apps.len() + 1).expect("a few"));
        let NewAuthenticator { who, key_id, sealed, .. } = new;
        apps.push(SealedAuthenticator { id, who, key_id, sealed });
        Ok(true)
    }

    async fn sealed_authenticators(&self) -> Result<Vec<SealedAuthenticator>, StoreError> {
        Ok(self.apps.lock().clone())
    }

    async fn swap_authenticator(&self, was: &SealedAuthenticator, row: SealedAuthenticator) -> Result<(), StoreError> {
        self.write()?;
        match self.apps.lock().iter_mut().find(|there| *there == was) {
            Some(there) => *there = row,
            None => return Err(StoreError::Conflict),
        }
        Ok(())
    }
}

/// Stands still until it is moved.
#[derive(Default)]
pub struct SetClock(AtomicI64);

impl SetClock {
    pub fn forward(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_800_000_000_000 + self.0.load(Ordering::SeqCst))
    }
}

/// A vault in a folder of its own.
pub struct Safe {
    _folder: tempfile::TempDir,
    pub keys: KeyFile,
    pub store: Arc<MemorySealed>,
    pub clock: Arc<SetClock>,
    pub vault: Arc<Vault>,
}

impl Safe {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFile::new(folder.path().join("keys"));
        let (store, clock) = (Arc::new(MemorySealed::default()), Arc::new(SetClock::default()));
        let vault = Vault::open(keys.clone(), store.clone(), clock.clone()).await.expect("a new vault");
        Self { _folder: folder, keys, store, clock, vault: Arc::new(vault) }
    }

    /// Another process with the same files.
    pub async fn other(&self) -> Vault {
        Vault::open(self.keys.clone(), self.store.clone(), self.clock.clone()).await.expect("the same vault")
    }

    pub async fn set(&self, key: &str, value: &str) {
        self.vault.set_secret(&example(), key, SecretText::new(value.to_owned())).await.expect("set");
    }
}

pub fn example() -> InstanceId {
    InstanceId::new("example")
}
