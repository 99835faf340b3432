//! The plugins' face, as the sandbox implements it. None of these calls moves money.

use std::sync::Arc;

use async_trait::async_trait;

use super::provider::{RefundOrder, Verified, Webhook, WebhookRefusal, WebhookSetup};
use crate::claim::{Claim, SavedMethod};
use crate::ids::{ClientId, InstanceId, InvoiceId, PluginId, Timestamp};
use crate::money::{Currency, Money};
use crate::payment::Payment;
use crate::plugin::{
    CallLimits, ComponentId, ConfigReport, GatewayManifest, Granted, Instance, Manifest, ModuleManifest, Page,
    PluginError, PluginRow, Rest, Setting, Step,
};
use crate::text::{FieldError, Text};

/// What is loaded.
#[async_trait]
pub trait Plugins: Send + Sync {
    /// Every installed plugin by its id, then every file of the plugins' directory by its name.
    fn rows(&self) -> Vec<PluginRow>;
    /// Of what runs, with nothing in it that staff did not grant.
    fn manifest(&self, plugin: &PluginId) -> Option<Arc<Manifest>>;
    /// The same of the file that the instance is meant for; `None` where that is not there any more.
    fn manifest_for(&self, instance: &Instance) -> Option<Arc<Manifest>>;
    /// Of every file of the plugin that was read, as granted; the one that runs first. Payments may go on with an older one.
    fn manifests(&self, plugin: &PluginId) -> Vec<Arc<Manifest>>;
    /// Which file of an installed plugin runs.
    fn running(&self, plugin: &PluginId) -> Option<ComponentId>;
    /// Reads a file: compiles it, asks it what it is, looks at its templates. Nothing of it runs but `describe`, which reaches
    /// nothing. It can be called by an instance that names it until the next [`Plugins::place`] that does not.
    ///
    /// # Errors
    /// Why it is no plugin, in a sentence for staff.
    async fn read_component(&self, bytes: Vec<u8>) -> Result<ReadComponent, String>;
    /// What that file asks for, where it was read.
    fn asked(&self, component: &ComponentId) -> Option<Arc<Manifest>>;
    /// Puts these in the place of all that was placed before, at once: calls that are under way end as they began. A plugin of
    /// the directory is hidden by an installed one.
    fn place(&self, placed: Vec<Placed>, kept: &[ComponentId]);
    /// What every plugin is held to, where staff did not make it tighter.
    fn limits(&self) -> CallLimits;
    /// Calls of an instance that rest, because they kept failing.
    fn resting(&self, instance: &InstanceId) -> Vec<Rest>;
    /// Nothing of an instance rests any more: its settings were changed.
    fn wake(&self, instance: &InstanceId);
    /// `instance` with settings to be; nothing is saved.
    async fn check_config(&self, instance: &Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigRefusal>;
    /// What its version makes of the settings in `instance`, which version `before` saved; nothing is saved.
    async fn migrate_config(&self, instance: &Instance, before: &str) -> Result<Vec<Setting>, ConfigRefusal>;
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadComponent {
    pub id: ComponentId,
    /// As it asks, narrowed by nothing.
    pub manifest: Arc<Manifest>,
    /// The contract that it was built for: `1.0.0`.
    pub contract: &'static str,
}

/// An installed plugin that is to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub plugin: PluginId,
    pub component: ComponentId,
    pub granted: Granted,
    /// Why its file cannot be read, where it cannot.
    pub broken: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigDepth {
    /// Look at the values only.
    Values,
    /// Ask the provider too.
    Connection,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigRefusal {
    Fields(Vec<FieldError>),
    Failed(PluginError),
}

/// What a gateway is told about who pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    pub id: ClientId,
    pub name: String,
    pub email: String,
    pub country: Option<String>,
    pub locale: String,
}

/// One call about one payment: what the gateway may know.
#[derive(Debug, Clone)]
pub struct GatewayCall {
    pub instance: Arc<Instance>,
    pub payment: Arc<Payment>,
    pub payer: Payer,
    pub invoice_number: String,
    pub description: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Step(Step),
    Claims(Vec<Claim>),
}

pub type GatewayAnswer<T> = Result<T, PluginError>;

#[async_trait]
pub trait Gateways: Send + Sync {
    fn gateway(&self, plugin: &PluginId) -> Option<Arc<GatewayManifest>>;
    async fn pay_now(&self, call: &GatewayCall) -> GatewayAnswer<Step>;
    async fn submit(&self, call: &GatewayCall, form: &[(String, String)]) -> GatewayAnswer<Outcome>;
    async fn return_from_provider(&self, call: &GatewayCall, query: &str) -> GatewayAnswer<Outcome>;
    async fn check(&self, call: &GatewayCall) -> GatewayAnswer<Vec<Claim>>;
    /// Proves a webhook's origin and reads it.
    async fn verify(&self, instance: &Instance, webhook: &Webhook) -> Result<Verified, WebhookRefusal>;
    /// Gives money back. Only with the capability `refund`, as [`Gateways::check_refund`].
    async fn refund(&self, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim>;
    /// What became of a refund whose end is not known.
    async fn check_refund(&self, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim>;
    /// Pays with a stored method while the client is away. Only with the capability `saved-methods`.
    async fn charge_saved(&self, call: &GatewayCall, method: &SavedMethod) -> GatewayAnswer<Outcome>;
    /// Only with the capability `saved-methods`.
    async fn forget_saved(&self, instance: &Instance, method: &SavedMethod) -> GatewayAnswer<()>;
    /// Registers the instance's permanent address at the provider. Nothing is saved but secrets of the provider's answer.
    /// Only with the capability `webhook-setup`.
    async fn set_up_webhook(&self, instance: &Instance) -> Result<WebhookSetup, ConfigRefusal>;
}

/// What a module may know of the client who looks at its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub currency: Currency,
    pub balance: Money,
    pub gateways: Vec<GatewayChoice>,
    pub open_invoices: Vec<OpenInvoice>,
    pub terms_url: String,
    pub now: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayChoice {
    pub instance: InstanceId,
    pub plugin: PluginId,
    pub label: String,
    /// A text of `plugin`.
    pub help: Text,
    pub has_logo: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvoice {
    pub id: InvoiceId,
    pub number: String,
    pub path: String,
    pub due: Money,
    pub created: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleTab {
    pub slug: String,
    pub label: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewModuleInvoice {
    pub description: Text,
    pub amount: Money,
    pub gateway: InstanceId,
}

/// What a module asks the host to do with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModuleAction {
    CreateInvoice(NewModuleInvoice),
    RedeemVoucher(String),
    Refuse { page: Page, errors: Vec<FieldError> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFact {
    pub line: u32,
    pub amount: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceFact {
    pub invoice_number: String,
    pub lines: Vec<LineFact>,
    pub balance: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModuleEvent {
    InvoicePaid(InvoiceFact),
    InvoiceCancelled(InvoiceFact),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModuleEffect {
    CreditPaid { line: u32, amount: Money },
    CreditBonus { line: u32, amount: Money },
}

#[async_trait]
pub trait Modules: Send + Sync {
    fn module(&self, plugin: &PluginId) -> Option<Arc<ModuleManifest>>;
    async fn tab(&self, instance: &Instance) -> Result<ModuleTab, PluginError>;
    async fn page(&self, instance: &Instance, view: &View) -> Result<Page, PluginError>;
    async fn submit(
        &self,
        instance: &Instance,
        view: &View,
        form: &[(String, String)],
    ) -> Result<ModuleAction, PluginError>;
    async fn on_event(&self, instance: &Instance, event: &ModuleEvent) -> Result<Vec<ModuleEffect>, PluginError>;
}
