//! What a proven event claims. Each claim is keyed by PayPal's own id of the movement, so that an event that comes
//! twice, late or out of order counts once.

use serde::de::DeserializeOwned;
use tollgate_sdk::gateway::{Claim, ClaimState, PaymentKey, WebhookRefusal};
use tollgate_sdk::{Text, log};

use crate::api::{Api, Fault, is_id, short};
use crate::checkout::was_replaced;
use crate::claims::{self, Mark, Unreadable};
use crate::disputes;
use crate::webhook::not_now;
use crate::wire::{Capture, Dispute, Event, Link, Order, Refund};

/// Every event that is read here; the webhook is registered for exactly these.
pub const TYPES: [&str; 12] = [
    "CHECKOUT.ORDER.APPROVED",
    "CHECKOUT.ORDER.VOIDED",
    "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
    "CUSTOMER.DISPUTE.CREATED",
    "CUSTOMER.DISPUTE.RESOLVED",
    "CUSTOMER.DISPUTE.UPDATED",
    "PAYMENT.CAPTURE.COMPLETED",
    "PAYMENT.CAPTURE.DECLINED",
    "PAYMENT.CAPTURE.DENIED",
    "PAYMENT.CAPTURE.PENDING",
    "PAYMENT.CAPTURE.REFUNDED",
    "PAYMENT.CAPTURE.REVERSED",
];

impl From<Unreadable> for WebhookRefusal {
    fn from(unreadable: Unreadable) -> Self {
        Self::Malformed(unreadable.to_string())
    }
}

/// # Errors
/// [`WebhookRefusal::Malformed`] for what cannot be read, [`WebhookRefusal::Unproven`] where PayPal has to be asked for
/// more and does not answer now.
pub fn claims(api: &Api, event: &Event, live: bool) -> Result<Vec<Claim>, WebhookRefusal> {
    match event.event_type.as_str() {
        "PAYMENT.CAPTURE.COMPLETED"
        | "PAYMENT.CAPTURE.PENDING"
        | "PAYMENT.CAPTURE.DENIED"
        | "PAYMENT.CAPTURE.DECLINED" => captured(api, &read(event)?, live).map(|claim| vec![claim]),
        "PAYMENT.CAPTURE.REFUNDED" => refunded(api, &read(event)?, live),
        "PAYMENT.CAPTURE.REVERSED" => reversed(api, event, live),
        "CHECKOUT.ORDER.APPROVED" => {
            let waits = ClaimState::Pending(Some(Text::msg("wait-paypal")));
            of_order(event, waits, live)
        }
        "CHECKOUT.ORDER.VOIDED" | "CHECKOUT.PAYMENT-APPROVAL.REVERSED" => of_order(event, ClaimState::Cancelled, live),
        "CUSTOMER.DISPUTE.CREATED" | "CUSTOMER.DISPUTE.UPDATED" | "CUSTOMER.DISPUTE.RESOLVED" => {
            disputes::claims(api, &read::<Dispute>(event)?, live)
        }
        other => {
            log::info!("event {} of the type {} says nothing about payments", short(&event.id), short(other));
            Ok(Vec::new())
        }
    }
}

fn read<T: DeserializeOwned>(event: &Event) -> Result<T, WebhookRefusal> {
    T::deserialize(&event.resource)
        .map_err(|error| WebhookRefusal::Malformed(format!("the event's resource cannot be read: {error}")))
}

/// An event may leave the merchant out, whom the host wants to compare: the capture itself names it.
fn captured(api: &Api, capture: &Capture, live: bool) -> Result<Claim, WebhookRefusal> {
    let claim = claims::of_capture(capture, owner(capture), capture.payee.as_ref(), live)?;
    if claim.state != ClaimState::Paid || claim.merchant.is_some() {
        return Ok(claim);
    }
    let whole = capture_by_id(api, &capture.id)?;
    let merchant = whole.and_then(|whole| claims::merchant(whole.payee.as_ref()));
    Ok(Claim { merchant, ..claim })
}

/// Our mark; without it the order, and without that the capture, so that staff see money that nobody knows.
fn owner(capture: &Capture) -> PaymentKey {
    if let Some(mark) = Mark::read(capture.custom_id.as_deref()) {
        return PaymentKey::Payment(mark.payment);
    }
    let related = capture.supplementary_data.as_ref().and_then(|data| data.related_ids.as_ref());
    let order = related.and_then(|ids| ids.order_id.as_deref()).filter(|id| is_id(id));
    PaymentKey::Provider(order.unwrap_or(&capture.id).to_owned())
}

