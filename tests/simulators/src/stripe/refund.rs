//! Refunds: never more than was taken.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::books::Books;
use super::cards::Behaviour;
use super::charge::{Change, Charge, ChargeStatus};
use super::dispute::DisputeStatus;
use super::params::Params;
use super::problem::Problem;

/// A slow refund is done, and a failing one has failed, this long after it was asked for.
pub const REFUND_MS: i64 = 2 * 24 * 3600 * 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStatus {
    Pending,
    Succeeded,
    Failed,
}

#[derive(Debug, Clone)]
pub struct Refund {
    pub id: String,
    pub number: u64,
    pub charge: String,
    pub intent: String,
    pub amount: i64,
    pub currency: String,
    pub status: RefundStatus,
    pub created_s: i64,
    pub reason: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub balance: Option<String>,
    pub failure_balance: Option<String>,
    pub failure_reason: Option<&'static str>,
    /// When time changes it, and whether for the better.
    due: Option<(i64, bool)>,
}

impl Refund {
    #[must_use]
    pub fn json(&self) -> Value {
        let status = match self.status {
            RefundStatus::Pending => "pending",
            RefundStatus::Succeeded => "succeeded",
            RefundStatus::Failed => "failed",
        };
        let mut shown = json!({
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "balance_transaction": self.balance,
            "charge": self.charge,
            "created": self.created_s,
            "currency": self.currency,
            "destination_details": { "card": { "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund" }, "type": "card" },
            "metadata": self.metadata,
            "payment_intent": self.intent,
            "reason": self.reason,
            "receipt_number": null,
            "source_transfer_reversal": null,
            "status": status,
            "transfer_reversal": null,
        });
        if let Some(reason) = self.failure_reason {
            shown["failure_reason"] = json!(reason);
            shown["failure_balance_transaction"] = json!(self.failure_balance);
        }
        shown
    }
}

/// `POST /v1/refunds`
///
/// # Errors
/// No such payment, nothing was taken for it, more than is left of it, all of it was given back, or it is disputed.
pub fn create(books: &mut Books, params: &Params) -> Result<Value, Problem> {
    let charge_id = charge_named(books, params)?;
    let charge =
        books.charges.get(&charge_id).ok_or_else(|| Problem::missing("charge", &charge_id, Some("charge")))?.clone();
    let amount = check_amount(books, &charge, params)?;
    let behaviour =
        charge.method.as_ref().and_then(|id| books.methods.get(id)).map(|method| method.details.card.behaviour);
    let due_ms = books.now_ms() + REFUND_MS;
    let (status, due) = match behaviour {
        Some(Behaviour::RefundsSlowly) => (RefundStatus::Pending, Some((due_ms, true))),
        Some(Behaviour::RefundsFail) => (RefundStatus::Succeeded, Some((due_ms, false))),
        _ => (RefundStatus::Succeeded, None),
    };
    let id = books.id("re");
    let booking =
        Change { kind: "refund", category: "refund", amount: -amount, fee: 0, currency: &charge.currency, source: &id };
    let balance = books.change_balance(&booking);
    let refund = Refund {
        id: id.clone(),
        number: books.next_number(),
        charge: charge_id.clone(),
        intent: charge.intent,
        amount,
        currency: charge.currency,
        status,
        created_s: books.now_s(),
        reason: params.owned("reason"),
        metadata: params.map("metadata"),
        balance: Some(balance),
        failure_balance: None,
        failure_reason: None,
        due,
    };
    books.refunds.insert(id.clone(), refund);
    if due.is_some() {
        books.unsettled.push(id.clone());
    }
    books.show_refunded(&charge_id, amount);
    let shown = books.shown(&id)?;
    books.emit("refund.created", &shown);
    Ok(shown)
}

