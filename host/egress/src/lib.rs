//! Requests to providers, and the secrets that they carry. This is the only room where a secret has a value: everybody
//! else names it by the key of its field, and gets answers from which every value is blacked out.
#![forbid(unsafe_code)]

mod address;
mod auth;
mod exchange;
mod headers;
mod keep;
mod names;
mod outbound;
mod redact;
mod signing;
mod stage;
mod target;
#[cfg(test)]
mod testing;
mod tokens;
mod trust;
mod vault;

pub use exchange::ClientError;
pub use names::Lookup;
pub use outbound::Outbound;
pub use vault::{KeyFile, KeyFileError, Rotated, Vault, VaultError, rotate};
