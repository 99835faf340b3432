//! What PayPal's answers claim. Pure: nothing here asks anybody, and nothing unreadable ever becomes "paid".

use std::fmt;

use tollgate_sdk::gateway::{Claim, ClaimState, Failure, Payment, PaymentKey};
use tollgate_sdk::{Error, Money, Text, clock, log};

use crate::api::{is_id, short};
use crate::wire::{self, Capture, Order, Payee, Refund};
use crate::{time, value, words};

/// The host takes this many claims in one answer.
const CLAIMS_MAX: usize = 20;
/// Characters of the host's ids of payments and refunds.
const HOST_ID_CHARS: usize = 26;
const MERCHANT_BYTES_MAX: usize = 128;

/// What makes an answer unusable, for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(String);

impl Unreadable {
    pub fn new(what: impl fmt::Display) -> Self {
        Self(format!("PayPal's answer cannot be used: {what}"))
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Unreadable> for Error {
    /// PayPal was asked, so that nothing is known.
    fn from(unreadable: Unreadable) -> Self {
        Self::Unknown(unreadable.0)
    }
}

/// What we write on a capture and on a refund, and find again on every event about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub payment: String,
    /// The host's id of the refund.
    pub refund: Option<String>,
}

impl Mark {
    /// What stands on an order and its capture is the payment's id alone.
    #[must_use]
    pub fn on_refund(payment: &str, refund: &str) -> String {
        format!("{payment}.{refund}")
    }

