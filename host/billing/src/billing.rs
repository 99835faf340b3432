//! The use cases, one file for each noun of them. Web and the command line call nothing else.

mod attention;
mod backoff;
mod charge;
mod client_pages;
mod configure;
mod credit;
mod deliver;
mod invoices;
mod last_look;
mod life;
mod methods;
mod noted;
mod pay;
mod pdf;
mod post;
mod refunds;
mod returns;
mod second_step;
mod settle;
mod staff;
mod sweep;
mod tabs;
mod webhook_setup;
mod webhooks;

use std::sync::{Arc, Mutex};

pub use attention::{DecideError, Foretold, HeldPage, OwnSide, Resolved, Wanted};
pub use charge::{ChargeOrder, Charged};
pub use client_pages::{InvoicePage, PaymentFacts};
pub use configure::{ConfigureError, Configured, NewSettings, SecretChange};
pub use invoices::ManualInvoice;
pub use life::{AskState, Asked, Done, InstallOrder, LifeError, Offer, PluginFile, PluginInfo};
pub use methods::{Forgot, MethodFacts};
pub use pay::{Answer, PayNow, Submitted};
pub use pdf::InvoicePdf;
pub use post::{NewPassword, Posted};
pub use refunds::{RefundError, RefundForm, Refunded};
pub use returns::RefundOffer;
pub use second_step::{Confirmed, SecondStepError};
pub use settle::Settled;
pub use staff::{BankPayment, BankPaymentError, Recorded};
pub use sweep::{Swept, next_check};
pub use tabs::{Tab, TabAnswer, TabPage};
pub use webhook_setup::{WebhookReady, WebhookSetupError};
pub use webhooks::{Received, RefusedWebhooks, Retried, next_webhook_try};

use crate::ids::{PluginId, Timestamp};
use crate::invoice::Invoice;
use crate::money::{Money, MoneyError};
use crate::plugin::PluginError;
use crate::ports::{
    Authenticators, Clock, Documents, DocumentsError, Gateways, Ids, Modules, Party, Passkeys, Plugins, Secrets,
    Signatures, Store, StoreError,
};
use crate::text::Text;

/// How often a use case decides again when somebody else changed a row first.
const CONFLICT_TRIES_MAX: u32 = 8;

/// What the configuration decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether this installation takes real money.
    pub live: bool,
    /// Where the portal is reached, without a slash at the end: providers send webhooks there.
    pub base_url: String,
    /// Before the sequence in an invoice's number: `INV-`.
    pub invoice_prefix: String,
    /// Days between an invoice's making and its due date.
    pub due_days: u32,
    /// Path or URL of the terms of account credit.
    pub terms_url: String,
    /// Who bills.
    pub company: Party,
}

/// Turns a plugin's text into the reader's words.
pub trait Texts: Send + Sync {
    /// Never fails: an unknown message or language falls back to English, then to the message's id.
    fn text(&self, plugin: &PluginId, text: &Text, locale: &str) -> String;
}

/// What billing is made of.
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub plugins: Arc<dyn Plugins>,
    pub gateways: Arc<dyn Gateways>,
    pub modules: Arc<dyn Modules>,
    pub documents: Arc<dyn Documents>,
    pub secrets: Arc<dyn Secrets>,
    pub authenticators: Arc<dyn Authenticators>,
    /// `None` where browsers make none for the portal's address.
    pub passkeys: Option<Arc<dyn Passkeys>>,
    pub signatures: Arc<dyn Signatures>,
    pub texts: Arc<dyn Texts>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub policy: Policy,
}

/// The use cases over the ports.
pub struct Billing {
    parts: Parts,
    tabs: tabs::TabsDrawn,
    refused: webhooks::Refusals,
    setups: webhook_setup::Setups,
    /// Of the installed plugins that are in place.
    placed: Mutex<i64>,
}

/// Why a use case did nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillingError {
    /// No such thing, or not this client's: told apart by nobody.
    #[error("not found")]
    NotFound,
    /// The invoice is paid or cancelled.
    #[error("nothing is due on this invoice")]
    NothingDue,
    /// Not enabled, not configured, or not for this currency.
    #[error("this way to pay is not offered for this invoice")]
    GatewayNotOffered,
    /// The invoice has no way to pay yet.
    #[error("choose a way to pay first")]
    NoGateway,
    /// The way to pay is stored, but cannot be used for this invoice now.
    #[error("this payment method cannot be used for this invoice now")]
    MethodNotUsable,
    /// Something is being charged for the invoice, and it is not known yet what came of it.
    #[error("a payment of this invoice is still being checked")]
    ChargeUnderWay,
    /// No credit, or only lines that credit never pays.
    #[error("credit cannot be applied to this invoice")]
    CreditNotApplicable,
    /// More than the credit, or more than may be applied.
    #[error("at most {most} can be applied")]
    TooMuchCredit { most: Money },
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Plugin(#[from] PluginError),
    #[error(transparent)]
    Documents(#[from] DocumentsError),
    /// An invoice that cannot be made: which line and why.
    #[error("{0}")]
    BadInvoice(String),
}

impl Billing {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            parts,
            tabs: tabs::TabsDrawn::default(),
            refused: webhooks::Refusals::default(),
            setups: webhook_setup::Setups::default(),
            placed: Mutex::new(0),
        }
    }

    /// The store, for what has no rule: people, sessions.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.parts.store
    }

    #[must_use]
    pub fn plugins(&self) -> &dyn Plugins {
        &*self.parts.plugins
    }

    /// Who asks browsers for passkeys; `None` where they make none for the portal's address.
    #[must_use]
    pub fn passkeys(&self) -> Option<&dyn Passkeys> {
        self.parts.passkeys.as_deref()
    }

    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.parts.policy
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// The invoice where it is this client's; else it is not found.
    async fn invoice_of(
        &self,
        client: crate::ids::ClientId,
        id: crate::ids::InvoiceId,
    ) -> Result<Invoice, BillingError> {
        let invoice = self.parts.store.invoice(id).await?.ok_or(BillingError::NotFound)?;
        if invoice.client == client { Ok(invoice) } else { Err(BillingError::NotFound) }
    }
}
