//! Keys of authenticator apps in the open, for tests: a store's row holds the key itself, so that a test can be the app.

use std::sync::Arc;

use async_trait::async_trait;
use tollgate_billing::authenticator::{KEY_BYTES, code_at, key_address, key_text, step_of};
use tollgate_billing::ids::Timestamp;
use tollgate_billing::people::Who;
use tollgate_billing::ports::{Authenticators, KeyLabel, SealedStore, SecretText, SecretsError, ShownKey};
use tollgate_billing::second_step::{NewAuthenticator, SealedAuthenticator};

pub struct Apps(Arc<dyn SealedStore>);

impl Apps {
    pub fn new(store: Arc<dyn SealedStore>) -> Self {
        Self(store)
    }

    /// What the app of somebody shows at this moment.
    pub async fn code(&self, who: Who, at: Timestamp) -> String {
        let all = self.0.sealed_authenticators().await.expect("the store answers");
        let key = all.into_iter().find(|row| row.who == who).expect("an app that was set up");
        code_at(&key.sealed, at)
    }
}

#[async_trait]
impl Authenticators for Apps {
    async fn begin(&self, who: Who, page_sha256: [u8; 32], at: Timestamp) -> Result<bool, SecretsError> {
        // Another key for each page, and none that anybody else has.
        let key = page_sha256[..KEY_BYTES].to_vec();
        let new = NewAuthenticator { who, key_id: "0123456789abcdef".to_owned(), sealed: key, page_sha256, at };
        self.0.put_authenticator(new).await.map_err(|error| SecretsError::Unavailable(error.to_string()))
    }

    fn show(&self, key: &SealedAuthenticator, label: KeyLabel<'_>) -> Result<ShownKey, SecretsError> {
        let address = key_address(&key.sealed, label.portal, label.login).expect("an address");
        Ok(ShownKey { text: SecretText::new(key_text(&key.sealed)), address: SecretText::new(address) })
    }

    fn step_of(&self, key: &SealedAuthenticator, code: &str, now: Timestamp) -> Result<Option<i64>, SecretsError> {
        Ok(step_of(&key.sealed, code, now))
    }
}
