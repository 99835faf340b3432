//! Mails: what they are about, how they wait, and what they say.

use crate::ids::{MailId, Timestamp};
use crate::people::{Side, Who};
use crate::ports::SecretText;
use crate::second_step::SecondStepChange;

/// Somebody to whom a mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub email: String,
    /// Empty where none is known.
    pub name: String,
    /// BCP 47: the language of the mail.
    pub locale: String,
}

/// Why a mail is written. What it says is found out when it is sent, so that no link ever waits in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Somebody typed this address because they forgot a password. It may be nobody's, who then gets no mail.
    ResetAsked {
        side: Side,
        email: String,
    },
    PasswordChanged(Who),
    SecondStep {
        who: Who,
        change: SecondStepChange,
    },
}

/// A mail that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMail {
    pub id: MailId,
    pub about: About,
    /// How often it was tried.
    pub attempts: u32,
    pub created: Timestamp,
}

/// A mail that could not be sent, for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsentMail {
    pub id: MailId,
    /// Its kind, as the store writes it and pages translate it.
    pub kind: String,
    /// The address; empty where its owner is gone.
    pub to: String,
    pub attempts: u32,
    pub reason: String,
    pub created: Timestamp,
    /// When it is tried again; `None` where it was given up.
    pub next_try: Option<Timestamp>,
}

/// A word that lets somebody set a new password once. Only its hash is kept.
pub struct OneTimeToken {
    /// 64 characters.
    pub text: SecretText,
    pub sha256: [u8; 32],
}

/// What a mail says, before it is put into words.
pub enum MailText {
    /// Mail works; sent by the command line.
    Test,
    /// The way to a new password, once and for a while.
    Reset {
        side: Side,
        token: SecretText,
        minutes: u32,
    },
    PasswordChanged {
        side: Side,
        at: Timestamp,
    },
    SecondStep {
        side: Side,
        change: SecondStepChange,
        at: Timestamp,
    },
}

/// A mail in words, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    pub to: Recipient,
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
}
