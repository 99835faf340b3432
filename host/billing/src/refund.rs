//! A refund: money of one payment on its way back to the payer. It is written down, and its money set aside, before the
//! provider is asked, so that whatever breaks in between leaves something to ask about.

use crate::ids::{ClientId, HeldId, InstanceId, InvoiceId, PaymentId, RefundId, StaffId, Timestamp};
use crate::money::{Money, MoneyError};
use crate::text::Text;

/// Longest reason that staff give: as much as gateways are told.
pub const REASON_CHARS_MAX: usize = 120;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefundState {
    /// Written down; the provider was not reached yet.
    Requested,
    /// The provider has it and is at it.
    Pending,
    /// A request may have reached the provider: only a check can tell.
    Unknown,
    Done,
    /// It will not go through, or came back; its money is put back.
    Failed,
}

impl RefundState {
    pub const ALL: [Self; 5] = [Self::Requested, Self::Pending, Self::Unknown, Self::Done, Self::Failed];

    /// The word that the store keeps and that pages translate.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Pending => "pending",
            Self::Unknown => "unknown",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether the provider is still to be asked.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Pending | Self::Unknown)
    }
}

/// Where the money of a refund was taken from. Together they are its amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundParts {
    /// From the client's credit.
    pub credit: Money,
    /// From what was sold, without tax.
    pub sales: Money,
    pub tax: Money,
    /// From nowhere: the provider gave it back, and the client's credit was spent.
    pub loss: Money,
    /// Straight from what the provider holds: money of a held claim, which was booked for nobody.
    pub held: Money,
}

impl RefundParts {
    /// # Errors
    /// Never for parts of one refund, which are of one currency.
    pub fn total(self) -> Result<Money, MoneyError> {
        self.credit.checked_add(self.sales)?.checked_add(self.tax)?.checked_add(self.loss)?.checked_add(self.held)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The idempotency key at the provider.
    pub id: RefundId,
    pub payment: PaymentId,
    pub invoice: InvoiceId,
    pub client: ClientId,
    pub instance: InstanceId,
    pub amount: Money,
    pub parts: RefundParts,
    /// The held claim whose money it is, all of it; `None` where the payment's own money goes back.
    pub held: Option<HeldId>,
    /// The provider's id of the movement of money that is given back.
    pub transaction: String,
    /// Why, in staff's words; empty for one that was made at the provider.
    pub reason: String,
    /// Who asked for it; `None` for one that was made at the provider.
    pub staff: Option<StaffId>,
    pub state: RefundState,
    /// What is known: why it waits, or why it failed. A text of the plugin, or the provider's words, for staff.
    pub note: Option<Text>,
    /// The provider's id of this refund, once known.
    pub provider_reference: Option<String>,
    pub created: Timestamp,
    /// When the sweep asks the provider about it, while it is open.
    pub next_check: Timestamp,
    /// When it was done or failed.
    pub ended: Option<Timestamp>,
    /// Counts changes of the row; the store compares it before it writes.
    pub version: i64,
}

impl Refund {
    /// The same with a change, to be written over this version.
    #[must_use]
    pub fn changed(&self, state: RefundState, note: Option<Text>) -> Self {
        Self { state, note, version: self.version + 1, ..self.clone() }
    }
}
