//! Mail's faces: who puts it into words, who hands it over, and where it waits.

use async_trait::async_trait;

use super::store::{PageOf, StoreError};
use crate::ids::{MailId, Timestamp};
use crate::mail::{About, Letter, MailText, OneTimeToken, Recipient, UnsentMail, WaitingMail};
use crate::people::{Side, Who};

/// Why a mail was not handed over. The text is for staff; it never holds a password or the mail itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// No mail can be sent now, this one or any other: no server is configured, or it cannot be reached, or does not let us in.
    #[error("{0}")]
    Unreachable(String),
    /// The server did not take this mail, and may take it later.
    #[error("{0}")]
    Later(String),
    /// Nobody will ever take this mail: there is no such mailbox, or it is no address.
    #[error("{0}")]
    Never(String),
}

/// The mail server.
#[async_trait]
pub trait Mail: Send + Sync {
    /// Hands a mail over and answers what the server said. `id` is the mail's own, the same at each try: 1 to 60 letters,
    /// digits and hyphens, so that a mail that came twice can be told by it.
    async fn send(&self, id: &str, letter: &Letter) -> Result<String, MailError>;
    /// Connects as for a mail, with TLS and login, and sends none.
    async fn reach(&self) -> Result<(), MailError>;
}

/// Puts mails into words.
pub trait Letters: Send + Sync {
    /// # Errors
    /// Where the template of this mail is broken; for staff.
    fn write(&self, what: &MailText, to: Recipient) -> Result<Letter, String>;
    /// A new one each time, of 256 bits that nobody can guess.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    fn token(&self) -> Result<OneTimeToken, String>;
}

/// Mails that wait, and what lets somebody set a new password. Each method is one transaction.
#[async_trait]
pub trait Mails: Send + Sync {
    /// Writes a mail down, due at once. A reset that waits already is not written twice. [`StoreError::Insufficient`] where
    /// [`MAILS_MAX`] wait.
    async fn queue_mail(&self, about: About, at: Timestamp) -> Result<(), StoreError>;
    /// Mails whose time has come, oldest first.
    async fn due_mails(&self, now: Timestamp, rows_max: u32) -> Result<Vec<WaitingMail>, StoreError>;
    /// Sent, or to nobody: forgets it.
    async fn mail_done(&self, id: MailId) -> Result<(), StoreError>;
    /// Did not work: keeps the reason, at most 500 characters, and waits until `next`; `None` gives it up.
    async fn mail_failed(&self, id: MailId, reason: &str, next: Option<Timestamp>) -> Result<(), StoreError>;
    /// Mails that failed at least once, newest first.
    async fn unsent_mails(&self, page: PageOf) -> Result<Vec<UnsentMail>, StoreError>;
    /// Removes what was given up and was written before `before`, and resets that expired at `now`.
    async fn forget_mails(&self, before: Timestamp, now: Timestamp) -> Result<u64, StoreError>;
    /// Lets this person set a new password with this token until `expires`. An older token of theirs ends.
    async fn put_reset(&self, who: Who, token_sha256: [u8; 32], expires: Timestamp) -> Result<(), StoreError>;
    /// Uses a token up, once: sets the password, ends every session of its owner, and writes the mail that says so; for staff
    /// the audit log's entry too. `None` where no such token is valid for this side at `at`.
    async fn use_reset(
        &self,
        side: Side,
        token_sha256: [u8; 32],
        password_hash: String,
        at: Timestamp,
    ) -> Result<Option<Who>, StoreError>;
}

/// Mails that may wait: a flood of requests ends here and not on the disk.
pub const MAILS_MAX: u32 = 10_000;
