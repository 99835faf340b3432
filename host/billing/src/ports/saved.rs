//! Where stored ways to pay lie. One that a claim brings is written by [`super::Ledger::apply`], in the settlement's own
//! transaction.

use async_trait::async_trait;

use super::{Made, StoreError};
use crate::ids::{ChargeId, ClientId, InvoiceId, MethodId, Timestamp};
use crate::saved::{Charge, ChargeState, Forgetting, NewCharge, NewMethod, StoredMethod};

#[async_trait]
pub trait SavedMethods: Send + Sync {
    /// What the client has, the default first, then the newest first. What was removed is not among them.
    async fn methods_of(&self, client: ClientId) -> Result<Vec<StoredMethod>, StoreError>;
    /// `None` for one that was removed.
    async fn method(&self, id: MethodId) -> Result<Option<StoredMethod>, StoreError>;
    /// Stores one that came with a claim which was settled before. What was removed since stays removed.
    async fn keep_method(&self, new: NewMethod) -> Result<(), StoreError>;
    /// [`StoreError::Conflict`] where the client has no such method.
    async fn set_default_method(&self, client: ClientId, id: MethodId) -> Result<(), StoreError>;
    /// From now on it cannot be used, and its provider is to forget it. [`StoreError::Conflict`] where the client has none.
    async fn remove_method(&self, client: ClientId, id: MethodId, at: Timestamp) -> Result<(), StoreError>;
    /// Removed methods whose provider is to be asked at `now`, the longest waiting first.
    async fn methods_to_forget(&self, now: Timestamp, rows_max: u32) -> Result<Vec<Forgetting>, StoreError>;
    /// Counts a try and says when the next one is.
    async fn forgetting_tried(&self, id: MethodId, next: Timestamp) -> Result<(), StoreError>;
    /// The provider has forgotten it: of what it was called nothing is left.
    async fn method_forgotten(&self, id: MethodId) -> Result<(), StoreError>;
    /// Writes a charge down, with its payment as unknown, before the provider is asked. [`Made::Before`] for a form key that
    /// was seen before; [`StoreError::Exists`] while another charge or an unknown payment of the invoice is open;
    /// [`StoreError::Conflict`] where payment, invoice or method changed since they were read.
    async fn begin_charge(&self, new: NewCharge) -> Result<Made<ChargeId>, StoreError>;
    /// Says what became of a charge that is under way, with at most 500 characters for staff.
    async fn end_charge(&self, id: ChargeId, state: ChargeState, reason: &str, at: Timestamp)
    -> Result<(), StoreError>;
    async fn charge(&self, id: ChargeId) -> Result<Option<Charge>, StoreError>;
    /// Newest first, at most 20.
    async fn charges_of(&self, invoice: InvoiceId) -> Result<Vec<Charge>, StoreError>;
}
