//! Paying with a stored way to pay: one confirmation of the client, or a charge while the client is away.
//!
//! Before the provider is asked, the charge is written down and its payment is unknown. So whoever ends in between, the
//! sweep finds out what came of it, under the same idempotency key, and nothing else is charged until then.

use super::{Billing, BillingError, CONFLICT_TRIES_MAX, InvoicePage, next_check};
use crate::claim::{Claim, ClaimSource};
use crate::ids::{ChargeId, InvoiceId, MethodId, PaymentId};
use crate::invoice::Invoice;
use crate::payment::{Payment, PaymentProgress, PaymentState};
use crate::plugin::{NextStep, PluginError, Step};
use crate::ports::{GatewayCall, Made, Outcome, StoreError};
use crate::saved::{Charge, ChargeState, ChargedBy, NewCharge, StoredMethod};
use crate::text::Text;

/// Longer than any call of a plugin takes: a charge that was begun before has ended, whoever heard its end.
const CALL_MS_MAX: i64 = 120_000;

/// What is to be charged, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeOrder {
    pub invoice: InvoiceId,
    pub method: MethodId,
    pub by: ChargedBy,
    /// Charges once, however often it is sent.
    pub form_key: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Charged {
    Paid,
    /// Under way at the provider.
    Waits,
    /// The client's bank wants the client to confirm: this payment's page does it.
    AsksClient(PaymentId),
    /// The provider said no; why, in the words of the plugin, where it has some.
    Declined(Option<Text>),
    /// Nothing was sent.
    Unavailable,
    /// It is checked by the sweep.
    Unknown,
}

/// A charge that is written down.
struct Begun {
    charge: ChargeId,
    call: GatewayCall,
    method: StoredMethod,
    /// What the payment was before it became unknown.
    before: PaymentState,
}

enum Beginning {
    Now(Box<Begun>),
    /// The same form came before.
    Before(Charge),
}

impl Billing {
    /// Charges what is due on an invoice to a stored way to pay of its client.
    ///
    /// # Errors
    /// [`BillingError::NotFound`] also for another client's invoice or method; [`BillingError::NothingDue`],
    /// [`BillingError::MethodNotUsable`], [`BillingError::ChargeUnderWay`]; [`PluginError`] where the gateway failed
    /// before anything was sent; store errors.
    pub async fn charge(&self, order: &ChargeOrder) -> Result<Charged, BillingError> {
        for _ in 0..CONFLICT_TRIES_MAX {
            match self.begin_charge(order).await {
                Err(BillingError::Store(StoreError::Conflict)) => {}
                Err(error) => return Err(error),
                Ok(Beginning::Before(charge)) => return self.known(&charge).await,
                Ok(Beginning::Now(begun)) => return self.ask_to_charge(&begun).await,
            }
        }
        Err(BillingError::Store(StoreError::Conflict))
    }

    async fn begin_charge(&self, order: &ChargeOrder) -> Result<Beginning, BillingError> {
        let invoice = match order.by {
            ChargedBy::Client(client) => self.invoice_of(client, order.invoice).await?,
            ChargedBy::Staff(_) | ChargedBy::Command => {
                self.parts.store.invoice(order.invoice).await?.ok_or(BillingError::NotFound)?
            }
        };
        let charges = self.parts.store.charges_of(invoice.id).await?;
        if let Some(charge) = charges.into_iter().find(|charge| charge.form_key == order.form_key) {
            return Ok(Beginning::Before(charge));
        }
        let method = self.chargeable(&invoice, order.method).await?;
        let payment = self.payment_to_charge(&invoice, &method).await?;
        let begun = self.now();
        let new = NewCharge {
            payment: payment.id.clone(),
            payment_version: payment.version,
            invoice: invoice.id,
            invoice_version: invoice.version,
            method: method.id,
            by: order.by,
            form_key: order.form_key.clone(),
            begun,
            next_check: next_check(&payment.id, 0, begun),
            stale_before: begun.plus_ms(-CALL_MS_MAX),
        };
        match self.parts.store.begin_charge(new).await {
            Ok(Made::Now(charge)) => self.begun(charge, method, payment, &invoice).await,
            Ok(Made::Before(charge)) => {
                let charge = self.parts.store.charge(charge).await?.ok_or(BillingError::NotFound)?;
                Ok(Beginning::Before(charge))
            }
            Err(StoreError::Exists(_)) => Err(BillingError::ChargeUnderWay),
            Err(error) => Err(error.into()),
        }
    }

