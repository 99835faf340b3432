//! Passkeys: who asks a browser for one, and reads what it answers.

use crate::ids::Timestamp;
use crate::passkey::{NewCredential, Passkey};
use crate::people::Who;
use crate::second_step::Proof;

/// One question to a browser, and its one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ceremony {
    pub who: Who,
    /// SHA-256 of the word by which the answer finds its question.
    pub token_sha256: [u8; 32],
}

/// Whose a new passkey will be, as their device shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasskeyUser<'a> {
    pub login: &'a str,
    pub name: &'a str,
}

/// Why there is no question, or why its answer counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// There is no such question: it was answered before, a newer one took its place, or it is too old.
    #[error("the question for a passkey is over")]
    Over,
    /// Not the answer to this question, or not of a passkey of theirs.
    #[error("the answer of a passkey was refused: {0}")]
    Refused(String),
    /// A passkey in the store that cannot be read, or no randomness.
    #[error("passkeys cannot be used now: {0}")]
    Failed(String),
}

/// `WebAuthn`. A question is kept in memory until it is answered once, at most ten minutes, and the newest of each kind for a
/// ceremony counts. Questions and answers are JSON as `WebAuthn` writes it, with bytes in base64url.
pub trait Passkeys: Send + Sync {
    /// The question for a new passkey: what `navigator.credentials.create` is given. A device that keeps one of `known` makes no
    /// other.
    ///
    /// # Errors
    /// [`PasskeyError::Failed`].
    fn ask_for_new(
        &self,
        ceremony: Ceremony,
        user: PasskeyUser<'_>,
        known: &[Passkey],
        now: Timestamp,
    ) -> Result<String, PasskeyError>;

    /// Reads what the browser answered to [`Passkeys::ask_for_new`].
    ///
    /// # Errors
    /// [`PasskeyError`].
    fn read_new(&self, ceremony: Ceremony, answer: &str, now: Timestamp) -> Result<NewCredential, PasskeyError>;

    /// The question for one of `known`: what `navigator.credentials.get` is given.
    ///
    /// # Errors
    /// [`PasskeyError::Failed`].
    fn ask(&self, ceremony: Ceremony, known: &[Passkey], now: Timestamp) -> Result<String, PasskeyError>;

    /// What the browser's answer to [`Passkeys::ask`] proves. It is used up by signing in with it. `known` are those of now.
    ///
    /// # Errors
    /// [`PasskeyError`].
    fn prove(&self, ceremony: Ceremony, known: &[Passkey], answer: &str, now: Timestamp)
    -> Result<Proof, PasskeyError>;
}
