//! Attacks by hostile plugins and what surrounds them, each a small named thing with the containment that it must meet. Every
//! one is run against the real rooms: sandbox, egress, vault, store, billing, web.

// What surrounds an attack is made here; where it cannot be made, nothing is tried, and that ends the run.
#![allow(clippy::missing_panics_doc, clippy::missing_errors_doc, clippy::must_use_candidate)]

pub mod attack;
pub mod catalogue;
mod families;
pub mod ground;
pub mod house;
pub mod latency;
pub mod rooms;
pub mod senders;
pub mod trap;
