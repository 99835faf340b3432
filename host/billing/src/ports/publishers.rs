//! Where trusted publishers are kept.

use async_trait::async_trait;

use super::StoreError;
use crate::audit::NewEntry;
use crate::publisher::Publisher;

/// Each change is one transaction, with what the audit log says of it.
#[async_trait]
pub trait Publishers: Send + Sync {
    /// By name.
    async fn publishers(&self) -> Result<Vec<Publisher>, StoreError>;
    /// [`StoreError::Exists`] where the key or the name is there already.
    async fn trust_publisher(&self, new: Publisher, noted: NewEntry) -> Result<(), StoreError>;
    /// `false` where nobody has that key; nothing is noted then.
    async fn distrust_publisher(&self, key: &str, noted: NewEntry) -> Result<bool, StoreError>;
}