fn refunded(api: &Api, refund: &Refund, live: bool) -> Result<Vec<Claim>, WebhookRefusal> {
    let owner = refund_owner(api, refund)?;
    Ok(claims::of_settled_refund(refund, owner, live)?.into_iter().collect())
}

/// The mark on the refund, else that on its capture.
fn refund_owner(api: &Api, refund: &Refund) -> Result<PaymentKey, WebhookRefusal> {
    if let Some(mark) = Mark::read(refund.custom_id.as_deref()) {
        return Ok(PaymentKey::Payment(mark.payment));
    }
    match refunded_capture(&refund.links) {
        Some(capture) => owner_by_id(api, capture),
        None => Ok(PaymentKey::Provider(claims::id(&refund.id)?)),
    }
}

/// The payment that a capture is of, as PayPal knows it.
///
/// # Errors
/// [`WebhookRefusal::Unproven`] where PayPal does not answer now.
pub fn owner_by_id(api: &Api, capture: &str) -> Result<PaymentKey, WebhookRefusal> {
    let known = capture_by_id(api, capture)?;
    Ok(known.as_ref().map_or_else(|| PaymentKey::Provider(capture.to_owned()), owner))
}

fn capture_by_id(api: &Api, id: &str) -> Result<Option<Capture>, WebhookRefusal> {
    if !is_id(id) {
        return Ok(None);
    }
    match api.get::<Capture>(&format!("/v2/payments/captures/{id}")) {
        Ok(capture) if capture.id == id => Ok(Some(capture)),
        Ok(_) => Err(WebhookRefusal::Unproven(format!("PayPal answered another capture than {id}"))),
        Err(Fault::Refused(problem)) if problem.status == 404 => Ok(None),
        Err(fault) => Err(not_now(fault.into())),
    }
}

/// `https://api-m.paypal.com/v2/payments/captures/ID`, of which the id is all that is used.
fn refunded_capture(links: &[Link]) -> Option<&str> {
    let up = links.iter().find(|link| link.rel == "up")?;
    let (_, id) = up.href.rsplit_once("/captures/")?;
    is_id(id).then_some(id)
}

/// PayPal took a capture back. Where a dispute is the reason, the dispute's own claims say so, under the dispute's id,
/// and the same money is not claimed twice; without one it is a refund that nobody here ordered.
fn reversed(api: &Api, event: &Event, live: bool) -> Result<Vec<Claim>, WebhookRefusal> {
    let reversal: Refund = read(event)?;
    let capture = match event.resource_type.as_str() {
        "capture" => Some(reversal.id.as_str()).filter(|id| is_id(id)),
        _ => refunded_capture(&reversal.links),
    };
    if let Some(capture) = capture {
        let claims = disputes::claims_of_capture(api, capture, live)?;
        if !claims.is_empty() {
            return Ok(claims);
        }
    }
    let owner = match (Mark::read(reversal.custom_id.as_deref()), capture) {
        (Some(mark), _) => PaymentKey::Payment(mark.payment),
        (None, Some(capture)) => owner_by_id(api, capture)?,
        (None, None) => PaymentKey::Provider(claims::id(&reversal.id)?),
    };
    let done = Refund { status: "COMPLETED".into(), ..reversal };
    Ok(vec![claims::of_refund(&done, owner, None, live)?])
}

/// An approval holds no money, and a void order none any more. That the approved order is captured is for the check.
fn of_order(event: &Event, state: ClaimState, live: bool) -> Result<Vec<Claim>, WebhookRefusal> {
    let order: Order = read(event)?;
    let id = claims::id(if order.id.is_empty() { &order.order_id } else { &order.id })?;
    if was_replaced(&id).map_err(|error| not_now(error.into()))? {
        log::info!("order {id} is an old one of its payment: nothing to say");
        return Ok(Vec::new());
    }
    let unit = order.purchase_units.first().ok_or_else(|| Unreadable::new("it has no purchase unit"))?;
    let mark = Mark::read(unit.custom_id.as_deref());
    Ok(vec![Claim {
        payment: mark.map_or_else(|| PaymentKey::Provider(id.clone()), |mark| PaymentKey::Payment(mark.payment)),
        transaction: id,
        amount: claims::amount(unit.amount.as_ref())?,
        state,
        fee: None,
        live,
        merchant: claims::merchant(unit.payee.as_ref()),
        provider_reference: None,
        at: claims::at(&order.update_time, &event.create_time),
        saved: None,
    }])
}
