//! From "Pay Now!" to what the gateway answers. No answer here moves money but through [`Billing::settle`].

use std::sync::Arc;

use super::{Billing, BillingError, CONFLICT_TRIES_MAX, Settled, next_check};
use crate::claim::ClaimSource;
use crate::ids::{ClientId, InstanceId, InvoiceId, PaymentId};
use crate::invoice::Invoice;
use crate::payment::{NewPayment, Payment, PaymentProgress, PaymentState};
use crate::people::Client;
use crate::plugin::{Instance, Manifest, NextStep, PluginError, Step};
use crate::ports::{GatewayCall, Outcome, Payer, StoreError};
use crate::text::Text;

/// The gateway's answer about one payment, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayNow {
    pub payment: Payment,
    pub invoice: Invoice,
    /// What the gateway is called in front of clients.
    pub gateway: String,
    pub answer: Answer,
    /// Of the plugin's file that answered, which brings the page's template; `None` where none is loaded.
    pub manifest: Option<Arc<Manifest>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Next(NextStep),
    /// The provider said no; why, in the plugin's words.
    Declined(Text),
    /// The gateway could not be asked; the client may come back. Staff have the reason in the log.
    Unavailable,
    /// It is not known what the provider did; the payment is checked later.
    Unknown,
    /// The payment is closed: nothing is left to do here.
    Closed,
}

/// What a gateway's form came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    Show(Box<PayNow>),
    /// Claims were settled; the invoice's page shows them.
    Settled(Vec<Settled>),
}

impl Billing {
    /// Starts to pay: the open payment of this invoice, gateway, amount and revision, or a new one.
    ///
    /// # Errors
    /// [`BillingError::NotFound`], [`BillingError::NothingDue`], [`BillingError::NoGateway`],
    /// [`BillingError::GatewayNotOffered`], store errors.
    pub async fn pay(&self, client: ClientId, invoice: InvoiceId) -> Result<PaymentId, BillingError> {
        for _ in 0..CONFLICT_TRIES_MAX {
            let invoice = self.invoice_of(client, invoice).await?;
            let gateway = invoice.gateway.clone().ok_or(BillingError::NoGateway)?;
            let instance = self.offered(&gateway, invoice.currency()).await?;
            match self.open_payment(&invoice, &instance).await {
                Err(BillingError::Store(StoreError::Conflict)) => {}
                answer => return Ok(answer?.id),
            }
        }
        Err(BillingError::Store(StoreError::Conflict))
    }

    /// The open payment that still asks for what is due, or a new one.
    pub(super) async fn open_payment(&self, invoice: &Invoice, instance: &Instance) -> Result<Payment, BillingError> {
        let due = invoice.amount_due();
        if !due.is_positive() {
            return Err(BillingError::NothingDue);
        }
        let payments = self.parts.store.payments_of(invoice.id).await?;
        let usable = |payment: &Payment| {
            let left = payment.amount.checked_sub(payment.received);
            let same = payment.instance == instance.id && payment.invoice_revision == invoice.revision;
            same && payment.state.is_open() && left == Ok(due)
        };
        if let Some(payment) = payments.into_iter().find(usable) {
            return Ok(payment);
        }
        self.new_payment(invoice, instance, due).await
    }

    pub(super) async fn new_payment(
        &self,
        invoice: &Invoice,
        instance: &Instance,
        amount: crate::money::Money,
    ) -> Result<Payment, BillingError> {
        let (id, created) = (self.parts.ids.payment(), self.now());
        let new = NewPayment {
            next_check: next_check(&id, 0, created),
            id: id.clone(),
            invoice: invoice.id,
            invoice_version: invoice.version,
            client: invoice.client,
            instance: instance.id.clone(),
            plugin: instance.plugin.clone(),
            reference: invoice.reference(),
            amount,
            invoice_revision: invoice.revision,
            created,
        };
        self.parts.store.create_payment(new).await?;
        self.parts.store.payment(&id).await?.ok_or(BillingError::NotFound)
    }

