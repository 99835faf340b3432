//! Charges, and what they do to the account's balance.

use serde_json::{Value, json};

use super::books::Books;
use super::currency;
use super::problem::Problem;

/// With asynchronous capture the fee of a charge is known this long after it.
pub const FEE_AFTER_MS: i64 = 2_000;
/// What came in can be paid out this long after.
const AVAILABLE_AFTER_S: i64 = 7 * 24 * 3600;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeStatus {
    Succeeded,
    Pending,
    Failed,
}

#[derive(Debug, Clone)]
pub struct Charge {
    pub id: String,
    pub intent: String,
    pub amount: i64,
    pub captured: i64,
    pub refunded: i64,
    pub currency: String,
    pub status: ChargeStatus,
    pub created_s: i64,
    pub method: Option<String>,
    pub customer: Option<String>,
    pub balance: Option<String>,
    /// When the fee is known, where it is not yet.
    pub fee_due_ms: Option<i64>,
    pub is_disputed: bool,
    pub failure: Option<(Option<&'static str>, Option<&'static str>, String)>,
}

impl Charge {
    /// What can still be refunded.
    #[must_use]
    pub const fn refundable(&self) -> i64 {
        self.captured - self.refunded
    }

    #[must_use]
    pub fn json(&self, books: &Books) -> Value {
        let status = match self.status {
            ChargeStatus::Succeeded => "succeeded",
            ChargeStatus::Pending => "pending",
            ChargeStatus::Failed => "failed",
        };
        let details = self.method.as_ref().and_then(|method| books.methods.get(method)).map(|method| &method.details);
        let intent = books.intents.get(&self.intent);
        let (code, decline_code, message) =
            self.failure.clone().map_or((None, None, None), |(a, b, c)| (a, b, Some(c)));
        let outcome = match self.status {
            ChargeStatus::Failed => json!({
                "advice_code": null, "network_advice_code": null, "network_decline_code": null,
                "network_status": "declined_by_network", "reason": decline_code.or(code), "risk_level": "normal",
                "seller_message": "The bank did not say more.", "type": "issuer_declined",
            }),
            _ => json!({
                "advice_code": null, "network_advice_code": null, "network_decline_code": null,
                "network_status": "approved_by_network", "reason": null, "risk_level": "normal",
                "seller_message": "Payment complete.", "type": "authorized",
            }),
        };
        let mut shown = json!({
            "id": self.id,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.captured,
            "amount_refunded": self.refunded,
            "application": null,
            "application_fee": null,
            "application_fee_amount": null,
            "balance_transaction": self.balance,
            "billing_details": details.map(super::method::Details::billing_json),
            "calculated_statement_descriptor": "EXAMPLE HOST",
            "captured": self.captured > 0,
            "created": self.created_s,
            "currency": self.currency,
            "customer": self.customer,
            "description": intent.and_then(|intent| intent.description.clone()),
            "disputed": self.is_disputed,
            "failure_balance_transaction": null,
            "failure_code": code,
            "failure_message": message,
            "fraud_details": {},
            "livemode": books.account.is_live,
            "metadata": intent.map(|intent| &intent.metadata),
            "on_behalf_of": null,
            "outcome": outcome,
            "paid": self.status == ChargeStatus::Succeeded,
            "payment_intent": self.intent,
            "payment_method": self.method,
            "payment_method_details": details.map(|details| details.charge_json(self.amount)),
            "receipt_email": intent.and_then(|intent| intent.receipt_email.clone()),
            "receipt_number": null,
            "receipt_url": null,
            "refunded": self.captured > 0 && self.refunded == self.captured,
            "review": null,
            "shipping": null,
            "source_transfer": null,
            "statement_descriptor": null,
            "statement_descriptor_suffix": intent.and_then(|intent| intent.statement_descriptor_suffix.clone()),
            "status": status,
            "transfer_data": null,
            "transfer_group": null,
        });
        // One field more than the macro takes.
        shown["source"] = Value::Null;
        shown
    }
}

/// One change of the account's balance.
#[derive(Debug, Clone)]
pub struct Balance {
    pub id: String,
    pub kind: &'static str,
    pub category: &'static str,
    pub amount: i64,
    pub fee: i64,
    pub currency: String,
    pub source: String,
    pub created_s: i64,
}

impl Balance {
    #[must_use]
    pub fn json(&self) -> Value {
        let details: Vec<Value> = (self.fee != 0)
            .then(|| json!({ "amount": self.fee, "application": null, "currency": self.currency, "description": "Stripe processing fees", "type": "stripe_fee" }))
            .into_iter()
            .collect();
        json!({
            "id": self.id,
            "object": "balance_transaction",
            "amount": self.amount,
            "available_on": self.created_s + AVAILABLE_AFTER_S,
            "balance_type": "payments",
            "created": self.created_s,
            "currency": self.currency,
            "description": null,
            "exchange_rate": null,
            "fee": self.fee,
            "fee_details": details,
            "net": self.amount - self.fee,
            "reporting_category": self.category,
            "source": self.source,
            "status": "pending",
            "type": self.kind,
        })
    }
}

