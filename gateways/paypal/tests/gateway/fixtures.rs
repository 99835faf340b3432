//! A configured gateway, a payment, and PayPal's answers.

use serde_json::{Value, json};
use tollgate_sdk::gateway::{Claim, ClaimState, NextStep, Outcome, Payment, Step, Webhook};
use tollgate_sdk::http::{Method, Request};
use tollgate_sdk::testing::{self, FakeHost};
use tollgate_sdk::{Error, Instance};

pub const PAYMENT: &str = "01JTESTPAYMENT000000000000";
pub const REFUND: &str = "01JTESTREFUND0000000000000";
pub const MERCHANT: &str = "EXAMPLESHPP23";
pub const ORDER: &str = "5O190127TN364715T";
pub const CAPTURE: &str = "3C679366HH908993F";
pub const HOUR_MS: u64 = 3_600_000;
/// 2026-01-01T00:00:00Z, when the payment was made.
pub const CREATED_MS: u64 = 1_767_225_600_000;

pub const SETTINGS: [(&str, &str); 5] = [
    ("client-id", "EXAMPLE-client_id"),
    ("client-secret", "set"),
    ("merchant", MERCHANT),
    ("brand-name", "Example Hosting"),
    ("webhook-id", "1JE4291016473214C"),
];

/// In test mode, against the sandbox.
pub fn instance() -> Instance {
    with(&[])
}

/// As [`instance`], with some settings set or replaced.
pub fn with(changes: &[(&str, &str)]) -> Instance {
    let kept = SETTINGS.iter().filter(|(key, _)| changes.iter().all(|(changed, _)| changed != key));
    let mut instance = Instance::with_settings(kept.chain(changes).copied());
    instance.test_mode = true;
    instance
}

pub fn live() -> Instance {
    live_with(&[])
}

/// As [`with`], for real money.
pub fn live_with(changes: &[(&str, &str)]) -> Instance {
    let mut instance = with(changes);
    instance.test_mode = false;
    instance
}

/// Nothing has happened to it yet: EUR 10.50.
pub fn payment() -> Payment {
    testing::payment(1_050, "EUR")
}

/// Its client was sent to PayPal.
pub fn started() -> Payment {
    Payment { provider_reference: Some(ORDER.into()), memo: Some(format!("1:1:{ORDER}")), ..payment() }
}

pub fn euros(value: &str) -> Value {
    json!({ "currency_code": "EUR", "value": value })
}

/// An order that nobody has paid yet.
pub fn order(status: &str) -> Value {
    json!({
        "id": ORDER,
        "intent": "CAPTURE",
        "status": status,
        "payment_source": { "paypal": {} },
        "purchase_units": [{
            "reference_id": "RF18539007547034",
            "custom_id": PAYMENT,
            "invoice_id": format!("RF18539007547034-{PAYMENT}"),
            "amount": euros("10.50"),
            "payee": { "email_address": "merchant@example.com", "merchant_id": MERCHANT },
        }],
        "create_time": "2026-01-01T00:00:05Z",
        "links": [
            { "href": format!("https://api.sandbox.paypal.com/v2/checkout/orders/{ORDER}"), "rel": "self", "method": "GET" },
            { "href": approval(), "rel": "payer-action", "method": "GET" },
        ],
    })
}

pub fn approval() -> String {
    format!("https://www.sandbox.paypal.com/checkoutnow?token={ORDER}")
}

pub fn capture(status: &str) -> Value {
    json!({
        "id": CAPTURE,
        "status": status,
        "amount": euros("10.50"),
        "final_capture": true,
        "custom_id": PAYMENT,
        "seller_receivable_breakdown": {
            "gross_amount": euros("10.50"),
            "paypal_fee": euros("0.72"),
            "net_amount": euros("9.78"),
        },
        "create_time": "2026-01-01T00:05:00Z",
        "update_time": "2026-01-01T00:05:01Z",
    })
}

/// An order with one capture.
pub fn captured(capture: &Value) -> Value {
    let mut order = order("COMPLETED");
    order["purchase_units"][0]["payments"] = json!({ "captures": [capture] });
    order
}

pub fn refund(status: &str, value: &str) -> Value {
    json!({
        "id": "1JU08902781691411",
        "status": status,
        "amount": euros(value),
        "custom_id": format!("{PAYMENT}.{REFUND}"),
        "create_time": "2026-01-02T00:00:00Z",
        "update_time": "2026-01-02T00:00:00Z",
        "links": [
            { "href": "https://api.sandbox.paypal.com/v2/payments/refunds/1JU08902781691411", "rel": "self", "method": "GET" },
            { "href": format!("https://api.sandbox.paypal.com/v2/payments/captures/{CAPTURE}"), "rel": "up", "method": "GET" },
        ],
    })
}