    /// Opens the pay-now page of a stored payment.
    ///
    /// # Errors
    /// [`BillingError::NotFound`] also for another client's payment; [`PluginError::Broken`], store errors.
    pub async fn pay_now(&self, client: ClientId, payment: &PaymentId) -> Result<PayNow, BillingError> {
        let (call, invoice) = self.call_for(client, payment).await?;
        if !call.payment.state.is_open() || !invoice.amount_due().is_positive() {
            return Ok(self.shown(&call, invoice, Answer::Closed));
        }
        let answer = self.parts.gateways.pay_now(&call).await;
        self.take_step(&call, invoice, answer).await
    }

    /// Gives the gateway's form to the gateway.
    ///
    /// # Errors
    /// As [`Billing::pay_now`].
    pub async fn submit_payment(
        &self,
        client: ClientId,
        payment: &PaymentId,
        form: &[(String, String)],
    ) -> Result<Submitted, BillingError> {
        let (call, invoice) = self.call_for(client, payment).await?;
        let answer = self.parts.gateways.submit(&call, form).await;
        self.take_outcome(&call, invoice, answer).await
    }

    /// The client came back from the provider. The query is no proof of anything: the gateway asks the provider.
    ///
    /// # Errors
    /// As [`Billing::pay_now`].
    pub async fn return_from_provider(
        &self,
        client: ClientId,
        payment: &PaymentId,
        query: &str,
    ) -> Result<Submitted, BillingError> {
        let (call, invoice) = self.call_for(client, payment).await?;
        let answer = self.parts.gateways.return_from_provider(&call, query).await;
        self.take_outcome(&call, invoice, answer).await
    }

    /// "Reload": asks the provider again about every open payment of the invoice whose gateway can be asked.
    /// A gateway that cannot answer now leaves its payment as it is.
    ///
    /// # Errors
    /// [`BillingError::NotFound`], store errors.
    pub async fn reload(&self, client: ClientId, invoice: InvoiceId) -> Result<Vec<Settled>, BillingError> {
        let invoice = self.invoice_of(client, invoice).await?;
        let mut settled = Vec::new();
        for payment in self.parts.store.payments_of(invoice.id).await? {
            let manifest = self.parts.gateways.gateway(&payment.plugin);
            if !payment.state.is_open() || !manifest.is_some_and(|m| m.capabilities.check) {
                continue;
            }
            let (call, _) = self.call_for(client, &payment.id).await?;
            if let Ok(checked) = self.check(&call).await? {
                settled.extend(checked.settled);
            }
        }
        Ok(settled)
    }

    async fn take_outcome(
        &self,
        call: &GatewayCall,
        invoice: Invoice,
        answer: Result<Outcome, PluginError>,
    ) -> Result<Submitted, BillingError> {
        let step = match answer {
            Ok(Outcome::Claims(claims)) => {
                let settled = self.settle(&call.instance.id, &claims, &ClaimSource::Gateway).await?;
                return Ok(Submitted::Settled(settled));
            }
            Ok(Outcome::Step(step)) => Ok(step),
            Err(error) => Err(error),
        };
        Ok(Submitted::Show(Box::new(self.take_step(call, invoice, step).await?)))
    }

