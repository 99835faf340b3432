//! Write a Tollgate plugin in Rust.
//!
//! A plugin is a WebAssembly component of one of two worlds: a payment gateway (feature `gateway`, trait
//! [`gateway::Gateway`]) or an add-on module (feature `add-on`, trait [`module::Module`]). The same crate compiles
//! natively, where the host's imports go to a fake host ([`testing`]), so that a plugin's tests are ordinary tests.

#[doc(hidden)]
#[allow(unsafe_code, missing_docs, clippy::all, clippy::pedantic)]
// generated: the component ABI is made of raw pointers
pub mod bindings;

pub mod clock;
mod errors;
mod form;
#[cfg(feature = "gateway")]
pub mod gateway;
#[cfg(feature = "gateway")]
pub mod http;
pub mod log;
mod manifest;
#[cfg(feature = "add-on")]
pub mod module;
mod money;
mod page;
pub mod random;
mod settings;
#[cfg(feature = "gateway")]
pub mod signing;
pub mod state;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod text;

pub use bindings::shared::tollgate::plugin::types::{
    Argument, Assets, Choice, Code, CodeStyle, Condition, ConfigDepth, ConfigError, ConfigReport, Error, Field,
    FieldError, FieldKind, Group, Identity, Message, Money, Page, Refusal, Setting, Slip, SlipRow, Text,
};
pub use errors::FieldErrors;
pub use form::Form;
pub use money::{AMOUNT_MINOR_MAX, Amount, Currency, MoneyError};
pub use settings::{Instance, Settings};

#[cfg(all(target_arch = "wasm32", feature = "gateway", feature = "add-on"))]
compile_error!("a component is either a gateway or an add-on: choose one feature of tollgate-sdk");
