//! What the host and a gateway tell each other of webhooks and refunds. Mirrors `gateway.wit`.

use crate::claim::Claim;
use crate::ids::{RefundId, Timestamp};
use crate::money::Money;
use crate::plugin::{PluginError, Setting};
use crate::text::Text;

/// A webhook as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// At most 1 MB, untouched.
    pub body: Vec<u8>,
    /// In the order received, names in lower case; at most 100.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The query string without `?`; empty for none.
    pub query: String,
    pub received: Timestamp,
}

/// A webhook whose origin is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The provider's id of the event.
    pub event: String,
    /// Empty for an event that says nothing about money.
    pub claims: Vec<Claim>,
}

/// Why a webhook says nothing. The texts are for staff.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefusal {
    /// Not proven to be the provider's.
    #[error("forged: {0}")]
    Forged(String),
    /// The provider's, but unreadable.
    #[error("malformed: {0}")]
    Malformed(String),
    /// It could not be proven now: keep it and try again.
    #[error("unproven: {0}")]
    Unproven(String),
    /// The plugin could not be asked, or broke. Nothing is known of the webhook: keep it and try again.
    #[error(transparent)]
    Failed(#[from] PluginError),
}

/// What a registered webhook changes in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookSetup {
    /// Of the plugin's own fields, none of them a secret.
    pub settings: Vec<Setting>,
    /// What staff should know.
    pub notes: Vec<Text>,
}

/// One refund, to be begun or asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundOrder {
    /// The idempotency key at the provider.
    pub id: RefundId,
    /// In the payment's currency, more than zero.
    pub amount: Money,
    /// The transaction of the paid claim.
    pub transaction: String,
    /// At most 120 bytes are told to the gateway.
    pub reason: String,
    /// The provider's id of this refund, once known.
    pub provider_reference: Option<String>,
}
