//! Refunds that staff order. Each is made once: by its key for as long as Stripe keeps keys, and after that because
//! Stripe's own list is asked first.

use tollgate_sdk::gateway::{Claim, Payment, RefundOrder};
use tollgate_sdk::{Amount, Error};

use crate::api::{Api, Fault};
use crate::claims::{About, order_of};
use crate::config::Config;
use crate::currency;
use crate::refusals;
use crate::wire::{Refund, is_id};

/// Orders the refund, or finds it made already.
///
/// # Errors
/// [`Error::Declined`] where Stripe does not refund it, [`Error::Unknown`] where the answer was lost.
pub fn order(config: &Config<'_>, payment: &Payment, order: &RefundOrder) -> Result<Claim, Error> {
    let (api, intent) = (config.api(), intent_of(payment, order)?);
    let refund = match find(api, order, intent)? {
        Some(refund) => refund,
        None => create(api, payment, order, intent)?,
    };
    claim(config, payment, order, &refund)
}

/// How the refund stands.
///
/// # Errors
/// [`Error::Unavailable`] where Stripe does not know it: it may be ordered again, under the same key.
pub fn check(config: &Config<'_>, payment: &Payment, order: &RefundOrder) -> Result<Claim, Error> {
    let found = find(config.api(), order, intent_of(payment, order)?)?;
    let refund =
        found.ok_or_else(|| Error::Unavailable("Stripe has no such refund: it can be ordered again".into()))?;
    claim(config, payment, order, &refund)
}

fn create(api: Api<'_>, payment: &Payment, order: &RefundOrder, intent: &str) -> Result<Refund, Error> {
    let units = currency::units(Amount::try_from(&order.amount)?)?.to_string();
    let fields = [
        ("payment_intent", intent),
        ("amount", &units),
        ("reason", "requested_by_customer"),
        ("metadata[refund]", &order.id),
        ("metadata[payment]", &payment.id),
    ];
    let made = api.post::<Refund>("/v1/refunds", &fields, Some(&order.id));
    made.map(|answer| answer.body).map_err(|fault| match fault {
        Fault::Refused { status, problem } => refusals::of_refund(status, &problem),
        other => other.of_money(),
    })
}

fn find(api: Api<'_>, order: &RefundOrder, intent: &str) -> Result<Option<Refund>, Error> {
    if let Some(id) = order.provider_reference.as_deref().filter(|id| is_id("re_", id) || is_id("pyr_", id)) {
        return api.get(&format!("/v1/refunds/{id}"), &[]).map(Some).map_err(Fault::harmless);
    }
    let same = |refund: Refund| (order_of(&refund) == Some(&order.id)).then_some(refund);
    let found = api.find("/v1/refunds", &[("payment_intent", intent)], |refund: &Refund| &refund.id, same);
    found.map_err(Fault::harmless)
}

/// The refund must be of this payment, in this amount, or nothing is claimed.
fn claim(config: &Config<'_>, payment: &Payment, order: &RefundOrder, refund: &Refund) -> Result<Claim, Error> {
    let about = About { payment: &payment.id, merchant: config.merchant };
    let claim = about.refund(refund, config.live)?;
    let same_payment = refund.payment_intent.as_ref().is_some_and(|of| of.id() == order.transaction)
        || refund.payment_intent.as_ref().is_some_and(|of| payment.provider_reference.as_deref() == Some(of.id()));
    if !same_payment || claim.amount != order.amount || order_of(refund) != Some(&order.id) {
        return Err(Error::Unknown(
            "Stripe answered about another refund; look at this payment in its dashboard".into(),
        ));
    }
    Ok(claim)
}

/// The transaction of the paid claim is the intent.
fn intent_of<'a>(payment: &'a Payment, order: &'a RefundOrder) -> Result<&'a str, Error> {
    let known = [Some(order.transaction.as_str()), payment.provider_reference.as_deref()];
    let intent = known.into_iter().flatten().find(|id| is_id("pi_", id));
    intent.ok_or_else(|| Error::rejected("what is to be refunded is no payment of Stripe's"))
}
