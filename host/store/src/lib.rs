//! The `Store` port of billing on SQLite.
//!
//! It decides nothing: it makes each use case one transaction and refuses rows that cannot be true. One thread writes
//! and commits what waits together; readers stand beside it and see what is committed.
#![forbid(unsafe_code)]
#![allow(clippy::doc_markdown)] // SQLite is a name here, not code.

mod account;
mod audit;
mod check;
mod check_held;
mod decisions;
mod examine;
mod fault;
mod held;
mod installs;
mod instances;
mod invoices;
mod ledger;
mod lock;
mod mails;
mod memory;
mod migrate;
mod new_invoice;
mod open;
mod open_error;
mod outbox;
mod passkeys;
mod payments;
mod people;
mod publishers;
mod readers;
mod returns;
mod row;
mod saved;
mod sealed;
mod second_steps;
mod sessions;
mod store;
mod webhooks;
mod words;
mod writer;

pub use migrate::newest_version;
pub use open::Options;
pub use open_error::OpenError;
pub use store::{SqliteStore, Written};
