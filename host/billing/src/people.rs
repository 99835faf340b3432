//! Clients, staff, and how they are let in.

use crate::ids::{ClientId, SessionId, StaffId, Timestamp};
use crate::money::Currency;
use crate::roles::Role;

/// A client of the hosting provider, as the portal and the invoices need them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub id: ClientId,
    pub email: String,
    pub name: String,
    /// Empty for a private person.
    pub company: String,
    /// Lines as printed on an invoice, without the name and the country.
    pub address: Vec<String>,
    /// ISO 3166-1 alpha-2, in capitals; empty where unknown.
    pub country: String,
    pub tax_id: String,
    /// What they are billed in.
    pub currency: Currency,
    /// BCP 47.
    pub locale: String,
    pub created: Timestamp,
}

/// A client to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClient {
    pub email: String,
    pub name: String,
    pub company: String,
    pub address: Vec<String>,
    pub country: String,
    pub tax_id: String,
    pub currency: Currency,
    pub locale: String,
    /// PHC string; never a password.
    pub password_hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub id: StaffId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub created: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStaff {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password_hash: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    Client(ClientId),
    Staff(StaffId),
}

/// Which of the two logins it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Client,
    Staff,
}

impl Side {
    #[must_use]
    pub fn of(who: Who) -> Self {
        match who {
            Who::Client(_) => Self::Client,
            Who::Staff(_) => Self::Staff,
        }
    }

    /// As it is written in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Staff => "staff",
        }
    }

    /// `None` for what is no side's word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Client, Self::Staff].into_iter().find(|side| side.word() == word)
    }
}

/// What a login compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub who: Who,
    pub password_hash: String,
}

/// Who sets a password or ends sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangedBy {
    /// The person, proved by a password, a session or a token that was mailed.
    Themselves,
    /// The command line: whoever may log in to the machine.
    Command,
}

/// Another password for somebody, and the end of all that was opened with the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordChange {
    pub who: Who,
    /// PHC string; never a password.
    pub password_hash: String,
    /// What it must still be, where the old password was asked for: nobody else may have changed it meanwhile.
    pub was: Option<String>,
    pub by: ChangedBy,
    /// In place of every session that they had, which all end. `None`: they log in again.
    pub session: Option<Session>,
    pub at: Timestamp,
}

/// A session as stored: only the token's SHA-256 is kept, so that a stolen database opens no door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub token_sha256: [u8; 32],
    pub who: Who,
    pub created: Timestamp,
    /// After this it is as if it were not there.
    pub expires: Timestamp,
    /// When it was last used, to some minutes.
    pub seen: Timestamp,
    pub device: Device,
}

/// What was told of the browser that somebody came with, for them to know it again. Proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Device {
    /// An IPv4 address, or the network of an IPv6 one; at most 64 characters. Empty where it is not known.
    pub address: String,
    /// "Firefox, Linux"; at most 64 characters. Empty where it was not told.
    pub browser: String,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    pub id: SessionId,
    pub session: Session,
}

/// Which sessions of somebody end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// One, where it is theirs.
    One(SessionId),
    /// All but that of this token.
    AllBut([u8; 32]),
    All,
}
