//! Setting a second step up, and what proves one. The password was asked for before each of these, by whoever knows it.

use super::Billing;
use crate::ids::AuthenticatorId;
use crate::people::Who;
use crate::ports::{KeyLabel, SecretsError, ShownKey, StoreError};
use crate::second_step::{Proof, SET_UP_MS};

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecondStepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key cannot be opened or sealed now.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
}

/// What became of the code by which an app is set up.
pub enum Confirmed {
    /// It is of the key that was begun with, which may be asked for from now on.
    Right { authenticator: AuthenticatorId, step: i64 },
    /// Not of this key or not of now: the page is shown again, with the same key.
    WrongCode(ShownKey),
    /// Too late, or begun anew elsewhere, or on already: nothing to confirm.
    Gone,
}

impl Billing {
    /// A new key for somebody's app, to be shown once; it counts once a code of it came. `None` where a second step is on.
    ///
    /// # Errors
    /// [`SecondStepError`].
    pub async fn begin_authenticator(
        &self,
        who: Who,
        page_sha256: [u8; 32],
        label: KeyLabel<'_>,
    ) -> Result<Option<ShownKey>, SecondStepError> {
        let now = self.now();
        if !self.parts.authenticators.begin(who, page_sha256, now).await? {
            return Ok(None);
        }
        let begun = self.parts.store.begun_authenticator(who, page_sha256, now).await?;
        // Gone already where somebody else began anew at the same moment.
        Ok(begun.map(|key| self.parts.authenticators.show(&key, label)).transpose()?)
    }

    /// Whether a code is one of the key that an app is being set up with. `page_sha256` is of the word that the page carries.
    ///
    /// # Errors
    /// [`SecondStepError`].
    pub async fn check_begun_code(
        &self,
        who: Who,
        page_sha256: [u8; 32],
        code: &str,
        label: KeyLabel<'_>,
    ) -> Result<Confirmed, SecondStepError> {
        let now = self.now();
        let Some(key) = self.parts.store.begun_authenticator(who, page_sha256, now.plus_ms(-SET_UP_MS)).await? else {
            return Ok(Confirmed::Gone);
        };
        Ok(match self.parts.authenticators.step_of(&key, code, now)? {
            Some(step) => Confirmed::Right { authenticator: key.id, step },
            None => Confirmed::WrongCode(self.parts.authenticators.show(&key, label)?),
        })
    }

    /// What a code of somebody's app proves; `None` where it is not one of now. It is used up by signing in with it.
    ///
    /// # Errors
    /// [`SecondStepError`].
    pub async fn prove_code(&self, who: Who, code: &str) -> Result<Option<Proof>, SecondStepError> {
        let Some(key) = self.parts.store.authenticator(who).await? else {
            return Ok(None);
        };
        let step = self.parts.authenticators.step_of(&key, code, self.now())?;
        Ok(step.map(|step| Proof::Code { authenticator: key.id, step }))
    }
}
