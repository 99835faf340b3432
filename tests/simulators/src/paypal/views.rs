//! Orders, captures, refunds and disputes as the API writes them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::capture::{Capture, CaptureStatus, Refund, RefundStatus};
use super::dispute::Dispute;
use super::order::{Order, Status};
use super::{Account, Payer};

/// `2026-01-01T00:00:00Z`
#[must_use]
pub fn seconds(ms: i64) -> String {
    Timestamp::from_second(ms.div_euclid(1000)).unwrap_or_default().to_string()
}

/// `2026-01-01T00:00:00.000Z`
#[must_use]
pub fn with_milliseconds(ms: i64) -> String {
    format!("{:.3}", Timestamp::from_millisecond(ms).unwrap_or_default())
}

/// Everything that the views need beside the thing itself.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub base: &'a str,
    pub account: &'a Account,
    pub payer: &'a Payer,
}

fn link(href: &str, rel: &str, method: &str) -> Value {
    json!({ "href": href, "rel": rel, "method": method })
}

/// Adds what is there.
fn put(target: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        target[name] = value.into();
    }
}

impl Frame<'_> {
    /// Where the buyer approves.
    #[must_use]
    pub fn approve_url(&self, order: &Order) -> String {
        format!("{}/checkoutnow?token={}", self.base, order.id)
    }

    fn order_links(&self, order: &Order) -> Value {
        let own = format!("{}/v2/checkout/orders/{}", self.base, order.id);
        let mut links = vec![link(&own, "self", "GET")];
        match order.status {
            Status::Completed | Status::Voided => return links.into(),
            Status::PayerActionRequired => links.push(link(&self.approve_url(order), "payer-action", "GET")),
            _ if order.names_source => links.push(link(&self.approve_url(order), "payer-action", "GET")),
            _ => {
                links.push(link(&self.approve_url(order), "approve", "GET"));
                links.push(link(&own, "update", "PATCH"));
            }
        }
        if order.status != Status::PayerActionRequired {
            links.push(link(&format!("{own}/capture"), "capture", "POST"));
        }
        links.into()
    }

    /// Id, status and links alone, as an order that was just made is answered.
    #[must_use]
    pub fn order_minimal(&self, order: &Order) -> Value {
        let mut view = json!({ "id": order.id, "status": order.status.name(), "links": self.order_links(order) });
        if order.names_source || order.approved_ms.is_some() {
            view["payment_source"] = self.source(order);
        }
        view
    }

    /// What a capture of it is answered without `Prefer: return=representation`: also the capture and the payer.
    #[must_use]
    pub fn order_captured(&self, order: &Order, capture: Option<&Capture>) -> Value {
        let mut view = self.order_minimal(order);
        view["purchase_units"] =
            json!([{ "reference_id": order.unit.reference_id, "payments": self.payments(capture) }]);
        view["payer"] = self.payer();
        view
    }

    /// Everything.
    #[must_use]
    pub fn order(&self, order: &Order, capture: Option<&Capture>) -> Value {
        let mut view = self.order_minimal(order);
        let unit = &order.unit;
        let mut amount = unit.amount.json();
        put(&mut amount, "breakdown", unit.breakdown.clone());
        let mut bought =
            json!({ "reference_id": unit.reference_id, "amount": amount, "payee": self.payee(&order.merchant_id) });
        put(&mut bought, "items", unit.items.clone());
        put(&mut bought, "description", unit.description.clone());
        put(&mut bought, "custom_id", unit.custom_id.clone());
        put(&mut bought, "invoice_id", unit.invoice_id.clone());
        put(&mut bought, "soft_descriptor", unit.soft_descriptor.clone());
        if capture.is_some() {
            bought["payments"] = self.payments(capture);
        }
        view["intent"] = json!("CAPTURE");
        view["purchase_units"] = json!([bought]);
        view["create_time"] = json!(seconds(order.created_ms));
        view["update_time"] = json!(seconds(order.updated_ms));
        if order.approved_ms.is_some() {
            view["payer"] = self.payer();
        }
        view
    }

    fn source(&self, order: &Order) -> Value {
        if order.approved_ms.is_none() {
            return json!({ "paypal": {} });
        }
        json!({ "paypal": {
            "email_address": self.payer.email,
            "account_id": self.payer.id,
            "account_status": "VERIFIED",
            "name": { "given_name": self.payer.given_name, "surname": self.payer.surname },
            "address": { "country_code": self.payer.country },
        } })
    }

    fn payer(&self) -> Value {
        json!({
            "name": { "given_name": self.payer.given_name, "surname": self.payer.surname },
            "email_address": self.payer.email,
            "payer_id": self.payer.id,
            "address": { "country_code": self.payer.country },
        })
    }

    fn payee(&self, merchant_id: &str) -> Value {
        json!({ "email_address": self.account.email, "merchant_id": merchant_id })
    }

    fn payments(&self, capture: Option<&Capture>) -> Value {
        json!({ "captures": capture.iter().map(|capture| self.capture_in_order(capture)).collect::<Vec<_>>() })
    }

    fn capture_in_order(&self, capture: &Capture) -> Value {
        let own = format!("{}/v2/payments/captures/{}", self.base, capture.id);
        let mut view = json!({
            "id": capture.id,
            "status": capture.status.name(),
            "amount": capture.amount.json(),
            "final_capture": true,
            "seller_protection": {
                "status": "ELIGIBLE", "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"],
            },
            "links": [
                link(&own, "self", "GET"),
                link(&format!("{own}/refund"), "refund", "POST"),
                link(&format!("{}/v2/checkout/orders/{}", self.base, capture.order_id), "up", "GET"),
            ],
            "create_time": seconds(capture.created_ms),
            "update_time": seconds(capture.updated_ms),
        });
        put(&mut view, "invoice_id", capture.invoice_id.clone());
        put(&mut view, "custom_id", capture.custom_id.clone());
        if let CaptureStatus::Pending(reason) = capture.status {
            view["status_details"] = json!({ "reason": reason.name() });
        }
        if capture.reversed {
            view["status_details"] = json!({ "reason": "CHARGEBACK" });
        }
        if capture.status.was_paid() {
            let fee = capture.amount.fee();
            view["seller_receivable_breakdown"] = json!({
                "gross_amount": capture.amount.json(),
                "paypal_fee": fee.json(),
                "net_amount": capture.amount.with(capture.amount.minor - fee.minor).json(),
            });
        }
        view
    }

    /// With the payee and the order that it belongs to.
    #[must_use]
    pub fn capture(&self, capture: &Capture) -> Value {
        let mut view = self.capture_in_order(capture);
        view["payee"] = self.payee(&capture.merchant_id);
        view["supplementary_data"] = json!({ "related_ids": { "order_id": capture.order_id } });
        view
    }

    #[must_use]
    pub fn refund_minimal(&self, refund: &Refund) -> Value {
        let links = [
            link(&format!("{}/v2/payments/refunds/{}", self.base, refund.id), "self", "GET"),
            link(&format!("{}/v2/payments/captures/{}", self.base, refund.capture_id), "up", "GET"),
        ];
        json!({ "id": refund.id, "status": refund.status.name(), "links": links })
    }

    #[must_use]
    pub fn refund(&self, refund: &Refund) -> Value {
        let mut view = self.refund_minimal(refund);
        view["amount"] = refund.amount.json();
        view["seller_payable_breakdown"] = json!({
            "gross_amount": refund.amount.json(),
            "paypal_fee": refund.amount.with(0).json(),
            "net_amount": refund.amount.json(),
            "total_refunded_amount": refund.amount.with(refund.total_refunded_minor).json(),
        });
        view["create_time"] = json!(seconds(refund.created_ms));
        view["update_time"] = json!(seconds(refund.updated_ms));
        view["payer"] = self.payee(&self.account.merchant_id);
        put(&mut view, "invoice_id", refund.invoice_id.clone());
        put(&mut view, "custom_id", refund.custom_id.clone());
        put(&mut view, "note_to_payer", refund.note_to_payer.clone());
        if refund.status == RefundStatus::Pending {
            view["status_details"] = json!({ "reason": "ECHECK" });
        }
        view
    }

    #[must_use]
    pub fn dispute(&self, dispute: &Dispute, capture: &Capture) -> Value {
        let mut transaction = json!({
            "seller_transaction_id": capture.id,
            "create_time": seconds(capture.created_ms),
            "transaction_status": dispute.transaction_status(capture),
            "gross_amount": capture.amount.json(),
            "buyer": { "name": format!("{} {}", self.payer.given_name, self.payer.surname) },
            "seller": { "email": self.account.email, "merchant_id": capture.merchant_id, "name": self.account.name },
        });
        let fits = |id: &&String| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":-|".contains(&byte));
        put(&mut transaction, "invoice_number", capture.invoice_id.clone().filter(|id| fits(&id)));
        put(&mut transaction, "custom", capture.custom_id.clone());
        let mut view = self.dispute_summary(dispute);
        view["disputed_transactions"] = json!([transaction]);
        if let Some(outcome) = dispute.outcome {
            let refunded = if outcome.buyer_has_it() { dispute.amount } else { dispute.amount.with(0) };
            view["dispute_outcome"] = json!({ "outcome_code": outcome.name(), "amount_refunded": refunded.json() });
        }
        view
    }

    /// As the list of disputes has it: without how it ended.
    #[must_use]
    pub fn dispute_summary(&self, dispute: &Dispute) -> Value {
        let own = format!("{}/v1/customer/disputes/{}", self.base, dispute.id);
        json!({
            "dispute_id": dispute.id,
            "create_time": with_milliseconds(dispute.created_ms),
            "update_time": with_milliseconds(dispute.updated_ms),
            "reason": dispute.reason,
            "status": dispute.status.name(),
            "dispute_amount": dispute.amount.json(),
            "dispute_life_cycle_stage": dispute.stage,
            "dispute_channel": "INTERNAL",
            "links": [link(&own, "self", "GET")],
        })
    }
}
