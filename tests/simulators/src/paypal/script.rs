//! What a test does to the simulator from inside its process; the control API does the same over HTTP. Every call
//! answers 404 as a [`Refusal`] where the id is not known.

use serde_json::{Value, json};

use super::capture::{RefundScript, RefundStatus};
use super::dispute::{Dispute, DisputeOutcome, DisputeStatus};
use super::money::Money;
use super::order::{Funding, Outcome, Script};
use super::refusal::Refusal;
use super::returning::Complaint;
use super::{Falsified, Simulator};

impl Simulator {
    /// The buyer approves, without the page. `false` where the order cannot be approved, or not with this funding.
    ///
    /// # Errors
    /// 404.
    pub fn approve(&self, order_id: &str, funding: Funding) -> Result<bool, Refusal> {
        self.act(|world, now_ms| world.approve(order_id, funding, now_ms))
    }

    /// Ends an order that was not captured.
    ///
    /// # Errors
    /// 404.
    pub fn void(&self, order_id: &str) -> Result<(), Refusal> {
        self.act(|world, now_ms| world.void(order_id, now_ms))
    }

    /// Decides the next capture of an order, and what it will say falsely.
    ///
    /// # Errors
    /// 404.
    pub fn script_capture(&self, order_id: &str, script: Option<Script>, false_: Falsified) -> Result<(), Refusal> {
        self.act(|world, _| world.script_capture(order_id, script, false_))
    }

    /// Ends a pending capture.
    ///
    /// # Errors
    /// 404.
    pub fn settle(&self, capture_id: &str, outcome: Outcome) -> Result<(), Refusal> {
        self.act(|world, now_ms| world.settle(capture_id, outcome, now_ms))
    }

    /// The buyer's bank takes money back; all that is left where no amount is given.
    ///
    /// # Errors
    /// 404.
    pub fn reverse(&self, capture_id: &str, amount: Option<Money>) -> Result<Option<String>, Refusal> {
        self.act(|world, now_ms| world.reverse(capture_id, amount, now_ms))
    }

    /// Decides the next refund of a capture.
    ///
    /// # Errors
    /// 404.
    pub fn script_refund(&self, capture_id: &str, script: RefundScript) -> Result<(), Refusal> {
        self.act(|world, _| world.script_refund(capture_id, script))
    }

    /// Ends a pending refund.
    ///
    /// # Errors
    /// 404.
    pub fn end_refund(&self, refund_id: &str, status: RefundStatus) -> Result<(), Refusal> {
        self.act(|world, now_ms| world.end_refund(refund_id, status, now_ms))
    }

    /// The buyer complains; answers the dispute's id.
    ///
    /// # Errors
    /// 404.
    pub fn dispute(&self, capture_id: &str, complaint: Complaint) -> Result<Option<String>, Refusal> {
        self.act(|world, now_ms| world.dispute(capture_id, complaint, now_ms))
    }

    /// # Errors
    /// 404.
    pub fn update_dispute(&self, dispute_id: &str, status: DisputeStatus) -> Result<(), Refusal> {
        self.act(|world, now_ms| world.update_dispute(dispute_id, status, now_ms))
    }

    /// # Errors
    /// 404.
    pub fn resolve_dispute(&self, dispute_id: &str, outcome: DisputeOutcome) -> Result<(), Refusal> {
        self.act(|world, now_ms| world.resolve_dispute(dispute_id, outcome, now_ms))
    }

    /// Tokens given out from now on lack these scopes, so that calls are answered 403.
    pub fn withhold(&self, scopes: &[String]) {
        self.act(|world, _| world.tokens.withhold(scopes));
    }

    /// Every token stops working at once.
    pub fn revoke_tokens(&self) {
        self.act(|world, _| world.tokens.revoke_all());
    }

    /// What the merchant could ask for by id, all of it.
    #[must_use]
    pub fn state(&self) -> Value {
        self.act(|world, _| {
            let frame = world.frame();
            let orders = world.orders.values().map(|order| frame.order(order, world.capture_of(order)));
            let captures = world.captures.values().map(|capture| frame.capture(capture));
            let refunds = world.refunds.values().map(|refund| frame.refund(refund));
            let dispute = |dispute: &Dispute| Some(frame.dispute(dispute, world.captures.get(&dispute.capture_id)?));
            let disputes = world.disputes.values().filter_map(dispute);
            json!({
                "orders": orders.collect::<Vec<_>>(),
                "captures": captures.collect::<Vec<_>>(),
                "refunds": refunds.collect::<Vec<_>>(),
                "disputes": disputes.collect::<Vec<_>>(),
            })
        })
    }
}
