//! A payment: one attempt to pay one invoice through one gateway instance.

use crate::ids::{ClientId, InstanceId, InvoiceId, PaymentId, PluginId, Timestamp};
use crate::money::Money;
use crate::text::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentState {
    /// Stored; the gateway was not asked yet.
    Created,
    /// Under way: the client or the provider has the next move.
    Pending,
    Authorized,
    Paid,
    Failed,
    Cancelled,
    /// A request may have reached the provider: only a check can tell.
    Unknown,
}

impl PaymentState {
    pub const ALL: [Self; 7] =
        [Self::Created, Self::Pending, Self::Authorized, Self::Paid, Self::Failed, Self::Cancelled, Self::Unknown];

    /// The word that the store keeps and that pages translate.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Pending => "pending",
            Self::Authorized => "authorized",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether the client may still pay with it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Created | Self::Pending | Self::Authorized | Self::Unknown)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    pub invoice: InvoiceId,
    pub client: ClientId,
    pub instance: InstanceId,
    /// The plugin of the instance, so that texts and history outlive the instance.
    pub plugin: PluginId,
    /// As [`crate::invoice::Invoice::reference`] was.
    pub reference: String,
    /// Frozen when it was made.
    pub amount: Money,
    /// Frozen when it was made.
    pub invoice_revision: u32,
    /// Booked for it so far.
    pub received: Money,
    pub state: PaymentState,
    /// What is known: why it waits, or why it failed. A text of the plugin.
    pub note: Option<Text>,
    pub provider_reference: Option<String>,
    pub memo: Option<String>,
    pub created: Timestamp,
    /// When the provider was last asked or last spoke.
    pub checked: Option<Timestamp>,
    /// Counts changes of the row; the store compares it before it writes.
    pub version: i64,
}

/// A payment to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayment {
    pub id: PaymentId,
    pub invoice: InvoiceId,
    /// The invoice as it was read; the store refuses with a conflict where it changed since.
    pub invoice_version: i64,
    pub client: ClientId,
    pub instance: InstanceId,
    pub plugin: PluginId,
    pub reference: String,
    pub amount: Money,
    pub invoice_revision: u32,
    pub created: Timestamp,
    /// When the sweep first looks it up at its provider.
    pub next_check: Timestamp,
}

/// What changes on a payment beside money: the answer of a gateway's call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentProgress {
    pub id: PaymentId,
    pub version: i64,
    pub state: PaymentState,
    pub note: Option<Text>,
    pub provider_reference: Option<String>,
    pub memo: Option<String>,
    pub checked: Option<Timestamp>,
}

impl PaymentProgress {
    /// The payment as it is, to change a part of.
    #[must_use]
    pub fn unchanged(payment: &Payment) -> Self {
        Self {
            id: payment.id.clone(),
            version: payment.version,
            state: payment.state,
            note: payment.note.clone(),
            provider_reference: payment.provider_reference.clone(),
            memo: payment.memo.clone(),
            checked: payment.checked,
        }
    }

    /// What is left of it where somebody else changed the payment from `read` to `now` first: their state stands, and what
    /// the provider calls the payment is added where they did not say it.
    #[must_use]
    pub fn after(self, read: &Payment, now: &Payment) -> Self {
        let memo = if now.memo == read.memo { self.memo } else { now.memo.clone() };
        let provider_reference = now.provider_reference.clone().or(self.provider_reference);
        Self { provider_reference, memo, ..Self::unchanged(now) }
    }
}
