//! What PayPal tells a webhook: the envelope, and the headers that prove where it comes from.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha512;
use subtle::ConstantTimeEq;

use super::views::{seconds, with_milliseconds};
use crate::delivery::Signer;

/// The only one that PayPal uses.
pub const AUTH_ALGO: &str = "SHA256withRSA";

/// What events are about, and the names that a webhook can subscribe to.
pub const EVENT_TYPES: [(&str, &str); 13] = [
    ("CHECKOUT.ORDER.APPROVED", "A buyer approved a checkout order."),
    ("CHECKOUT.ORDER.COMPLETED", "A checkout order was processed."),
    ("CHECKOUT.ORDER.VOIDED", "A checkout order was voided."),
    ("CHECKOUT.PAYMENT-APPROVAL.REVERSED", "A problem came up between the buyer's approval and the capture."),
    ("PAYMENT.CAPTURE.COMPLETED", "A payment capture completed."),
    ("PAYMENT.CAPTURE.PENDING", "The state of a payment capture changed to pending."),
    ("PAYMENT.CAPTURE.DENIED", "A payment capture was denied."),
    ("PAYMENT.CAPTURE.DECLINED", "A payment capture was declined."),
    ("PAYMENT.CAPTURE.REFUNDED", "A merchant refunded a payment capture."),
    ("PAYMENT.CAPTURE.REVERSED", "PayPal reversed a payment capture."),
    ("CUSTOMER.DISPUTE.CREATED", "A dispute was created."),
    ("CUSTOMER.DISPUTE.UPDATED", "A dispute was updated."),
    ("CUSTOMER.DISPUTE.RESOLVED", "A dispute was resolved."),
];

/// Something that happened, before it is known who listens.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// A name of [`EVENT_TYPES`].
    pub kind: &'static str,
    pub summary: String,
    pub resource: Value,
}

/// The event's text, as it goes over the wire. Its fields are not sorted and its slashes are escaped, so that a
/// receiver who parses and writes it again has other bytes.
#[must_use]
pub fn envelope(base: &str, id: &str, happening: &Happening, now_ms: i64) -> String {
    let resource_type = match happening.kind {
        "PAYMENT.CAPTURE.REFUNDED" | "PAYMENT.CAPTURE.REVERSED" => "refund",
        kind if kind.starts_with("PAYMENT") => "capture",
        kind if kind.starts_with("CHECKOUT") => "checkout-order",
        _ => "dispute",
    };
    let href = format!("{base}/v1/notifications/webhooks-events/{id}");
    let links = json!([
        { "href": href, "rel": "self", "method": "GET" },
        { "href": format!("{href}/resend"), "rel": "resend", "method": "POST" },
    ]);
    let fields = [
        ("id", json!(id)),
        ("event_version", json!("1.0")),
        ("create_time", json!(with_milliseconds(now_ms))),
        ("resource_type", json!(resource_type)),
        ("resource_version", json!(if resource_type == "dispute" { "1.0" } else { "2.0" })),
        ("event_type", json!(happening.kind)),
        ("summary", json!(happening.summary)),
        ("resource", happening.resource.clone()),
        ("links", links),
    ];
    let written = fields.map(|(name, value)| format!("\"{name}\":{value}")).join(",");
    format!("{{{}}}", written.replace('/', "\\/"))
}

/// What a transmission is signed with. At PayPal a certificate; here a key that only the simulator has.
#[derive(Clone)]
pub struct SigningKey(String);

/// What a receiver has of a transmission, beside the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmission {
    pub id: String,
    pub time: String,
    pub signature: String,
    pub webhook_id: String,
}

impl SigningKey {
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    fn signature(&self, id: &str, time: &str, webhook_id: &str, body: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha512>::new_from_slice(self.0.as_bytes()) else { return String::new() };
        for part in [id, "|", time, "|", webhook_id, "|", body] {
            mac.update(part.as_bytes());
        }
        // The contract wants a letter or a digit first, which base64 alone does not promise.
        format!("s{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    /// Whether exactly this body was sent in this transmission.
    #[must_use]
    pub fn verify(&self, sent: &Transmission, body: &str) -> bool {
        let expected = self.signature(&sent.id, &sent.time, &sent.webhook_id, body);
        !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(sent.signature.as_bytes()))
    }
}

/// Where the certificate would be.
#[must_use]
pub fn cert_url(base: &str) -> String {
    format!("{base}/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77")
}

/// Signs the deliveries of one event to one webhook.
pub struct Transmitter {
    pub key: SigningKey,
    pub transmission_id: String,
    pub webhook_id: String,
    pub base: String,
}

impl Signer for Transmitter {
    fn headers(&self, body: &str, now_ms: i64) -> Vec<(String, String)> {
        let time = seconds(now_ms);
        let signature = self.key.signature(&self.transmission_id, &time, &self.webhook_id, body);
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("paypal-auth-algo", AUTH_ALGO.to_owned()),
            ("paypal-auth-version", "v2".to_owned()),
            ("paypal-cert-url", cert_url(&self.base)),
            ("paypal-transmission-id", self.transmission_id.clone()),
            ("paypal-transmission-sig", signature),
            ("paypal-transmission-time", time),
            ("correlation-id", self.transmission_id.chars().filter(char::is_ascii_hexdigit).take(13).collect()),
            ("user-agent", "PayPal/AUHR-214.0-25".to_owned()),
        ];
        headers.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_is_written_again_has_other_bytes() {
        let happening = Happening {
            kind: "PAYMENT.CAPTURE.COMPLETED",
            summary: "Payment completed for 1.00 EUR".to_owned(),
            resource: json!({ "id": "C", "amount": { "value": "1.00" } }),
        };
        let text = envelope("http://127.0.0.1:1", "WH-1", &happening, 0);
        let event: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(event["resource_type"], "capture");
        assert_eq!(event["links"][1]["href"], "http://127.0.0.1:1/v1/notifications/webhooks-events/WH-1/resend");
        assert_ne!(event.to_string(), text);
    }

    #[test]
    fn a_signature_fits_one_body_of_one_transmission_to_one_webhook() {
        let key = SigningKey::new("key".to_owned());
        let signature = key.signature("t", "2026-01-01T00:00:00Z", "W", "{}");
        let sent =
            Transmission { id: "t".into(), time: "2026-01-01T00:00:00Z".into(), signature, webhook_id: "W".into() };
        assert!(key.verify(&sent, "{}"));
        assert!(!key.verify(&sent, "{ }"));
        assert!(!key.verify(&Transmission { webhook_id: "V".into(), ..sent.clone() }, "{}"));
        assert!(!key.verify(&Transmission { time: "2026-01-01T00:00:01Z".into(), ..sent.clone() }, "{}"));
        assert!(!key.verify(&Transmission { id: "u".into(), ..sent.clone() }, "{}"));
        assert!(!SigningKey::new("other".to_owned()).verify(&sent, "{}"));
    }
}
