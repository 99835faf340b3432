//! Money on its way back: refunds, reversals, disputes.

use super::capture::{Capture, REFUND_SETTLES_AFTER_MS, Refund, RefundScript, RefundStatus};
use super::dispute::{Dispute, DisputeOutcome, DisputeStatus};
use super::event::Happening;
use super::fields::Fields;
use super::idempotency::Asked;
use super::money::Money;
use super::paying::Made;
use super::refusal::{Contract, Detail, Refusal};
use super::world::{Due, World};

/// What a dispute is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Complaint {
    /// One of [`super::dispute::REASONS`].
    pub reason: &'static str,
    /// One of [`super::dispute::STAGES`].
    pub stage: &'static str,
    /// The whole payment where absent.
    pub amount_minor: Option<i64>,
}

/// A well-written request for a refund.
struct RefundRequest {
    amount: Option<Money>,
    custom_id: Option<String>,
    invoice_id: Option<String>,
    note_to_payer: Option<String>,
}

impl RefundRequest {
    fn read(body: &serde_json::Value) -> Result<Self, Refusal> {
        let mut fields = Fields::body(Contract::Refund, body)?;
        let read = Self {
            amount: fields.money("amount")?,
            custom_id: fields.text("custom_id", 1, 127)?,
            invoice_id: fields.text("invoice_id", 1, 127)?,
            note_to_payer: fields.text("note_to_payer", 1, 255)?,
        };
        fields.finish()?;
        Ok(read)
    }
}

impl World {
    /// # Errors
    /// As the contract lists; 409 for a request id of another refund.
    pub fn refund(&mut self, capture_id: &str, asked: Asked, now_ms: i64) -> Result<Made, Refusal> {
        if let Some(id) = self.memory.recall(asked, now_ms)? {
            return Ok(Made { id, is_new: false });
        }
        let request = RefundRequest::read(asked.body)?;
        let capture = self.captures.get_mut(capture_id).ok_or_else(Refusal::not_found)?;
        if request.invoice_id.as_ref().is_some_and(|invoice| self.refund_invoices.contains(invoice)) {
            return Err(Refusal::unprocessable(Contract::Refund, &Detail::of("DUPLICATE_INVOICE_ID")));
        }
        let (amount, status) = capture.refund(request.amount, now_ms)?;
        self.refund_invoices.extend(request.invoice_id.clone());
        let total_refunded_minor = capture.refunded_minor + capture.refunding_minor;
        let refund = Refund {
            id: self.ids.upper(17),
            capture_id: capture_id.to_owned(),
            amount,
            status,
            invoice_id: request.invoice_id,
            custom_id: request.custom_id,
            note_to_payer: request.note_to_payer,
            total_refunded_minor,
            created_ms: now_ms,
            updated_ms: now_ms,
        };
        let id = refund.id.clone();
        self.refunds.insert(id.clone(), refund);
        self.memory.keep(asked, &id, now_ms);
        if status == RefundStatus::Pending {
            self.later(now_ms + REFUND_SETTLES_AFTER_MS, Due::Refund(id.clone()));
        } else {
            self.refund_happens(&id, "PAYMENT.CAPTURE.REFUNDED");
        }
        Ok(Made { id, is_new: true })
    }

    /// A pending refund ends; one that has ended stays as it is.
    ///
    /// # Errors
    /// 404.
    pub fn end_refund(&mut self, id: &str, status: RefundStatus, now_ms: i64) -> Result<(), Refusal> {
        let refund = self.refunds.get_mut(id).ok_or_else(Refusal::not_found)?;
        if refund.status != RefundStatus::Pending || status == RefundStatus::Pending {
            return Ok(());
        }
        refund.status = status;
        refund.updated_ms = now_ms;
        let (amount, completed) = (refund.amount, status == RefundStatus::Completed);
        if let Some(capture) = self.captures.get_mut(&refund.capture_id) {
            capture.refund_ended(amount, completed, now_ms);
        }
        if completed {
            self.refund_happens(id, "PAYMENT.CAPTURE.REFUNDED");
        }
        Ok(())
    }

    /// The buyer's bank takes the money back. Answers the reversal's id; `None` where nothing is left to take.
    ///
    /// # Errors
    /// 404.
    pub fn reverse(&mut self, capture_id: &str, amount: Option<Money>, now_ms: i64) -> Result<Option<String>, Refusal> {
        let capture = self.captures.get_mut(capture_id).ok_or_else(Refusal::not_found)?;
        let Some(amount) = capture.reverse(amount, now_ms) else { return Ok(None) };
        let reversal = Refund {
            id: self.ids.upper(17),
            capture_id: capture_id.to_owned(),
            amount,
            status: RefundStatus::Completed,
            invoice_id: capture.invoice_id.clone(),
            custom_id: capture.custom_id.clone(),
            note_to_payer: None,
            total_refunded_minor: capture.refunded_minor,
            created_ms: now_ms,
            updated_ms: now_ms,
        };
        let id = reversal.id.clone();
        self.refunds.insert(id.clone(), reversal);
        self.refund_happens(&id, "PAYMENT.CAPTURE.REVERSED");
        Ok(Some(id))
    }

