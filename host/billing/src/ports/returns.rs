//! Where refunds and disputes lie. What moves money is written by [`super::Ledger::apply`], in the settlement's own
//! transaction.

use async_trait::async_trait;

use super::{PageOf, StoreError};
use crate::dispute::Dispute;
use crate::ids::{InstanceId, InvoiceId, PaymentId, RefundId, Timestamp};
use crate::ledger::Transfer;
use crate::money::Money;
use crate::refund::Refund;

/// One movement of money that came in for a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidTransaction {
    /// The provider's id of it.
    pub transaction: String,
    pub amount: Money,
}

/// An open refund whose provider is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRefund {
    pub refund: Refund,
    /// How often the sweep asked before.
    pub checks: u32,
}

#[async_trait]
pub trait Returns: Send + Sync {
    async fn refund(&self, id: &RefundId) -> Result<Option<Refund>, StoreError>;
    /// Oldest first.
    async fn refunds_of(&self, invoice: InvoiceId) -> Result<Vec<Refund>, StoreError>;
    /// Oldest first.
    async fn disputes_of(&self, invoice: InvoiceId) -> Result<Vec<Dispute>, StoreError>;
    async fn dispute(&self, instance: &InstanceId, transaction: &str) -> Result<Option<Dispute>, StoreError>;
    /// Those that nobody has decided yet, newest first; `before` is the row number, given beside each.
    async fn open_disputes(&self, page: PageOf) -> Result<Vec<(i64, Dispute)>, StoreError>;
    /// Those whose end is not known, newest first; `before` is the row number, given beside each.
    async fn open_refunds(&self, page: PageOf) -> Result<Vec<(i64, Refund)>, StoreError>;
    /// What came in for a payment, oldest first, at most 100.
    async fn paid_transactions(&self, payment: &PaymentId) -> Result<Vec<PaidTransaction>, StoreError>;
    /// Everything that was ever moved for an invoice, added up by accounts and reason.
    async fn moved(&self, invoice: InvoiceId) -> Result<Vec<Transfer>, StoreError>;
    /// Stores what is known of a refund that is still open: its version is one more than the row's, or it is a conflict.
    async fn refund_progress(&self, refund: Refund) -> Result<(), StoreError>;
    /// Open refunds of the instance whose next look at the provider is due at `now`, the longest waiting first.
    async fn due_refunds(
        &self,
        instance: &InstanceId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<DueRefund>, StoreError>;
    /// Counts a look at the provider and says when the next one is.
    async fn refund_checked(&self, id: &RefundId, next: Timestamp) -> Result<(), StoreError>;
}
