//! Money back to the payer, and what became of it.

use serde_json::json;
use tollgate_sdk::gateway::{Claim, Payment, PaymentKey, RefundOrder};
use tollgate_sdk::{Amount, Error, Instance, Text};

use crate::api::{Api, Fault, Problem, is_id, short};
use crate::checkout::Checkout;
use crate::claims::{self, Mark};
use crate::track::Track;
use crate::wire::Refund;
use crate::{value, words};

/// PayPal's bound for the note.
const NOTE_CHARS_MAX: usize = 255;
/// Refusals that our own earlier request may be the reason of.
const PERHAPS_OURS: [&str; 2] = ["CAPTURE_FULLY_REFUNDED", "REFUND_AMOUNT_EXCEEDED"];

/// Refunds a capture, whole or in part. The amount is always said: PayPal takes an empty one for "all that is left".
///
/// # Errors
/// [`Error::Declined`] with PayPal's reason in plain words, [`Error::Unknown`] where it may be under way.
pub fn refund(instance: &Instance, payment: &Payment, order: &RefundOrder) -> Result<Claim, Error> {
    if !is_id(&order.transaction) {
        return Err(Error::rejected(format!("“{}” is no transaction of PayPal's", short(&order.transaction))));
    }
    let api = Api::of(instance)?;
    let path = format!("/v2/payments/captures/{}/refund", order.transaction);
    let refunded = match api.post::<Refund>(&path, &order.id, request(payment, order)?) {
        Ok(refund) if refund.amount.is_some() => refund,
        Ok(refund) => look(&api, &refund.id).map_err(left_open)?,
        Err(Fault::Refused(problem)) => {
            let perhaps_ours = PERHAPS_OURS.iter().any(|issue| problem.is(issue));
            let found = if perhaps_ours { find(instance, payment, order)? } else { None };
            found.ok_or_else(|| declined(&problem))?
        }
        Err(Fault::Failed(error)) => return Err(error),
    };
    claim(instance, payment, order, &refunded)
}

/// Asks what became of a refund. One that PayPal never heard of is ordered again, under the same request id.
///
/// # Errors
/// As [`refund`]; [`Error::Unavailable`] where PayPal did not answer.
pub fn check(instance: &Instance, payment: &Payment, order: &RefundOrder) -> Result<Claim, Error> {
    let known = match order.provider_reference.as_deref().filter(|id| is_id(id)) {
        Some(id) => Some(look(&Api::of(instance)?, id)?),
        None => find(instance, payment, order)?,
    };
    match known {
        Some(known) => claim(instance, payment, order, &known),
        None => refund(instance, payment, order),
    }
}

fn request(payment: &Payment, order: &RefundOrder) -> Result<Vec<u8>, Error> {
    let amount = Amount::try_from(&order.amount)?;
    let asked = value::asked(amount)
        .map_err(|fault| Error::declined(words::value(fault), format!("PayPal cannot refund {amount:?}")))?;
    let mut body = json!({ "amount": asked, "custom_id": Mark::on_refund(&payment.id, &order.id) });
    let note: String = order.reason.trim().chars().take(NOTE_CHARS_MAX).collect();
    if !note.is_empty() {
        body["note_to_payer"] = note.into();
    }
    Ok(body.to_string().into_bytes())
}

fn claim(instance: &Instance, payment: &Payment, order: &RefundOrder, refund: &Refund) -> Result<Claim, Error> {
    let key = PaymentKey::Payment(payment.id.clone());
    Ok(claims::of_refund(refund, key, Some(order.id.clone()), !instance.test_mode)?)
}

fn look(api: &Api, id: &str) -> Result<Refund, Error> {
    claims::id(id)?;
    Ok(api.get(&format!("/v2/payments/refunds/{id}"))?)
}

/// The refund among those of the payment's order, by the mark that we put on it.
fn find(instance: &Instance, payment: &Payment, order: &RefundOrder) -> Result<Option<Refund>, Error> {
    let Some(id) = Track::of(payment).order else { return Ok(None) };
    let Some(at_paypal) = Checkout::of(instance, payment)?.get(&id)? else { return Ok(None) };
    let mark = Mark::on_refund(&payment.id, &order.id);
    let refunds = at_paypal.purchase_units.into_iter().filter_map(|unit| unit.payments);
    let mut refunds = refunds.flat_map(|payments| payments.refunds);
    Ok(refunds.find(|refund| refund.custom_id.as_ref() == Some(&mark)))
}

fn declined(problem: &Problem) -> Error {
    match problem.first_of(&words::REFUND_DECLINES) {
        Some(client) => Error::declined(Text::msg(client), problem.words()),
        None => Error::rejected(problem.words()),
    }
}

/// PayPal has taken the order: what it did not say after that may still have happened.
fn left_open(error: Error) -> Error {
    match error {
        Error::Unavailable(why) => Error::Unknown(why),
        error => error,
    }
}