pub fn refusal(name: &str, issue: &str) -> String {
    json!({
        "name": name,
        "message": "The requested action could not be performed.",
        "debug_id": "90957fca61718",
        "details": [{ "issue": issue, "description": "In PayPal's own words." }],
    })
    .to_string()
}

pub trait Answers {
    fn json(&self, status: u16, body: &Value);
    /// 422 with one issue.
    fn refuses(&self, issue: &str);
    fn not_found(&self);
}

impl Answers for FakeHost {
    fn json(&self, status: u16, body: &Value) {
        self.answer(status, &body.to_string());
    }

    fn refuses(&self, issue: &str) {
        self.answer(422, &refusal("UNPROCESSABLE_ENTITY", issue));
    }

    fn not_found(&self) {
        self.answer(404, &refusal("RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID"));
    }
}

/// `GET /v2/…` of each request in order.
pub fn calls(host: &FakeHost) -> Vec<String> {
    let line = |request: &Request| {
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Put | Method::Delete => "other",
        };
        let (_, rest) = request.url.split_once("://").expect("an address");
        format!("{method} {}", &rest[rest.find('/').expect("a path")..])
    };
    host.requests().iter().map(line).collect()
}

pub fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

pub fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("a JSON body")
}

pub fn redirected(step: &Step) -> &str {
    match &step.next {
        NextStep::Redirect(redirect) => &redirect.url,
        other => panic!("a redirect is expected, not {other:?}"),
    }
}

pub fn waits(step: &Step) -> &str {
    match &step.next {
        NextStep::Wait(text) => text.id().expect("translated"),
        other => panic!("waiting is expected, not {other:?}"),
    }
}

/// The `state` of the page's data.
pub fn page(step: &Step) -> String {
    match &step.next {
        NextStep::Page(page) => {
            let data: Value = serde_json::from_str(&page.data).expect("JSON data");
            data["state"].as_str().expect("a state").to_owned()
        }
        other => panic!("a page is expected, not {other:?}"),
    }
}

pub fn step(outcome: Result<Outcome, Error>) -> Step {
    match outcome {
        Ok(Outcome::Step(step)) => step,
        other => panic!("a step is expected, not {other:?}"),
    }
}

pub fn claimed(outcome: Result<Outcome, Error>) -> Vec<Claim> {
    match outcome {
        Ok(Outcome::Claims(claims)) => claims,
        other => panic!("claims are expected, not {other:?}"),
    }
}

/// The state of a claim and the id of its words.
pub fn said(claim: &Claim) -> (&'static str, String) {
    let id = |text: &tollgate_sdk::Text| text.id().unwrap_or("plain").to_owned();
    match &claim.state {
        ClaimState::Pending(why) => ("pending", why.as_ref().map(id).unwrap_or_default()),
        ClaimState::Authorized => ("authorized", String::new()),
        ClaimState::Paid => ("paid", String::new()),
        ClaimState::Failed(failure) => ("failed", id(&failure.client)),
        ClaimState::Cancelled => ("cancelled", String::new()),
        ClaimState::Refunded(refund) => ("refunded", refund.clone().unwrap_or_default()),
        ClaimState::Disputed(why) => ("disputed", id(why)),
        ClaimState::DisputeWon => ("dispute-won", String::new()),
        ClaimState::DisputeLost => ("dispute-lost", String::new()),
    }
}

pub fn states(claims: &[Claim]) -> Vec<&'static str> {
    claims.iter().map(|claim| said(claim).0).collect()
}

/// An event with PayPal's headers.
pub fn webhook(event: &Value) -> Webhook {
    let headers = [
        ("paypal-auth-algo", "SHA256withRSA"),
        ("paypal-cert-url", "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270"),
        ("paypal-transmission-id", "69cd13f0-d67a-11e5-baa3-778b53f4ae55"),
        (
            "paypal-transmission-sig",
            "lmI95Jx3Y9nhR5SJWlHVIWpg4AgFk7n9bCHSRxbrd8A9zrhdu2rMyFrmz+Zjh3s3boXB07VXCXUZy/UFzUlnGJn0w==",
        ),
        ("paypal-transmission-time", "2026-01-01T00:06:00Z"),
    ];
    Webhook {
        body: event.to_string().into_bytes(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).into(),
        query: String::new(),
        received: CREATED_MS + HOUR_MS,
    }
}

pub fn event(kind: &str, resource_type: &str, resource: &Value) -> Value {
    json!({
        "id": "WH-2WR32451HC0233532-67976317FL4543714",
        "create_time": "2026-01-01T00:06:00Z",
        "resource_type": resource_type,
        "event_type": kind,
        "summary": "What happened",
        "resource": resource,
        "resource_version": "2.0",
    })
}
