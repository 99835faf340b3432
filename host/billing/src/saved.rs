//! Ways to pay that clients agreed to have stored, and what comes of charging them.

use crate::claim::{Claim, ClaimState, SavedMethod};
use crate::ids::{ChargeId, ClientId, InstanceId, InvoiceId, MethodId, PaymentId, PluginId, StaffId, Timestamp};
use crate::plan::Facts;

/// Ways to pay of one client at one instance: more than any household has, and a bound for a gateway that claims a new
/// one every time.
pub const METHODS_MAX: u32 = 10;

/// A stored way to pay. It belongs to the plugin's stable id and the instance, not to the plugin's file: a gateway that was
/// switched off or removed finds it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMethod {
    pub id: MethodId,
    pub client: ClientId,
    pub instance: InstanceId,
    pub plugin: PluginId,
    /// Of real money or of tests: no other installation can charge it.
    pub live: bool,
    pub method: SavedMethod,
    /// The one that is charged unless another is named; at most one of a client.
    pub is_default: bool,
    pub created: Timestamp,
    pub last_used: Option<Timestamp>,
}

/// A way to pay to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMethod {
    pub client: ClientId,
    pub instance: InstanceId,
    pub plugin: PluginId,
    pub live: bool,
    pub method: SavedMethod,
    pub at: Timestamp,
}

/// Why a stored way to pay cannot be used now. It stays stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodTrouble {
    /// Its gateway is switched off.
    SwitchedOff,
    /// Its plugin is not loaded, or stores nothing any more, or its instance belongs to another plugin now.
    Missing,
    /// It was stored while the installation was in the other mode: test or live.
    OtherMode,
    Expired,
}

/// A stored way to pay that was removed here and that its provider is still to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgetting {
    pub method: StoredMethod,
    /// How often the provider was asked before.
    pub tries: u32,
}

/// Who had a stored way to pay charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargedBy {
    /// Who can charge their own alone.
    Client(ClientId),
    Staff(StaffId),
    /// The command line.
    Command,
}

/// One attempt to charge, to be written down before the provider is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCharge {
    pub payment: PaymentId,
    /// The payment and the invoice as they were read; the store refuses with a conflict where one changed since.
    pub payment_version: i64,
    pub invoice: InvoiceId,
    pub invoice_version: i64,
    pub method: MethodId,
    pub by: ChargedBy,
    /// Makes it once.
    pub form_key: String,
    pub begun: Timestamp,
    /// When the sweep looks the payment up, should nobody hear the answer.
    pub next_check: Timestamp,
    /// A charge that was begun before, and whose payment is not unknown any more, is over: its host ended with it.
    pub stale_before: Timestamp,
}

/// What became of a charge. The payment's own state says what became of the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeState {
    /// The provider is being asked, or its answer was lost: nothing else is charged for the invoice until that is known.
    UnderWay,
    /// The gateway made claims, and they were settled.
    Settled,
    /// The client's bank wants the client.
    AsksClient,
    /// The provider takes its time.
    Waits,
    Declined,
    /// Surely not sent, or refused for what it said.
    NotSent,
    /// The host ended before it heard the answer; the payment was looked up since.
    Lost,
}

impl ChargeState {
    pub const ALL: [Self; 7] =
        [Self::UnderWay, Self::Settled, Self::AsksClient, Self::Waits, Self::Declined, Self::NotSent, Self::Lost];

    /// The word that the store keeps and that pages translate.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnderWay => "under-way",
            Self::Settled => "settled",
            Self::AsksClient => "asks-client",
            Self::Waits => "waits",
            Self::Declined => "declined",
            Self::NotSent => "not-sent",
            Self::Lost => "lost",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A charge as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    pub id: ChargeId,
    pub payment: PaymentId,
    pub method: MethodId,
    pub form_key: String,
    pub state: ChargeState,
    /// Why, for staff; empty where there is nothing to say.
    pub reason: String,
    pub begun: Timestamp,
}

/// What a claim lets be stored: only what came with money of this installation's mode, in the payment's currency and on
/// the merchant's own account.
#[must_use]
pub fn kept_by(facts: Facts<'_>, claim: &Claim) -> Option<NewMethod> {
    let method = claim.saved.clone()?;
    let payment = facts.payment;
    let ours = facts.merchant.is_none_or(|merchant| claim.merchant.as_deref() == Some(merchant));
    let fits = claim.state == ClaimState::Paid
        && claim.live == facts.live
        && claim.amount.currency() == payment.amount.currency()
        && ours;
    fits.then(|| NewMethod {
        client: payment.client,
        instance: payment.instance.clone(),
        plugin: payment.plugin.clone(),
        live: facts.live,
        method,
        at: facts.at,
    })
}
