//! One webhook as Stripe sends it: a payment intent that succeeded, signed.

use std::time::SystemTime;

use serde_json::{Value, json};
use tollgate_simulators::stripe::{Version, signature_header};

use crate::open_payments::{AMOUNT_MINOR, AT, payment_id};

pub const MERCHANT: &str = "acct_1Benchmark";
/// What signs; no secret of anybody's.
pub const SECRET: &str = "whsec_0123456789abcdefghijklmnopqrstuv";

pub struct Event {
    pub index: usize,
    pub body: String,
    signature: String,
}

impl Event {
    /// Signed now: the gateway refuses what was signed minutes ago.
    pub fn new(index: usize) -> Self {
        let body = format!("{:#}", envelope(index));
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let now_s = i64::try_from(now).unwrap_or_default();
        let signature = signature_header(&[SECRET.to_owned()], &body, now_s);
        Self { index, body, signature }
    }

    pub fn id(&self) -> String {
        event_id(self.index)
    }

    /// The whole request.
    pub fn request(&self, host: &str) -> String {
        let (signature, length, body) = (&self.signature, self.body.len(), &self.body);
        format!(
            "POST /hooks/card HTTP/1.1\r\nhost: {host}\r\nuser-agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\n\
             accept: */*; q=0.5, application/xml\r\ncache-control: no-cache\r\ncontent-type: application/json; \
             charset=utf-8\r\nstripe-signature: {signature}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    }

    /// The headers as the host writes them down, near enough in size.
    pub fn stored_headers(&self) -> String {
        let request = self.request("127.0.0.1:8080");
        let head = request.split("\r\n\r\n").next().unwrap_or_default();
        let pairs: Vec<_> = head.lines().skip(1).filter_map(|line| line.split_once(": ")).collect();
        json!(pairs).to_string()
    }
}

fn event_id(index: usize) -> String {
    format!("evt_{index:024}")
}

fn envelope(index: usize) -> Value {
    let created = AT.0 / 1_000;
    json!({
        "id": event_id(index), "object": "event", "api_version": Version::Clover.name(), "created": created,
        "data": { "object": intent(index) }, "livemode": false, "pending_webhooks": 1,
        "request": { "id": "req_0123456789abcd", "idempotency_key": payment_id(index).to_string() },
        "type": "payment_intent.succeeded",
    })
}

/// With every field that Stripe sends: what is not read has to be skipped, too.
fn intent(index: usize) -> Value {
    const EMPTY: [&str; 17] = [
        "application",
        "application_fee_amount",
        "canceled_at",
        "cancellation_reason",
        "excluded_payment_method_types",
        "last_payment_error",
        "next_action",
        "on_behalf_of",
        "payment_method_configuration_details",
        "processing",
        "receipt_email",
        "review",
        "setup_future_usage",
        "shipping",
        "source",
        "statement_descriptor",
        "transfer_data",
    ];
    let id = format!("pi_{index:024}");
    let mut intent = json!({
        "id": id, "object": "payment_intent", "amount": AMOUNT_MINOR, "amount_capturable": 0,
        "amount_details": { "tip": {} }, "amount_received": AMOUNT_MINOR,
        "automatic_payment_methods": { "allow_redirects": "always", "enabled": true },
        "capture_method": "automatic_async", "client_secret": format!("{id}_secret_0123456789abcdefghijklmno"),
        "confirmation_method": "automatic", "created": AT.0 / 1_000, "currency": "eur",
        "customer": format!("cus_{index:024}"), "description": "INV-000001",
        "latest_charge": format!("ch_{index:024}"), "livemode": false,
        "metadata": { "payment": payment_id(index).to_string(), "invoice": "INV-000001" },
        "payment_method": format!("pm_{index:024}"),
        "payment_method_options": { "card": { "network": null, "request_three_d_secure": "automatic" } },
        "payment_method_types": ["card"], "status": "succeeded",
    });
    for name in EMPTY {
        intent[name] = Value::Null;
    }
    intent
}
