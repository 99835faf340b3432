//! What is remembered of a payment between two calls: its order, and how often one was made and tried.

use tollgate_sdk::gateway::{Payment, Step};

use crate::api::is_id;

/// So many orders may be made for one payment: each lives for hours, so that no honest payment comes near it.
const ORDERS_MAX: u32 = 1_000;

/// The order of a payment. There is one at a time: another is made only once PayPal says that this one is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// `None` while no answer of PayPal named one.
    pub order: Option<String>,
    /// Counts the payment's orders, from 1.
    pub generation: u32,
    /// Counts the approvals of this order, from 1: a payer whose card was declined approves again.
    pub approval: u32,
}

impl Track {
    /// By the memo, which is `generation:approval:order`; without one by the provider reference, the first order.
    #[must_use]
    pub fn of(payment: &Payment) -> Self {
        let first = || Self { order: payment.provider_reference.clone().filter(|id| is_id(id)), ..Self::start() };
        payment.memo.as_deref().and_then(Self::read).unwrap_or_else(first)
    }

    fn start() -> Self {
        Self { order: None, generation: 1, approval: 1 }
    }

    fn read(memo: &str) -> Option<Self> {
        let (generation, rest) = memo.split_once(':')?;
        let (approval, order) = rest.split_once(':')?;
        let (generation, approval) = (generation.parse().ok()?, approval.parse().ok()?);
        (generation > 0 && is_id(order)).then(|| Self { order: Some(order.to_owned()), generation, approval })
    }

    /// The same for every try to make this order: PayPal then makes it once.
    #[must_use]
    pub fn order_request_id(&self, payment: &Payment) -> String {
        format!("{}-order-{}", payment.id, self.generation)
    }

    /// The same for every try to capture this approval of the order.
    #[must_use]
    pub fn capture_request_id(&self, order: &str) -> String {
        format!("{order}-capture-{}", self.approval)
    }

    /// After PayPal said that the order is gone for good. `None` where there were too many.
    #[must_use]
    pub fn next_order(&self) -> Option<Self> {
        let generation = self.generation.checked_add(1).filter(|generation| *generation <= ORDERS_MAX)?;
        Some(Self { order: None, generation, approval: 1 })
    }

    /// After a capture was declined in a way that lets the payer choose again.
    #[must_use]
    pub fn next_approval(&self) -> Self {
        Self { approval: self.approval.saturating_add(1), ..self.clone() }
    }

    /// Has the host remember it, where anything is new.
    #[must_use]
    pub fn kept_in(&self, mut step: Step, payment: &Payment) -> Step {
        let Some(order) = &self.order else { return step };
        if payment.provider_reference.is_none() {
            step = step.provider_reference(order);
        }
        let memo = format!("{}:{}:{order}", self.generation, self.approval);
        if payment.memo.as_ref() == Some(&memo) { step } else { step.memo(memo) }
    }
}

#[cfg(test)]
mod tests {
    use tollgate_sdk::{Text, testing};

    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_kept_once() {
        let mut payment = testing::payment(1_050, "EUR");
        let track = Track { order: Some("5O190127TN364715T".into()), generation: 2, approval: 3 };
        let step = track.kept_in(Step::wait(Text::plain("")), &payment);
        assert_eq!(step.provider_reference.as_deref(), Some("5O190127TN364715T"));
        assert_eq!(step.memo.as_deref(), Some("2:3:5O190127TN364715T"));
        (payment.memo, payment.provider_reference) = (step.memo, step.provider_reference);
        assert_eq!(Track::of(&payment), track);
        let again = track.kept_in(Step::wait(Text::plain("")), &payment);
        assert_eq!((again.memo, again.provider_reference), (None, None));
    }

    #[test]
    fn a_memo_that_is_none_of_ours_is_not_believed() {
        let mut payment = testing::payment(1_050, "EUR");
        payment.provider_reference = Some("FIRST".into());
        for memo in ["", "1", "1:1", "0:1:A", "-1:1:A", "1:1:", "1:1:a/b", "1:1:../x", "x:1:A", "99999999999:1:A"] {
            payment.memo = Some(memo.into());
            assert_eq!(Track::of(&payment).order.as_deref(), Some("FIRST"), "{memo}");
        }
        payment.provider_reference = Some("a/b".into());
        assert_eq!(Track::of(&payment).order, None);
    }

    #[test]
    fn orders_of_a_payment_come_to_an_end() {
        let last = Track { order: None, generation: ORDERS_MAX, approval: 1 };
        assert_eq!(last.next_order(), None);
    }
}
