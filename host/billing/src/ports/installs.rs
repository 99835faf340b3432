//! Installed plugins, as the store keeps them.

use async_trait::async_trait;

use super::store::StoreError;
use crate::audit::NewEntry;
use crate::ids::{InstanceId, PaymentId, PluginId};
use crate::plugin::{Component, ComponentId, Installed, Instance};

/// One change of an installed plugin: whole, or not at all.
#[derive(Debug, Clone)]
pub struct InstallChange {
    /// As it is to be, with the revision that was read; another one by now is a conflict.
    pub plugin: Installed,
    /// A file that comes with it.
    pub component: Option<(Component, Vec<u8>)>,
    /// Instances as they are to be.
    pub instances: Vec<Instance>,
    /// Instances as a file that is replaced had them.
    pub kept: Vec<(ComponentId, Instance)>,
    /// A plugin that is removed may have no open payments: else a conflict.
    pub without_payments: bool,
    pub noted: Vec<NewEntry>,
}

/// A payment that is open, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPayment {
    pub id: PaymentId,
    pub invoice_number: String,
}

#[async_trait]
pub trait Installs: Send + Sync {
    /// By id, those that were removed too.
    async fn installed(&self) -> Result<Vec<Installed>, StoreError>;
    async fn installed_plugin(&self, plugin: &PluginId) -> Result<Option<Installed>, StoreError>;
    /// Rises with every change of an installed plugin.
    async fn installs_revision(&self) -> Result<i64, StoreError>;
    /// Every file that is kept, without its bytes.
    async fn components(&self) -> Result<Vec<Component>, StoreError>;
    async fn component(&self, id: &ComponentId) -> Result<Option<(Component, Vec<u8>)>, StoreError>;
    /// Files of open payments, and of payments that failed and are looked at once more.
    async fn components_in_use(&self) -> Result<Vec<ComponentId>, StoreError>;
    /// Keeps a file that waits for staff to grant something; of one plugin the last one that came.
    async fn put_component(&self, component: Component, bytes: Vec<u8>) -> Result<(), StoreError>;
    /// The file that a payment began with.
    async fn component_of(&self, payment: &PaymentId) -> Result<Option<ComponentId>, StoreError>;
    /// The instance as that file had it, where another one has taken its place since.
    async fn kept_instance(
        &self,
        instance: &InstanceId,
        component: &ComponentId,
    ) -> Result<Option<Instance>, StoreError>;
    /// Open payments of a plugin, the newest first, at most `rows_max`.
    async fn open_payments_of(&self, plugin: &PluginId, rows_max: u32) -> Result<Vec<OpenPayment>, StoreError>;
    /// Removes files that nothing needs any more, in the same transaction.
    async fn change_installed(&self, change: InstallChange) -> Result<(), StoreError>;
}
