//! Money that goes back: what is known of a payment's refunds and disputes, and what a claim about them does.

use super::{Billing, BillingError};
use crate::claim::{Claim, ClaimState};
use crate::decision::HeldClaim;
use crate::dispute::Dispute;
use crate::ids::{InstanceId, PaymentId};
use crate::invoice::Invoice;
use crate::money::Money;
use crate::payment::{Payment, PaymentState};
use crate::plan::{
    Facts, Placed, Plan, ReturnFacts, plan_dispute, plan_foreign_refund, plan_refund_claim, refund_of, refundable,
};
use crate::ports::PageOf;
use crate::refund::Refund;

/// What is read of a payment before its money goes back.
pub(super) struct Known {
    placed: Placed,
    balance: Money,
    pub(super) refunds: Vec<Refund>,
    held: Vec<HeldClaim>,
    disputes: Vec<Dispute>,
}

impl Known {
    pub(super) fn facts<'a>(&'a self, claim: Facts<'a>) -> ReturnFacts<'a> {
        ReturnFacts {
            claim,
            placed: self.placed,
            balance: self.balance,
            refunds: &self.refunds,
            held: &self.held,
            disputes: &self.disputes,
        }
    }
}

/// Whether staff can refund a payment, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundOffer {
    /// At most this much; without `part`, all of it or nothing.
    /// `credit` of the most would come from the client's credit, `sales` from what was sold.
    Offered { most: Money, part: bool, credit: Money, sales: Money },
    /// Its gateway gives no money back: staff do it by hand, at the bank.
    NotByGateway,
    /// Nothing of it is received, or nothing is left.
    NothingLeft,
    /// There is money left, but the client has spent the credit that it became.
    CreditSpent,
    /// There is money left, but what it paid for is not delivered yet.
    NotDelivered,
    /// The gateway refunds payments whole only, and this one is not whole any more.
    OnlyWhole,
}

impl Billing {
    /// Reads what a decision about a payment's money needs. What was paid and waits for its module is delivered first, so
    /// that its credit can be taken.
    pub(super) async fn known_of(&self, payment: &Payment, invoice: &Invoice) -> Result<Known, BillingError> {
        let mut placed = self.placed_of(invoice).await?;
        if placed.undelivered.is_positive() {
            // A module that fails now is tried again by the outbox; the decision is made without it.
            if let Err(BillingError::Store(error)) = self.deliver_of(invoice.id).await {
                return Err(error.into());
            }
            placed = self.placed_of(invoice).await?;
        }
        let refunds = self.refunds_of(payment).await?;
        let mut held = Vec::new();
        for id in refunds.iter().filter_map(|refund| refund.held) {
            held.push(self.parts.store.held_claim(id).await?.ok_or(BillingError::NotFound)?);
        }
        let disputes = self.parts.store.disputes_of(invoice.id).await?;
        Ok(Known {
            placed,
            balance: self.parts.store.credit(invoice.client, invoice.currency()).await?,
            refunds,
            held,
            disputes: disputes.into_iter().filter(|dispute| dispute.payment == payment.id).collect(),
        })
    }

    /// Oldest first.
    async fn refunds_of(&self, payment: &Payment) -> Result<Vec<Refund>, BillingError> {
        let refunds = self.parts.store.refunds_of(payment.invoice).await?;
        Ok(refunds.into_iter().filter(|refund| refund.payment == payment.id).collect())
    }

    async fn placed_of(&self, invoice: &Invoice) -> Result<Placed, BillingError> {
        Ok(Placed::of(invoice, &self.parts.store.moved(invoice.id).await?)?)
    }

    /// What a claim does that is about money going back; `None` where it is about the payment itself.
    pub(super) async fn plan_return(&self, facts: Facts<'_>, claim: &Claim) -> Result<Option<Plan>, BillingError> {
        match &claim.state {
            ClaimState::Refunded(_) => self.plan_refunded(facts, claim).await,
            // Before the payment itself is booked nothing can be disputed: the claim is held.
            ClaimState::Disputed(_) | ClaimState::DisputeWon | ClaimState::DisputeLost
                if facts.payment.received.is_positive() =>
            {
                let known = self.known_of(facts.payment, facts.invoice).await?;
                let dispute = self.parts.store.dispute(&facts.payment.instance, &claim.transaction).await?;
                Ok(Some(plan_dispute(known.facts(facts), dispute.as_ref(), claim)?))
            }
            // Of one of its refunds, where it names one; else of the payment itself.
            ClaimState::Failed { .. } | ClaimState::Cancelled | ClaimState::Pending(_) => {
                let refunds = self.refunds_of(facts.payment).await?;
                let Some(refund) = refund_of(&refunds, claim) else { return Ok(None) };
                let known = self.known_of(facts.payment, facts.invoice).await?;
                Ok(Some(plan_refund_claim(known.facts(facts), refund, claim)?))
            }
            _ => Ok(None),
        }
    }