    async fn begun(
        &self,
        charge: ChargeId,
        method: StoredMethod,
        payment: Payment,
        invoice: &Invoice,
    ) -> Result<Beginning, BillingError> {
        let client = self.client(invoice.client).await?;
        let before = payment.state;
        let written = self.parts.store.payment(&payment.id).await?.ok_or(BillingError::NotFound)?;
        let call = self.gateway_call(written, invoice, &client).await?;
        Ok(Beginning::Now(Box::new(Begun { charge, call, method, before })))
    }

    /// The method where it is the client's and fits the invoice.
    async fn chargeable(&self, invoice: &Invoice, id: MethodId) -> Result<StoredMethod, BillingError> {
        let facts = self.method(invoice.client, id).await?;
        if !invoice.amount_due().is_positive() {
            return Err(BillingError::NothingDue);
        }
        let usable = self.methods_for(invoice).await?.into_iter().any(|usable| usable.stored.id == id);
        if usable { Ok(facts.stored) } else { Err(BillingError::MethodNotUsable) }
    }

    /// The payment that asks for all that is due: one that has a part already would be charged whole again.
    async fn payment_to_charge(&self, invoice: &Invoice, method: &StoredMethod) -> Result<Payment, BillingError> {
        let instance = self.offered(&method.instance, invoice.currency()).await?;
        let payment = self.open_payment(invoice, &instance).await?;
        if payment.received.is_positive() {
            return self.new_payment(invoice, &instance, invoice.amount_due()).await;
        }
        Ok(payment)
    }

    async fn ask_to_charge(&self, begun: &Begun) -> Result<Charged, BillingError> {
        match self.parts.gateways.charge_saved(&begun.call, &begun.method.method).await {
            Ok(Outcome::Claims(claims)) => self.charge_settled(begun, &claims).await,
            Ok(Outcome::Step(step)) => self.charge_goes_on(begun, step).await,
            Err(PluginError::Declined { client, staff }) => self.charge_declined(begun, client, &staff).await,
            // Left under way: the sweep looks the payment up.
            Err(PluginError::Unknown(_)) => Ok(Charged::Unknown),
            Err(PluginError::Unavailable(why) | PluginError::NotAsked(why)) => {
                self.not_sent(begun, &why).await?;
                Ok(Charged::Unavailable)
            }
            Err(error) => {
                self.not_sent(begun, &error.to_string()).await?;
                Err(error.into())
            }
        }
    }

    async fn charge_settled(&self, begun: &Begun, claims: &[Claim]) -> Result<Charged, BillingError> {
        self.settle(&begun.call.instance.id, claims, &ClaimSource::Gateway).await?;
        let id = &begun.call.payment.id;
        let payment = self.parts.store.payment(id).await?.ok_or(BillingError::NotFound)?;
        let charged = charged_as(payment);
        // Claims that say nothing of the payment, or that were held, leave it unknown: it is looked up again.
        if charged != Charged::Unknown {
            self.end(begun, ChargeState::Settled, "").await?;
        }
        Ok(charged)
    }

    async fn charge_goes_on(&self, begun: &Begun, step: Step) -> Result<Charged, BillingError> {
        let id = begun.call.payment.id.clone();
        let (state, charged) = match step.next {
            NextStep::Wait(_) => (ChargeState::Waits, Charged::Waits),
            _ => (ChargeState::AsksClient, Charged::AsksClient(id)),
        };
        self.move_on(&begun.call.payment.id, |payment| PaymentProgress {
            state: if payment.state == PaymentState::Unknown { PaymentState::Pending } else { payment.state },
            provider_reference: payment.provider_reference.clone().or_else(|| step.provider_reference.clone()),
            memo: step.memo.clone().or_else(|| payment.memo.clone()),
            ..PaymentProgress::unchanged(payment)
        })
        .await?;
        self.end(begun, state, "").await?;
        Ok(charged)
    }

