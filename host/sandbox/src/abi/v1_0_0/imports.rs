//! What plugins may ask of the host. Whatever the contract bounds is bounded here, and what nobody granted is denied.

mod clock;
mod http;
mod log;
mod random;
mod signing;
mod state;

/// Types only: there is nothing to call.
impl super::bindings::tollgate::plugin::types::Host for crate::guest::Guest {}
