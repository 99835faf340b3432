//! Webhooks as they are written down: what waits to be proven, what was settled, what staff have to look at.

use std::sync::Arc;

use crate::ids::{InstanceId, Timestamp, WebhookId};
use crate::ports::Webhook;

/// Where a provider posts an instance's webhooks. Permanent, like the addresses of a payment.
#[must_use]
pub fn address(base_url: &str, instance: &InstanceId) -> String {
    format!("{base_url}/hooks/{instance}")
}

/// What is known of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookState {
    /// Not known yet whether it is the provider's: it is tried again.
    Unproven,
    /// The provider's, and not every claim of it is settled: it is tried again.
    Unsettled,
    /// The provider's, and all that it says is settled.
    Done,
    /// The provider's, but unreadable.
    Malformed,
    /// Waited to be proven, and was proven to be somebody else's.
    Forged,
}

impl WebhookState {
    const ALL: [Self; 5] = [Self::Unproven, Self::Unsettled, Self::Done, Self::Malformed, Self::Forged];

    /// The word that rows and pages use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unproven => "unproven",
            Self::Unsettled => "unsettled",
            Self::Done => "done",
            Self::Malformed => "malformed",
            Self::Forged => "forged",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What is written down of one webhook. An event of an instance has one row: written again, the newer word stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEntry {
    /// The row in which it waited until now.
    pub kept: Option<WebhookId>,
    pub instance: InstanceId,
    /// The provider's id of the event; unknown until it is proven.
    pub event: Option<String>,
    pub webhook: Arc<Webhook>,
    pub state: WebhookState,
    /// Why it is not done, for staff; empty where it is. At most 500 characters are kept.
    pub reason: String,
    /// How many claims it made.
    pub claims: u32,
    /// When it is tried again; `None` for never.
    pub next_try: Option<Timestamp>,
}

/// A webhook in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    pub id: WebhookId,
    pub instance: InstanceId,
    pub event: Option<String>,
    /// When it came; of an event that came several times, the last time that it said something new.
    pub received: Timestamp,
    pub state: WebhookState,
    pub reason: String,
    /// How often it was tried again.
    pub tries: u32,
    pub next_try: Option<Timestamp>,
    pub claims: u32,
}

/// A webhook with all that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWebhook {
    pub row: WebhookRow,
    pub webhook: Webhook,
}
