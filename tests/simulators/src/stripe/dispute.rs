//! Disputes: a cardholder asks the bank for the money back.

use serde_json::{Value, json};

use super::books::Books;
use super::charge::{Change, ChargeStatus};
use super::currency;
use super::problem::Problem;

/// Evidence is due this long after.
const EVIDENCE_S: i64 = 9 * 24 * 3600;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeStatus {
    NeedsResponse,
    Won,
    Lost,
}

#[derive(Debug, Clone)]
pub struct Dispute {
    pub id: String,
    pub number: u64,
    pub charge: String,
    pub intent: String,
    pub amount: i64,
    pub currency: String,
    pub reason: String,
    pub status: DisputeStatus,
    pub created_s: i64,
    pub balances: Vec<String>,
}

/// What a merchant may bring forward against a dispute.
const EVIDENCE: [&str; 27] = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
];

/// The simulator takes none: every part is there and empty, as the contract wants it.
fn no_evidence() -> Value {
    let mut evidence: serde_json::Map<String, Value> =
        EVIDENCE.iter().map(|part| ((*part).to_owned(), Value::Null)).collect();
    evidence.insert("enhanced_evidence".to_owned(), json!({}));
    evidence.into()
}

impl Dispute {
    #[must_use]
    pub fn json(&self, books: &Books) -> Value {
        let status = match self.status {
            DisputeStatus::NeedsResponse => "needs_response",
            DisputeStatus::Won => "won",
            DisputeStatus::Lost => "lost",
        };
        let balances: Vec<Value> = self.balances.iter().filter_map(|id| books.object(id)).collect();
        json!({
            "id": self.id,
            "object": "dispute",
            "amount": self.amount,
            "balance_transactions": balances,
            "charge": self.charge,
            "created": self.created_s,
            "currency": self.currency,
            "enhanced_eligibility_types": [],
            "evidence": no_evidence(),
            "evidence_details": {
                "due_by": self.created_s + EVIDENCE_S,
                "enhanced_eligibility": {},
                "has_evidence": false,
                "past_due": false,
                "submission_count": 0,
            },
            "is_charge_refundable": false,
            "livemode": books.account.is_live,
            "metadata": {},
            "network_reason_code": "10.4",
            "payment_intent": self.intent,
            "payment_method_details": { "card": { "brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4" }, "type": "card" },
            "reason": self.reason,
            "status": status,
        })
    }
}

impl Books {
    /// The bank takes the money of a payment back; all of it, or a part. Answers the dispute.
    ///
    /// # Errors
    /// No such payment, nothing was taken for it, it is disputed, or the amount is more than was taken.
    pub fn open_dispute(&mut self, intent: &str, reason: &str, amount: Option<i64>) -> Result<Value, Problem> {
        let latest = self.intent(intent)?.latest_charge.clone().unwrap_or_default();
        let paid = |charge: &&super::charge::Charge| charge.status == ChargeStatus::Succeeded && charge.captured > 0;
        let Some(charge) = self.charges.get(&latest).filter(paid).cloned() else {
            return Err(Problem::state("charge_not_disputable", "Nothing was taken for this payment"));
        };
        let amount = amount.unwrap_or(charge.captured);
        if charge.is_disputed || !(1..=charge.captured).contains(&amount) {
            return Err(Problem::state("charge_not_disputable", "It is disputed already, or for less than that"));
        }
        let id = self.id("du");
        let fee = currency::dispute_fee(&charge.currency);
        let balance = self.dispute_balance(&id, -amount, fee, &charge.currency, "dispute");
        let dispute = Dispute {
            id: id.clone(),
            number: self.next_number(),
            charge: charge.id.clone(),
            intent: intent.to_owned(),
            amount,
            currency: charge.currency,
            reason: reason.to_owned(),
            status: DisputeStatus::NeedsResponse,
            created_s: self.now_s(),
            balances: vec![balance],
        };
        self.disputes.insert(id.clone(), dispute);
        if let Some(own) = self.charges.get_mut(&charge.id) {
            own.is_disputed = true;
        }
        let shown = self.shown(&id)?;
        self.emit("charge.dispute.created", &shown);
        self.emit("charge.dispute.funds_withdrawn", &shown);
        Ok(shown)
    }

    /// The bank decides: won brings the money back, lost does not. The dispute's fee is never given back.
    ///
    /// # Errors
    /// No such dispute, or it is decided.
    pub fn close_dispute(&mut self, id: &str, is_won: bool) -> Result<Value, Problem> {
        let dispute = self.disputes.get(id).ok_or_else(|| Problem::missing("dispute", id, None))?.clone();
        if dispute.status != DisputeStatus::NeedsResponse {
            return Err(Problem::state("dispute_unexpected_state", "The dispute is decided"));
        }
        let balance =
            is_won.then(|| self.dispute_balance(id, dispute.amount, 0, &dispute.currency, "dispute_reversal"));
        if let Some(own) = self.disputes.get_mut(id) {
            own.status = if is_won { DisputeStatus::Won } else { DisputeStatus::Lost };
            own.balances.extend(balance);
        }
        let shown = self.shown(id)?;
        self.emit("charge.dispute.closed", &shown);
        if is_won {
            self.emit("charge.dispute.funds_reinstated", &shown);
        }
        Ok(shown)
    }

    fn dispute_balance(&mut self, id: &str, amount: i64, fee: i64, currency: &str, category: &'static str) -> String {
        self.change_balance(&Change { kind: "adjustment", category, amount, fee, currency, source: id })
    }
}
