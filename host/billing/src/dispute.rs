//! A dispute: the payer's bank or the provider took money of a payment back, for now or for good.

use crate::ids::{ClientId, InstanceId, InvoiceId, PaymentId, Timestamp};
use crate::money::Money;
use crate::text::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DisputeState {
    /// The provider holds the money until somebody decides.
    Open,
    /// All of it came back.
    Won,
    /// All or a part of it is lost.
    Lost,
}

impl DisputeState {
    /// The word that pages translate.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub instance: InstanceId,
    /// The provider's id of the dispute; unique within the instance.
    pub transaction: String,
    pub payment: PaymentId,
    pub invoice: InvoiceId,
    pub client: ClientId,
    /// What the provider took.
    pub amount: Money,
    /// The part of the client's credit that is set aside for it; never more than is open.
    pub kept: Money,
    /// What is lost for good. Where a dispute is lost in part, it is won in the other.
    pub lost: Money,
    /// What came back.
    pub won: Money,
    /// The part of what is lost that no credit of the client covered.
    pub loss: Money,
    /// Why, in the words of the gateway.
    pub reason: Option<Text>,
    pub opened: Timestamp,
    pub closed: Option<Timestamp>,
    /// Counts changes of the row; the store compares it before it writes.
    pub version: i64,
}

impl Dispute {
    /// What is not decided yet.
    #[must_use]
    pub fn open(&self) -> Money {
        let zero = Money::zero(self.amount.currency());
        let rest = self.amount.checked_sub(self.lost).and_then(|rest| rest.checked_sub(self.won));
        rest.unwrap_or(zero)
    }

    #[must_use]
    pub fn state(&self) -> DisputeState {
        if self.open().is_positive() {
            DisputeState::Open
        } else if self.lost.is_positive() {
            DisputeState::Lost
        } else {
            DisputeState::Won
        }
    }

    /// What the provider took and has not given back.
    #[must_use]
    pub fn taken(&self) -> Money {
        self.amount.checked_sub(self.won).unwrap_or(self.amount)
    }

    /// What the host would lose, or has lost: no credit of the client is set aside for it.
    #[must_use]
    pub fn exposure(&self) -> Money {
        let open = self.open().checked_sub(self.kept).unwrap_or(self.open());
        open.checked_add(self.loss).unwrap_or(open)
    }
}
