//! Feeds parsers of outside bytes, and the faces of the rooms behind them, with broken ones.
//!
//! Inputs grow out of a corpus of good ones by changes that know something of the format: bytes, words that have broken
//! parsers before, and the tree of a JSON text. What each target answers is its only feedback: an input with an answer that
//! was not heard before is kept and changed further. The same seed makes the same inputs for as long as there is time.
#![forbid(unsafe_code)]

pub mod chance;
pub mod corpus;
pub mod html;
pub mod mutate;
mod puppet;
pub mod run;
mod stage;
pub mod targets;
pub mod watch;
mod work;
