//! Where webhooks lie. What settles money is written by [`super::Ledger::apply`], in the settlement's own transaction.

use async_trait::async_trait;

use super::{PageOf, StoreError};
use crate::ids::{InstanceId, Timestamp, WebhookId};
use crate::webhook::{StoredWebhook, WebhookEntry, WebhookRow, WebhookState};

/// How much of one instance's webhooks may wait, so that whoever knows its address cannot fill the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookRoom {
    /// Also the number of those that are over and not done, of which the oldest are forgotten.
    pub rows_max: u32,
    /// Of bodies that wait.
    pub bytes_max: u64,
}

#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Keeps one that is not done, to be tried again or for staff. [`StoreError::Insufficient`] where it would wait and
    /// there is no room.
    async fn keep_webhook(&self, entry: WebhookEntry, room: WebhookRoom) -> Result<(), StoreError>;
    /// Writes one down that came with no settlement: it claims nothing, or nothing new.
    async fn record_webhook(&self, entry: WebhookEntry) -> Result<(), StoreError>;
    /// Says what became of one that is kept. One that is done stays done.
    async fn mark_webhook(
        &self,
        id: WebhookId,
        state: WebhookState,
        reason: &str,
        next_try: Option<Timestamp>,
    ) -> Result<(), StoreError>;
    /// Counts a try and says when the next one is.
    async fn webhook_tried(&self, id: WebhookId, next_try: Option<Timestamp>) -> Result<(), StoreError>;
    /// Webhooks of the instance whose next try is due at `now`, the longest waiting first.
    async fn due_webhooks(
        &self,
        instance: &InstanceId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<WebhookId>, StoreError>;
    /// Forgets those that are done and came before `before`, the oldest first, at most `rows_max`; answers how many.
    async fn forget_webhooks(&self, before: Timestamp, rows_max: u32) -> Result<u64, StoreError>;
    /// Instances of which a webhook is due at `now`.
    async fn webhook_instances(&self, now: Timestamp) -> Result<Vec<InstanceId>, StoreError>;
    /// Newest first.
    async fn webhooks(&self, page: PageOf) -> Result<Vec<WebhookRow>, StoreError>;
    async fn webhook(&self, id: WebhookId) -> Result<Option<StoredWebhook>, StoreError>;
    /// What became of an event, if it came before.
    async fn webhook_state(&self, instance: &InstanceId, event: &str) -> Result<Option<WebhookState>, StoreError>;
}
