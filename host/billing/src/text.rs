//! Words for people that did not come from the host's own pages.

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

/// A message of the plugin's Fluent files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub args: Vec<(String, String)>,
}

/// One wrong field of a form or a configuration. `field` is empty for the form as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub message: Text,
}
