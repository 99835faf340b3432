//! From an order to money: create, approve, capture, settle.

use serde_json::json;

use super::capture::{Capture, CaptureStatus};
use super::event::Happening;
use super::idempotency::Asked;
use super::money::Money;
use super::order::{APPROVE_WITHIN_MS, CAPTURE_WITHIN_MS, Funding, Order, Outcome, Script, Status};
use super::order_request::OrderRequest;
use super::refusal::{Contract, Detail, Refusal};
use super::world::{Due, World};

/// Something that was made now, or had been made before under the same request id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub id: String,
    pub is_new: bool,
}

/// What a test may falsify of a payment before it is captured.
#[derive(Debug, Clone, Default)]
pub struct Falsified {
    pub merchant_id: Option<String>,
    pub amount: Option<Money>,
}

impl World {
    /// # Errors
    /// As the contract lists; 409 for a request id of another order.
    pub fn create(&mut self, asked: Asked, now_ms: i64) -> Result<Made, Refusal> {
        if let Some(id) = self.memory.recall(asked, now_ms)? {
            self.order(&id)?;
            return Ok(Made { id, is_new: false });
        }
        let request = OrderRequest::read(asked.body, &self.account)?;
        if request.names_source && asked.request_id.is_none() {
            return Err(Refusal::invalid(Contract::CreateOrder, &Detail::of("PAYPAL_REQUEST_ID_REQUIRED")));
        }
        let order = Order {
            id: self.ids.upper(17),
            status: if request.names_source { Status::PayerActionRequired } else { Status::Created },
            unit: request.unit,
            experience: request.experience,
            names_source: request.names_source,
            merchant_id: self.account.merchant_id.clone(),
            created_ms: now_ms,
            updated_ms: now_ms,
            approved_ms: None,
            funding: None,
            capture_id: None,
            script: None,
            declines: 0,
        };
        let id = order.id.clone();
        self.later(now_ms + APPROVE_WITHIN_MS, Due::Order(id.clone()));
        self.memory.keep(asked, &id, now_ms);
        self.orders.insert(id.clone(), order);
        Ok(Made { id, is_new: true })
    }

    /// The buyer approves. `false` where there is nothing to approve, or not with this funding.
    ///
    /// # Errors
    /// 404.
    pub fn approve(&mut self, id: &str, funding: Funding, now_ms: i64) -> Result<bool, Refusal> {
        let order = self.orders.get_mut(id).ok_or_else(Refusal::not_found)?;
        let was_approved = order.status == Status::Approved;
        if !order.approve(funding, now_ms) {
            return Ok(false);
        }
        if !was_approved {
            self.later(now_ms + CAPTURE_WITHIN_MS, Due::Order(id.to_owned()));
            self.order_happens(id, "CHECKOUT.ORDER.APPROVED", "An order has been approved by buyer");
        }
        Ok(true)
    }

    /// Ends an order that was not captured; one that has ended stays as it is.
    ///
    /// # Errors
    /// 404.
    pub fn void(&mut self, id: &str, now_ms: i64) -> Result<(), Refusal> {
        let order = self.orders.get_mut(id).ok_or_else(Refusal::not_found)?;
        if order.void(now_ms) {
            self.order_happens(id, "CHECKOUT.ORDER.VOIDED", "An order has been voided");
        }
        Ok(())
    }

    /// # Errors
    /// As the contract lists; 409 for a request id of another capture.
    pub fn capture_order(&mut self, id: &str, asked: Asked, now_ms: i64) -> Result<Made, Refusal> {
        if let Some(id) = self.memory.recall(asked, now_ms)? {
            return Ok(Made { id, is_new: false });
        }
        let order = self.orders.get(id).ok_or_else(Refusal::not_found)?;
        let invoice_id = order.unit.invoice_id.clone();
        let approve_url = self.frame().approve_url(order);
        let is_duplicate = invoice_id.as_ref().is_some_and(|invoice| self.invoices.contains_key(invoice));
        if order.status == Status::Approved && is_duplicate {
            return Err(Refusal::unprocessable(Contract::CaptureOrder, &Detail::of("DUPLICATE_INVOICE_ID")));
        }
        let order = self.orders.get_mut(id).ok_or_else(Refusal::not_found)?;
        let outcome = order.capture().map_err(|refusal| match refusal.issue() {
            "INSTRUMENT_DECLINED" | "PAYER_ACTION_REQUIRED" | "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING" => {
                refusal.link("redirect", &approve_url)
            }
            _ => refusal,
        })?;
        let capture_id = self.ids.upper(17);
        order.captured(&capture_id, now_ms);
        let capture = captured(order, capture_id.clone(), outcome, now_ms);
        if let (Some(invoice), true) = (invoice_id, capture.status != CaptureStatus::Declined) {
            self.invoices.insert(invoice, capture_id.clone());
        }
        self.captures.insert(capture_id.clone(), capture);
        if let Outcome::Pending(reason) = outcome {
            self.later(now_ms + reason.settles_after_ms(), Due::Capture(capture_id.clone()));
        }
        self.memory.keep(asked, id, now_ms);
        self.capture_happens(&capture_id, kind_of(outcome));
        Ok(Made { id: id.to_owned(), is_new: true })
    }

