//! What Stripe says of a payment now: for the return page, "reload" and the sweep.

use tollgate_sdk::gateway::{Claim, Payment, PaymentState};
use tollgate_sdk::{Error, clock, log};

use crate::api::{Api, Fault};
use crate::claims::{About, charge};
use crate::config::Config;
use crate::intent;
use crate::wire::{Dispute, Intent, List, Refund, Status};

/// How long an intent may wait for its payer: seven days. Stripe's never expire, so one that nobody pays is cancelled.
const WAIT_MS_MAX: u64 = 7 * 24 * 60 * 60 * 1_000;
/// The contract takes 20 claims; two places are left for the payment and a dispute.
const REFUNDS_MAX: usize = 17;

/// # Errors
/// As [`Fault::harmless`].
pub fn check(config: &Config<'_>, payment: &Payment) -> Result<Vec<Claim>, Error> {
    let api = config.api();
    let found = match &payment.provider_reference {
        Some(id) => Some(intent::retrieve(api, id, payment)?),
        None => intent::find_lost(api, payment, config.live)?,
    };
    let about = About { payment: &payment.id, merchant: config.merchant };
    let Some(intent) = found else { return Ok(never_begun(about, payment, config.live).into_iter().collect()) };
    let intent = end_if_abandoned(api, payment, intent)?;
    let mut claims: Vec<_> = about.intent(&intent)?.into_iter().collect();
    if claims.is_empty() && payment.state == PaymentState::Unknown {
        claims.push(about.untaken(&intent)?);
    }
    if intent.status == Status::Succeeded {
        claims.extend(afterwards(api, about, &intent)?);
    }
    Ok(claims)
}

/// What happened to the money after it came in: refunds and disputes, where the charge says that there are any.
///
/// # Errors
/// As [`Fault::harmless`].
pub fn afterwards(api: Api<'_>, about: About<'_>, intent: &Intent) -> Result<Vec<Claim>, Error> {
    let mut claims = Vec::new();
    let (refunded, disputed) = charge(intent).map_or((false, false), |c| (c.amount_refunded > 0, c.disputed));
    if refunded {
        claims.extend(refunds(api, about, intent)?);
    }
    if disputed {
        let list: List<Dispute> =
            api.get("/v1/disputes", &[("payment_intent", &intent.id)]).map_err(Fault::harmless)?;
        if let Some(dispute) = list.data.first() {
            claims.extend(about.dispute(dispute)?);
        }
    }
    Ok(claims)
}

/// One claim for each refund that went through.
///
/// # Errors
/// As [`Fault::harmless`].
pub fn refunds(api: Api<'_>, about: About<'_>, intent: &Intent) -> Result<Vec<Claim>, Error> {
    let list: List<Refund> =
        api.get("/v1/refunds", &[("payment_intent", &intent.id), ("limit", "100")]).map_err(Fault::harmless)?;
    let through = list.data.iter().filter(|refund| refund.status.as_deref() == Some("succeeded"));
    through.take(REFUNDS_MAX).map(|refund| about.refund(refund, intent.livemode)).collect()
}

/// The host never heard of an intent, so none was ever confirmed: a payer who has not come back by now does not. A payment
/// of which a charge may be under way is not one of these.
fn never_begun(about: About<'_>, payment: &Payment, live: bool) -> Option<Claim> {
    let waited_ms = clock::now().saturating_sub(payment.created);
    let is_over = payment.state != PaymentState::Unknown && waited_ms > WAIT_MS_MAX;
    is_over.then(|| about.never_begun(payment.amount.clone(), live, clock::now()))
}

/// Cancels an intent that has waited too long. If the payer comes in between, Stripe refuses, and the payment counts.
fn end_if_abandoned(api: Api<'_>, payment: &Payment, intent: Intent) -> Result<Intent, Error> {
    let waits =
        matches!(intent.status, Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction);
    let waited_ms = clock::now().saturating_sub(payment.created);
    if !waits || waited_ms <= WAIT_MS_MAX {
        return Ok(intent);
    }
    match intent::cancel(api, &intent.id) {
        Ok(ended) => intent::ours(ended, payment),
        Err(fault) => {
            log::warn!("an abandoned payment intent could not be cancelled: {fault:?}");
            intent::retrieve(api, &intent.id, payment)
        }
    }
}
