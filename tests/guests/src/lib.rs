//! Plugins of a few lines of WebAssembly text: honest but for what a test says. The sandbox's own tests and the hostile
//! plugins are made with them.

// For tests alone: what is wrong with a plugin ends the test that made it.
#![allow(clippy::missing_panics_doc, clippy::must_use_candidate, clippy::return_self_not_must_use)]

pub mod guest;
pub mod kept;
pub mod value;
