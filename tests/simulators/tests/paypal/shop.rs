//! A merchant with a token, and the steps that most tests begin with.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use tollgate_simulators::paypal::order::Funding;
use tollgate_simulators::paypal::{Account, Simulator};
use tollgate_simulators::rig::Rig;
use tower::ServiceExt;

pub const HOUR_MS: i64 = 3_600_000;
pub const DAY_MS: i64 = 24 * HOUR_MS;
pub const HOOK: &str = "http://127.0.0.1:9/hook";

pub struct Shop {
    pub simulator: Simulator,
    router: Router,
    pub token: String,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Reply {
    /// Status and first issue, for tables.
    pub fn said(&self) -> (u16, &str) {
        let json = &self.json;
        let word = json["details"][0]["issue"].as_str().or(json["error"].as_str()).or(json["name"].as_str());
        (self.status, word.or(json["status"].as_str()).unwrap_or_default())
    }

    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap_or_else(|| panic!("no id: {} {}", self.status, self.text)).to_owned()
    }

    /// The address of a link.
    pub fn link(&self, rel: &str) -> Option<&str> {
        self.json["links"].as_array()?.iter().find(|link| link["rel"] == rel)?["href"].as_str()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Shop {
    pub async fn open() -> Self {
        let rig = Rig::for_test("http://127.0.0.1:4011", 7);
        let simulator = Simulator::new(rig, Account::example());
        let router = simulator.router();
        let mut shop = Self { simulator, router, token: String::new() };
        shop.renew().await;
        shop
    }

    pub async fn renew(&mut self) {
        let reply = self.token_with("Basic c2ltdWxhdGVkLWNsaWVudC1pZDpzaW11bGF0ZWQtY2xpZW50LXNlY3JldA==").await;
        reply.json["access_token"].as_str().expect("a token").clone_into(&mut self.token);
    }

    pub async fn token_with(&self, authorization: &str) -> Reply {
        let headers = [("authorization", authorization), ("content-type", "application/x-www-form-urlencoded")];
        self.call("POST", "/v1/oauth2/token", &headers, "grant_type=client_credentials").await
    }

    pub async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        let json = serde_json::from_str(&text).unwrap_or_default();
        Reply { status: parts.status.as_u16(), headers: parts.headers, text, json }
    }

    /// With the token, and the whole representation as the answer.
    pub async fn api(&self, method: &str, path: &str, request_id: &str, body: &Value) -> Reply {
        self.api_text(method, path, request_id, &if body.is_null() { String::new() } else { body.to_string() }).await
    }

    pub async fn api_text(&self, method: &str, path: &str, request_id: &str, body: &str) -> Reply {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("prefer", "return=representation"),
        ];
        if !request_id.is_empty() {
            headers.push(("paypal-request-id", request_id));
        }
        self.call(method, path, &headers, body).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.api("GET", path, "", &Value::Null).await
    }

    /// A new order of ten euros, or what else the body says.
    pub async fn order(&self, body: &Value) -> String {
        self.api("POST", "/v2/checkout/orders", "", body).await.id()
    }

    pub async fn capture(&self, order_id: &str, request_id: &str) -> Reply {
        self.api("POST", &format!("/v2/checkout/orders/{order_id}/capture"), request_id, &Value::Null).await
    }

    pub async fn approved(&self, body: &Value, funding: Funding) -> String {
        let id = self.order(body).await;
        assert_eq!(self.simulator.approve(&id, funding), Ok(true));
        id
    }

    /// An order that was approved and captured; answers the capture's id.
    pub async fn paid(&self, body: &Value, funding: Funding) -> String {
        let order_id = self.approved(body, funding).await;
        capture_id(&self.capture(&order_id, "").await)
    }

    pub async fn refund(&self, capture_id: &str, request_id: &str, body: &Value) -> Reply {
        self.api("POST", &format!("/v2/payments/captures/{capture_id}/refund"), request_id, body).await
    }

    /// Listens to everything; answers the webhook's id.
    pub async fn listen(&self) -> String {
        let body = json!({ "url": HOOK, "event_types": [{ "name": "*" }] });
        self.api("POST", "/v1/notifications/webhooks", "", &body).await.id()
    }

    /// The names of all events, oldest first.
    pub fn heard(&self) -> Vec<String> {
        self.simulator.tick();
        self.simulator.rig().outbox.all().into_iter().map(|webhook| webhook.kind).collect()
    }

    pub fn advance(&self, by_ms: i64) {
        self.simulator.rig().clock.advance(by_ms);
        self.simulator.tick();
    }
}

pub fn capture_id(reply: &Reply) -> String {
    let id = reply.json["purchase_units"][0]["payments"]["captures"][0]["id"].as_str();
    id.unwrap_or_else(|| panic!("no capture: {} {}", reply.status, reply.text)).to_owned()
}

pub fn euros(value: &str) -> Value {
    json!({ "currency_code": "EUR", "value": value })
}

/// A plain order of ten euros.
pub fn ten() -> Value {
    json!({ "intent": "CAPTURE", "purchase_units": [{ "amount": euros("10.00") }] })
}

/// The order that a hosting provider makes: all that the page and the records use.
pub fn full() -> Value {
    json!({
        "intent": "CAPTURE",
        "purchase_units": [{
            "reference_id": "1", "invoice_id": "INV-1", "custom_id": "payment-1", "description": "Invoice 1",
            "amount": euros("10.00"),
        }],
        "payment_source": { "paypal": { "experience_context": {
            "brand_name": "Example <Hosting>", "locale": "de-DE", "user_action": "PAY_NOW",
            "shipping_preference": "NO_SHIPPING", "payment_method_preference": "UNRESTRICTED",
            "return_url": "https://portal.example.com/return?a=1", "cancel_url": "https://portal.example.com/cancel",
        } } },
    })
}
