//! Webhooks that are done are not kept for ever. What they settled is known by the key of each settlement, so that an event
//! that comes again after its webhook is forgotten books nothing.

use super::super::{Billing, BillingError};

/// Longer than any provider sends an event again, by itself or by hand, and than staff look into one.
const DONE_KEPT_DAYS: u32 = 90;
/// Of one round, so that what else is to be written never waits long.
const FORGOTTEN_PER_ROUND_MAX: u32 = 500;

impl Billing {
    /// Forgets the oldest webhooks that were done long ago; answers how many. Where they are as many as one round takes,
    /// there may be more.
    ///
    /// # Errors
    /// Store errors.
    pub async fn forget_webhooks(&self) -> Result<u64, BillingError> {
        let before = self.now().minus_days(DONE_KEPT_DAYS);
        Ok(self.parts.store.forget_webhooks(before, FORGOTTEN_PER_ROUND_MAX).await?)
    }
}
