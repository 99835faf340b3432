//! Words for people that did not come from the host's own pages.

use crate::ids::Timestamp;
use crate::money::Money;

/// A text of a plugin: an id in its translations, or somebody else's words. Shown escaped, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    Plain(String),
    Translated(Message),
}

impl Text {
    #[must_use]
    pub fn plain(words: impl Into<String>) -> Self {
        Self::Plain(words.into())
    }
}

/// A message of the plugin's Fluent files, with a value for each of its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub args: Vec<(String, Argument)>,
}

/// A value in a message. Only words are ready; the rest is written as the reader's language does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    Text(String),
    Number(i64),
    Money(Money),
    Time(Timestamp),
}

/// One wrong field of a form or a configuration. `field` is empty for the form as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub message: Text,
}