    /// A pending capture completes or is denied; one that has ended stays as it is.
    ///
    /// # Errors
    /// 404.
    pub fn settle(&mut self, id: &str, outcome: Outcome, now_ms: i64) -> Result<(), Refusal> {
        let capture = self.captures.get_mut(id).ok_or_else(Refusal::not_found)?;
        if !capture.settle(outcome, now_ms) {
            return Ok(());
        }
        if capture.status == CaptureStatus::Declined
            && let Some(invoice) = &capture.invoice_id
        {
            self.invoices.remove(invoice);
        }
        let denied = "PAYMENT.CAPTURE.DENIED";
        self.capture_happens(id, if outcome == Outcome::Completed { kind_of(outcome) } else { denied });
        Ok(())
    }

    /// Says what the next capture of an order does, or falsifies what it will say.
    ///
    /// # Errors
    /// 404.
    pub fn script_capture(&mut self, id: &str, script: Option<Script>, false_: Falsified) -> Result<(), Refusal> {
        let order = self.orders.get_mut(id).ok_or_else(Refusal::not_found)?;
        order.script = script.or(order.script.take());
        if let Some(merchant_id) = false_.merchant_id {
            order.merchant_id = merchant_id;
        }
        if let Some(amount) = false_.amount {
            order.unit.amount = amount;
            order.unit.breakdown = None;
        }
        Ok(())
    }

    fn order_happens(&mut self, id: &str, kind: &'static str, summary: &str) {
        let Some(order) = self.orders.get(id) else { return };
        let resource = self.frame().order(order, self.capture_of(order));
        self.happens(Happening { kind, summary: summary.to_owned(), resource });
    }

    fn capture_happens(&mut self, id: &str, kind: &'static str) {
        let Some(capture) = self.captures.get(id) else { return };
        let said = format!("{} {}", capture.amount.value(), capture.amount.currency.code);
        let summary = match kind {
            "PAYMENT.CAPTURE.COMPLETED" => format!("Payment completed for {said}"),
            "PAYMENT.CAPTURE.PENDING" => format!("Payment pending for {said}"),
            "PAYMENT.CAPTURE.DENIED" => format!("A {said} capture payment was denied"),
            _ => format!("A {said} capture payment was declined"),
        };
        let mut resource = self.frame().capture(capture);
        resource["disbursement_mode"] = json!("INSTANT");
        self.happens(Happening { kind, summary, resource });
    }
}

fn kind_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "PAYMENT.CAPTURE.COMPLETED",
        Outcome::Pending(_) => "PAYMENT.CAPTURE.PENDING",
        Outcome::Declined => "PAYMENT.CAPTURE.DECLINED",
    }
}

fn captured(order: &Order, id: String, outcome: Outcome, now_ms: i64) -> Capture {
    Capture {
        id,
        order_id: order.id.clone(),
        amount: order.unit.amount,
        status: match outcome {
            Outcome::Completed => CaptureStatus::Completed,
            Outcome::Pending(reason) => CaptureStatus::Pending(reason),
            Outcome::Declined => CaptureStatus::Declined,
        },
        invoice_id: order.unit.invoice_id.clone(),
        custom_id: order.unit.custom_id.clone(),
        merchant_id: order.merchant_id.clone(),
        created_ms: now_ms,
        updated_ms: now_ms,
        refunded_minor: 0,
        refunding_minor: 0,
        dispute_id: None,
        reversed: false,
        script: None,
    }
}
