//! What a proven webhook says. An event about an intent holds all that is needed; one about a refund or a dispute names
//! the intent, which is asked for, because only the intent says which payment it is.

use serde::Deserialize;
use serde_json::value::RawValue;
use tollgate_sdk::gateway::{Claim, ClaimState, Verified, Webhook, WebhookRefusal};
use tollgate_sdk::{Error, Instance, log};

use crate::api::{Fault, VERSION};
use crate::check;
use crate::claims::About;
use crate::config::Config;
use crate::intent;
use crate::signature;
use crate::wire::{Charge, Dispute, Event, Expandable, Intent, Named, Refund, Status, is_id};

/// What the endpoint at Stripe is told to send.
pub const EVENTS: [&str; 15] = [
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.refunded",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "refund.created",
    "refund.failed",
    "refund.updated",
];

/// Proves the webhook, then reads it.
///
/// # Errors
/// [`WebhookRefusal::Forged`] for what is not proven, is of the other mode or of another account;
/// [`WebhookRefusal::Malformed`]; [`WebhookRefusal::Unproven`] where Stripe had to be asked which payment it is about.
pub fn verify(instance: &Instance, webhook: &Webhook) -> Result<Verified, WebhookRefusal> {
    signature::prove(webhook).map_err(WebhookRefusal::Forged)?;
    let config = Config::read(instance).map_err(unproven)?;
    let event: Event = serde_json::from_slice(&webhook.body).map_err(|error| malformed(&error))?;
    if event.livemode == instance.test_mode {
        let (event_mode, own_mode) = if event.livemode { ("live", "test") } else { ("test", "live") };
        return Err(WebhookRefusal::Forged(format!(
            "an event of {event_mode} mode came to an instance in {own_mode} mode"
        )));
    }
    if event.account.as_deref().is_some_and(|account| account != config.merchant) {
        return Err(WebhookRefusal::Forged("the event is of another Stripe account".into()));
    }
    if !is_id("evt_", &event.id) {
        return Err(WebhookRefusal::Malformed("the event has a strange id".into()));
    }
    if event.api_version.as_deref() != Some(VERSION) {
        let version = event.api_version.as_deref().unwrap_or("no version");
        log::warn!("{} was sent in {version:.40}, not in {VERSION}: set up the webhook again", event.id);
    }
    let claims = Reading { config: &config, event: &event }.claims()?;
    Ok(Verified { event: event.id, claims })
}

struct Reading<'a> {
    config: &'a Config<'a>,
    event: &'a Event,
}

