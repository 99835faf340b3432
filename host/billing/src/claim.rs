//! What a gateway says that the provider says, or what staff read on the bank's statement. Never booked unseen: see [`crate::plan`].

use std::fmt;

use crate::ids::{PaymentId, StaffId, Timestamp};
use crate::money::Money;
use crate::text::Text;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentKey {
    Payment(PaymentId),
    /// The provider's id of the payment.
    Provider(String),
    /// The reference that the payer wrote.
    Reference(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimState {
    Pending(Option<Text>),
    Authorized,
    Paid,
    Failed { client: Text, staff: String },
    Cancelled,
    Refunded(Option<String>),
    Disputed(Text),
    DisputeWon,
    DisputeLost,
}

impl ClaimState {
    /// The word that is part of the key under which a claim counts once.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pending(_) => "pending",
            Self::Authorized => "authorized",
            Self::Paid => "paid",
            Self::Failed { .. } => "failed",
            Self::Cancelled => "cancelled",
            Self::Refunded(_) => "refunded",
            Self::Disputed(_) => "disputed",
            Self::DisputeWon => "dispute-won",
            Self::DisputeLost => "dispute-lost",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub payment: PaymentKey,
    /// The provider's or bank's id of this movement.
    pub transaction: String,
    pub amount: Money,
    pub state: ClaimState,
    pub fee: Option<Money>,
    pub live: bool,
    pub merchant: Option<String>,
    /// The provider's id of the payment, for a payment of which none is known yet.
    pub provider_reference: Option<String>,
    pub at: Timestamp,
    /// What the payer agreed to have stored, to pay with again.
    pub saved: Option<SavedMethod>,
}

/// What stands for a stored way to pay at its provider. It is useless without the merchant's secret, and says nothing of
/// itself all the same: it has no business on a page or in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct MethodToken(String);

impl MethodToken {
    #[must_use]
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token. For the gateway and the store alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MethodToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MethodToken(…)")
    }
}

/// A stored way to pay, with what a plain reader needs to choose it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedMethod {
    pub token: MethodToken,
    /// "Visa ending 4242, 12/28"
    pub label: String,
    /// When it stops working, where known.
    pub expires: Option<Timestamp>,
}

/// Whose word a claim is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimSource {
    /// The gateway asked the provider.
    Gateway,
    /// Somebody of staff recorded it.
    Staff(StaffId),
}
