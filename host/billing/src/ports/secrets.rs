//! Secrets of instances: values that staff typed once and nobody reads again. Billing moves them and never looks inside.
//! Keys of authenticator apps are sealed in the same way: [`super::Authenticators`].

use std::collections::BTreeSet;
use std::fmt;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::ids::InstanceId;
use crate::ports::StoreError;
use crate::second_step::{NewAuthenticator, SealedAuthenticator};

/// A secret on its way to the vault. Wiped when dropped; says nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value. To be sealed, sent or compared, never to be shown.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

/// Why a secret was not kept. No variant ever quotes the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The value cannot be a secret; says what is wrong with it, for the field of the form.
    #[error("{0}")]
    Refused(String),
    /// The store or the key file cannot be used now; nothing was changed.
    #[error("{0}")]
    Unavailable(String),
}

/// The vault's face for those who configure. There is no way to ask for a value.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// Keys of the instance that hold a value, `accounts.0.token` in a group that repeats.
    async fn set_keys(&self, instance: &InstanceId) -> BTreeSet<String>;
    /// Sets or replaces one value: 6 to 4,096 bytes, without control characters or spaces around it.
    async fn set_secret(&self, instance: &InstanceId, key: &str, value: SecretText) -> Result<(), SecretsError>;
    /// Forgets one value; nothing happens where there is none.
    async fn remove_secret(&self, instance: &InstanceId, key: &str) -> Result<(), SecretsError>;
    /// Blacks out every value of the instance, plain or in base64, hexadecimal, URL, JSON or HTML encoding.
    fn redact(&self, instance: &InstanceId, text: &str) -> String;
}

/// The vault's face for those who only write texts down.
pub trait Redact: Send + Sync {
    /// As [`Secrets::redact`].
    fn black_out(&self, instance: &InstanceId, text: &str) -> String;
}

impl<S: Secrets + ?Sized> Redact for S {
    fn black_out(&self, instance: &InstanceId, text: &str) -> String {
        self.redact(instance, text)
    }
}

/// One secret as it lies in the database: useless without the key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    pub instance: InstanceId,
    /// As the configuration field; at most 128 bytes.
    pub key: String,
    /// Which key of the key file opens it; 16 characters.
    pub key_id: String,
    /// Nonce, ciphertext and tag; opaque to the store, at most 8 kB.
    pub sealed: Vec<u8>,
}

/// Where sealed rows lie. Each method is one transaction; `instance` and `key` together name a row.
#[async_trait]
pub trait SealedStore: Send + Sync {
    /// Creates or replaces.
    async fn put_sealed(&self, row: SealedRow) -> Result<(), StoreError>;
    /// Replaces exactly `was` by `row`; [`StoreError::Conflict`] where something else, or nothing, lies there now.
    async fn swap_sealed(&self, was: &SealedRow, row: SealedRow) -> Result<(), StoreError>;
    /// The rows of one instance, by key.
    async fn sealed_of(&self, instance: &InstanceId) -> Result<Vec<SealedRow>, StoreError>;
    /// Every row, by instance and key.
    async fn sealed(&self) -> Result<Vec<SealedRow>, StoreError>;
    /// Nothing happens where there is none.
    async fn delete_sealed(&self, instance: &InstanceId, key: &str) -> Result<(), StoreError>;
    /// The key that somebody sets an app up with, in place of one that was begun with before. `false` where one is in use.
    async fn put_authenticator(&self, new: NewAuthenticator) -> Result<bool, StoreError>;
    /// Every key of an authenticator app, by id.
    async fn sealed_authenticators(&self) -> Result<Vec<SealedAuthenticator>, StoreError>;
    /// As [`SealedStore::swap_sealed`], by id; whose it is and all else stays.
    async fn swap_authenticator(&self, was: &SealedAuthenticator, row: SealedAuthenticator) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_says_nothing_of_itself() {
        let secret = SecretText::new("planted-value".to_owned());
        assert!(!format!("{secret:?} {:#?}", Some(&secret)).contains("planted"));
        assert_eq!(secret.expose(), "planted-value");
    }
}
