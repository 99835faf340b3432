//! Small servers that speak as PayPal and Stripe do, with their hosted pages, for tests and the demo.
//!
//! Each provider is an axum router over a [`rig::Rig`]: a clock that tests can move, faults that they can script, an
//! outbox of webhooks that they can reorder, drop, double and forge, and a record of every request. Nothing here is part
//! of a release: the host does not depend on this package. Beside them stand a [mail server](mail) that keeps what it is sent, and
//! an [authenticator] that makes passkeys.

pub mod authenticator;
pub mod clock;
pub mod control;
pub mod delivery;
mod echo;
pub mod faults;
pub mod http_client;
pub mod ids;
pub mod mail;
pub mod paypal;
pub mod requests;
pub mod rig;
pub mod serve;
pub mod stripe;
