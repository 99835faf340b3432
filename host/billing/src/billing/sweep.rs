//! The sweep: open payments are looked up at their providers until they end, so that no lost webhook and no closed
//! browser leaves one unpaid for ever. One that failed gets a last look.

use super::backoff::{MINUTE_MS, next_try};
use super::{Billing, BillingError, Settled};
use crate::claim::{ClaimSource, ClaimState};
use crate::ids::{InstanceId, PaymentId, RefundId, Timestamp};
use crate::payment::{Payment, PaymentProgress, PaymentState};
use crate::plugin::{Instance, PluginError};
use crate::ports::{DueCheck, GatewayCall, StoreError};

/// Payments of one instance that one sweep looks up: some seconds of a provider's time.
const PAYMENTS_PER_SWEEP_MAX: u32 = 20;
/// The longest time between two looks at the same payment.
const WAIT_MAX_MS: i64 = 3 * 24 * 60 * MINUTE_MS;

/// What a sweep of one instance came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Swept {
    pub checked: usize,
    pub settled: Vec<Settled>,
    /// Payments that could not be looked up, and why, for the log.
    pub failed: Vec<(PaymentId, BillingError)>,
    /// Open refunds that were asked about.
    pub refunds: usize,
    /// Refunds that could not be asked about, and why, for the log.
    pub refunds_failed: Vec<(RefundId, PluginError)>,
}

/// What a look at one payment came to.
pub(super) struct Checked {
    pub(super) settled: Vec<Settled>,
    /// The provider has something of it that has not ended.
    pub(super) waits: bool,
}

/// When a payment is looked up for the next time after `checks` looks: after a minute at first, then twice as late each
/// time, up to three days.
#[must_use]
pub fn next_check(payment: &PaymentId, checks: u32, now: Timestamp) -> Timestamp {
    next_try(payment.as_str(), checks, now, WAIT_MAX_MS)
}

impl Billing {
    /// Instances whose gateway can look a payment up or give money back, switched on or not: what was begun is followed to
    /// its end.
    ///
    /// # Errors
    /// Store errors.
    pub async fn sweepable(&self) -> Result<Vec<InstanceId>, BillingError> {
        let instances = self.parts.store.instances().await?;
        let to_sweep = |instance: &Instance| self.checks(instance) || self.refunds(instance);
        Ok(instances.into_iter().filter(to_sweep).map(|instance| instance.id).collect())
    }

    pub(super) fn checks(&self, instance: &Instance) -> bool {
        self.parts.gateways.gateway(&instance.plugin).is_some_and(|manifest| manifest.capabilities.check)
    }

    /// Looks up the payments and refunds of one instance whose time has come, one after the other. A payment whose look failed comes
    /// later again, like one that is still open, and stops no other.
    ///
    /// # Errors
    /// Where the store cannot answer at all; what was settled before stays settled.
    pub async fn sweep(&self, instance: &InstanceId) -> Result<Swept, BillingError> {
        let mut swept = Swept::default();
        (swept.refunds, swept.refunds_failed) = self.sweep_refunds(instance).await?;
        let configured = self.parts.store.instance(instance).await?;
        if !configured.is_some_and(|instance| self.checks(&instance)) {
            return Ok(swept);
        }
        for due in self.parts.store.due_checks(instance, self.now(), PAYMENTS_PER_SWEEP_MAX).await? {
            let id = due.payment.id.clone();
            match self.sweep_one(due).await {
                Ok(settled) => {
                    swept.checked += 1;
                    swept.settled.extend(settled);
                }
                // The store itself is away: nothing of this round could be written down.
                Err(BillingError::Store(error @ StoreError::Unavailable(_))) => return Err(error.into()),
                Err(error) => swept.failed.push((id, error)),
            }
        }
        self.look_for_the_last_time(instance, &mut swept).await?;
        Ok(swept)
    }

    async fn sweep_one(&self, due: DueCheck) -> Result<Vec<Settled>, BillingError> {
        let DueCheck { payment, checks } = due;
        // First the next time, so that a payment that ends the host does not do so at every start.
        self.parts.store.checked(&payment.id, next_check(&payment.id, checks, self.now())).await?;
        Ok(self.look_up(payment).await?.settled)
    }

    /// Asks the provider about one payment, whatever its state, and settles what it says.
    pub(super) async fn look_up(&self, payment: Payment) -> Result<Checked, BillingError> {
        let invoice = self.parts.store.invoice(payment.invoice).await?.ok_or(BillingError::NotFound)?;
        let client = self.client(payment.client).await?;
        let call = self.gateway_call(payment, &invoice, &client).await?;
        Ok(self.check(&call).await??)
    }

    /// Asks the provider about one payment and settles what it says. The inner error is the plugin's, and changes nothing.
    pub(super) async fn check(&self, call: &GatewayCall) -> Result<Result<Checked, PluginError>, BillingError> {
        let claims = match self.parts.gateways.check(call).await {
            Ok(claims) => claims,
            Err(error) => return Ok(Err(error)),
        };
        self.remember_check(&call.payment, claims.is_empty()).await?;
        let waits = claims.iter().any(|claim| matches!(claim.state, ClaimState::Pending(_) | ClaimState::Authorized));
        let settled = self.settle(&call.instance.id, &claims, &ClaimSource::Gateway).await?;
        Ok(Ok(Checked { settled, waits }))
    }

    /// A provider that has nothing to say of a payment has not taken it: what was unknown waits for the client again.
    async fn remember_check(&self, payment: &Payment, nothing: bool) -> Result<(), BillingError> {
        let state = match payment.state {
            PaymentState::Unknown if nothing => PaymentState::Pending,
            state => state,
        };
        let progress = PaymentProgress { state, checked: Some(self.now()), ..PaymentProgress::unchanged(payment) };
        match self.parts.store.progress(progress).await {
            Ok(()) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_later_and_later_but_never_later_than_every_few_days() {
        let payment = PaymentId::new("01JTESTPAYMENT000000000000");
        let waits: Vec<i64> = (0..40).map(|checks| next_check(&payment, checks, Timestamp(0)).0).collect();
        assert!((MINUTE_MS..=MINUTE_MS * 5 / 4).contains(&waits[0]), "{waits:?}");
        assert!((MINUTE_MS * 8..=MINUTE_MS * 10).contains(&waits[3]), "{waits:?}");
        assert!(waits.iter().all(|wait| (MINUTE_MS..=WAIT_MAX_MS * 5 / 4).contains(wait)), "{waits:?}");
        assert!(waits[39] >= WAIT_MAX_MS);
        assert_eq!(next_check(&payment, u32::MAX, Timestamp(0)).0 / WAIT_MAX_MS, 1);
    }

    #[test]
    fn payments_made_together_are_not_looked_up_together() {
        let wait = |number: u32| next_check(&PaymentId::new(format!("P{number:025}")), 4, Timestamp(0));
        let different: std::collections::BTreeSet<Timestamp> = (0..100).map(wait).collect();
        assert!(different.len() > 15, "{}", different.len());
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let payment = PaymentId::new("P");
        assert!(next_check(&payment, 7, Timestamp(i64::MAX)).0 > 0);
    }
}
