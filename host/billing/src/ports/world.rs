use std::time::Duration;

use crate::ids::{PaymentId, RefundId, Timestamp};

/// The time. An argument of every decision, so that tests set it.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Time since some moment, for what is counted by the minute. It goes on evenly where the wall clock is set; a clock that
    /// does not say more counts by its own time.
    fn steady(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.now().0).unwrap_or(0))
    }
}

/// New ids. Random, so that none can be guessed from another.
pub trait Ids: Send + Sync {
    /// 26 characters, letters and digits, unique for ever.
    fn payment(&self) -> PaymentId;
    /// As [`Ids::payment`].
    fn refund(&self) -> RefundId;
}
