//! What every simulator stands on, and the layer that records requests and lets scripted faults happen.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::clock::Clock;
use crate::delivery::Outbox;
use crate::echo;
use crate::faults::{Fault, Faults, Kind, marked};
use crate::ids::Ids;
use crate::requests::{Record, Requests, headers_of};

/// Larger bodies are refused; no request of a gateway comes near it.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// Paths below this are the test's own: neither recorded nor broken.
pub const CONTROL: &str = "/_simulator";

/// One per simulator. Clones share everything.
#[derive(Debug, Clone)]
pub struct Rig {
    /// The simulator's own address without a slash at its end, for example `http://127.0.0.1:4011`.
    pub base: String,
    pub clock: Clock,
    pub ids: Ids,
    pub faults: Faults,
    pub outbox: Outbox,
    pub requests: Requests,
}

impl Rig {
    #[must_use]
    pub fn new(base: &str, clock: Clock, ids: Ids) -> Self {
        let outbox = Outbox::new(clock.clone());
        let base = base.trim_end_matches('/').to_owned();
        Self { base, clock, ids, faults: Faults::default(), outbox, requests: Requests::default() }
    }

    /// For tests: a clock that stands at 2026-01-01T00:00:00Z and ids of this seed.
    #[must_use]
    pub fn for_test(base: &str, seed: u64) -> Self {
        Self::new(base, Clock::standing_at(1_767_225_600_000), Ids::seeded(seed))
    }
}

/// The layer over a provider's routes: `axum::middleware::from_fn_with_state(rig, rig::watch)`.
pub async fn watch(State(rig): State<Rig>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with(CONTROL) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let fault = rig.faults.take(parts.method.as_str(), parts.uri.path());
    let mut record = Record {
        at_ms: rig.clock.now_ms(),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: headers_of(&parts.headers),
        body: String::from_utf8_lossy(&body).into_owned(),
        status: StatusCode::INTERNAL_SERVER_ERROR.as_u16(),
        answer: String::new(),
        fault: fault.as_ref().map(|fault| fault.kind),
    };
    if fault.as_ref().is_some_and(|fault| fault.kind == Kind::ErrorBefore) {
        rig.requests.add(record);
        return broken();
    }
    let echoed = fault.as_ref().map(|fault| echo::credentials(&parts.headers, fault)).unwrap_or_default();
    if let Some(fault) = fault.as_ref().filter(|fault| fault.kind == Kind::Echo) {
        record.status = fault.status;
        rig.requests.add(record);
        return echo::refusal(&echoed, fault);
    }
    let mut request = Request::from_parts(parts, Body::from(body));
    if let Some(fault) = fault.clone() {
        // A provider may want to know that this request is made to last.
        request.extensions_mut().insert(fault);
    }
    let answer = next.run(request).await;
    let (answer, text) = read(answer).await;
    record.status = answer.status().as_u16();
    record.answer = String::from_utf8_lossy(&text).into_owned();
    rig.requests.add(record);
    match fault {
        Some(fault) if fault.kind == Kind::EchoAfter => echo::beside(answer, &text, &echoed),
        fault => spoiled(answer, fault.as_ref()),
    }
}

fn spoiled(answer: Response, fault: Option<&Fault>) -> Response {
    match fault {
        None => answer,
        Some(fault) if fault.kind == Kind::ErrorAfter => broken(),
        Some(fault) => marked(answer, fault),
    }
}

/// As a proxy in front of a provider answers when what is behind it fails: not in the provider's own words.
fn broken() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response()
}

async fn read(answer: Response) -> (Response, Bytes) {
    let (parts, body) = answer.into_parts();
    let text = to_bytes(body, usize::MAX).await.unwrap_or_default();
    (Response::from_parts(parts, Body::from(text.clone())), text)
}
