//! Second steps of sign-ins: where they are kept, and who opens the keys of authenticator apps.

use async_trait::async_trait;

use super::secrets::{SecretText, SecretsError};
use super::store::StoreError;
use crate::ids::Timestamp;
use crate::passkey::{NewPasskey, Passkey};
use crate::people::Who;
use crate::second_step::{
    HalfSignIn, NewCodes, RemoveFactor, SealedAuthenticator, SecondSignIn, SecondStep, TurnOff, TurnOn,
};

/// Half sign-ins of one person that are kept at once; more end the oldest.
pub const HALVES_MAX: u32 = 50;

/// Each method is one transaction.
#[async_trait]
pub trait SecondSteps: Send + Sync {
    /// What is asked of somebody after the password; `None` where nothing is.
    async fn second_step(&self, who: Who) -> Result<Option<SecondStep>, StoreError>;
    /// The key that somebody's codes are made with, once it was proved.
    async fn authenticator(&self, who: Who) -> Result<Option<SealedAuthenticator>, StoreError>;
    /// The key that an app is being set up with, where the page's word is right and it was begun with at `since` or later.
    async fn begun_authenticator(
        &self,
        who: Who,
        page_sha256: [u8; 32],
        since: Timestamp,
    ) -> Result<Option<SealedAuthenticator>, StoreError>;
    /// With it, their other sessions end, and the audit log and a mail tell of it. `false` where that key is no longer the one
    /// that is being set up, or where recovery codes came and there are some, or none came and there are none; then nothing
    /// changed.
    async fn turn_on(&self, change: TurnOn) -> Result<bool, StoreError>;
    /// Oldest first.
    async fn passkeys(&self, who: Who) -> Result<Vec<Passkey>, StoreError>;
    /// As [`SecondSteps::turn_on`]. `false` also where the passkey is stored already, whosever it is, and where they have
    /// [`crate::passkey::PASSKEYS_MAX`].
    async fn add_passkey(&self, new: NewPasskey) -> Result<bool, StoreError>;
    /// The audit log and a mail tell of it; the last one is [`SecondSteps::turn_off`]. `false` where they do not have it.
    async fn remove_factor(&self, removal: RemoveFactor) -> Result<bool, StoreError>;
    /// The audit log and a mail tell of it. `false` where there is no second step; then nothing changed.
    async fn new_codes(&self, change: NewCodes) -> Result<bool, StoreError>;
    /// Forgets keys, passkeys, recovery codes and half sign-ins; the audit log and a mail tell of it. `false` where there was nothing.
    async fn turn_off(&self, change: TurnOff) -> Result<bool, StoreError>;
    /// One of the hashes of somebody's recovery codes, whose salt all of them have; `None` where none is left.
    async fn recovery_hash(&self, who: Who) -> Result<Option<String>, StoreError>;
    /// Where their password is still the one whose hash was `proved`; `false` else. At most [`HALVES_MAX`] of one person: the
    /// oldest go.
    async fn put_half(&self, half: HalfSignIn, proved: &str, at: Timestamp) -> Result<bool, StoreError>;
    /// `None` where there is none, or it has expired at `now`.
    async fn half(&self, token_sha256: [u8; 32], now: Timestamp) -> Result<Option<HalfSignIn>, StoreError>;
    /// Counts a try before it is looked at, and answers the sign-in with that try counted. `None` as [`SecondSteps::half`], and
    /// where [`crate::second_step::TRIES_MAX`] were made.
    async fn take_try(&self, token_sha256: [u8; 32], now: Timestamp) -> Result<Option<HalfSignIn>, StoreError>;
    /// Makes a sign-in whole: uses up the proof and the half one, and begins the session. `false` where the half one is not
    /// there or another's, or where the proof was used before; then nothing changed.
    async fn sign_in(&self, second: SecondSignIn) -> Result<bool, StoreError>;
    async fn end_half(&self, token_sha256: [u8; 32]) -> Result<(), StoreError>;
}

/// An app that is to be set up: what its page shows, once.
pub struct ShownKey {
    /// To be typed: base32 in groups of four.
    pub text: SecretText,
    /// To be scanned: an `otpauth:` address.
    pub address: SecretText,
}

/// Who uses a key, as the app shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyLabel<'a> {
    pub portal: &'a str,
    pub login: &'a str,
}

/// The vault's face for second steps: it alone opens keys.
#[async_trait]
pub trait Authenticators: Send + Sync {
    /// Makes a new key for somebody, seals it and keeps it as the one that is being set up, in place of another such one.
    /// `false` where their second step is on already.
    async fn begin(&self, who: Who, page_sha256: [u8; 32], at: Timestamp) -> Result<bool, SecretsError>;
    /// For the page on which an app is set up, and for nothing else.
    ///
    /// # Errors
    /// Where the key does not open.
    fn show(&self, key: &SealedAuthenticator, label: KeyLabel<'_>) -> Result<ShownKey, SecretsError>;
    /// The time step that the code belongs to; see [`crate::authenticator::step_of`].
    ///
    /// # Errors
    /// Where the key does not open.
    fn step_of(&self, key: &SealedAuthenticator, code: &str, now: Timestamp) -> Result<Option<i64>, SecretsError>;
}
