//! News that money goes back may overtake the news that it came: the one is late or lost, or the other is sent first.
//! Held alone it would never be booked, so the payment itself is asked about first.

use super::super::settle::At;
use super::super::{Billing, BillingError, Settled};
use crate::claim::{Claim, ClaimSource, ClaimState};
use crate::plugin::Instance;
use crate::webhook::WebhookEntry;

impl Billing {
    /// Settles one claim of a proven webhook, after the payment whose money it takes back.
    ///
    /// # Errors
    /// As [`Billing::settle`]; the plugin's where the provider could not be asked about the payment, so that the webhook is
    /// tried again.
    pub(super) async fn settle_in_order(
        &self,
        instance: &Instance,
        claim: &Claim,
        entry: &WebhookEntry,
    ) -> Result<Settled, BillingError> {
        if takes_back(&claim.state) {
            self.settle_payment_of(instance, claim).await?;
        }
        self.tell_refunds_apart(&instance.id, claim).await?;
        self.settle_one(At::new(&instance.id, Some(instance)), claim, &ClaimSource::Gateway, Some(entry)).await
    }

    /// Nothing is asked where its money is booked, where nobody knows the payment, or where its gateway cannot say.
    async fn settle_payment_of(&self, instance: &Instance, claim: &Claim) -> Result<(), BillingError> {
        let payment = self.parts.store.payment_by_key(&instance.id, &claim.payment).await?;
        match payment.filter(|payment| !payment.received.is_positive() && self.checks(instance)) {
            Some(payment) => self.look_up(payment).await.map(drop),
            None => Ok(()),
        }
    }
}

fn takes_back(state: &ClaimState) -> bool {
    matches!(
        state,
        ClaimState::Refunded(_) | ClaimState::Disputed(_) | ClaimState::DisputeWon | ClaimState::DisputeLost
    )
}