    /// Says what the next refund of a capture does.
    ///
    /// # Errors
    /// 404.
    pub fn script_refund(&mut self, capture_id: &str, script: RefundScript) -> Result<(), Refusal> {
        self.captures.get_mut(capture_id).ok_or_else(Refusal::not_found)?.script = Some(script);
        Ok(())
    }

    /// The buyer opens a dispute. Answers its id; `None` where one is open, the payment was never paid, or less is left of it
    /// than is asked for.
    ///
    /// # Errors
    /// 404.
    pub fn dispute(&mut self, capture_id: &str, complaint: Complaint, now_ms: i64) -> Result<Option<String>, Refusal> {
        let id = format!("PP-R-{}-{}", self.ids.upper(3), 10_000_000 + self.ids.number() % 90_000_000);
        let capture = self.captures.get_mut(capture_id).ok_or_else(Refusal::not_found)?;
        if capture.dispute_id.is_some() || !capture.status.was_paid() {
            return Ok(None);
        }
        let minor = complaint.amount_minor.unwrap_or(capture.amount.minor).clamp(0, capture.amount.minor);
        if minor > capture.refundable_minor() {
            return Ok(None);
        }
        capture.dispute_id = Some(id.clone());
        let dispute = Dispute {
            id: id.clone(),
            capture_id: capture_id.to_owned(),
            reason: complaint.reason,
            stage: complaint.stage,
            status: DisputeStatus::Open,
            amount: capture.amount.with(minor),
            outcome: None,
            created_ms: now_ms,
            updated_ms: now_ms,
        };
        self.disputes.insert(id.clone(), dispute);
        self.dispute_happens(&id, "CUSTOMER.DISPUTE.CREATED", "A new dispute opened with Case #");
        Ok(Some(id))
    }

    /// A dispute that was resolved stays as it is.
    ///
    /// # Errors
    /// 404.
    pub fn update_dispute(&mut self, id: &str, status: DisputeStatus, now_ms: i64) -> Result<(), Refusal> {
        let dispute = self.disputes.get_mut(id).ok_or_else(Refusal::not_found)?;
        if dispute.update(status, now_ms) {
            self.dispute_happens(id, "CUSTOMER.DISPUTE.UPDATED", "A dispute was updated with Case #");
        }
        Ok(())
    }

    /// Decides a dispute: where the buyer has it, the money goes back. A buyer who was refunded meanwhile has it already, and
    /// takes the complaint back. One that was resolved stays as it is.
    ///
    /// # Errors
    /// 404.
    pub fn resolve_dispute(&mut self, id: &str, outcome: DisputeOutcome, now_ms: i64) -> Result<(), Refusal> {
        let dispute = self.disputes.get_mut(id).ok_or_else(Refusal::not_found)?;
        let left_minor = self.captures.get(&dispute.capture_id).map_or(0, Capture::refundable_minor);
        let refunded = outcome.buyer_has_it() && left_minor < dispute.amount.minor;
        let outcome = if refunded { DisputeOutcome::CanceledByBuyer } else { outcome };
        if !dispute.resolve(outcome, now_ms) {
            return Ok(());
        }
        let (capture_id, amount) = (dispute.capture_id.clone(), dispute.amount);
        if let Some(capture) = self.captures.get_mut(&capture_id) {
            capture.dispute_id = None;
        }
        if outcome.buyer_has_it() {
            self.reverse(&capture_id, Some(amount), now_ms)?;
        }
        self.dispute_happens(id, "CUSTOMER.DISPUTE.RESOLVED", "A dispute was resolved with case #");
        Ok(())
    }

    fn refund_happens(&mut self, id: &str, kind: &'static str) {
        let Some(refund) = self.refunds.get(id) else { return };
        let done = if kind.ends_with("REVERSED") { "reversed" } else { "refunded" };
        let amount = refund.amount;
        let summary = format!("A {} {} capture payment was {done}", amount.value(), amount.currency.code);
        let resource = self.frame().refund(refund);
        self.happens(Happening { kind, summary, resource });
    }

    fn dispute_happens(&mut self, id: &str, kind: &'static str, summary: &str) {
        let Some(dispute) = self.disputes.get(id) else { return };
        let Some(capture) = self.captures.get(&dispute.capture_id) else { return };
        let resource = self.frame().dispute(dispute, capture);
        self.happens(Happening { kind, summary: format!("{summary} {id}"), resource });
    }
}
