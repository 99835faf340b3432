//! One way home: whatever brought a claim, it is planned and applied here.

use super::noted::recorded;
use super::{Billing, BillingError, CONFLICT_TRIES_MAX};
use crate::claim::{Claim, ClaimSource, ClaimState};
use crate::fee::plan_late_fee;
use crate::ids::{InstanceId, InvoiceId};
use crate::plan::{Facts, Plan, claim_key, hold_unmatched, plan};
use crate::plugin::Instance;
use crate::ports::{Applied, StoreError};
use crate::settlement::Settlement;
use crate::webhook::WebhookEntry;

/// What became of one claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Money was booked towards this invoice or its client's credit. `promised` where modules have yet to act on it.
    Booked { invoice: InvoiceId, promised: bool },
    /// The payment's state changed, no money moved.
    Changed(InvoiceId),
    /// Waits for staff.
    Held,
    /// Known before; nothing changed.
    Known,
}

/// Where a claim comes from: the configured gateway, and the merchant account that it must speak of.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    instance: &'a InstanceId,
    merchant: Option<&'a str>,
}

impl<'a> At<'a> {
    /// `configured` is the instance's row, where it still has one.
    pub fn new(instance: &'a InstanceId, configured: Option<&'a Instance>) -> Self {
        Self { instance, merchant: configured.and_then(|configured| configured.setting("merchant")) }
    }
}

impl Billing {
    /// Settles claims one by one: each is booked whole, held for staff, or known already. After it, paid lines are fulfilled.
    ///
    /// # Errors
    /// Store errors; what was settled before the error stays settled, and the same claims may be given again.
    pub async fn settle(
        &self,
        instance: &InstanceId,
        claims: &[Claim],
        source: &ClaimSource,
    ) -> Result<Vec<Settled>, BillingError> {
        let configured = self.parts.store.instance(instance).await?;
        let at = At::new(instance, configured.as_ref());
        let mut settled = Vec::with_capacity(claims.len());
        for claim in claims {
            settled.push(self.settle_one(at, claim, source, None).await?);
        }
        self.deliver_booked(&settled).await?;
        Ok(settled)
    }

    /// Carries out what those promised by which money moved.
    pub(super) async fn deliver_booked(&self, settled: &[Settled]) -> Result<(), BillingError> {
        for one in settled {
            if let Settled::Booked { invoice, promised: true } = one {
                self.deliver_of(*invoice).await?;
            }
        }
        Ok(())
    }

    /// `webhook` is written down with the settlement; where the claim is known already, it is not written at all.
    pub(super) async fn settle_one(
        &self,
        of: At<'_>,
        claim: &Claim,
        source: &ClaimSource,
        webhook: Option<&WebhookEntry>,
    ) -> Result<Settled, BillingError> {
        for _ in 0..CONFLICT_TRIES_MAX {
            let Some((mut settlement, invoice)) = self.decide(of, claim, source).await? else {
                return Ok(Settled::Known);
            };
            settlement.webhook = webhook.cloned();
            let outcome = outcome_of(&settlement, invoice);
            match self.parts.store.apply(settlement).await {
                Ok(Applied::Now) => return Ok(outcome),
                Ok(Applied::Before) => {
                    self.keep_late(of.instance, claim).await?;
                    self.record_late_fee(of.instance, claim).await?;
                    return Ok(Settled::Known);
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(BillingError::Store(StoreError::Conflict))
    }

    /// Some providers tell their fee only when the money was told before: what was booked without a fee gets it now.
    async fn record_late_fee(&self, instance: &InstanceId, claim: &Claim) -> Result<(), BillingError> {
        if claim.state != ClaimState::Paid || claim.fee.is_none() {
            return Ok(());
        }
        let key = claim_key(instance.clone(), claim);
        let Some(invoice) = self.parts.store.booked_without_fee(&key).await? else { return Ok(()) };
        if let Some(settlement) = plan_late_fee(instance, claim, invoice, self.now()) {
            self.parts.store.apply(settlement).await?;
        }
        Ok(())
    }

    /// What is to be applied, and the invoice that it is about; `None` where nothing is new.
    async fn decide(
        &self,
        of: At<'_>,
        claim: &Claim,
        source: &ClaimSource,
    ) -> Result<Option<(Settlement, Option<InvoiceId>)>, BillingError> {
        let at = self.now();
        let Some((payment, invoice)) = self.parts.store.claimed(of.instance, &claim.payment).await? else {
            return Ok(Some((hold_unmatched(of.instance.clone(), claim, at), None)));
        };
        let manifest = self.parts.gateways.gateway(&payment.plugin);
        let by_gateway = manifest.is_some_and(|manifest| manifest.capabilities.payer_sets_amount);
        let facts = Facts {
            payment: &payment,
            invoice: &invoice,
            // Staff read the true amount on the account, whatever was asked for.
            payer_sets_amount: by_gateway || matches!(source, ClaimSource::Staff(_)),
            live: self.parts.policy.live,
            merchant: of.merchant,
            at,
        };
        let going_back = self.plan_return(facts, claim).await?;
        match going_back.map_or_else(|| plan(facts, claim), Ok)? {
            Plan::Settle(settlement) => {
                let noted = recorded(source, claim, &invoice, at);
                Ok(Some((Settlement { noted, ..*settlement }, Some(invoice.id))))
            }
            Plan::Known => Ok(None),
        }
    }
}

fn outcome_of(settlement: &Settlement, invoice: Option<InvoiceId>) -> Settled {
    if settlement.held.is_some() {
        return Settled::Held;
    }
    match (settlement.transfers.first(), invoice) {
        (Some(transfer), _) => Settled::Booked { invoice: transfer.invoice, promised: !settlement.outbox.is_empty() },
        (None, Some(invoice)) => Settled::Changed(invoice),
        (None, None) => Settled::Known,
    }
}
