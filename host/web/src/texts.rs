//! Words: the host's own in every language, and each plugin's.

mod host;
mod language;
mod parse;
mod plugins;
mod words;

pub use host::HostTexts;
pub use plugins::{OfferedTexts, PluginLanguages, PluginTexts};
pub use words::Words;
