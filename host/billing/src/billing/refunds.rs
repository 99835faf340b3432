//! Staff refund a payment: written down and set aside first, then the provider is asked. Whatever breaks in between, the
//! sweep asks again under the same id.

use super::backoff::{MINUTE_MS, next_try};
use super::noted::ordered;
use super::{Billing, BillingError, CONFLICT_TRIES_MAX, RefundOffer};
use crate::claim::{Claim, ClaimSource, ClaimState};
use crate::ids::{PaymentId, RefundId, StaffId, Timestamp};
use crate::money::Money;
use crate::payment::Payment;
use crate::plan::{NewRefund, RefundRefusal, plan_refund, plan_refund_declined};
use crate::plugin::PluginError;
use crate::ports::{Applied, GatewayCall, PaidTransaction, RefundOrder, StoreError};
use crate::refund::{REASON_CHARS_MAX, Refund, RefundState};
use crate::settlement::{MoneyBack, Settlement, SettlementKey};
use crate::text::Text;

/// The longest time between two looks at the same refund.
const WAIT_MAX_MS: i64 = 3 * 24 * 60 * MINUTE_MS;
/// Refunds of one instance that one sweep asks about: some seconds of a provider's time.
const REFUNDS_PER_SWEEP_MAX: u32 = 20;

