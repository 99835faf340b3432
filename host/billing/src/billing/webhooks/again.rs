//! Webhooks that are kept are tried again: by the timer until they are proven or too old, by staff whenever they like.

use std::sync::Arc;

use super::{Judged, Received, Subject, next_webhook_try};
use crate::billing::{Billing, BillingError};
use crate::ids::{InstanceId, Timestamp, WebhookId};
use crate::ports::PageOf;
use crate::webhook::{StoredWebhook, WebhookRow, WebhookState};

/// Webhooks of one instance that one retry looks at: some seconds of a provider's time.
const WEBHOOKS_PER_RETRY_MAX: u32 = 20;
/// Days after which nobody waits for a proof any more. Providers themselves give up after a few.
const GIVEN_UP_AFTER_DAYS: u32 = 30;
const NOT_CONFIGURED: &str = "the plugin is not loaded, or a required setting or secret is missing";

/// What a retry of one instance's webhooks came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retried {
    /// Proven, and settled by now.
    pub done: usize,
    /// Still not; tried again later.
    pub waiting: usize,
    /// Forged, unreadable, or too old: left to staff.
    pub over: usize,
}

impl Billing {
    /// Instances of which a webhook is to be tried again, switched on or not.
    ///
    /// # Errors
    /// Store errors.
    pub async fn webhook_retries(&self) -> Result<Vec<InstanceId>, BillingError> {
        Ok(self.parts.store.webhook_instances(self.now()).await?)
    }

    /// Tries the webhooks of one instance whose time has come, one after the other.
    ///
    /// # Errors
    /// Store errors; what was settled before stays settled.
    pub async fn retry_webhooks(&self, instance: &InstanceId) -> Result<Retried, BillingError> {
        let mut retried = Retried::default();
        for id in self.parts.store.due_webhooks(instance, self.now(), WEBHOOKS_PER_RETRY_MAX).await? {
            let Some(stored) = self.parts.store.webhook(id).await? else { continue };
            let row = &stored.row;
            let next = next_webhook_try(instance, row.received, row.tries.saturating_add(1), self.now());
            let next = (next <= row.received.plus_days(GIVEN_UP_AFTER_DAYS)).then_some(next);
            // First the next time, so that a webhook that ends the host does not do so at every start.
            self.parts.store.webhook_tried(id, next).await?;
            match self.try_again(stored, next).await? {
                Received::Done(_) | Received::Known => retried.done += 1,
                Received::Kept(_) if next.is_some() => retried.waiting += 1,
                _ => retried.over += 1,
            }
        }
        Ok(retried)
    }

    /// "Process again": any webhook that is written down, whatever became of it.
    ///
    /// # Errors
    /// [`BillingError::NotFound`], store errors.
    pub async fn process_webhook_again(&self, id: WebhookId) -> Result<Received, BillingError> {
        let stored = self.parts.store.webhook(id).await?.ok_or(BillingError::NotFound)?;
        // From now on by itself again, also where it was given up.
        let next = next_webhook_try(&stored.row.instance, stored.row.received, 0, self.now());
        self.try_again(stored, Some(next)).await
    }

    /// Judges it anew. Where it still waits, `next` says until when; `None` leaves it to staff.
    async fn try_again(&self, stored: StoredWebhook, next: Option<Timestamp>) -> Result<Received, BillingError> {
        let StoredWebhook { row, webhook } = stored;
        let next_try = next.unwrap_or_else(|| self.now().plus_days(1));
        let subject = Subject { webhook: Arc::new(webhook), kept: Some(row.id), next_try };
        let judged = match self.webhook_instance(&row.instance).await? {
            Some(instance) => self.judge(&instance, &subject).await?,
            None => Judged::Unproven(NOT_CONFIGURED.to_owned()),
        };
        let (state, next_try, reason) = match judged {
            // These write the row themselves, as that of their event.
            Judged::Done(_) | Judged::Known | Judged::Unsettled { .. } => {
                return self.keep(&row.instance, &subject, judged).await;
            }
            Judged::Forged(reason) => (WebhookState::Forged, None, reason),
            Judged::Malformed(reason) => (WebhookState::Malformed, None, reason),
            Judged::Unproven(reason) => (WebhookState::Unproven, next, reason),
        };
        self.parts.store.mark_webhook(row.id, state, &reason, next_try).await?;
        Ok(match state {
            WebhookState::Forged => Received::Refused(reason),
            WebhookState::Malformed => Received::Malformed(reason),
            _ => Received::Kept(reason),
        })
    }

    /// Webhooks as they are written down, newest first.
    ///
    /// # Errors
    /// Store errors.
    pub async fn webhooks(&self, page: PageOf) -> Result<Vec<WebhookRow>, BillingError> {
        Ok(self.parts.store.webhooks(page).await?)
    }

    /// One webhook with all that was sent. Show nothing of it before [`Self::redact`].
    ///
    /// # Errors
    /// [`BillingError::NotFound`], store errors.
    pub async fn webhook(&self, id: WebhookId) -> Result<StoredWebhook, BillingError> {
        self.parts.store.webhook(id).await?.ok_or(BillingError::NotFound)
    }

    /// A text in which the instance's secrets are blacked out.
    #[must_use]
    pub fn redact(&self, instance: &InstanceId, text: &str) -> String {
        self.parts.secrets.redact(instance, text)
    }
}
