//! The gateway against answers of Stripe's published shapes.

mod amounts;
mod check;
mod config;
mod hostile;
mod lessons;
mod pay;
mod refund;
mod saved;
mod setup;
mod shapes;
mod signature;
mod webhook;
mod words;

use serde_json::Value;
use tollgate_card::Card;
use tollgate_sdk::gateway::{Claim, ClaimState, ConfinedPage, Gateway, NextStep, Outcome, Payment, Step};
use tollgate_sdk::http::{Auth, Method, SendError};
use tollgate_sdk::testing::{self, FakeHost};
use tollgate_sdk::{Error, Form, Instance};

const INTENT: &str = "pi_3QabcDEF";
const PAYMENT: &str = "01JTESTPAYMENT000000000000";
const MERCHANT: &str = "acct_1Qexample";
/// 2026-01-01T00:00:00Z, where the fake's clock stands.
const NOW_S: u64 = 1_767_225_600;

const SETTINGS: [(&str, &str); 5] = [
    ("publishable-key", "pk_test_51Qexample"),
    ("secret-key", "set"),
    ("merchant", MERCHANT),
    ("webhook-secret", "set"),
    ("save-cards", "true"),
];

/// In test mode, with these settings changed.
fn instance_with(changes: &[(&str, &str)]) -> Instance {
    let kept = SETTINGS.iter().filter(|(key, _)| changes.iter().all(|(changed, _)| changed != key));
    let settings: Vec<_> = kept.chain(changes).copied().collect();
    let mut instance = Instance::with_settings(settings);
    instance.test_mode = true;
    instance
}

fn instance() -> Instance {
    instance_with(&[])
}

/// EUR 25.00, whose page was opened.
fn payment() -> Payment {
    Payment { provider_reference: Some(INTENT.into()), ..testing::payment(2_500, "EUR") }
}

/// EUR 25.00, never opened.
fn fresh_payment() -> Payment {
    testing::payment(2_500, "EUR")
}

/// One request as it was sent.
#[derive(Debug)]
struct Sent {
    method: Method,
    path: String,
    fields: Form,
    key: Option<String>,
}

/// Every request, each of which carries the version and names the key.
fn sent(host: &FakeHost) -> Vec<Sent> {
    let read = |request: &tollgate_sdk::http::Request| {
        let header = |name: &str| {
            let found = request.headers.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        assert_eq!(header("stripe-version").as_deref(), Some("2025-09-30.clover"));
        assert_eq!(request.auth, Auth::Bearer("secret-key".into()));
        let address = request.url.strip_prefix("https://api.stripe.com").expect("Stripe's API");
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let body = String::from_utf8(request.body.clone()).expect("a form");
        let fields = Form::parse(if request.method == Method::Post { &body } else { query });
        Sent { method: request.method, path: path.into(), fields, key: header("idempotency-key") }
    };
    host.requests().iter().map(read).collect()
}

/// "POST /v1/…" of every request.
fn paths(host: &FakeHost) -> Vec<String> {
    let verb = |method: Method| match method {
        Method::Get => "Get",
        Method::Post => "Post",
        Method::Put => "Put",
        Method::Patch => "Patch",
        Method::Delete => "Delete",
    };
    sent(host).iter().map(|sent| format!("{} {}", verb(sent.method), sent.path)).collect()
}

fn answer(host: &FakeHost, status: u16, body: &Value) {
    host.answer(status, &body.to_string());
}

/// The answer to the next request is lost after it was sent.
fn lose(host: &FakeHost) {
    host.answer_with(Err(SendError::Unknown("the connection broke".into())));
}

fn submit(payment: &Payment, form: &str) -> Result<Outcome, Error> {
    Card::submit(&instance(), payment, &Form::parse(form))
}

fn confined(step: &Step) -> (&ConfinedPage, Value) {
    let NextStep::Confined(page) = &step.next else { panic!("a confined page is expected, not {step:?}") };
    (page, serde_json::from_str(&page.data).expect("JSON"))
}

/// The template, and what the page says.
fn page_of(outcome: &Result<Outcome, Error>) -> (String, Value) {
    let Ok(Outcome::Step(step)) = outcome else { panic!("a page is expected, not {outcome:?}") };
    assert_eq!(step.provider_reference.as_deref(), Some(INTENT));
    let (page, data) = confined(step);
    (page.template.clone(), data)
}

fn claims_of(outcome: Result<Outcome, Error>) -> Vec<Claim> {
    match outcome {
        Ok(Outcome::Claims(claims)) => claims,
        other => panic!("claims are expected, not {other:?}"),
    }
}

fn is_paid(claim: &Claim) -> bool {
    claim.state == ClaimState::Paid
}
