//! What billing needs of the world, as traits. The store, the sandbox and documents implement them; the binary wires them.

mod audit;
mod decisions;
mod documents;
mod egress;
mod installs;
mod mail;
mod passkeys;
mod plugins;
mod provider;
mod publishers;
mod returns;
mod saved;
mod second_steps;
mod secrets;
mod signatures;
mod store;
mod webhooks;
mod world;

pub use audit::Audit;
pub use decisions::Decisions;
pub use documents::{Document, Documents, DocumentsError, Party, PrintedCode, PrintedReturn, PrintedSlip, ReturnKind};
pub use egress::{
    Auth, ClientCredentials, Egress, EgressCaller, EgressRequest, EgressResponse, HeaderPart, Kept, Method,
    SendFailure, Signing, SigningAlgorithm, SigningError, SigningPart,
};
pub use installs::{InstallChange, Installs, OpenPayment};
pub use mail::{Letters, MAILS_MAX, Mail, MailError, Mails};
pub use passkeys::{Ceremony, PasskeyError, PasskeyUser, Passkeys};
pub use plugins::{ConfigDepth, ConfigRefusal, ModuleTab, NewModuleInvoice};
pub use plugins::{GatewayAnswer, GatewayCall, Gateways, Modules, Outcome, Payer, Placed, Plugins, ReadComponent};
pub use plugins::{GatewayChoice, InvoiceFact, LineFact, ModuleAction, ModuleEffect, ModuleEvent, OpenInvoice, View};
pub use provider::{RefundOrder, Verified, Webhook, WebhookRefusal, WebhookSetup};
pub use publishers::Publishers;
pub use returns::{DueRefund, PaidTransaction, Returns};
pub use saved::SavedMethods;
pub use second_steps::{Authenticators, HALVES_MAX, KeyLabel, SecondSteps, ShownKey};
pub use secrets::{Redact, SealedRow, SealedStore, SecretText, Secrets, SecretsError};
pub use signatures::{NoSignatures, RequireSignature, Signatures};
pub use store::{
    Applied, DueCheck, Instances, Invoices, Ledger, Made, MemoryEntry, Outbox, PageOf, Payments, People, PluginMemory,
    RoleSet, SESSIONS_MAX, STAFF_MAX, Sessions, Store, StoreError,
};
pub use webhooks::{WebhookRoom, Webhooks};
pub use world::{Clock, Ids};
