//! Secrets of instances, and keys of authenticator apps, sealed in the store under a key file outside of it, opened here alone.

mod authenticators;
mod keyfile;
mod keyring;
mod known;
mod rotate;
mod seal;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use parking_lot::RwLock;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{Clock, SealedRow, SealedStore, SecretText, Secrets, SecretsError, StoreError};

use keyfile::Lock;
pub use keyfile::{KeyFile, KeyFileError};
use keyring::Keyring;
pub use known::Known;
pub use rotate::{Rotated, rotate};

/// Shorter ones could not be told from ordinary text, and so not be blacked out.
pub const SECRET_BYTES_MIN: usize = 6;
pub const SECRET_BYTES_MAX: usize = 4 << 10;
const KEY_BYTES_MAX: usize = 128;
/// More fields than any form has.
const SECRETS_PER_INSTANCE_MAX: usize = 200;
/// What another process changes (the command line) is seen after this.
const FRESH_MS: i64 = 1_000;

/// Why the vault does not open, or a rotation does not end. Never quotes a secret or a key.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error(transparent)]
    File(#[from] KeyFileError),
    #[error("the key file {file} is gone, but {secrets} secrets are sealed with it: put it back, or remove them")]
    Lost { file: String, secrets: usize },
    #[error("the keys cannot be used: {0}")]
    Keys(String),
    #[error("the secret {0} does not open; set it again or remove it, then rotate again")]
    Unreadable(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The open vault. One for the whole host.
pub struct Vault {
    keys: KeyFile,
    store: Arc<dyn SealedStore>,
    clock: Arc<dyn Clock>,
    keyring: RwLock<Arc<Keyring>>,
    known: RwLock<HashMap<InstanceId, Arc<Known>>>,
    /// One load at a time, so that no older state replaces a newer one.
    loading: tokio::sync::Mutex<()>,
    generations: AtomicU64,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl Vault {
    /// Reads the key file and opens every secret. A new installation gets a new key file.
    ///
    /// # Errors
    /// Where the file is not to be trusted, or is gone while there are secrets. A single secret that does not open is
    /// reported in the log and counts as not set.
    pub async fn open(keys: KeyFile, store: Arc<dyn SealedStore>, clock: Arc<dyn Clock>) -> Result<Self, VaultError> {
        let rows = store.sealed().await?;
        let keyring = match keys.read() {
            Err(KeyFileError::Missing(file)) => match rows.len() + store.sealed_authenticators().await?.len() {
                0 => first(&keys).await?,
                secrets => return Err(VaultError::Lost { file: file.display().to_string(), secrets }),
            },
            keyring => keyring?,
        };
        let vault = Self {
            keys,
            store,
            clock,
            keyring: RwLock::new(Arc::new(keyring)),
            known: RwLock::default(),
            loading: tokio::sync::Mutex::default(),
            generations: AtomicU64::new(1),
        };
        let instances: BTreeSet<InstanceId> = rows.into_iter().map(|row| row.instance).collect();
        for instance in instances {
            vault.load(&instance).await?;
        }
        Ok(vault)
    }

    /// What is known, at most [`FRESH_MS`] old. Where the store cannot be asked, what was known before.
    pub async fn fresh(&self, instance: &InstanceId) -> Arc<Known> {
        let known = self.known_now(instance);
        if known.is_fresh(self.clock.now(), FRESH_MS) {
            return known;
        }
        match self.load(instance).await {
            Ok(known) => known,
            Err(error) => {
                tracing::warn!(%instance, %error, "secrets could not be read again; those known so far are used");
                known
            }
        }
    }

    /// What is known without asking anybody.
    pub fn known_now(&self, instance: &InstanceId) -> Arc<Known> {
        self.known.read().get(instance).cloned().unwrap_or_default()
    }

    /// Blacks this out too from now on: a token, which lives for a while.
    pub fn remember(&self, instance: &InstanceId, value: &SecretText) {
        let mut known = self.known.write();
        let entry = known.entry(instance.clone()).or_default();
        *entry = Arc::new(entry.with_passing(value));
    }

    async fn load(&self, instance: &InstanceId) -> Result<Arc<Known>, StoreError> {
        let _one = self.loading.lock().await;
        let now = self.clock.now();
        let rows = self.store.sealed_of(instance).await?;
        let before = self.known_now(instance);
        if before.is_of(&rows) && before.generation != 0 {
            before.check(now);
            return Ok(before);
        }
        let keyring = self.keyring_for(&rows);
        let generation = self.generations.fetch_add(1, Ordering::Relaxed);
        let mut known = self.known.write();
        // Again, for a token may have come meanwhile.
        let before = known.get(instance).cloned().unwrap_or_default();
        let opened = Arc::new(Known::opened(rows, &keyring, &before, generation));
        opened.check(now);
        known.insert(instance.clone(), opened.clone());
        Ok(opened)
    }

    /// Reads the file again where a row names a key that came with a rotation.
    fn keyring_for(&self, rows: &[SealedRow]) -> Arc<Keyring> {
        let keyring = self.keyring.read().clone();
        if rows.iter().all(|row| keyring.key(&row.key_id).is_some()) {
            return keyring;
        }
        match self.keys.read() {
            Ok(read) => {
                let read = Arc::new(read);
                *self.keyring.write() = read.clone();
                read
            }
            Err(error) => {
                tracing::error!(%error, "the key file could not be read again");
                keyring
            }
        }
    }

    async fn put(&self, instance: &InstanceId, key: &str, value: &SecretText) -> Result<(), VaultError> {
        // Nobody drops a key between its being read here and the row's being there.
        let _lock = with_lock(&self.keys, false).await?;
        let keyring = Arc::new(self.keys.read()?);
        *self.keyring.write() = keyring.clone();
        let row = seal::seal(keyring.current(), (instance, key), value)
            .map_err(|error| VaultError::Keys(error.to_string()))?;
        self.store.put_sealed(row).await?;
        Ok(())
    }
}

/// A key file for a new installation, unless somebody else was faster.
async fn first(keys: &KeyFile) -> Result<Keyring, VaultError> {
    let _lock = with_lock(keys, true).await?;
    match keys.read() {
        Err(KeyFileError::Missing(_)) => {}
        there => return Ok(there?),
    }
    let keyring = Keyring::random().map_err(|error| VaultError::Keys(error.to_string()))?;
    keys.create(&keyring)?;
    Ok(keyring)
}

/// Waits for the lock away from the threads that serve.
async fn with_lock(keys: &KeyFile, alone: bool) -> Result<Lock, VaultError> {
    let keys = keys.clone();
    let locked = tokio::task::spawn_blocking(move || keys.lock(alone)).await;
    Ok(locked.map_err(|_| VaultError::Keys("waiting for their lock was broken off".to_owned()))??)
}

/// Says what is wrong with a value, without the value.
fn judge(key: &str, value: &str) -> Result<(), SecretsError> {
    let refused = |why: String| Err(SecretsError::Refused(why));
    if key.is_empty() || key.len() > KEY_BYTES_MAX {
        return refused(format!("a secret's key has 1 to {KEY_BYTES_MAX} bytes"));
    }
    if value.len() < SECRET_BYTES_MIN {
        return refused(format!("a secret has at least {SECRET_BYTES_MIN} characters"));
    }
    if value.len() > SECRET_BYTES_MAX {
        return refused(format!("a secret has at most {SECRET_BYTES_MAX} bytes"));
    }
    if value.chars().any(char::is_control) {
        return refused("a secret has no line breaks or other control characters".to_owned());
    }
    if value.trim() != value {
        return refused("a secret has no spaces before or after it".to_owned());
    }
    Ok(())
}

#[async_trait]
impl Secrets for Vault {
    async fn set_keys(&self, instance: &InstanceId) -> BTreeSet<String> {
        self.fresh(instance).await.keys().cloned().collect()
    }

    async fn set_secret(&self, instance: &InstanceId, key: &str, value: SecretText) -> Result<(), SecretsError> {
        judge(key, value.expose())?;
        let unavailable = |error: VaultError| SecretsError::Unavailable(error.to_string());
        let rows = self.store.sealed_of(instance).await.map_err(|error| unavailable(error.into()))?;
        if rows.len() >= SECRETS_PER_INSTANCE_MAX && !rows.iter().any(|row| row.key == key) {
            return Err(SecretsError::Refused(format!("there are {SECRETS_PER_INSTANCE_MAX} secrets already")));
        }
        // Blacked out before it can be used, and should the load below fail.
        self.remember(instance, &value);
        self.put(instance, key, &value).await.map_err(unavailable)?;
        self.load(instance).await.map_err(|error| unavailable(error.into()))?;
        Ok(())
    }

    async fn remove_secret(&self, instance: &InstanceId, key: &str) -> Result<(), SecretsError> {
        let unavailable = |error: StoreError| SecretsError::Unavailable(error.to_string());
        self.store.delete_sealed(instance, key).await.map_err(unavailable)?;
        self.load(instance).await.map_err(unavailable)?;
        Ok(())
    }

    fn redact(&self, instance: &InstanceId, text: &str) -> String {
        self.known_now(instance).redactor().black_out_text(text)
    }
}

#[cfg(test)]
mod tests;
