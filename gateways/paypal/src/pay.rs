//! From the pay-now page to PayPal and back: where the client goes next, and what may be claimed.

use tollgate_sdk::gateway::{Claim, ClaimState, Failure, Outcome, Payment, PaymentState, Step};
use tollgate_sdk::{Error, Instance, Page, Text, clock, log};

use crate::checkout::{Checkout, Stand, Taken};
use crate::claims;
use crate::track::Track;
use crate::wire::Order;

/// PayPal keeps an order for three hours at least before it forgets it: sooner than that, "not found" proves nothing.
const UNKNOWN_BEFORE_MS: u64 = 3 * 3_600_000;
/// After this no order can be approved any more: 72 hours are the most that PayPal lets a merchant have, and then three
/// to approve.
const APPROVABLE_MS: u64 = 7 * 24 * 3_600_000;

/// Opens PayPal, or says what is being waited for.
///
/// # Errors
/// What the host has to do.
pub fn pay_now(instance: &Instance, payment: &Payment) -> Result<Step, Error> {
    match start(instance, payment)? {
        Outcome::Step(step) => Ok(step),
        // What PayPal claims is the host's to hear from a check, which its page offers.
        Outcome::Claims(claims) => Ok(Step::wait(waiting_for(&claims))),
    }
}

/// As [`pay_now`], where claims may be answered too.
///
/// # Errors
/// As [`pay_now`].
pub fn start(instance: &Instance, payment: &Payment) -> Result<Outcome, Error> {
    let checkout = Checkout::of(instance, payment)?;
    if !checkout.is_open() {
        return Ok(Step::wait(Text::msg(closed(payment))).into());
    }
    let (track, stand) = checkout.living_order(&Track::of(payment))?;
    match stand {
        Stand::Waiting { approve } => Ok(track.kept_in(Step::redirect(approve), payment).into()),
        stand => go_on(&checkout, &track, stand),
    }
}

/// The client is back from PayPal, by its "return" or its "cancel": PayPal is asked which.
///
/// # Errors
/// What the host has to do.
pub fn come_back(instance: &Instance, payment: &Payment) -> Result<Outcome, Error> {
    let checkout = Checkout::of(instance, payment)?;
    let track = Track::of(payment);
    if !checkout.is_open() && track.order.is_none() {
        return Ok(Step::wait(Text::msg(closed(payment))).into());
    }
    let (track, stand) = checkout.order(&track)?;
    go_on(&checkout, &track, stand)
}

fn go_on(checkout: &Checkout<'_>, track: &Track, stand: Stand) -> Result<Outcome, Error> {
    let payment = checkout.payment;
    let step = match stand {
        Stand::Captured(order) => return claimed(checkout, &order),
        _ if !checkout.is_open() => Step::wait(Text::msg(closed(payment))),
        Stand::Waiting { .. } => page("cancelled")?,
        Stand::Gone { .. } => page("expired")?,
        Stand::Strange => Step::wait(Text::msg("wait-paypal")),
        Stand::Approved(order) => match checkout.capture(&order, track)? {
            Taken::Captured(order) => return claimed(checkout, &order),
            Taken::ChooseAgain { approve } => {
                return Ok(track.next_approval().kept_in(Step::redirect(approve), payment).into());
            }
            Taken::Declined { client, staff } => return Err(Error::declined(client, staff)),
        },
    };
    Ok(track.kept_in(step, payment).into())
}

fn claimed(checkout: &Checkout<'_>, order: &Order) -> Result<Outcome, Error> {
    Ok(Outcome::Claims(money_of(checkout, order)?))
}

/// # Errors
/// [`Error::Unknown`] where the order is captured and says nothing of a capture.
fn money_of(checkout: &Checkout<'_>, order: &Order) -> Result<Vec<Claim>, Error> {
    let claims = claims::of_order(order, checkout.payment, checkout.live())?;
    if claims.is_empty() {
        return Err(Error::Unknown(format!("PayPal's order {} is completed and names no capture", order.id)));
    }
    Ok(claims)
}

/// What PayPal says now. An order that the payer approved and never came back from is captured here: they pressed
/// "Pay now" at PayPal, and PayPal gives it back after hours.
///
/// # Errors
/// What the host has to do.
pub fn check(instance: &Instance, payment: &Payment) -> Result<Vec<Claim>, Error> {
    let checkout = Checkout::of(instance, payment)?;
    let track = Track::of(payment);
    let Some(id) = &track.order else { return Ok(never_started(&checkout)) };
    let say = |state| vec![claims::of_order_state(id, payment, state, checkout.live())];
    let waits = || say(ClaimState::Pending(Some(Text::msg("wait-approval"))));
    let age_ms = clock::now().saturating_sub(payment.created);
    match checkout.look(id)? {
        Stand::Captured(order) => money_of(&checkout, &order),
        Stand::Gone { known: true } => Ok(say(ClaimState::Cancelled)),
        Stand::Gone { known: false } if age_ms > UNKNOWN_BEFORE_MS => Ok(say(ClaimState::Cancelled)),
        Stand::Waiting { .. } if age_ms > APPROVABLE_MS => Ok(say(ClaimState::Cancelled)),
        Stand::Gone { known: false } | Stand::Strange => Ok(Vec::new()),
        Stand::Waiting { .. } => Ok(waits()),
        Stand::Approved(_) if !checkout.is_open() => {
            log::warn!("order {id} is approved, but its payment is closed: nothing is taken");
            Ok(Vec::new())
        }
        Stand::Approved(order) => match checkout.capture(&order, &track)? {
            Taken::Captured(order) => money_of(&checkout, &order),
            Taken::ChooseAgain { .. } => Ok(waits()),
            Taken::Declined { client, staff } => Ok(say(ClaimState::Failed(Failure { client, staff }))),
        },
    }
}

/// No answer of PayPal ever named an order, so that no payer was ever sent to one. It stays open while a repeated
/// request could still bring the order to light.
fn never_started(checkout: &Checkout<'_>) -> Vec<Claim> {
    let payment = checkout.payment;
    if clock::now().saturating_sub(payment.created) <= APPROVABLE_MS {
        return Vec::new();
    }
    vec![claims::of_order_state(&payment.id, payment, ClaimState::Cancelled, checkout.live())]
}

fn page(state: &str) -> Result<Step, Error> {
    Ok(Step::page(Page::new("pay-now", &std::collections::BTreeMap::from([("state", state)]))?))
}

/// Why nothing can be paid any more.
fn closed(payment: &Payment) -> &'static str {
    match payment.state {
        PaymentState::Failed | PaymentState::Cancelled => "wait-closed",
        _ => "nothing-left",
    }
}

fn waiting_for(claims: &[Claim]) -> Text {
    let why = claims.iter().find_map(|claim| match &claim.state {
        ClaimState::Pending(why) => why.clone(),
        ClaimState::Failed(failure) => Some(failure.client.clone()),
        _ => None,
    });
    why.unwrap_or_else(|| Text::msg("wait-paypal"))
}
