//! The Stripe simulator against the published contract, through its router.

mod disputes;
mod faults;
mod idempotency;
mod lists;
mod pages;
mod payments;
mod properties;
mod refunds;
mod saved;
mod sockets;
mod strictness;
mod support;
mod webhooks;
