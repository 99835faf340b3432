//! What staff do with invoices and payments.

use super::{Billing, BillingError, InvoicePage, Settled};
use crate::claim::{Claim, ClaimSource, ClaimState, PaymentKey};
use crate::ids::{InstanceId, InvoiceId, StaffId, Timestamp};
use crate::invoice::{Invoice, InvoiceStatus};
use crate::money::Money;
use crate::payment::Payment;
use crate::plugin::Instance;
use crate::ports::{PageOf, StoreError};
use crate::settlement::HeldRow;

/// Longest id that a bank gives a booking, and that is kept.
const BANK_ID_CHARS_MAX: usize = 128;
/// How many days ahead of the clock a booking may be dated: banks book for the next business day.
const DAYS_AHEAD_MAX: u32 = 7;

/// Money that staff saw on the bank account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankPayment {
    pub invoice: InvoiceId,
    pub instance: InstanceId,
    pub amount: Money,
    /// When the bank booked it.
    pub booked: Timestamp,
    /// The bank's own id of the booking; what makes it count once.
    pub bank_id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    Booked,
    /// The same booking was recorded before: nothing changed.
    Before,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BankPaymentError {
    #[error("the amount must be above zero")]
    NotPositive,
    #[error("the invoice is in {expected}")]
    Currency { expected: String },
    #[error("the bank's id is needed, at most 128 characters")]
    BankId,
    #[error("the date lies in the future")]
    InTheFuture,
    /// No bank transfer is set up under that name, or it does not let payers set the amount.
    #[error("payments cannot be recorded for this gateway")]
    Gateway,
    #[error(transparent)]
    Billing(#[from] BillingError),
}

impl Billing {
    /// "Record bank payment": a claim on staff's word, settled like every other.
    ///
    /// # Errors
    /// [`BankPaymentError`], one variant for each field.
    pub async fn record_bank_payment(&self, staff: StaffId, bank: BankPayment) -> Result<Recorded, BankPaymentError> {
        let invoice = self.parts.store.invoice(bank.invoice).await.map_err(BillingError::from)?;
        let invoice = invoice.ok_or(BillingError::NotFound)?;
        self.check_bank_payment(&bank, &invoice)?;
        let instance = self.recordable(&bank.instance).await?;
        let transaction = bank.bank_id.trim().to_owned();
        let payment = self.payment_for_recording(&invoice, &instance, bank.amount).await?;
        let claim = Claim {
            payment: PaymentKey::Payment(payment.id),
            transaction,
            amount: bank.amount,
            state: ClaimState::Paid,
            fee: None,
            live: self.parts.policy.live,
            merchant: instance.setting("merchant").map(str::to_owned),
            provider_reference: None,
            at: bank.booked,
            saved: None,
        };
        let settled = self.settle(&instance.id, &[claim], &ClaimSource::Staff(staff)).await?;
        Ok(if settled.iter().any(|one| matches!(one, Settled::Booked { .. })) {
            Recorded::Booked
        } else {
            Recorded::Before
        })
    }

    fn check_bank_payment(&self, bank: &BankPayment, invoice: &Invoice) -> Result<(), BankPaymentError> {
        if bank.amount.currency() != invoice.currency() {
            return Err(BankPaymentError::Currency { expected: invoice.currency().code().to_owned() });
        }
        if !bank.amount.is_positive() {
            return Err(BankPaymentError::NotPositive);
        }
        let length = bank.bank_id.trim().chars().count();
        if length == 0 || length > BANK_ID_CHARS_MAX || bank.bank_id.chars().any(char::is_control) {
            return Err(BankPaymentError::BankId);
        }
        if bank.booked > self.now().plus_days(DAYS_AHEAD_MAX) {
            return Err(BankPaymentError::InTheFuture);
        }
        Ok(())
    }

    async fn recordable(&self, id: &InstanceId) -> Result<Instance, BankPaymentError> {
        let instance = self.parts.store.instance(id).await.map_err(BillingError::from)?;
        let instance = instance.ok_or(BankPaymentError::Gateway)?;
        let manifest = self.parts.gateways.gateway(&instance.plugin).ok_or(BankPaymentError::Gateway)?;
        if manifest.capabilities.payer_sets_amount { Ok(instance) } else { Err(BankPaymentError::Gateway) }
    }

    /// The instances that bank payments can be recorded for.
    ///
    /// # Errors
    /// Store errors.
    pub async fn recordable_instances(&self) -> Result<Vec<(Instance, String)>, BillingError> {
        let instances = self.parts.store.instances().await?;
        let takes =
            |i: &&Instance| self.parts.gateways.gateway(&i.plugin).is_some_and(|m| m.capabilities.payer_sets_amount);
        let labelled = |i: &Instance| (i.clone(), self.label_of(&i.id, &instances));
        Ok(instances.iter().filter(takes).map(labelled).collect())
    }

    /// The payment that a transfer belongs to: the newest open one, else the newest, else a new one for what came.
    async fn payment_for_recording(
        &self,
        invoice: &Invoice,
        instance: &Instance,
        amount: Money,
    ) -> Result<Payment, BillingError> {
        let payments = self.parts.store.payments_of(invoice.id).await?;
        let of_instance = || payments.iter().filter(|payment| payment.instance == instance.id);
        let found = of_instance().find(|payment| payment.state.is_open()).or_else(|| of_instance().next());
        if let Some(payment) = found {
            return Ok(payment.clone());
        }
        let due = invoice.amount_due();
        let asked = if due.is_positive() { due } else { amount };
        match self.new_payment(invoice, instance, asked).await {
            Err(BillingError::Store(StoreError::Conflict)) => {
                let fresh = self.parts.store.invoice(invoice.id).await?.ok_or(BillingError::NotFound)?;
                self.new_payment(&fresh, instance, asked).await
            }
            answer => answer,
        }
    }

    /// # Errors
    /// Store errors.
    pub async fn invoices(&self, status: Option<InvoiceStatus>, page: PageOf) -> Result<Vec<Invoice>, BillingError> {
        Ok(self.parts.store.invoices(status, page).await?)
    }

    /// Any client's invoice, for staff.
    ///
    /// # Errors
    /// [`BillingError::NotFound`], store errors.
    pub async fn invoice_for_staff(&self, id: InvoiceId) -> Result<InvoicePage, BillingError> {
        let invoice = self.parts.store.invoice(id).await?.ok_or(BillingError::NotFound)?;
        self.page_of(invoice).await
    }

    /// # Errors
    /// Store errors.
    pub async fn payments(&self, page: PageOf) -> Result<Vec<(i64, Payment)>, BillingError> {
        Ok(self.parts.store.payments(page).await?)
    }

    /// Claims that wait for a decision.
    ///
    /// # Errors
    /// Store errors.
    pub async fn held(&self, page: PageOf) -> Result<Vec<HeldRow>, BillingError> {
        Ok(self.parts.store.held(page).await?)
    }
}
