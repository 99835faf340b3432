//! A bank payment as staff type it: what was typed, and what it says once it is read.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use tollgate_billing::billing::{BankPayment, BankPaymentError};
use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::invoice::Invoice;
use tollgate_billing::money::{Currency, Money};

use crate::errors::{WebError, money_words};
use crate::frame::{FieldMessage, Posted, StaffVisit, message_for};
use crate::texts::Words;

/// Characters of each field that are shown again; the form's own inputs hold fewer.
const SHOWN_CHARS_MAX: usize = 200;

/// The fields as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Typed {
    pub(crate) instance: String,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) date: String,
    pub(crate) bank_id: String,
}

impl Typed {
    /// What the form starts with: what is due, today.
    pub(crate) fn usual(invoice: &Invoice, now: Timestamp) -> Self {
        let due = invoice.amount_due();
        let today = jiff::Timestamp::from_millisecond(now.0).map(|now| now.to_zoned(TimeZone::UTC).date());
        Self {
            instance: invoice.gateway.as_ref().map_or_else(String::new, ToString::to_string),
            amount: if due.is_positive() { due.to_decimal().to_string() } else { String::new() },
            currency: invoice.currency().code().to_owned(),
            date: today.map_or_else(|_| String::new(), |today| today.to_string()),
            bank_id: String::new(),
        }
    }

    /// # Errors
    /// [`WebError::BadRequest`] where a field is there twice.
    pub(crate) fn posted(posted: &Posted<StaffVisit>) -> Result<Self, WebError> {
        let text = |name: &str| Ok::<_, WebError>(posted.text(name)?.chars().take(SHOWN_CHARS_MAX).collect());
        Ok(Self {
            instance: text("instance")?,
            amount: text("amount")?,
            currency: text("currency")?,
            date: text("date")?,
            bank_id: text("bank_id")?,
        })
    }

    /// What it says.
    ///
    /// # Errors
    /// Every field that cannot be read, so that all are mended at once.
    pub(crate) fn read(&self, invoice: &Invoice, words: &Words) -> Result<BankPayment, Vec<FieldMessage>> {
        let mut errors = Vec::new();
        if self.instance.is_empty() {
            errors.push(message_for("instance", words.say("admin-error-instance")));
        }
        let amount = self.amount(invoice.currency(), words).map_err(|message| errors.push(message)).ok();
        if self.currency != invoice.currency().code() {
            errors.push(currency_message(words, invoice.currency().code()));
        }
        let booked = read_date(&self.date);
        if booked.is_none() {
            errors.push(message_for("date", words.say("admin-error-date")));
        }
        if self.bank_id.is_empty() {
            errors.push(message_for("bank_id", words.say("admin-error-bank-id")));
        }
        match (amount, booked) {
            (Some(amount), Some(booked)) if errors.is_empty() => Ok(BankPayment {
                invoice: invoice.id,
                instance: InstanceId::new(self.instance.as_str()),
                amount,
                booked,
                bank_id: self.bank_id.clone(),
            }),
            _ => Err(errors),
        }
    }

    fn amount(&self, currency: Currency, words: &Words) -> Result<Money, FieldMessage> {
        match Money::parse(&self.amount, currency) {
            Ok(amount) if amount.is_positive() => Ok(amount),
            Ok(_) => Err(message_for("amount", words.say("error-amount-not-positive"))),
            Err(error) => Err(message_for("amount", money_words(words, &error))),
        }
    }
}

/// Midnight of a day as browsers and banks write it, in UTC.
fn read_date(text: &str) -> Option<Timestamp> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date: Date = text.parse().ok().filter(|_| plain)?;
    let midnight = date.to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp(midnight.timestamp().as_millisecond()))
}

/// What billing refuses, beside the field that it is about.
///
/// # Errors
/// What is no fault of the form.
pub(crate) fn refusal(words: &Words, error: BankPaymentError) -> Result<FieldMessage, WebError> {
    Ok(match error {
        BankPaymentError::NotPositive => message_for("amount", words.say("error-amount-not-positive")),
        BankPaymentError::Currency { expected } => currency_message(words, &expected),
        BankPaymentError::BankId => message_for("bank_id", words.say("admin-error-bank-id")),
        BankPaymentError::InTheFuture => message_for("date", words.say("admin-error-date-future")),
        BankPaymentError::Gateway => message_for("instance", words.say("admin-error-instance")),
        BankPaymentError::Billing(error) => return Err(error.into()),
    })
}

fn currency_message(words: &Words, currency: &str) -> FieldMessage {
    message_for("currency", words.say_with("admin-error-currency", &[("currency", currency)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_of_the_calendar_and_nothing_else() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(read_date(text).map(|at| at.0), expected, "{text}");
        check("1970-01-02", Some(86_400_000));
        check("2024-02-29", Some(1_709_164_800_000));
        check("2023-02-29", None);
        check("2026-13-01", None);
        check("22.11.2026", None);
        check("2026-11-22T10:00", None);
        check("20261122", None);
        check("-00001-1-1", None);
        check("２０２６-11-22", None);
        check("", None);
    }
}
