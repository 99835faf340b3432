//! Words for people.

use crate::bindings::shared::tollgate::plugin::types::{Message, Text};

impl Text {
    /// A message of the plugin's own translations, by its id: the host formats it in the reader's language.
    #[must_use]
    pub fn msg(id: impl Into<String>) -> Self {
        Self::Translated(Message { id: id.into(), args: Vec::new() })
    }

    /// Gives a value to one of the message's variables. A plain text has none and stays as it is.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // so that a call reads `arg("count", 3)`
    pub fn arg(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        if let Self::Translated(message) = &mut self {
            message.args.push((name.into(), value.to_string()));
        }
        self
    }

    /// What somebody else wrote, such as a provider's reason; shown as it is, escaped.
    #[must_use]
    pub fn plain(words: impl Into<String>) -> Self {
        Self::Plain(words.into())
    }

    /// The message's id, `None` for a plain text. Lets tests say which message they mean.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Translated(message) => Some(&message.id),
            Self::Plain(_) => None,
        }
    }

    /// The value of one of the message's variables.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        match self {
            Self::Translated(message) => {
                message.args.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
            }
            Self::Plain(_) => None,
        }
    }
}