/// What a refund of this charge gives back: what was asked for, or all that is left.
fn check_amount(books: &Books, charge: &Charge, params: &Params) -> Result<i64, Problem> {
    let id = &charge.id;
    if charge.status != ChargeStatus::Succeeded || charge.captured == 0 {
        return Err(Problem::state(
            "charge_not_refundable",
            format!("Nothing was taken by charge {id} to be refunded"),
        ));
    }
    // A dispute that was won gave the money back to the account.
    if books.disputes.values().any(|dispute| dispute.charge == *id && dispute.status != DisputeStatus::Won) {
        let message = format!("Charge {id} has been charged back: its money is not there to refund");
        return Err(Problem::state("charge_disputed", message));
    }
    if charge.refundable() == 0 {
        return Err(Problem::state("charge_already_refunded", format!("Charge {id} has already been refunded.")));
    }
    let amount = params.integer("amount").unwrap_or(charge.refundable());
    if amount < 1 {
        let message = "Invalid positive integer: a refund is at least 1";
        return Err(Problem::parameter("parameter_invalid_integer", "amount", message));
    }
    if amount > charge.refundable() {
        let left = charge.refundable();
        let message = format!("Refund amount ({amount}) is greater than what is left of the charge ({left})");
        return Err(Problem { param: Some("amount".to_owned()), began: true, ..Problem::invalid(message) });
    }
    Ok(amount)
}

/// The charge that `payment_intent` or `charge` names; exactly one of them must be there.
fn charge_named(books: &Books, params: &Params) -> Result<String, Problem> {
    match (params.text("payment_intent"), params.owned("charge")) {
        (None, Some(charge)) => Ok(charge),
        (Some(id), None) => {
            let intent =
                books.intents.get(id).ok_or_else(|| Problem::missing("payment_intent", id, Some("payment_intent")))?;
            let message = format!("PaymentIntent {id} has no charge to refund");
            intent
                .latest_charge
                .clone()
                .ok_or_else(|| Problem::parameter("resource_missing", "payment_intent", message))
        }
        (None, None) => {
            Err(Problem::parameter("parameter_missing", "payment_intent", "Give a payment_intent or a charge"))
        }
        (Some(_), Some(_)) => Err(Problem::invalid("Give a payment_intent or a charge, not both")),
    }
}

impl Books {
    fn show_refunded(&mut self, charge: &str, amount: i64) {
        let Some(own) = self.charges.get_mut(charge) else { return };
        own.refunded += amount;
        if let Some(shown) = self.object(charge) {
            self.emit("charge.refunded", &shown);
        }
    }

    /// A refund that was pending is done, or one that looked done fails and its money comes back.
    ///
    /// # Errors
    /// No such refund, or it has failed before.
    pub fn end_refund(&mut self, id: &str, ends_well: bool) -> Result<Value, Problem> {
        let refund = self.refunds.get_mut(id).ok_or_else(|| Problem::missing("refund", id, None))?;
        let is_news = match refund.status {
            RefundStatus::Pending => true,
            RefundStatus::Succeeded => !ends_well,
            RefundStatus::Failed => false,
        };
        if !is_news {
            return Err(Problem::state("refund_unexpected_state", "The refund has ended before"));
        }
        refund.due = None;
        refund.status = if ends_well { RefundStatus::Succeeded } else { RefundStatus::Failed };
        if !ends_well {
            self.take_refund_back(id);
        }
        let shown = self.shown(id)?;
        self.emit("refund.updated", &shown);
        self.emit("charge.refund.updated", &shown);
        if !ends_well {
            self.emit("refund.failed", &shown);
        }
        Ok(shown)
    }

    fn take_refund_back(&mut self, id: &str) {
        let Some(refund) = self.refunds.get(id).cloned() else { return };
        let booking = Change {
            kind: "refund_failure",
            category: "refund_failure",
            amount: refund.amount,
            fee: 0,
            currency: &refund.currency,
            source: id,
        };
        let balance = self.change_balance(&booking);
        if let Some(own) = self.refunds.get_mut(id) {
            own.failure_balance = Some(balance);
            own.failure_reason = Some("expired_or_canceled_card");
        }
        if let Some(charge) = self.charges.get_mut(&refund.charge) {
            charge.refunded -= refund.amount;
        }
    }

    pub(super) fn tick_refund(&mut self, id: &str, now_ms: i64) -> bool {
        match self.refunds.get(id).and_then(|refund| refund.due) {
            None => true,
            Some((due_ms, ends_well)) if due_ms <= now_ms => self.end_refund(id, ends_well).is_ok(),
            Some(_) => false,
        }
    }
}
