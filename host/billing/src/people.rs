//! Clients, staff, and how they are let in.

use crate::ids::{ClientId, StaffId, Timestamp};
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

/// A session as stored: only the token's SHA-256 is kept, so that a stolen database opens no door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub token_sha256: [u8; 32],
    pub who: Who,
    pub created: Timestamp,
    /// After this it is as if it were not there.
    pub expires: Timestamp,
}
