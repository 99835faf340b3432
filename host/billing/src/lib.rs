//! Billing, pure: money, invoices, payments, claims, the ledger, and what the host does with them.
//!
//! Values and decisions only. What billing needs of the world (a store, plugins, documents, the time) are the traits in
//! [`ports`]. Nothing here knows HTTP, SQL, WebAssembly, templates or the wall clock.
#![forbid(unsafe_code)]

pub mod audit;
pub mod authenticator;
pub mod billing;
pub mod claim;
pub mod decision;
pub mod dispute;
pub mod fee;
pub mod fulfilment;
pub mod ids;
pub mod invoice;
pub mod ledger;
pub mod mail;
pub mod money;
pub mod passkey;
pub mod password;
pub mod payment;
pub mod people;
pub mod plan;
pub mod plugin;
pub mod ports;
pub mod publisher;
pub mod refund;
pub mod roles;
pub mod saved;
pub mod second_step;
pub mod settings;
pub mod settlement;
pub mod text;
pub mod webhook;
