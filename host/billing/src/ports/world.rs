use crate::ids::{PaymentId, RefundId, Timestamp};

/// The time. An argument of every decision, so that tests set it.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// New ids. Random, so that none can be guessed from another.
pub trait Ids: Send + Sync {
    /// 26 characters, letters and digits, unique for ever.
    fn payment(&self) -> PaymentId;
    /// As [`Ids::payment`].
    fn refund(&self) -> RefundId;
}
