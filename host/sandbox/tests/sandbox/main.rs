//! The sandbox against plugins of every kind: honest, broken, hostile. Each guest is a few lines of WebAssembly text.

mod allowances;
mod answers;
mod cache;
mod contained;
mod fakes;
mod files;
mod host;
mod imports;
mod kept;
mod migrate;
mod provider;
mod requests;
mod rests;
mod told;

use tollgate_guests::{guest, value};