/// A change of the balance that is still to be booked.
pub struct Change<'a> {
    pub kind: &'static str,
    pub category: &'static str,
    pub amount: i64,
    pub fee: i64,
    pub currency: &'a str,
    pub source: &'a str,
}

impl Books {
    /// Books a change of the balance; answers its id.
    pub fn change_balance(&mut self, change: &Change) -> String {
        let (id, created_s) = (self.id("txn"), self.now_s());
        let balance = Balance {
            id: id.clone(),
            kind: change.kind,
            category: change.category,
            amount: change.amount,
            fee: change.fee,
            currency: change.currency.to_owned(),
            source: change.source.to_owned(),
            created_s,
        };
        self.balances.insert(id.clone(), balance);
        id
    }

    fn new_charge(&mut self, intent: &str, status: ChargeStatus) -> Result<Charge, Problem> {
        let intent = self.intent(intent)?;
        Ok(Charge {
            id: self.id("ch"),
            intent: intent.id.clone(),
            amount: intent.amount,
            captured: 0,
            refunded: 0,
            currency: intent.currency.clone(),
            status,
            created_s: self.now_s(),
            method: intent.method.clone(),
            customer: intent.customer.clone(),
            balance: None,
            fee_due_ms: None,
            is_disputed: false,
            failure: None,
        })
    }

    pub(super) fn charge_pending(&mut self, intent: &str) -> Result<String, Problem> {
        let charge = self.new_charge(intent, ChargeStatus::Pending)?;
        Ok(self.keep_charge(charge, "charge.pending"))
    }

    /// The charge of a payment that succeeds: the pending one, or a new one.
    pub(super) fn charge_paid(&mut self, intent: &str) -> Result<String, Problem> {
        let mut charge = self.pending_or_new(intent)?;
        charge.status = ChargeStatus::Succeeded;
        let (is_held, id) = (self.intent(intent)?.capture_method == "manual", charge.id.clone());
        let amount = charge.amount;
        self.keep_charge(charge, "charge.succeeded");
        if !is_held {
            self.charge_captured(&id, amount);
        }
        Ok(id)
    }

    pub(super) fn charge_failed(&mut self, intent: &str, problem: &Problem) -> Result<String, Problem> {
        let mut charge = self.pending_or_new(intent)?;
        charge.status = ChargeStatus::Failed;
        charge.failure = Some((problem.code, problem.decline_code, problem.message.clone()));
        Ok(self.keep_charge(charge, "charge.failed"))
    }

    fn pending_or_new(&mut self, intent: &str) -> Result<Charge, Problem> {
        let latest = self.intent(intent)?.latest_charge.clone();
        let pending =
            latest.and_then(|id| self.charges.get(&id)).filter(|charge| charge.status == ChargeStatus::Pending);
        match pending.cloned() {
            Some(charge) => Ok(charge),
            None => self.new_charge(intent, ChargeStatus::Pending),
        }
    }

    fn keep_charge(&mut self, charge: Charge, event: &str) -> String {
        let id = charge.id.clone();
        self.charges.insert(id.clone(), charge);
        if let Some(shown) = self.object(&id) {
            self.emit(event, &shown);
        }
        id
    }

    /// Takes the money of a charge. Its fee is known at once, or with asynchronous capture a little later.
    pub(super) fn charge_captured(&mut self, id: &str, amount: i64) {
        let now_ms = self.now_ms();
        let Some(charge) = self.charges.get_mut(id) else { return };
        charge.captured = amount;
        let is_async =
            self.intents.get(&charge.intent).is_some_and(|intent| intent.capture_method == "automatic_async");
        charge.fee_due_ms = Some(if is_async { now_ms + FEE_AFTER_MS } else { now_ms });
        if is_async {
            self.unsettled.push(id.to_owned());
        } else {
            self.book_charge(id);
        }
    }

    fn book_charge(&mut self, id: &str) {
        let Some(charge) = self.charges.get(id).cloned() else { return };
        let fee = currency::fee(charge.captured, &charge.currency);
        let booking = Change {
            kind: "charge",
            category: "charge",
            amount: charge.captured,
            fee,
            currency: &charge.currency,
            source: id,
        };
        let balance = self.change_balance(&booking);
        if let Some(charge) = self.charges.get_mut(id) {
            charge.balance = Some(balance);
            charge.fee_due_ms = None;
        }
    }

    /// The fee of a charge becomes known.
    pub(super) fn tick_charge(&mut self, id: &str, now_ms: i64) -> bool {
        match self.charges.get(id).and_then(|charge| charge.fee_due_ms) {
            None => true,
            Some(due_ms) if due_ms > now_ms => false,
            Some(_) => {
                self.book_charge(id);
                if let Some(shown) = self.object(id) {
                    self.emit("charge.updated", &shown);
                }
                true
            }
        }
    }

    /// Gives back what was only held.
    pub(super) fn release(&mut self, id: &str) {
        if let Some(charge) = self.charges.get_mut(id) {
            charge.refunded = 0;
            charge.captured = 0;
        }
        if let Some(shown) = self.object(id) {
            self.emit("charge.expired", &shown);
        }
    }
}
