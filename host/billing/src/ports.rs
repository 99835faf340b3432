//! What billing needs of the world, as traits. The store, the sandbox and documents implement them; the binary wires them.

mod documents;
mod plugins;
mod store;
mod world;

pub use documents::{Document, Documents, DocumentsError, Party, PrintedCode, PrintedSlip};
pub use plugins::{ConfigDepth, ConfigRefusal, ModuleTab, NewModuleInvoice};
pub use plugins::{GatewayAnswer, GatewayCall, Gateways, Modules, Outcome, Payer, Plugins};
pub use plugins::{GatewayChoice, InvoiceFact, LineFact, ModuleAction, ModuleEffect, ModuleEvent, OpenInvoice, View};
pub use store::{
    Applied, Instances, Invoices, Ledger, Made, MemoryEntry, Outbox, PageOf, Payments, People, PluginMemory, Sessions,
    Store, StoreError,
};
pub use world::{Clock, Ids};
