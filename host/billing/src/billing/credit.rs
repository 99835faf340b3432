//! The client uses credit for an invoice, or chooses another way to pay it.

use super::{Billing, BillingError, CONFLICT_TRIES_MAX};
use crate::ids::{ClientId, InstanceId, InvoiceId};
use crate::money::Money;
use crate::plan::plan_credit;
use crate::ports::{Applied, StoreError};
use crate::settlement::SettlementKey;

impl Billing {
    /// Applies credit: `amount`, or as much as is possible. The form key makes it happen once.
    ///
    /// # Errors
    /// [`BillingError::CreditNotApplicable`], [`BillingError::TooMuchCredit`], [`BillingError::NotFound`], store errors.
    pub async fn apply_credit(
        &self,
        client: ClientId,
        invoice: InvoiceId,
        amount: Option<Money>,
        form_key: &str,
    ) -> Result<Applied, BillingError> {
        let key = SettlementKey::Form { client, key: form_key.to_owned() };
        for _ in 0..CONFLICT_TRIES_MAX {
            if self.parts.store.applied(&key).await? {
                return Ok(Applied::Before);
            }
            let invoice = self.invoice_of(client, invoice).await?;
            let balance = self.parts.store.credit(client, invoice.currency()).await?;
            let most = invoice.credit_applicable(balance)?;
            if !most.is_positive() {
                return Err(BillingError::CreditNotApplicable);
            }
            let amount = amount.unwrap_or(most);
            if amount.currency() != most.currency() || !amount.is_positive() || amount.minor() > most.minor() {
                return Err(BillingError::TooMuchCredit { most });
            }
            let settlement = plan_credit(&invoice, amount, key.clone(), self.now())?;
            match self.parts.store.apply(settlement).await {
                // Another use of the same credit came first: look again.
                Err(StoreError::Conflict | StoreError::Insufficient) => {}
                Err(error) => return Err(error.into()),
                Ok(applied) => {
                    self.deliver_of(invoice.id).await?;
                    return Ok(applied);
                }
            }
        }
        Err(BillingError::Store(StoreError::Conflict))
    }

    /// Sets how an unpaid invoice is to be paid. Payments made before with another gateway still settle when their money comes.
    ///
    /// # Errors
    /// [`BillingError::NothingDue`], [`BillingError::GatewayNotOffered`], [`BillingError::NotFound`], store errors.
    pub async fn change_gateway(
        &self,
        client: ClientId,
        invoice: InvoiceId,
        gateway: &InstanceId,
    ) -> Result<(), BillingError> {
        for _ in 0..CONFLICT_TRIES_MAX {
            let invoice = self.invoice_of(client, invoice).await?;
            if !invoice.amount_due().is_positive() {
                return Err(BillingError::NothingDue);
            }
            let instance = self.offered(gateway, invoice.currency()).await?;
            if invoice.gateway.as_ref() == Some(&instance.id) {
                return Ok(());
            }
            match self.parts.store.set_gateway(invoice.id, invoice.version, instance.id).await {
                Err(StoreError::Conflict) => {}
                answer => return Ok(answer?),
            }
        }
        Err(BillingError::Store(StoreError::Conflict))
    }
}