    async fn charge_declined(&self, begun: &Begun, client: Text, staff: &str) -> Result<Charged, BillingError> {
        self.move_on(&begun.call.payment.id, |payment| PaymentProgress {
            state: PaymentState::Failed,
            note: Some(client.clone()),
            checked: Some(self.now()),
            ..PaymentProgress::unchanged(payment)
        })
        .await?;
        self.end(begun, ChargeState::Declined, staff).await?;
        Ok(Charged::Declined(Some(client)))
    }

    async fn not_sent(&self, begun: &Begun, why: &str) -> Result<(), BillingError> {
        self.move_on(&begun.call.payment.id, |payment| PaymentProgress {
            state: if payment.state == PaymentState::Unknown { begun.before } else { payment.state },
            ..PaymentProgress::unchanged(payment)
        })
        .await?;
        self.end(begun, ChargeState::NotSent, why).await
    }

    async fn end(&self, begun: &Begun, state: ChargeState, why: &str) -> Result<(), BillingError> {
        Ok(self.parts.store.end_charge(begun.charge, state, why, self.now()).await?)
    }

    /// Changes an open payment, again where a webhook changed it in between. One that is closed stays as it is.
    async fn move_on(
        &self,
        id: &PaymentId,
        change: impl Fn(&Payment) -> PaymentProgress + Send + Sync,
    ) -> Result<(), BillingError> {
        for _ in 0..CONFLICT_TRIES_MAX {
            let payment = self.parts.store.payment(id).await?.ok_or(BillingError::NotFound)?;
            let progress = change(&payment);
            if !payment.state.is_open() || progress == PaymentProgress::unchanged(&payment) {
                return Ok(());
            }
            match self.parts.store.progress(progress).await {
                Err(StoreError::Conflict) => {}
                answer => return Ok(answer?),
            }
        }
        Err(BillingError::Store(StoreError::Conflict))
    }

    /// What came of a charge that the same form asked for before.
    async fn known(&self, charge: &Charge) -> Result<Charged, BillingError> {
        let payment = self.parts.store.payment(&charge.payment).await?.ok_or(BillingError::NotFound)?;
        Ok(match charge.state {
            ChargeState::AsksClient if payment.state.is_open() => Charged::AsksClient(payment.id),
            ChargeState::NotSent if payment.state.is_open() => Charged::Unavailable,
            _ => charged_as(payment),
        })
    }

    /// The newest charges of an invoice, for staff.
    ///
    /// # Errors
    /// Store errors.
    pub async fn charges_of(&self, invoice: InvoiceId) -> Result<Vec<Charge>, BillingError> {
        Ok(self.parts.store.charges_of(invoice).await?)
    }

    /// The payment whose page the client is to open, because their bank did not let it be charged without them.
    ///
    /// # Errors
    /// Store errors.
    pub async fn invitation(&self, page: &InvoicePage) -> Result<Option<PaymentId>, BillingError> {
        if !page.invoice.amount_due().is_positive() || page.payments.is_empty() {
            return Ok(None);
        }
        let open = |id: &PaymentId| page.payments.iter().any(|of| of.payment.id == *id && of.payment.state.is_open());
        let charges = self.parts.store.charges_of(page.invoice.id).await?;
        let asks = |charge: &&Charge| charge.state == ChargeState::AsksClient && open(&charge.payment);
        Ok(charges.iter().find(asks).map(|charge| charge.payment.clone()))
    }
}

fn charged_as(payment: Payment) -> Charged {
    match payment.state {
        PaymentState::Paid => Charged::Paid,
        PaymentState::Failed | PaymentState::Cancelled => Charged::Declined(payment.note),
        PaymentState::Unknown => Charged::Unknown,
        PaymentState::Created | PaymentState::Pending | PaymentState::Authorized => Charged::Waits,
    }
}
