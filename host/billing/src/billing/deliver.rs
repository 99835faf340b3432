//! The outbox: what a settlement promised is carried out, at least once each, until it worked.

use super::{Billing, BillingError};
use crate::fulfilment::{fact_for, fulfil, modules_of};
use crate::ids::{InvoiceId, OutboxId, PluginId};
use crate::invoice::Invoice;
use crate::plugin::PluginError;
use crate::ports::{ModuleEffect, ModuleEvent, StoreError};
use crate::settlement::{Event, Pending};

/// Rows that one call takes, so that it ends.
const ROWS_MAX: u32 = 100;
/// The first wait after a row did not work; doubled each time.
const RETRY_FIRST_MS: i64 = 30_000;
/// The longest wait: staff who mend a module should not wait for a day.
const RETRY_MOST_MS: i64 = 3_600_000;

impl Billing {
    /// Carries out what is due. Called by a timer; two at once do no harm, because the booking of a row counts once.
    ///
    /// # Errors
    /// Store errors. A module that fails is no error here: its row waits and staff see why.
    pub async fn deliver(&self) -> Result<u32, BillingError> {
        self.carry_out_all(self.parts.store.due(self.now(), ROWS_MAX).await?).await
    }

    /// Carries out what is due of one invoice. Called after every settlement, which leaves other invoices to those who
    /// settle them: many at once would do each other's work.
    ///
    /// # Errors
    /// As [`Self::deliver`].
    pub(super) async fn deliver_of(&self, invoice: InvoiceId) -> Result<u32, BillingError> {
        self.carry_out_all(self.parts.store.due_of(invoice, self.now(), ROWS_MAX).await?).await
    }

    async fn carry_out_all(&self, rows: Vec<Pending>) -> Result<u32, BillingError> {
        let mut carried_out = 0;
        for row in rows {
            match self.carry_out(&row).await {
                Ok(()) => carried_out += 1,
                Err(BillingError::Store(error)) => return Err(error.into()),
                Err(error) => {
                    let retry_at = self.now().plus_ms(wait_ms(row.attempts));
                    self.parts.store.retry(row.id, &error.to_string(), retry_at).await?;
                }
            }
        }
        Ok(carried_out)
    }

    async fn carry_out(&self, row: &Pending) -> Result<(), BillingError> {
        match row.event {
            Event::InvoicePaid(invoice) => self.fulfil_invoice(row.id, invoice).await,
            Event::InvoiceCancelled(invoice) => self.tell_cancelled(row.id, invoice).await,
        }
    }

    async fn fulfil_invoice(&self, event: OutboxId, invoice: InvoiceId) -> Result<(), BillingError> {
        let invoice = self.parts.store.invoice(invoice).await?.ok_or(BillingError::NotFound)?;
        let mut asked = Vec::new();
        for module in modules_of(&invoice) {
            let effects = self.ask_module(&module, &invoice, ModuleEvent::InvoicePaid).await?;
            asked.push((module, effects));
        }
        let settlement = fulfil(&invoice, &asked, event, self.now()).map_err(|error| {
            let plugin = asked.first().map_or_else(|| PluginId::new("module"), |(module, _)| module.clone());
            PluginError::Broken { plugin, reason: error.to_string() }
        })?;
        match self.parts.store.apply(settlement).await {
            // A conflict means that somebody else carried the same row out.
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn tell_cancelled(&self, event: OutboxId, invoice: InvoiceId) -> Result<(), BillingError> {
        let invoice = self.parts.store.invoice(invoice).await?.ok_or(BillingError::NotFound)?;
        for module in modules_of(&invoice) {
            self.ask_module(&module, &invoice, ModuleEvent::InvoiceCancelled).await?;
        }
        Ok(self.parts.store.done(event).await?)
    }

    /// Asks the module what it wants done, where it wants to hear of such events and credit is within its manifest.
    async fn ask_module(
        &self,
        module: &PluginId,
        invoice: &Invoice,
        event: impl Fn(crate::ports::InvoiceFact) -> ModuleEvent,
    ) -> Result<Vec<ModuleEffect>, BillingError> {
        let manifest = self.parts.modules.module(module).ok_or_else(|| PluginError::Missing(module.clone()))?;
        let instances = self.parts.store.instances().await?;
        let instance = instances.into_iter().find(|instance| instance.plugin == *module);
        let instance = instance.ok_or_else(|| PluginError::Missing(module.clone()))?;
        let balance = self.parts.store.credit(invoice.client, invoice.currency()).await?;
        let event = event(fact_for(module, invoice, balance)?);
        let hears = match event {
            ModuleEvent::InvoicePaid(_) => manifest.hears_invoice_paid,
            ModuleEvent::InvoiceCancelled(_) => manifest.hears_invoice_cancelled,
        };
        if !hears {
            return Ok(Vec::new());
        }
        let effects = self.parts.modules.on_event(&instance, &event).await?;
        let credits = effects.iter().any(|effect| matches!(effect, ModuleEffect::CreditPaid { .. }));
        if credits && !manifest.effects.credit_paid {
            let reason = "asked to credit what was paid, which its manifest does not ask for".to_owned();
            return Err(PluginError::Broken { plugin: module.clone(), reason }.into());
        }
        Ok(effects)
    }

    /// Rows of the outbox that failed and wait, for staff.
    ///
    /// # Errors
    /// Store errors.
    pub async fn stuck(&self) -> Result<Vec<Pending>, BillingError> {
        Ok(self.parts.store.stuck(ROWS_MAX).await?)
    }
}

fn wait_ms(attempts: u32) -> i64 {
    RETRY_FIRST_MS.saturating_mul(1_i64 << attempts.min(20)).min(RETRY_MOST_MS)
}
