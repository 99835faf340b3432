//! A decision as staff type it, what it says once it is read, and what is wrong with it.

use serde::Serialize;
use tollgate_billing::billing::{DecideError, HeldPage, Wanted};
use tollgate_billing::decision::Refusal;

use super::refund::reason_words;
use crate::errors::{WebError, money_words};
use crate::frame::{FieldMessage, Posted, StaffVisit, message_for};
use crate::texts::Words;

/// Characters of each field that are shown again; the form's own inputs hold fewer.
const SHOWN_CHARS_MAX: usize = 1_000;

/// The fields as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Typed {
    /// `credit`, `invoice`, `refund` or `dismiss`: which of the page's forms it was.
    pub(super) action: String,
    email: String,
    number: String,
    refund_reason: String,
    reason: String,
}

impl Typed {
    /// What the forms start with: the invoice that the payment is of.
    pub(super) fn usual(page: &HeldPage) -> Self {
        let number = page.own.as_ref().map_or_else(String::new, |own| own.invoice.number.clone());
        Self { number, ..Self::default() }
    }

    /// # Errors
    /// [`WebError::BadRequest`] where a field is there twice.
    pub(super) fn posted(posted: &Posted<StaffVisit>) -> Result<Self, WebError> {
        let text = |name: &str| Ok::<_, WebError>(posted.text(name)?.chars().take(SHOWN_CHARS_MAX).collect());
        Ok(Self {
            action: text("action")?,
            email: text("email")?,
            number: text("number")?,
            refund_reason: text("refund_reason")?,
            reason: text("reason")?,
        })
    }

    /// What it says.
    ///
    /// # Errors
    /// [`WebError::BadRequest`] for an action that none of the page's forms has.
    pub(super) fn wanted(&self) -> Result<Wanted, WebError> {
        match self.action.as_str() {
            "credit" => Ok(Wanted::Credit { email: self.email.clone() }),
            "invoice" => Ok(Wanted::Invoice { number: self.number.clone() }),
            "refund" => Ok(Wanted::Refund { reason: self.refund_reason.clone() }),
            "dismiss" => Ok(Wanted::Dismiss { reason: self.reason.clone() }),
            _ => Err(WebError::BadRequest),
        }
    }
}

/// The end of the text's id that says why money cannot be booked or sent back.
pub(super) fn refusal_word(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotPaid => "not-paid",
        Refusal::Environment => "environment",
        Refusal::NotPositive => "not-positive",
        Refusal::Currency { .. } => "currency",
        Refusal::NoPayment => "no-payment",
        Refusal::GatewayKeeps => "gateway",
        Refusal::Merchant => "merchant",
        Refusal::Money(_) => "amount",
    }
}

/// What billing refuses, beside the field that it is about.
///
/// # Errors
/// What is no fault of the form.
pub(super) fn refusal_message(words: &Words, error: DecideError) -> Result<FieldMessage, WebError> {
    Ok(match error {
        DecideError::Refused(Refusal::Currency { expected }) => {
            message_for("number", words.say_with("admin-error-match-currency", &[("currency", &expected)]))
        }
        DecideError::Refused(Refusal::Money(error)) => message_for("", money_words(words, &error)),
        DecideError::Refused(refusal) => {
            message_for("", words.say(&format!("admin-held-refusal-{}", refusal_word(&refusal))))
        }
        DecideError::NoClient => message_for("email", words.say("admin-error-no-client")),
        DecideError::NoInvoiceOfClient => message_for("email", words.say("admin-error-client-no-invoice")),
        DecideError::NoInvoice => message_for("number", words.say("admin-error-match-number")),
        DecideError::Reason => message_for("reason", words.say("admin-error-reason")),
        DecideError::RefundReason => message_for("refund_reason", reason_words(words)),
        DecideError::Changed => message_for("", words.say("admin-error-decision-changed")),
        DecideError::Billing(error) => return Err(error.into()),
    })
}
