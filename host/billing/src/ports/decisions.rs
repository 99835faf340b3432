//! Held claims one by one, and what staff decided about them. A decision itself is written by [`super::Ledger::apply`].

use async_trait::async_trait;

use super::{PageOf, StoreError};
use crate::decision::{DecidedRow, HeldClaim};
use crate::ids::{HeldId, InvoiceId};
use crate::settlement::SettlementKey;

#[async_trait]
pub trait Decisions: Send + Sync {
    /// A held claim with all that it said, decided about or not.
    async fn held_claim(&self, id: HeldId) -> Result<Option<HeldClaim>, StoreError>;
    async fn decision(&self, id: HeldId) -> Result<Option<DecidedRow>, StoreError>;
    /// Newest decision first.
    async fn decisions(&self, page: PageOf) -> Result<Vec<DecidedRow>, StoreError>;
    /// The invoice beside which the claim of this key was booked, by itself or by a decision, where no fee was booked with
    /// it. `None` where a fee was, or nothing was booked.
    async fn booked_without_fee(&self, key: &SettlementKey) -> Result<Option<InvoiceId>, StoreError>;
}
