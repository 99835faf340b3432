//! What every store must do. Each test takes a fresh one from `fixture::open` as `Arc<dyn Store>`.

mod charges;
pub mod decisions;
pub mod held_refunds;
mod installs;
mod instances;
mod invoices;
mod ledger;
mod mails;
mod memory;
mod outbox;
mod passkeys;
mod payments;
mod people;
mod publishers;
mod refusals;
mod returns;
mod saved;
mod sealed;
mod second_steps;
mod sessions;
mod webhooks;
