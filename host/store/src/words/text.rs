//! Plugins' texts as JSON.

use serde::{Deserialize, Serialize};
use tollgate_billing::ids::Timestamp;
use tollgate_billing::text::{Argument, Message, Text};

use crate::fault::Fault;
use crate::row::Place;

/// `{"plain":"words"}` or `{"translated":{"id":"waiting","args":[["days",2]]}}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum TextRow {
    Plain(String),
    Translated { id: String, args: Vec<(String, ArgumentRow)> },
}

/// `"words"`, `2`, `{"minor":1050,"currency":"EUR"}` or `{"at":1700000000000}`.
#[derive(Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum ArgumentRow {
    Text(String),
    Number(i64),
    Money { minor: i64, currency: String },
    Time { at: i64 },
}

impl From<&Text> for TextRow {
    fn from(text: &Text) -> Self {
        match text {
            Text::Plain(words) => Self::Plain(words.clone()),
            Text::Translated(message) => {
                let args = message.args.iter().map(|(name, value)| (name.clone(), value.into()));
                Self::Translated { id: message.id.clone(), args: args.collect() }
            }
        }
    }
}

impl TextRow {
    pub fn read(self, place: Place<'_>) -> Result<Text, Fault> {
        Ok(match self {
            Self::Plain(words) => Text::Plain(words),
            Self::Translated { id, args } => {
                let args = args.into_iter().map(|(name, value)| Ok((name, value.read(place)?)));
                Text::Translated(Message { id, args: args.collect::<Result<_, Fault>>()? })
            }
        })
    }
}

impl From<&Argument> for ArgumentRow {
    fn from(value: &Argument) -> Self {
        match value {
            Argument::Text(words) => Self::Text(words.clone()),
            Argument::Number(number) => Self::Number(*number),
            Argument::Money(money) => {
                Self::Money { minor: money.minor(), currency: money.currency().code().to_owned() }
            }
            Argument::Time(at) => Self::Time { at: at.0 },
        }
    }
}

impl ArgumentRow {
    fn read(self, place: Place<'_>) -> Result<Argument, Fault> {
        Ok(match self {
            Self::Text(words) => Argument::Text(words),
            Self::Number(number) => Argument::Number(number),
            Self::Money { minor, currency } => Argument::Money(place.money(minor, place.currency(&currency)?)?),
            Self::Time { at } => Argument::Time(Timestamp(at)),
        })
    }
}
