//! Webhooks: proven by their gateway, settled like every other claim, kept where they cannot be proven now.

mod again;
mod forget;
mod overtaken;
mod refused;

use std::sync::Arc;

pub use again::Retried;
pub(super) use refused::Refusals;
pub use refused::RefusedWebhooks;

use super::backoff::next_try;
use super::{Billing, BillingError, Settled};
use crate::claim::Claim;
use crate::ids::{InstanceId, Timestamp, WebhookId};
use crate::plugin::Instance;
use crate::ports::{StoreError, Verified, Webhook, WebhookRefusal, WebhookRoom};
use crate::settings::{SettingProblem, check_settings, mark_secrets};
use crate::webhook::{WebhookEntry, WebhookState};

/// What may wait of one instance: whoever knows its address can send what cannot be proven while the provider is away.
const ROOM: WebhookRoom = WebhookRoom { rows_max: 1_000, bytes_max: 64 << 20 };
/// The longest time between two tries.
const WAIT_MAX_MS: i64 = 24 * 60 * 60_000;

/// When a webhook that came at `received` is tried for the next time after `tries`: after a minute at first, then twice as
/// late each time, up to a day.
#[must_use]
pub fn next_webhook_try(instance: &InstanceId, received: Timestamp, tries: u32, now: Timestamp) -> Timestamp {
    next_try(&format!("{instance} {}", received.0), tries, now, WAIT_MAX_MS)
}

/// What became of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// Proven, and all that it says is settled.
    Done(Vec<Settled>),
    /// Proven, and nothing of it is new.
    Known,
    /// Not the provider's. Nothing is kept of it but a count; the reason is for the log.
    Refused(String),
    /// The provider's, and unreadable: kept for staff.
    Malformed(String),
    /// Not proven or not settled yet: kept, and tried again by itself.
    Kept(String),
    /// The same, but too much waits already: the sender has to keep it.
    NoRoom,
}

/// What a gateway and the ledger make of a webhook, before anything is kept.
enum Judged {
    Done(Vec<Settled>),
    Known,
    Forged(String),
    Malformed(String),
    Unproven(String),
    /// Proven as this event, and not all of it is settled.
    Unsettled {
        event: String,
        claims: u32,
        reason: String,
    },
}

/// A webhook and the row in which it waits, if it does.
struct Subject {
    webhook: Arc<Webhook>,
    kept: Option<WebhookId>,
    /// When it is tried again, should it not be done now.
    next_try: Timestamp,
}

impl Billing {
    /// Takes a webhook in. Once this answers [`Received::Done`] or [`Received::Kept`], it is durable.
    ///
    /// # Errors
    /// [`BillingError::NotFound`] where there is no such instance, its plugin is not loaded, or a required setting or
    /// secret is missing: then nothing could be proven. An instance that is switched off still has its webhooks, for
    /// payments that were begun. Store errors; the sender has to send it again then.
    pub async fn receive_webhook(&self, id: &InstanceId, webhook: Webhook) -> Result<Received, BillingError> {
        let instance = self.webhook_instance(id).await?.ok_or(BillingError::NotFound)?;
        let next_try = next_webhook_try(id, webhook.received, 0, self.now());
        let subject = Subject { webhook: Arc::new(webhook), kept: None, next_try };
        let judged = self.judge(&instance, &subject).await?;
        self.keep(&instance.id, &subject, judged).await
    }

    /// The instance, where its webhooks can be proven.
    async fn webhook_instance(&self, id: &InstanceId) -> Result<Option<Instance>, BillingError> {
        let Some(instance) = self.parts.store.instance(id).await? else { return Ok(None) };
        let Some(manifest) = self.parts.gateways.gateway(&instance.plugin) else { return Ok(None) };
        let held = self.parts.secrets.set_keys(id).await;
        let settings = mark_secrets(&manifest.configuration, &instance.settings, &held);
        let problems = check_settings(&manifest.configuration, &settings);
        let missing = problems.iter().any(|(_, problem)| *problem == SettingProblem::Required);
        Ok((!missing).then_some(instance))
    }

    async fn judge(&self, instance: &Instance, subject: &Subject) -> Result<Judged, BillingError> {
        let clean = |reason: &str| self.parts.secrets.redact(&instance.id, reason);
        Ok(match self.parts.gateways.verify(instance, &subject.webhook).await {
            Ok(verified) => self.settle_event(instance, subject, verified).await?,
            Err(WebhookRefusal::Forged(reason)) => Judged::Forged(clean(&reason)),
            Err(WebhookRefusal::Malformed(reason)) => Judged::Malformed(clean(&reason)),
            Err(WebhookRefusal::Unproven(reason)) => Judged::Unproven(clean(&reason)),
            Err(WebhookRefusal::Failed(error)) => Judged::Unproven(clean(&error.to_string())),
        })
    }

