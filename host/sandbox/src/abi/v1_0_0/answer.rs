//! What plugins answer, checked against the contract field by field, as billing's values. Nothing is cut or mended:
//! an answer is whole and within its limits, or the plugin is broken.

mod config;
mod form;
mod gateway;
mod manifest;
mod module;
mod page;
mod text;

pub use config::config_report;
pub use gateway::{claims, outcome, step};
pub use manifest::{gateway_manifest, module_manifest};
pub use module::{action, effects, tab};
pub use page::page;
pub use text::error;
