//! The audit log's face. An entry that belongs to a change of the store is written with it, in one transaction; the
//! others here.

use async_trait::async_trait;

use super::{PageOf, StoreError};
use crate::audit::{AuditReport, AuditRow, NewEntry};

#[async_trait]
pub trait Audit: Send + Sync {
    /// Adds an entry that stands beside a change which is no transaction of the store.
    async fn note(&self, entry: NewEntry) -> Result<(), StoreError>;
    /// Newest first.
    async fn audit(&self, page: PageOf) -> Result<Vec<AuditRow>, StoreError>;
    /// Computes every hash of the log anew, from the first entry to the first that does not fit.
    async fn check_audit(&self) -> Result<AuditReport, StoreError>;
}
