//! Values as templates get them.

use serde::Serialize;
use tollgate_billing::ids::Timestamp;
use tollgate_billing::money::Money;

use crate::format::{self, Moment};
use crate::texts::Words;

/// An amount, with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoneyView {
    pub minor: i64,
    pub currency: &'static str,
    pub text: String,
}

/// What is wrong with one field; `field` is empty for the form as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldMessage {
    pub field: String,
    /// Of its input.
    pub id: String,
    pub message: String,
}

#[must_use]
pub fn money_of(words: &Words, money: Money) -> MoneyView {
    MoneyView { minor: money.minor(), currency: money.currency().code(), text: format::money(words, money) }
}

/// `None` only beyond the calendar.
#[must_use]
pub fn moment_of(words: &Words, at: Timestamp) -> Option<Moment> {
    format::moment(words, at)
}

/// The id of a field's input: its name with `-` for `.`.
#[must_use]
pub fn field_id(field: &str) -> String {
    field.replace('.', "-")
}

#[must_use]
pub fn message_for(field: &str, message: impl Into<String>) -> FieldMessage {
    FieldMessage { field: field.to_owned(), id: field_id(field), message: message.into() }
}
