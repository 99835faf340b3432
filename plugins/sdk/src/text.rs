//! Words for people.

use std::fmt;

use crate::bindings::shared::tollgate::plugin::types::{Argument, Message, Text};
use crate::money::{Amount, Currency};

impl Text {
    /// A message of the plugin's own translations, by its id: the host formats it in the reader's language.
    #[must_use]
    pub fn msg(id: impl Into<String>) -> Self {
        Self::Translated(Message { id: id.into(), args: Vec::new() })
    }

    /// Gives a value to one of the message's variables: words, a whole number, an [`Amount`] or [`Argument::Time`], which the
    /// host writes as the reader's language does. A plain text has none and stays as it is.
    #[must_use]
    pub fn arg(mut self, name: impl Into<String>, value: impl Into<Argument>) -> Self {
        if let Self::Translated(message) = &mut self {
            message.args.push((name.into(), value.into()));
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

    /// The value of one of the message's variables, as plain as in English without signs: `EUR 1000.00`. For tests.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        let Self::Translated(message) = self else { return None };
        message.args.iter().find(|(known, _)| known == name).map(|(_, value)| value.to_string())
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(words) => f.write_str(words),
            Self::Number(number) => number.fmt(f),
            Self::Money(money) => match Amount::try_from(money) {
                Ok(amount) => write!(f, "{} {amount}", money.currency),
                Err(_) => write!(f, "{} minor units of {}", money.minor, money.currency),
            },
            Self::Time(ms) => write!(f, "{ms} ms"),
        }
    }
}

impl From<&str> for Argument {
    fn from(words: &str) -> Self {
        Self::Text(words.to_owned())
    }
}

impl From<String> for Argument {
    fn from(words: String) -> Self {
        Self::Text(words)
    }
}

impl<T: Clone + Into<Argument>> From<&T> for Argument {
    fn from(value: &T) -> Self {
        value.clone().into()
    }
}

impl From<Currency> for Argument {
    fn from(currency: Currency) -> Self {
        Self::Text(currency.code().to_owned())
    }
}

impl From<Amount> for Argument {
    fn from(amount: Amount) -> Self {
        Self::Money(amount.into())
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Argument {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Argument {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

/// A count. One that no message can mean stands as the largest number.
impl From<usize> for Argument {
    fn from(count: usize) -> Self {
        Self::Number(i64::try_from(count).unwrap_or(i64::MAX))
    }
}
