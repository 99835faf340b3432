//! Words for people, and errors.

use tollgate_billing::plugin::PluginError;
use tollgate_billing::text::{Argument, FieldError, Message, Text};

use crate::abi::v1_0_0::wit;
use crate::checks::{Breach, Inside, bounded, list, money, named, timestamp};

/// The contract's numbers for `message` and `text`.
const MESSAGE_ID_BYTES_MAX: usize = 80;
const MESSAGE_ARGS_MAX: usize = 16;
const TEXT_BYTES_MAX: usize = 1_000;
/// A field's name: `group.index.key`, each as long as it may be.
const FIELD_NAME_BYTES_MAX: usize = 100;

pub fn text(field: &str, text: wit::Text) -> Result<Text, Breach> {
    match text {
        wit::Text::Plain(words) => Ok(Text::Plain(bounded(field, words, TEXT_BYTES_MAX)?)),
        wit::Text::Translated(message) => Ok(Text::Translated(translated(message).inside(field)?)),
    }
}

pub fn optional_text(field: &str, words: Option<wit::Text>) -> Result<Option<Text>, Breach> {
    words.map(|words| text(field, words)).transpose()
}

/// These are printed in tables and terminals, where a line break or an escape sequence would lie about the next row.
pub fn one_line(field: &str, words: String, bytes_max: usize) -> Result<String, Breach> {
    let words = named(field, words, bytes_max)?;
    if words.chars().any(char::is_control) { Err(Breach::new(field, "has control characters")) } else { Ok(words) }
}

/// Words for staff.
pub fn staff(field: &str, words: String) -> Result<String, Breach> {
    bounded(field, words, TEXT_BYTES_MAX)
}

pub fn field_error(error: wit::FieldError) -> Result<FieldError, Breach> {
    Ok(FieldError {
        field: bounded("field", error.field, FIELD_NAME_BYTES_MAX)?,
        message: text("message", error.message)?,
    })
}

/// What a failed call tells the host to do.
pub fn error(error: wit::Error) -> Result<PluginError, Breach> {
    let field = "error";
    Ok(match error {
        wit::Error::Declined(refusal) => PluginError::Declined {
            client: text("client", refusal.client).inside(field)?,
            staff: staff("staff", refusal.staff).inside(field)?,
        },
        wit::Error::Rejected(words) => PluginError::Rejected(staff(field, words)?),
        wit::Error::Unavailable(words) => PluginError::Unavailable(staff(field, words)?),
        wit::Error::Unknown(words) => PluginError::Unknown(staff(field, words)?),
    })
}

fn translated(message: wit::Message) -> Result<Message, Breach> {
    let arg = |(name, value): (String, wit::Argument)| {
        Ok((named("name", name, MESSAGE_ID_BYTES_MAX)?, argument("value", value)?))
    };
    Ok(Message {
        id: named("id", message.id, MESSAGE_ID_BYTES_MAX)?,
        args: list("args", message.args, MESSAGE_ARGS_MAX, arg)?,
    })
}

fn argument(field: &str, value: wit::Argument) -> Result<Argument, Breach> {
    Ok(match value {
        wit::Argument::Text(words) => Argument::Text(bounded(field, words, TEXT_BYTES_MAX)?),
        wit::Argument::Number(number) => Argument::Number(number),
        wit::Argument::Money(amount) => Argument::Money(money(field, amount.minor, &amount.currency)?),
        wit::Argument::Time(at) => Argument::Time(timestamp(field, at)?),
    })
}
