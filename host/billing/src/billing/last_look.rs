//! The last look at payments that failed. A provider may refuse one request while another of ours, of a second tab or one
//! whose answer was lost, still brings the money. Such a payment is closed, so that its client may pay again at once; a while
//! later its provider is asked once more, and money that came all the same is booked.

use super::backoff::MINUTE_MS;
use super::sweep::Swept;
use super::{Billing, BillingError, next_check};
use crate::ids::{InstanceId, Timestamp};
use crate::payment::Payment;
use crate::ports::{DueCheck, StoreError};

/// By then every request that was under way when the payment failed has come to its end at the provider.
const LAST_LOOK_AFTER_MS: i64 = 60 * MINUTE_MS;
/// A provider that could not be asked for so long is not asked about it any more.
const LAST_LOOK_UNTIL_MS: i64 = 30 * 24 * 60 * MINUTE_MS;
/// Payments of one instance in one sweep: fewer than open ones, which matter more.
const LAST_LOOKS_PER_SWEEP_MAX: u32 = 5;
/// Later than any sweep.
const NEVER: Timestamp = Timestamp(i64::MAX);

/// What is to be done about a failed payment that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It failed a moment ago.
    Wait(Timestamp),
    Look,
    GiveUp,
}

impl Billing {
    /// Asks once more about payments of the instance that failed a while ago.
    ///
    /// # Errors
    /// Where the store cannot answer at all.
    pub(super) async fn look_for_the_last_time(
        &self,
        instance: &InstanceId,
        swept: &mut Swept,
    ) -> Result<(), BillingError> {
        for due in self.parts.store.due_last_looks(instance, self.now(), LAST_LOOKS_PER_SWEEP_MAX).await? {
            let id = due.payment.id.clone();
            match self.last_look(due).await {
                Ok(None) => {}
                Ok(Some(settled)) => {
                    swept.checked += 1;
                    swept.settled.extend(settled);
                }
                Err(BillingError::Store(error @ StoreError::Unavailable(_))) => return Err(error.into()),
                Err(error) => swept.failed.push((id, error)),
            }
        }
        Ok(())
    }

    async fn last_look(&self, due: DueCheck) -> Result<Option<Vec<super::Settled>>, BillingError> {
        let DueCheck { payment, checks } = due;
        let (id, now) = (payment.id.clone(), self.now());
        match turn(&payment, now) {
            Turn::Wait(until) => self.parts.store.checked(&id, until).await?,
            Turn::GiveUp => self.parts.store.checked(&id, NEVER).await?,
            Turn::Look => {
                // Only a look that the provider answered, and after which it has nothing left that may bring money, is the
                // last one.
                self.parts.store.checked(&id, next_check(&id, checks, now)).await?;
                let checked = self.look_up(payment).await?;
                if !checked.waits {
                    self.parts.store.checked(&id, NEVER).await?;
                }
                return Ok(Some(checked.settled));
            }
        }
        Ok(None)
    }
}

/// `checked` of a failed payment says when it failed; one of before that was written down counts from its beginning.
fn turn(payment: &Payment, now: Timestamp) -> Turn {
    let failed = payment.checked.unwrap_or(payment.created);
    let look = failed.plus_ms(LAST_LOOK_AFTER_MS);
    if now < look {
        Turn::Wait(look)
    } else if now > failed.plus_ms(LAST_LOOK_UNTIL_MS) {
        Turn::GiveUp
    } else {
        Turn::Look
    }
}