/// A refund as staff ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundForm {
    pub payment: PaymentId,
    pub amount: Money,
    pub reason: String,
    /// The invoice's version as the form showed it: where somebody else did something meanwhile, nothing is begun.
    pub seen: i64,
    /// Makes it happen once.
    pub form_key: String,
}

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refunded {
    /// Begun now; the refund as it stands after the provider was asked.
    Now(Box<Refund>),
    /// The same form was sent before: nothing changed.
    Before,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    #[error("a reason is needed, at most 120 characters")]
    Reason,
    #[error("somebody else changed this payment or its invoice meanwhile")]
    Changed,
    /// The gateway gives no money back.
    #[error("this gateway cannot refund")]
    Gateway,
    #[error("this gateway refunds a payment whole: {whole}")]
    OnlyWhole { whole: Money },
    #[error(transparent)]
    Refused(#[from] RefundRefusal),
    #[error(transparent)]
    Billing(#[from] BillingError),
}

impl From<StoreError> for RefundError {
    fn from(error: StoreError) -> Self {
        Self::Billing(error.into())
    }
}

/// How it is that the provider is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    /// Nothing was ever sent for this refund, so that a refusal of our request is its end.
    First,
    /// Something may have been sent before.
    Again,
}

impl Billing {
    /// Refunds a payment, whole or in part. Once this answers [`Refunded::Now`], the refund is durable whatever the provider
    /// answered; its state says what is known.
    ///
    /// # Errors
    /// [`RefundError`], each with what staff can do; nothing is written then. Store errors.
    pub async fn refund_payment(&self, staff: StaffId, form: RefundForm) -> Result<Refunded, RefundError> {
        let key = SettlementKey::StaffForm { staff, key: form.form_key.clone() };
        for _ in 0..CONFLICT_TRIES_MAX {
            if self.parts.store.applied(&key).await? {
                return Ok(Refunded::Before);
            }
            let settlement = self.plan_form(staff, &form, key.clone()).await?;
            let Some(MoneyBack::Refund(refund)) = settlement.back.clone() else {
                return Err(RefundError::Changed);
            };
            match self.parts.store.apply(settlement).await {
                Ok(Applied::Now) => return Ok(Refunded::Now(Box::new(self.begin(*refund).await))),
                Ok(Applied::Before) => return Ok(Refunded::Before),
                // The next round says which: the invoice's version is another, or the credit was spent.
                Err(StoreError::Conflict | StoreError::Insufficient) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(RefundError::Changed)
    }

    async fn plan_form(
        &self,
        staff: StaffId,
        form: &RefundForm,
        key: SettlementKey,
    ) -> Result<Settlement, RefundError> {
        let reason = checked_reason(&form.reason).ok_or(RefundError::Reason)?;
        let payment = self.parts.store.payment(&form.payment).await?.ok_or(BillingError::NotFound)?;
        let invoice = self.parts.store.invoice(payment.invoice).await?.ok_or(BillingError::NotFound)?;
        if invoice.version != form.seen {
            return Err(RefundError::Changed);
        }
        match self.offer(&payment, &invoice).await? {
            RefundOffer::NotByGateway => return Err(RefundError::Gateway),
            RefundOffer::OnlyWhole => return Err(RefundError::OnlyWhole { whole: payment.received }),
            RefundOffer::Offered { part: false, most, .. } if form.amount != most => {
                return Err(RefundError::OnlyWhole { whole: most });
            }
            _ => {}
        }
        let known = self.known_of(&payment, &invoice).await?;
        let id = self.parts.ids.refund();
        let new = NewRefund {
            next_check: next_look(&id, 0, self.now()),
            id,
            amount: form.amount,
            reason,
            staff,
            transaction: self.transaction_of(&payment, form.amount).await?,
            key,
        };
        let settlement = plan_refund(known.facts(self.facts_now(&payment, &invoice)), new)?;
        Ok(Settlement { noted: ordered(&settlement, &payment), ..settlement })
    }

    /// The movement to give back: the first that is large enough, else the largest.
    async fn transaction_of(&self, payment: &Payment, amount: Money) -> Result<String, RefundError> {
        let paid = self.parts.store.paid_transactions(&payment.id).await?;
        let enough = paid.iter().find(|one| one.amount.minor() >= amount.minor());
        let largest = || paid.iter().max_by_key(|one| one.amount.minor());
        let found: Option<&PaidTransaction> = enough.or_else(largest);
        Ok(found.ok_or(RefundRefusal::NotPaid)?.transaction.clone())
    }

    /// Asks the provider for the first time, and answers the refund as it then stands. That the provider, or the store,
    /// fails now is no error: the refund is written down, and the sweep asks again.
    pub(super) async fn begin(&self, refund: Refund) -> Refund {
        let _ = self.ask(&refund, Asking::First).await;
        self.parts.store.refund(&refund.id).await.ok().flatten().unwrap_or(refund)
    }

    /// Asks about the refunds of one instance whose time has come, one after the other. Answers how many were asked about,
    /// and those that could not be.
    pub(super) async fn sweep_refunds(
        &self,
        instance: &crate::ids::InstanceId,
    ) -> Result<(usize, Vec<(RefundId, PluginError)>), BillingError> {
        let (mut checked, mut failed) = (0, Vec::new());
        for due in self.parts.store.due_refunds(instance, self.now(), REFUNDS_PER_SWEEP_MAX).await? {
            let id = due.refund.id.clone();
            // First the next time, so that a refund that ends the host does not do so at every start.
            self.parts.store.refund_checked(&id, next_look(&id, due.checks + 1, self.now())).await?;
            match self.ask(&due.refund, Asking::Again).await? {
                Ok(()) => checked += 1,
                Err(error) => failed.push((id, error)),
            }
        }
        Ok((checked, failed))
    }

    /// Asks the provider and settles what it answers. The inner error is the plugin's: the refund stays open.
    async fn ask(&self, refund: &Refund, asking: Asking) -> Result<Result<(), PluginError>, BillingError> {
        let call = self.refund_call(refund).await?;
        let order = RefundOrder {
            id: refund.id.clone(),
            amount: refund.amount,
            transaction: refund.transaction.clone(),
            reason: refund.reason.clone(),
            provider_reference: refund.provider_reference.clone(),
        };
        let gateways = &self.parts.gateways;
        let answer = match refund.state {
            RefundState::Requested => gateways.refund(&call, &order).await,
            RefundState::Pending => gateways.check_refund(&call, &order).await,
            // A provider that knows nothing of it is asked for it again: the id makes it once.
            _ => match gateways.check_refund(&call, &order).await {
                Err(PluginError::Unavailable(_)) => gateways.refund(&call, &order).await,
                answer => answer,
            },
        };
        match answer {
            Ok(claim) => Ok(Ok(self.take_answer(refund, &claim).await?)),
            Err(error) => self.take_error(refund, asking, error).await,
        }
    }

    /// A claim of a refund that names none of ours may be of one whose answer was lost, or of another one of the same amount
    /// that was made at the provider. Which, the provider says when it is asked about ours.
    ///
    /// # Errors
    /// The plugin's where the provider did not say, [`StoreError::Conflict`] where ours changed meanwhile: the claim is to
    /// come again. Store errors.
    pub(super) async fn tell_refunds_apart(
        &self,
        instance: &crate::ids::InstanceId,
        claim: &Claim,
    ) -> Result<(), BillingError> {
        if claim.state != ClaimState::Refunded(None) {
            return Ok(());
        }
        let Some(payment) = self.parts.store.payment_by_key(instance, &claim.payment).await? else { return Ok(()) };
        let mut refunds = self.parts.store.refunds_of(payment.invoice).await?;
        refunds.retain(|refund| refund.payment == payment.id);
        if refunds.iter().any(|refund| refund.provider_reference.as_ref() == Some(&claim.transaction)) {
            return Ok(());
        }
        for refund in refunds.iter().filter(|refund| refund.amount == claim.amount && is_nameless(refund)) {
            self.ask(refund, Asking::Again).await??;
            if self.parts.store.refund(&refund.id).await?.is_some_and(|now| is_nameless(&now)) {
                return Err(StoreError::Conflict.into());
            }
        }
        Ok(())
    }

    async fn refund_call(&self, refund: &Refund) -> Result<GatewayCall, BillingError> {
        let payment = self.parts.store.payment(&refund.payment).await?.ok_or(BillingError::NotFound)?;
        let invoice = self.parts.store.invoice(refund.invoice).await?.ok_or(BillingError::NotFound)?;
        let client = self.client(refund.client).await?;
        self.gateway_call(payment, &invoice, &client).await
    }

    /// The provider's id of it is stored first: then the answer is settled as its webhook would be, and whichever comes
    /// second is known.
    async fn take_answer(&self, refund: &Refund, claim: &Claim) -> Result<(), BillingError> {
        let (state, note) = match &claim.state {
            ClaimState::Pending(note) => (RefundState::Pending, note.clone()),
            _ => (refund.state, refund.note.clone()),
        };
        let mut changed = refund.changed(state, note);
        let reference = changed.provider_reference.get_or_insert_with(|| claim.transaction.clone());
        let same = *reference == claim.transaction;
        match self.parts.store.refund_progress(changed).await {
            // Its webhook was faster, or the provider answered with a refund that is booked as another one.
            Ok(()) | Err(StoreError::Conflict | StoreError::Exists(_)) => {}
            Err(error) => return Err(error.into()),
        }
        if same && !matches!(claim.state, ClaimState::Pending(_)) {
            self.settle(&refund.instance, std::slice::from_ref(claim), &ClaimSource::Gateway).await?;
        }
        Ok(())
    }

    async fn take_error(
        &self,
        refund: &Refund,
        asking: Asking,
        error: PluginError,
    ) -> Result<Result<(), PluginError>, BillingError> {
        let words = |why: &str| Text::plain(self.clean(&refund.instance, why));
        match &error {
            PluginError::Declined { staff, .. } => self.give_up(refund, words(staff)).await.map(Ok),
            PluginError::Rejected(why) if asking == Asking::First => self.give_up(refund, words(why)).await.map(Ok),
            PluginError::Unknown(why) => {
                self.note(refund.changed(RefundState::Unknown, Some(words(why)))).await?;
                Ok(Err(error))
            }
            other => {
                self.note(refund.changed(refund.state, Some(words(&other.to_string())))).await?;
                Ok(Err(error))
            }
        }
    }

    /// Another's change wins: it knew more.
    async fn note(&self, changed: Refund) -> Result<(), BillingError> {
        match self.parts.store.refund_progress(changed).await {
            Ok(()) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The provider will not do it: the money is put back.
    async fn give_up(&self, refund: &Refund, why: Text) -> Result<(), BillingError> {
        for _ in 0..CONFLICT_TRIES_MAX {
            let Some(now) = self.parts.store.refund(&refund.id).await?.filter(|now| now.state.is_open()) else {
                return Ok(());
            };
            let payment = self.parts.store.payment(&refund.payment).await?.ok_or(BillingError::NotFound)?;
            let invoice = self.parts.store.invoice(refund.invoice).await?.ok_or(BillingError::NotFound)?;
            let known = self.known_of(&payment, &invoice).await?;
            let facts = known.facts(self.facts_now(&payment, &invoice));
            match self.parts.store.apply(plan_refund_declined(facts, &now, why.clone())).await {
                Err(StoreError::Conflict) => {}
                answer => return Ok(answer.map(drop)?),
            }
        }
        Err(BillingError::Store(StoreError::Conflict))
    }
}

/// One line of words, as gateways are told it.
pub(super) fn checked_reason(reason: &str) -> Option<String> {
    let reason = reason.trim();
    let fits = (1..=REASON_CHARS_MAX).contains(&reason.chars().count());
    (fits && !reason.chars().any(char::is_control)).then(|| reason.to_owned())
}

/// Under way, and nobody knows what the provider calls it.
fn is_nameless(refund: &Refund) -> bool {
    refund.state.is_open() && refund.provider_reference.is_none()
}

/// When a refund is asked about for the next time after `checks` looks: after a minute at first, then twice as late each
/// time, up to three days.
pub(super) fn next_look(refund: &RefundId, checks: u32, now: Timestamp) -> Timestamp {
    next_try(refund.as_str(), checks, now, WAIT_MAX_MS)
}
