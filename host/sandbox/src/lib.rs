//! Loads plugins as WebAssembly components and calls them within limits.
//!
//! A plugin is a stranger's code. It runs in a fresh instance for every call, sees only what the contract names, is stopped
//! at its deadline, and what it answers is checked against the contract before anybody else sees it. Whatever it does
//! wrong becomes a typed error with its name and never disturbs another call. Nothing here can move money.

mod abi;
mod allowance;
mod breaker;
mod cache;
mod caller;
mod checks;
mod closed;
mod compiled;
mod engine;
mod failure;
mod grants;
mod guest;
mod inspect;
mod json;
mod lanes;
mod limits;
mod loading;
mod ports;
mod redacted;
mod sandbox;
mod sent;
mod shape;
mod shelf;

pub use closed::NoProviders;
pub use engine::engine_config;
pub use inspect::inspect;
pub use limits::Limits;
pub use loading::LoadError;
pub use sandbox::{Sandbox, SandboxConfig, SandboxError};
