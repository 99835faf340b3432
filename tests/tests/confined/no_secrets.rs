//! A vault that has nothing and takes nothing.

use std::collections::BTreeSet;

use async_trait::async_trait;
use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::people::Who;
use tollgate_billing::ports::{Authenticators, KeyLabel, SecretText, Secrets, SecretsError, ShownKey};
use tollgate_billing::second_step::SealedAuthenticator;

pub struct NoSecrets;

#[async_trait]
impl Secrets for NoSecrets {
    async fn set_keys(&self, _: &InstanceId) -> BTreeSet<String> {
        BTreeSet::new()
    }

    async fn set_secret(&self, _: &InstanceId, _: &str, _: SecretText) -> Result<(), SecretsError> {
        Err(SecretsError::Unavailable("not played here".to_owned()))
    }

    async fn remove_secret(&self, _: &InstanceId, _: &str) -> Result<(), SecretsError> {
        Ok(())
    }

    fn redact(&self, _: &InstanceId, text: &str) -> String {
        text.to_owned()
    }
}

#[async_trait]
impl Authenticators for NoSecrets {
    async fn begin(&self, _: Who, _: [u8; 32], _: Timestamp) -> Result<bool, SecretsError> {
        Err(SecretsError::Unavailable("not played here".to_owned()))
    }

    fn show(&self, _: &SealedAuthenticator, _: KeyLabel<'_>) -> Result<ShownKey, SecretsError> {
        Err(SecretsError::Unavailable("not played here".to_owned()))
    }

    fn step_of(&self, _: &SealedAuthenticator, _: &str, _: Timestamp) -> Result<Option<i64>, SecretsError> {
        Err(SecretsError::Unavailable("not played here".to_owned()))
    }
}
