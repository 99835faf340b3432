//! What the host books for a claim: one value that the store applies whole or not at all.

use crate::audit::NewEntry;
use crate::claim::Claim;
use crate::decision::Resolution;
use crate::dispute::Dispute;
use crate::ids::{ClientId, HeldId, InstanceId, InvoiceId, OutboxId, PaymentId, RefundId, StaffId, Timestamp};
use crate::invoice::InvoiceStatus;
use crate::ledger::Transfer;
use crate::money::Money;
use crate::payment::PaymentState;
use crate::refund::Refund;
use crate::saved::NewMethod;
use crate::text::Text;
use crate::webhook::WebhookEntry;

/// The key under which a settlement counts once, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SettlementKey {
    /// A claim: the instance, the provider's transaction, the state's word.
    Claim { instance: InstanceId, transaction: String, state: &'static str },
    /// A form that a client sent.
    Form { client: ClientId, key: String },
    /// The effects of one event of the outbox.
    Outbox(OutboxId),
    /// What staff decided about a held claim.
    Decision(HeldId),
    /// A fee that the provider told of only after its transaction was booked.
    Fee { instance: InstanceId, transaction: String },
    /// A form that somebody of staff sent.
    StaffForm { staff: StaffId, key: String },
    /// The end of a refund that the provider declined.
    Declined(RefundId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    pub key: SettlementKey,
    pub at: Timestamp,
    pub payment: Option<PaymentChange>,
    pub invoice: Option<InvoiceChange>,
    pub transfers: Vec<Transfer>,
    pub outbox: Vec<Event>,
    /// A claim that was not booked, for staff to decide.
    pub held: Option<Held>,
    /// A row of the outbox that is done with this.
    pub done: Option<OutboxId>,
    /// The webhook that said so, written down together with what it says.
    pub webhook: Option<WebhookEntry>,
    /// What the payer agreed to have stored.
    pub saved: Option<NewMethod>,
    /// A held claim that staff decided about with this.
    pub decided: Option<Resolution>,
    /// The refund or dispute that this begins or changes.
    pub back: Option<MoneyBack>,
    /// What the audit log says of it: who of staff made this settlement, where somebody did.
    pub noted: Option<NewEntry>,
}

/// Compare-and-set of a refund or dispute: the row as it is to be. Its version is one more than the row's now; 1 makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoneyBack {
    Refund(Box<Refund>),
    Dispute(Box<Dispute>),
}

/// Compare-and-set of a payment: nothing is written where the version is another by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentChange {
    pub id: PaymentId,
    pub version: i64,
    pub state: PaymentState,
    pub received: Money,
    pub note: Option<Text>,
    /// Stored where the payment has none yet.
    pub provider_reference: Option<String>,
    pub checked: Timestamp,
}

/// Compare-and-set of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceChange {
    pub id: InvoiceId,
    pub version: i64,
    pub status: InvoiceStatus,
    pub settled: Money,
    pub credit_applied: Money,
    pub paid_at: Option<Timestamp>,
}

/// What happens after the transaction, at least once each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Lines of modules wait for their module.
    InvoicePaid(InvoiceId),
    InvoiceCancelled(InvoiceId),
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub id: OutboxId,
    pub event: Event,
    pub attempts: u32,
    /// Why the last attempt did not succeed.
    pub last_error: Option<String>,
}

/// A claim that could not be booked by itself, with both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub payment: Option<PaymentId>,
    pub instance: InstanceId,
    pub claim: Claim,
    /// One sentence for staff: what was expected and what came.
    pub reason: HoldReason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldReason {
    /// No payment of this instance has that id, provider reference or reference.
    NoPayment,
    Currency {
        expected: String,
    },
    Amount {
        expected: Money,
    },
    /// Test where live was expected, or the other way round.
    Environment,
    Merchant {
        expected: String,
    },
    /// The payment is closed and the gateway does not let payers set amounts, so this may be the same money again.
    AlreadyPaid,
    /// A refund or dispute that contradicts what is known of it.
    NeedsDecision,
    /// Staff had the money of a held claim refunded, and it did not go back. What was said of it, empty for nothing.
    RefundFailed {
        said: String,
    },
    NotPositive,
}

/// A held claim as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    pub seq: i64,
    pub at: Timestamp,
    pub payment: Option<PaymentId>,
    pub instance: InstanceId,
    pub transaction: String,
    pub amount: Money,
    /// The claim state's word.
    pub state: String,
    /// The hold reason's word, for the page to translate.
    pub reason: String,
    /// What was expected, where that is a value.
    pub expected: String,
}
