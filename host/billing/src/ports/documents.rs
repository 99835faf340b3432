//! Invoices as documents.

use std::sync::Arc;

use async_trait::async_trait;

use crate::ids::{InstanceId, Timestamp};
use crate::invoice::{Invoice, Totals};
use crate::ledger::Allocation;
use crate::money::Money;
use crate::people::Client;

/// Who bills, as printed. From the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    pub name: String,
    pub address: Vec<String>,
    pub country: String,
    pub tax_id: String,
    pub email: String,
    pub phone: String,
    pub website: String,
    /// Printed small at the foot: register, court, directors.
    pub footer: Vec<String>,
}

/// A slip whose texts are already in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrintedSlip {
    pub title: String,
    pub rows: Vec<(String, String)>,
    pub codes: Vec<PrintedCode>,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedCode {
    pub style: crate::plugin::CodeStyle,
    pub payload: String,
    pub label: String,
}

/// Money that went back to the payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedReturn {
    pub kind: ReturnKind,
    pub amount: Money,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnKind {
    /// We gave it back.
    Refund,
    /// The payer's bank or the provider took it back.
    Dispute,
}

/// Everything that an invoice's PDF shows. The same value always makes the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub company: Party,
    pub client: Client,
    pub invoice: Invoice,
    pub totals: Totals,
    pub allocations: Vec<(Allocation, String)>,
    /// Money of its payments that went back, oldest first.
    pub returns: Vec<PrintedReturn>,
    /// How to pay what is due; `None` when nothing is due or the gateway has nothing to print.
    pub slip: Option<PrintedSlip>,
    /// What the chosen gateway is called in front of clients.
    pub gateway: Option<(InstanceId, String)>,
    /// BCP 47.
    pub locale: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentsError {
    /// The provider's `invoice.typ` does not compile: file, line and what is wrong, for staff.
    #[error("the invoice template is broken: {0}")]
    Template(String),
    #[error("the document could not be made: {0}")]
    Failed(String),
}

#[async_trait]
pub trait Documents: Send + Sync {
    /// A PDF. Answered from memory where the same document was asked for lately.
    async fn invoice_pdf(&self, document: Arc<Document>) -> Result<Arc<[u8]>, DocumentsError>;
}