    /// Stores what a step asked to remember, then shows it. An error becomes what the client may know of it.
    async fn take_step(
        &self,
        call: &GatewayCall,
        invoice: Invoice,
        answer: Result<Step, PluginError>,
    ) -> Result<PayNow, BillingError> {
        let payment = &call.payment;
        match answer {
            Ok(step) => {
                let progress = PaymentProgress {
                    state: if payment.state == PaymentState::Created { PaymentState::Pending } else { payment.state },
                    provider_reference: step.provider_reference.or_else(|| payment.provider_reference.clone()),
                    memo: step.memo.or_else(|| payment.memo.clone()),
                    ..PaymentProgress::unchanged(payment)
                };
                self.store_progress(payment, progress).await?;
                Ok(self.shown(call, invoice, Answer::Next(step.next)))
            }
            Err(PluginError::Declined { client, .. }) => {
                let progress = PaymentProgress {
                    state: PaymentState::Failed,
                    note: Some(client.clone()),
                    checked: Some(self.now()),
                    ..PaymentProgress::unchanged(payment)
                };
                self.store_progress(payment, progress).await?;
                Ok(self.shown(call, invoice, Answer::Declined(client)))
            }
            Err(PluginError::Unknown(_)) => {
                let progress = PaymentProgress { state: PaymentState::Unknown, ..PaymentProgress::unchanged(payment) };
                self.store_progress(payment, progress).await?;
                Ok(self.shown(call, invoice, Answer::Unknown))
            }
            Err(PluginError::Unavailable(_) | PluginError::NotAsked(_)) => {
                Ok(self.shown(call, invoice, Answer::Unavailable))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes only what changed, so that opening a page again writes nothing. Another's change of the state wins: it knew
    /// more. What the provider calls the payment is kept all the same, or nobody could look it up. A payment that is closed
    /// stays closed, whatever a second tab hears of it: its end is known, and money that comes late is a claim.
    async fn store_progress(&self, payment: &Payment, progress: PaymentProgress) -> Result<(), BillingError> {
        let (mut read, mut progress) = (payment.clone(), progress);
        for _ in 0..CONFLICT_TRIES_MAX {
            if !read.state.is_open() || progress == PaymentProgress::unchanged(&read) {
                return Ok(());
            }
            match self.parts.store.progress(progress.clone()).await {
                Err(StoreError::Conflict) => {}
                answer => return Ok(answer?),
            }
            let now = self.parts.store.payment(&payment.id).await?.ok_or(BillingError::NotFound)?;
            progress = progress.after(&read, &now);
            read = now;
        }
        Err(BillingError::Store(StoreError::Conflict))
    }

    fn shown(&self, call: &GatewayCall, invoice: Invoice, answer: Answer) -> PayNow {
        let gateway = self.label_of(&call.instance.id, std::slice::from_ref(&call.instance));
        let manifest = self.parts.plugins.manifest_for(&call.instance);
        PayNow { payment: (*call.payment).clone(), invoice, gateway, answer, manifest }
    }

    async fn call_for(&self, client: ClientId, payment: &PaymentId) -> Result<(GatewayCall, Invoice), BillingError> {
        let payment = self.parts.store.payment(payment).await?.ok_or(BillingError::NotFound)?;
        if payment.client != client {
            return Err(BillingError::NotFound);
        }
        let invoice = self.invoice_of(client, payment.invoice).await?;
        let client = self.client(client).await?;
        let call = self.gateway_call(payment, &invoice, &client).await?;
        Ok((call, invoice))
    }

    pub(super) async fn gateway_call(
        &self,
        payment: Payment,
        invoice: &Invoice,
        client: &Client,
    ) -> Result<GatewayCall, BillingError> {
        let instance = self.instance_for(&payment).await?;
        Ok(GatewayCall {
            instance: Arc::new(instance),
            payment: Arc::new(payment),
            payer: Payer {
                id: client.id,
                name: if client.company.is_empty() { client.name.clone() } else { client.company.clone() },
                email: client.email.clone(),
                country: (!client.country.is_empty()).then(|| client.country.clone()),
                locale: client.locale.clone(),
            },
            invoice_number: invoice.number.clone(),
            description: invoice
                .lines
                .first()
                .map_or_else(String::new, |line| line.description.chars().take(120).collect()),
        })
    }

    /// The payment's instance. Until it has ended, a payment goes on with the file that it began with, and with the settings of
    /// that time, as long as they are kept: another version need not understand what this one told the provider.
    async fn instance_for(&self, payment: &Payment) -> Result<Instance, BillingError> {
        let instance = self.instance_of(&payment.instance).await?;
        if !payment.state.is_open() && payment.state != PaymentState::Failed {
            return Ok(instance);
        }
        let Some(component) = self.parts.store.component_of(&payment.id).await? else { return Ok(instance) };
        if self.parts.plugins.running(&instance.plugin).is_none_or(|running| running == component)
            || self.parts.plugins.asked(&component).is_none()
        {
            return Ok(instance);
        }
        let kept = self.parts.store.kept_instance(&instance.id, &component).await?;
        Ok(Instance { component: Some(component), ..kept.unwrap_or(instance) })
    }

    async fn instance_of(&self, id: &InstanceId) -> Result<Instance, BillingError> {
        self.parts.store.instance(id).await?.ok_or(BillingError::GatewayNotOffered)
    }
}
