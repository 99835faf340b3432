//! Double entry: every movement is a transfer with one debit and one credit, so every currency sums to zero.

use crate::ids::{ClientId, InstanceId, InvoiceId, Timestamp};
use crate::money::Money;

/// Where money is. A debit raises what the provider holds (gateway, fees), a credit raises what it owes or earned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a gateway's provider or bank account holds for us.
    Gateway(InstanceId),
    /// What that provider kept.
    Fees(InstanceId),
    /// Set aside for an invoice that is not fulfilled yet.
    Invoice(InvoiceId),
    /// A client's credit: a liability. Never below zero.
    Credit(ClientId),
    /// Lines that were paid, without tax.
    Sales,
    /// Tax of lines that were paid.
    Tax,
    /// What was sold and given back, without tax: stands against sales.
    Returns,
    /// Set aside for refunds that this provider is asked for.
    Refunding(InstanceId),
    /// What this provider took for disputes that are open, less the credit that is set aside for it.
    Disputed(InstanceId),
    /// What was lost to disputes and refunds, because the client's credit was spent.
    Losses(InstanceId),
}

/// Why a transfer was made; what a client or staff read beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Money came in for an invoice.
    Payment,
    /// Money came in beyond what the invoice needed.
    Overpayment,
    /// Staff accepted money that did not fit as the client's credit.
    Accepted,
    /// The provider's fee.
    Fee,
    /// The client used credit for an invoice.
    CreditApplied,
    /// A paid line was delivered: credit for add-funds, sales and tax for the rest.
    Fulfilment,
    /// Money goes back to the payer.
    Refund,
    /// A refund did not go through: its money is put back.
    RefundFailed,
    /// The payer's bank or the provider took money back for now.
    Dispute,
    /// The money of a dispute came back.
    DisputeWon,
    /// The money of a dispute is lost.
    DisputeLost,
}

impl Reason {
    pub const ALL: [Self; 11] = [
        Self::Payment,
        Self::Overpayment,
        Self::Accepted,
        Self::Fee,
        Self::CreditApplied,
        Self::Fulfilment,
        Self::Refund,
        Self::RefundFailed,
        Self::Dispute,
        Self::DisputeWon,
        Self::DisputeLost,
    ];

    /// The word that the store keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Overpayment => "overpayment",
            Self::Accepted => "accepted",
            Self::Fee => "fee",
            Self::CreditApplied => "credit-applied",
            Self::Fulfilment => "fulfilment",
            Self::Refund => "refund",
            Self::RefundFailed => "refund-failed",
            Self::Dispute => "dispute",
            Self::DisputeWon => "dispute-won",
            Self::DisputeLost => "dispute-lost",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// One movement. Immutable once stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    pub debit: Account,
    pub credit: Account,
    /// Always more than zero.
    pub amount: Money,
    pub reason: Reason,
    /// The invoice that it belongs to.
    pub invoice: InvoiceId,
}

/// One line of a client's credit history, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditEntry {
    /// Position in the ledger, for paging.
    pub seq: i64,
    pub at: Timestamp,
    /// More than zero where credit rose.
    pub amount: Money,
    /// Credit in that currency after it.
    pub balance: Money,
    pub reason: Reason,
    pub invoice: InvoiceId,
    pub invoice_number: String,
}

/// Money that was put towards an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    pub at: Timestamp,
    pub amount: Money,
    pub source: AllocationSource,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllocationSource {
    Gateway(InstanceId),
    Credit,
}

/// What a check of the whole ledger found; empty where all is well.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LedgerReport {
    pub transfers: u64,
    pub invoices: u64,
    /// One sentence for each thing that does not add up.
    pub faults: Vec<String>,
}
