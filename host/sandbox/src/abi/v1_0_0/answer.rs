//! What plugins answer, checked against the contract field by field, as billing's values. Nothing is cut or mended:
//! an answer is whole and within its limits, or the plugin is broken.

mod claim;
mod config;
mod confined;
mod form;
mod gateway;
mod manifest;
mod module;
mod page;
mod text;
mod webhook;

pub use claim::{claim, claims};
pub use config::{config_refusal, config_report, migrated};
pub use gateway::{outcome, step};
pub use manifest::{gateway_manifest, module_manifest};
pub use module::{action, effects, tab};
pub use page::page;
pub use text::error;
pub use webhook::{verified, webhook_refusal, webhook_setup};