impl Reading<'_> {
    fn claims(&self) -> Result<Vec<Claim>, WebhookRefusal> {
        match self.event.kind.as_str() {
            "charge.refunded" => self.charge(),
            "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => self.refund(),
            kind if kind.starts_with("charge.dispute.") => self.dispute(),
            kind if kind.starts_with("payment_intent.") => self.intent(),
            _ => Ok(Vec::new()),
        }
    }

    fn intent(&self) -> Result<Vec<Claim>, WebhookRefusal> {
        let told: Intent = object(&self.event.data.object)?;
        let Some(payment) = intent::payment_of(&told) else { return Ok(Vec::new()) };
        let about = self.about(payment);
        let whole = self.whole(&told);
        let claim = about.intent(whole.as_ref().unwrap_or(&told)).map_err(senseless)?;
        Ok(claim.map(|claim| Claim { at: self.event.created.saturating_mul(1_000), ..claim }).into_iter().collect())
    }

    /// A succeeded intent with its fee and its card, which an event has only as ids. That Stripe cannot be asked now must
    /// not hold the money up: then the event is enough.
    fn whole(&self, told: &Intent) -> Option<Intent> {
        let wanted = self.config.asks_for_fee || told.setup_future_usage.is_some();
        if told.status != Status::Succeeded || !wanted {
            return None;
        }
        match intent::by_id(self.config.api(), &told.id) {
            Ok(now) => {
                let same = now.status == Status::Succeeded
                    && (now.amount_received, now.livemode) == (told.amount_received, told.livemode)
                    && now.currency == told.currency
                    && intent::payment_of(&now) == intent::payment_of(told);
                same.then_some(now)
            }
            Err(fault) => {
                log::warn!("the fee of {:.60} could not be asked for: {fault:?}", told.id);
                None
            }
        }
    }

    fn refund(&self) -> Result<Vec<Claim>, WebhookRefusal> {
        let refund: Refund = object(&self.event.data.object)?;
        self.after(refund.payment_intent.as_ref(), |about, _| {
            let claim = about.refund(&refund, self.event.livemode).map_err(senseless)?;
            // A refund that is under way says nothing new; the host ordered it, or hears when it went through.
            let tells = !matches!(claim.state, ClaimState::Pending(_));
            Ok(tells.then_some(claim).into_iter().collect())
        })
    }

    fn charge(&self) -> Result<Vec<Claim>, WebhookRefusal> {
        let charge: Charge = object(&self.event.data.object)?;
        self.after(charge.payment_intent.as_ref(), |about, intent| {
            check::refunds(self.config.api(), about, intent).map_err(unproven)
        })
    }

    fn dispute(&self) -> Result<Vec<Claim>, WebhookRefusal> {
        let dispute: Dispute = object(&self.event.data.object)?;
        if dispute.livemode != self.event.livemode {
            return Err(WebhookRefusal::Malformed("a dispute is of another mode than its event".into()));
        }
        log::warn!("dispute {:.60}: {:.60}, {:.60}", dispute.id, dispute.status, dispute.reason);
        self.after(dispute.payment_intent.as_ref(), |about, _| {
            about.dispute(&dispute).map(|claim| claim.into_iter().collect()).map_err(senseless)
        })
    }

    /// What happened after a payment, behind the payment itself: should its own webhook be late or lost, the money is
    /// booked before it goes back.
    fn after(
        &self,
        intent: Option<&Expandable<Named>>,
        then: impl FnOnce(About<'_>, &Intent) -> Result<Vec<Claim>, WebhookRefusal>,
    ) -> Result<Vec<Claim>, WebhookRefusal> {
        let Some(id) = intent.map(Expandable::id).filter(|id| is_id("pi_", id)) else { return Ok(Vec::new()) };
        let intent = match intent::by_id(self.config.api(), id) {
            Ok(intent) if intent.livemode == self.event.livemode => intent,
            Ok(_) => return Err(WebhookRefusal::Unproven("Stripe answered in another mode than its event".into())),
            Err(Fault::Refused { status: 404, .. }) => return Ok(Vec::new()),
            Err(fault) => return Err(unproven(fault.harmless())),
        };
        let Some(payment) = intent::payment_of(&intent) else { return Ok(Vec::new()) };
        let about = self.about(payment);
        let mut claims: Vec<_> = about.intent(&intent).map_err(senseless)?.into_iter().collect();
        claims.extend(then(about, &intent)?);
        Ok(claims)
    }

    fn about<'p>(&'p self, payment: &'p str) -> About<'p> {
        About { payment, merchant: self.config.merchant }
    }
}

fn object<'a, T: Deserialize<'a>>(json: &'a RawValue) -> Result<T, WebhookRefusal> {
    serde_json::from_str(json.get()).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> WebhookRefusal {
    WebhookRefusal::Malformed(format!("the event cannot be read: {error}").chars().take(300).collect())
}

fn senseless(error: Error) -> WebhookRefusal {
    WebhookRefusal::Malformed(words(error))
}

fn unproven(error: Error) -> WebhookRefusal {
    WebhookRefusal::Unproven(words(error))
}

fn words(error: Error) -> String {
    match error {
        Error::Declined(refusal) => refusal.staff,
        Error::Rejected(why) | Error::Unavailable(why) | Error::Unknown(why) => why,
    }
}
