//! Mail's faces: who puts it into words, and who hands it over.

use async_trait::async_trait;

use crate::mail::{Letter, MailText, Recipient};

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
}