    /// `None` for what others write there.
    #[must_use]
    pub fn read(custom_id: Option<&str>) -> Option<Self> {
        let is_ours = |id: &&str| id.len() == HOST_ID_CHARS && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (payment, refund) = match custom_id?.split_once('.') {
            Some((payment, refund)) => (payment, Some(refund)),
            None => (custom_id?, None),
        };
        let refund_fits = refund.is_none_or(|refund| is_ours(&refund));
        (is_ours(&payment) && refund_fits)
            .then(|| Self { payment: payment.to_owned(), refund: refund.map(str::to_owned) })
    }
}

/// Everything that an order says about money: its captures, then its refunds.
///
/// # Errors
/// [`Unreadable`] where any of it cannot be read, or is of another payment: half of the truth is none.
pub fn of_order(order: &Order, payment: &Payment, live: bool) -> Result<Vec<Claim>, Unreadable> {
    let key = || PaymentKey::Payment(payment.id.clone());
    let mut claims = Vec::new();
    for unit in &order.purchase_units {
        let Some(payments) = &unit.payments else { continue };
        for capture in &payments.captures {
            let marks = [capture.custom_id.as_deref(), unit.custom_id.as_deref()];
            if let Some(other) = marks.into_iter().flatten().find(|mark| *mark != payment.id) {
                return Err(Unreadable::new(format_args!("its capture is of “{}”", short(other))));
            }
            let payee = capture.payee.as_ref().or(unit.payee.as_ref());
            claims.push(of_capture(capture, key(), payee, live)?);
        }
        for refund in &payments.refunds {
            claims.extend(of_settled_refund(refund, key(), live)?);
        }
    }
    claims.truncate(CLAIMS_MAX);
    Ok(claims)
}

/// One capture, whose transaction is its id.
///
/// # Errors
/// [`Unreadable`] without an id or an amount.
pub fn of_capture(
    capture: &Capture,
    payment: PaymentKey,
    payee: Option<&Payee>,
    live: bool,
) -> Result<Claim, Unreadable> {
    let amount = amount(capture.amount.as_ref())?;
    let reason = capture.status_details.as_ref().and_then(|details| details.reason.as_deref());
    let state = match capture.status.as_str() {
        "COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED" => ClaimState::Paid,
        "PENDING" => ClaimState::Pending(Some(words::pending(reason))),
        "DECLINED" | "DENIED" | "FAILED" => ClaimState::Failed(Failure {
            client: Text::msg("declined-capture"),
            staff: format!(
                "PayPal's capture {} is {}, reason {}",
                short(&capture.id),
                capture.status,
                short(reason.unwrap_or("not given"))
            ),
        }),
        other => {
            log::warn!("capture {} has the unknown status “{}”", short(&capture.id), short(other));
            ClaimState::Pending(Some(words::pending(None)))
        }
    };
    Ok(Claim {
        payment,
        transaction: id(&capture.id)?,
        fee: if state == ClaimState::Paid { fee(capture, &amount) } else { None },
        amount,
        state,
        live,
        merchant: merchant(payee),
        provider_reference: None,
        at: at(&capture.update_time, &capture.create_time),
        saved: None,
    })
}

/// A refund that has gone through; one that waits, failed or was cancelled moved no money.
///
/// # Errors
/// [`Unreadable`] without an id or an amount.
pub fn of_settled_refund(refund: &Refund, payment: PaymentKey, live: bool) -> Result<Option<Claim>, Unreadable> {
    if refund.status != "COMPLETED" {
        return Ok(None);
    }
    let ours = Mark::read(refund.custom_id.as_deref()).and_then(|mark| mark.refund);
    of_refund(refund, payment, ours, live).map(Some)
}

/// One refund, whose transaction is its id. `ours` is the host's id of it.
///
/// # Errors
/// [`Unreadable`] without an id or an amount.
pub fn of_refund(refund: &Refund, payment: PaymentKey, ours: Option<String>, live: bool) -> Result<Claim, Unreadable> {
    let reason = refund.status_details.as_ref().and_then(|details| details.reason.as_deref());
    let state = match refund.status.as_str() {
        "COMPLETED" => ClaimState::Refunded(ours),
        "FAILED" | "CANCELLED" => ClaimState::Failed(Failure {
            client: Text::msg("refund-failed"),
            staff: format!(
                "PayPal's refund {} is {}, reason {}",
                short(&refund.id),
                refund.status,
                short(reason.unwrap_or("not given"))
            ),
        }),
        _ => ClaimState::Pending(Some(Text::msg(if reason == Some("ECHECK") {
            "refund-pending-echeck"
        } else {
            "refund-pending"
        }))),
    };
    Ok(Claim {
        payment,
        transaction: id(&refund.id)?,
        amount: amount(refund.amount.as_ref())?,
        state,
        fee: None,
        live,
        merchant: merchant(refund.payer.as_ref()),
        provider_reference: None,
        at: at(&refund.update_time, &refund.create_time),
        saved: None,
    })
}

/// What an order says that holds no money: it waits, was declined, or is gone.
#[must_use]
pub fn of_order_state(order: &str, payment: &Payment, state: ClaimState, live: bool) -> Claim {
    Claim {
        payment: PaymentKey::Payment(payment.id.clone()),
        transaction: order.to_owned(),
        amount: payment.amount.clone(),
        state,
        fee: None,
        live,
        merchant: None,
        provider_reference: None,
        at: clock::now(),
        saved: None,
    }
}

/// # Errors
/// [`Unreadable`] where it is missing, below zero, in no known currency, or no number.
pub fn amount(money: Option<&wire::Money>) -> Result<Money, Unreadable> {
    let money = money.ok_or_else(|| Unreadable::new("an amount is missing"))?;
    let said = value::said(money).map_err(|error| {
        Unreadable::new(format_args!("“{} {}”: {error}", short(&money.value), short(&money.currency_code)))
    })?;
    Ok(said.into())
}

/// What PayPal kept, where it says so in the currency of the payment.
fn fee(capture: &Capture, amount: &Money) -> Option<Money> {
    let said = capture.seller_receivable_breakdown.as_ref()?.paypal_fee.as_ref()?;
    match value::said(said) {
        Ok(fee) if fee.currency().code() == amount.currency => Some(fee.into()),
        Ok(fee) => {
            log::warn!("the fee of capture {} is {} {fee}: not booked", short(&capture.id), fee.currency());
            None
        }
        Err(error) => {
            log::warn!("the fee of capture {} cannot be read: {error}", short(&capture.id));
            None
        }
    }
}

#[must_use]
pub fn merchant(payee: Option<&Payee>) -> Option<String> {
    let id = payee?.merchant_id.clone()?;
    (1..=MERCHANT_BYTES_MAX).contains(&id.len()).then_some(id)
}

/// The later time where there is one; PayPal's answers always have one of them.
#[must_use]
pub fn at(update_time: &str, create_time: &str) -> u64 {
    time::read(update_time).or_else(|| time::read(create_time)).unwrap_or_else(clock::now)
}

/// # Errors
/// [`Unreadable`] where it is none of PayPal's.
pub fn id(text: &str) -> Result<String, Unreadable> {
    if is_id(text) { Ok(text.to_owned()) } else { Err(Unreadable::new(format_args!("“{}” is no id", short(text)))) }
}
