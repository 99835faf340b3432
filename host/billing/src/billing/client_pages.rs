//! What a client reads: invoices, payments, credit. Everything is looked up as this client's or is not found.

use super::{Billing, BillingError};
use crate::dispute::Dispute;
use crate::ids::{ClientId, InstanceId, InvoiceId};
use crate::invoice::Invoice;
use crate::ledger::{Allocation, CreditEntry};
use crate::money::{Currency, Money};
use crate::payment::Payment;
use crate::people::Client;
use crate::plugin::CurrencySupport;
use crate::plugin::{Instance, Manifest};
use crate::ports::{GatewayChoice, PageOf};
use crate::refund::Refund;

/// A payment and what it was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFacts {
    pub payment: Payment,
    /// What its gateway is called in front of clients.
    pub gateway: String,
    /// The gateway can be asked again ("reload").
    pub can_check: bool,
}

/// All that the invoice's page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoicePage {
    pub invoice: Invoice,
    pub payments: Vec<PaymentFacts>,
    pub allocations: Vec<(Allocation, String)>,
    /// Of its payments, oldest first.
    pub refunds: Vec<Refund>,
    /// Of its payments, oldest first.
    pub disputes: Vec<Dispute>,
    /// Ways to pay it now.
    pub choices: Vec<GatewayChoice>,
    /// The client's credit in the invoice's currency.
    pub credit: Money,
    /// How much of it may be applied; zero where the button is not shown.
    pub credit_applicable: Money,
}

impl Billing {
    /// # Errors
    /// [`BillingError::NotFound`], store errors.
    pub async fn client(&self, id: ClientId) -> Result<Client, BillingError> {
        self.parts.store.client(id).await?.ok_or(BillingError::NotFound)
    }

    /// The credit that the portal's header shows: the client's own currency first, then every other that is not zero.
    ///
    /// # Errors
    /// Store errors.
    pub async fn available_credit(&self, client: &Client) -> Result<Vec<Money>, BillingError> {
        let all = self.parts.store.credits(client.id).await?;
        let own = all.iter().copied().find(|credit| credit.currency() == client.currency);
        let mut shown = vec![own.unwrap_or(Money::zero(client.currency))];
        shown.extend(all.into_iter().filter(|credit| credit.currency() != client.currency && !credit.is_zero()));
        Ok(shown)
    }

    /// # Errors
    /// Store errors.
    pub async fn invoices_of(&self, client: ClientId, page: PageOf) -> Result<Vec<Invoice>, BillingError> {
        Ok(self.parts.store.invoices_of(client, page).await?)
    }

    /// # Errors
    /// Store errors.
    pub async fn credit_history(&self, client: ClientId, page: PageOf) -> Result<Vec<CreditEntry>, BillingError> {
        Ok(self.parts.store.credit_history(client, page).await?)
    }

    /// # Errors
    /// [`BillingError::NotFound`] also for another client's invoice; store errors.
    pub async fn invoice_page(&self, client: ClientId, id: InvoiceId) -> Result<InvoicePage, BillingError> {
        let invoice = self.invoice_of(client, id).await?;
        self.page_of(invoice).await
    }

    pub(super) async fn page_of(&self, invoice: Invoice) -> Result<InvoicePage, BillingError> {
        let instances = self.parts.store.instances().await?;
        let payments = self.parts.store.payments_of(invoice.id).await?;
        let credit = self.parts.store.credit(invoice.client, invoice.currency()).await?;
        let allocations = self.parts.store.allocations(invoice.id).await?;
        Ok(InvoicePage {
            payments: payments.into_iter().map(|payment| self.facts_of(payment, &instances)).collect(),
            allocations: allocations.into_iter().map(|a| (a.clone(), self.source_label(&a, &instances))).collect(),
            refunds: self.parts.store.refunds_of(invoice.id).await?,
            disputes: self.parts.store.disputes_of(invoice.id).await?,
            choices: self.gateway_choices(invoice.currency()).await?,
            credit_applicable: invoice.credit_applicable(credit)?,
            credit,
            invoice,
        })
    }

    fn facts_of(&self, payment: Payment, instances: &[Instance]) -> PaymentFacts {
        let manifest = self.parts.gateways.gateway(&payment.plugin);
        PaymentFacts {
            gateway: self.label_of(&payment.instance, instances),
            can_check: payment.state.is_open() && manifest.is_some_and(|m| m.capabilities.check),
            payment,
        }
    }

    fn source_label(&self, allocation: &Allocation, instances: &[Instance]) -> String {
        match &allocation.source {
            crate::ledger::AllocationSource::Gateway(instance) => self.label_of(instance, instances),
            crate::ledger::AllocationSource::Credit => String::new(),
        }
    }

    /// What an instance is called: staff's label, the plugin's name, or its id where both are gone.
    pub(super) fn label_of(&self, id: &InstanceId, instances: &[Instance]) -> String {
        let Some(instance) = instances.iter().find(|instance| instance.id == *id) else {
            return id.to_string();
        };
        if !instance.label.is_empty() {
            return instance.label.clone();
        }
        let manifest = self.parts.plugins.manifest(&instance.plugin);
        manifest.map_or_else(|| id.to_string(), |manifest| manifest.identity().name.clone())
    }

    /// The gateways that a client can choose for a currency, in the order that staff set.
    ///
    /// # Errors
    /// Store errors.
    pub async fn gateway_choices(&self, currency: Currency) -> Result<Vec<GatewayChoice>, BillingError> {
        let instances = self.parts.store.instances().await?;
        let offered = instances.iter().filter(|instance| self.takes(instance, currency));
        Ok(offered.filter_map(|instance| self.choice(instance, &instances)).collect())
    }

    fn choice(&self, instance: &Instance, instances: &[Instance]) -> Option<GatewayChoice> {
        let manifest = self.parts.gateways.gateway(&instance.plugin)?;
        Some(GatewayChoice {
            instance: instance.id.clone(),
            plugin: instance.plugin.clone(),
            label: self.label_of(&instance.id, instances),
            help: manifest.help.clone(),
            has_logo: manifest.assets.logo.is_some(),
        })
    }

    /// Whether an instance can be paid with in a currency now.
    pub(super) fn takes(&self, instance: &Instance, currency: Currency) -> bool {
        let manifest = self.parts.plugins.manifest(&instance.plugin);
        let Some(Manifest::Gateway(manifest)) = manifest.as_deref() else {
            return false;
        };
        let by_manifest = match &manifest.currencies {
            CurrencySupport::Any => true,
            CurrencySupport::Only(currencies) => currencies.contains(&currency),
        };
        let by_settings = instance.currencies.is_empty() || instance.currencies.contains(&currency);
        instance.enabled && by_manifest && by_settings
    }

    /// The instance where it is offered for the currency.
    pub(super) async fn offered(&self, id: &InstanceId, currency: Currency) -> Result<Instance, BillingError> {
        let instance = self.parts.store.instance(id).await?.ok_or(BillingError::GatewayNotOffered)?;
        if self.takes(&instance, currency) { Ok(instance) } else { Err(BillingError::GatewayNotOffered) }
    }
}