    /// Settles an event's claims in their order. The last one writes the event down as done; the ones before, as to be
    /// tried again, so that a crash in between loses nothing. An event that came before is settled all the same: providers
    /// send the same id for another state of the same thing.
    async fn settle_event(
        &self,
        instance: &Instance,
        subject: &Subject,
        verified: Verified,
    ) -> Result<Judged, BillingError> {
        let Verified { event, claims } = verified;
        let done = entry_of(&instance.id, subject, &event, &claims);
        let mut settled = Vec::with_capacity(claims.len());
        for (number, claim) in (1..).zip(&claims) {
            let entry = if number < claims.len() { unfinished(&done, subject) } else { done.clone() };
            match self.settle_in_order(instance, claim, &entry).await {
                Ok(one) => settled.push(one),
                Err(BillingError::Store(error @ StoreError::Unavailable(_))) => return Err(error.into()),
                Err(error) => {
                    let reason = self.parts.secrets.redact(&instance.id, &error.to_string());
                    return Ok(Judged::Unsettled { event, claims: done.claims, reason });
                }
            }
        }
        let is_new = self.write_down(done, settled.last()).await?;
        // What is booked is durable: whatever fails here is in the outbox, and carried out by the timer.
        let _ = self.deliver_booked(&settled).await;
        let all_known = settled.iter().all(|one| *one == Settled::Known);
        Ok(if all_known && !is_new { Judged::Known } else { Judged::Done(settled) })
    }

    /// Writes an event down that its last claim did not write. `true` where it was not known as done.
    async fn write_down(&self, done: WebhookEntry, last: Option<&Settled>) -> Result<bool, BillingError> {
        if last.is_some_and(|one| *one != Settled::Known) {
            return Ok(true);
        }
        let event = done.event.as_deref().unwrap_or_default();
        let known = self.parts.store.webhook_state(&done.instance, event).await? == Some(WebhookState::Done);
        if !known || done.kept.is_some() {
            self.parts.store.record_webhook(done).await?;
        }
        Ok(!known)
    }

    async fn keep(&self, id: &InstanceId, subject: &Subject, judged: Judged) -> Result<Received, BillingError> {
        let (state, event, claims, reason) = match judged {
            Judged::Done(settled) => return Ok(Received::Done(settled)),
            Judged::Known => return Ok(Received::Known),
            Judged::Forged(reason) => {
                self.refused.count(id, self.now(), &reason);
                return Ok(Received::Refused(reason));
            }
            Judged::Malformed(reason) => (WebhookState::Malformed, None, 0, reason),
            Judged::Unproven(reason) => (WebhookState::Unproven, None, 0, reason),
            Judged::Unsettled { event, claims, reason } => (WebhookState::Unsettled, Some(event), claims, reason),
        };
        let waits = state != WebhookState::Malformed;
        let entry = WebhookEntry {
            kept: subject.kept,
            instance: id.clone(),
            event,
            webhook: Arc::clone(&subject.webhook),
            state,
            reason: reason.clone(),
            claims,
            next_try: waits.then_some(subject.next_try),
        };
        match self.parts.store.keep_webhook(entry, ROOM).await {
            Ok(()) if waits => Ok(Received::Kept(reason)),
            Ok(()) => Ok(Received::Malformed(reason)),
            Err(StoreError::Insufficient) => Ok(Received::NoRoom),
            Err(error) => Err(error.into()),
        }
    }
}

fn entry_of(instance: &InstanceId, subject: &Subject, event: &str, claims: &[Claim]) -> WebhookEntry {
    WebhookEntry {
        kept: subject.kept,
        instance: instance.clone(),
        event: Some(event.to_owned()),
        webhook: Arc::clone(&subject.webhook),
        state: WebhookState::Done,
        reason: String::new(),
        claims: u32::try_from(claims.len()).unwrap_or(u32::MAX),
        next_try: None,
    }
}

fn unfinished(done: &WebhookEntry, subject: &Subject) -> WebhookEntry {
    WebhookEntry { state: WebhookState::Unsettled, next_try: Some(subject.next_try), ..done.clone() }
}