    /// A refund that is known, of the payment's own money or of a held claim's; or one that was made at the provider, of
    /// which there is nothing to book before the payment itself is booked.
    async fn plan_refunded(&self, facts: Facts<'_>, claim: &Claim) -> Result<Option<Plan>, BillingError> {
        let known = self.known_of(facts.payment, facts.invoice).await?;
        let booked = facts.payment.received.is_positive();
        let facts = known.facts(facts);
        Ok(match refund_of(&known.refunds, claim) {
            Some(refund) => Some(plan_refund_claim(facts, refund, claim)?),
            None if booked => Some(plan_foreign_refund(facts, self.parts.ids.refund(), claim)?),
            None => None,
        })
    }

    /// Whether staff can refund a payment now, and how much.
    ///
    /// # Errors
    /// [`BillingError::NotFound`], store errors.
    pub async fn refund_offer(&self, payment: &PaymentId) -> Result<RefundOffer, BillingError> {
        let payment = self.parts.store.payment(payment).await?.ok_or(BillingError::NotFound)?;
        let invoice = self.parts.store.invoice(payment.invoice).await?.ok_or(BillingError::NotFound)?;
        self.offer(&payment, &invoice).await
    }

    pub(super) async fn offer(&self, payment: &Payment, invoice: &Invoice) -> Result<RefundOffer, BillingError> {
        let known = self.known_of(payment, invoice).await?;
        let facts = known.facts(self.facts_now(payment, invoice));
        let left = facts.left()?;
        if payment.state != PaymentState::Paid || !left.is_positive() {
            return Ok(RefundOffer::NothingLeft);
        }
        let manifest = self.parts.gateways.gateway(&payment.plugin);
        let Some(can) = manifest.map(|manifest| manifest.capabilities).filter(|can| can.refund) else {
            return Ok(RefundOffer::NotByGateway);
        };
        let most = refundable(facts)?;
        Ok(if !can.partial_refund && left != payment.received {
            RefundOffer::OnlyWhole
        } else if most.is_positive() && (can.partial_refund || most == left) {
            let credit = most.min(facts.credit_there()?)?;
            RefundOffer::Offered { most, part: can.partial_refund, credit, sales: most.checked_sub(credit)? }
        } else if known.placed.undelivered.is_positive() {
            RefundOffer::NotDelivered
        } else {
            RefundOffer::CreditSpent
        })
    }

    /// Facts of a payment where there is no claim to compare.
    pub(super) fn facts_now<'a>(&self, payment: &'a Payment, invoice: &'a Invoice) -> Facts<'a> {
        let live = self.parts.policy.live;
        Facts { payment, invoice, payer_sets_amount: false, live, merchant: None, at: self.now() }
    }

    /// Disputes that nobody has decided yet, newest first, each with its row number.
    ///
    /// # Errors
    /// Store errors.
    pub async fn open_disputes(&self, page: PageOf) -> Result<Vec<(i64, Dispute)>, BillingError> {
        Ok(self.parts.store.open_disputes(page).await?)
    }

    /// Refunds whose end is not known, newest first, each with its row number.
    ///
    /// # Errors
    /// Store errors.
    pub async fn open_refunds(&self, page: PageOf) -> Result<Vec<(i64, Refund)>, BillingError> {
        Ok(self.parts.store.open_refunds(page).await?)
    }

    /// Whether the instance's gateway gives money back.
    pub(super) fn refunds(&self, instance: &crate::plugin::Instance) -> bool {
        self.parts.gateways.gateway(&instance.plugin).is_some_and(|manifest| manifest.capabilities.refund)
    }

    /// What an instance's gateway says in its own words, without secrets.
    pub(super) fn clean(&self, instance: &InstanceId, words: &str) -> String {
        self.parts.secrets.redact(instance, words)
    }
}
