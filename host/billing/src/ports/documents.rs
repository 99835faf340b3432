//! Invoices as documents.

use std::sync::Arc;

use async_trait::async_trait;

use crate::ids::InstanceId;
use crate::invoice::{Invoice, Totals};
use crate::ledger::Allocation;
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

/// Everything that an invoice's PDF shows. The same value always makes the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub company: Party,
    pub client: Client,
    pub invoice: Invoice,
    pub totals: Totals,
    pub allocations: Vec<(Allocation, String)>,
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
