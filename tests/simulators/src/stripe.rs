//! Stripe's API as its published contract describes it, over plain HTTP, with the pages that a browser gets.

mod answer;
mod api;
mod books;
mod cards;
mod charge;
mod contract;
mod control;
mod currency;
mod customer;
mod dispute;
mod endpoint;
mod form;
mod hosted;
mod idempotency;
mod intent;
mod lists;
mod method;
mod params;
mod pay;
mod problem;
mod refund;
mod signature;
mod version;

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{Method, StatusCode};
use parking_lot::Mutex;

use crate::faults::{Fault, Kind};
use crate::rig::{BODY_BYTES_MAX, Rig, watch};

pub use books::{Account, Books};
pub use cards::{Behaviour, Card};
pub use charge::{Charge, ChargeStatus, FEE_AFTER_MS};
pub use dispute::{Dispute, DisputeStatus};
pub use idempotency::KEPT_MS as IDEMPOTENCY_KEPT_MS;
pub use intent::{Intent, Status};
pub use method::Details;
pub use pay::PROCESSING_MS;
pub use problem::Problem;
pub use refund::{REFUND_MS, Refund, RefundStatus};
pub use signature::{header as signature_header, sign};
pub use version::Version;

/// One simulated account. Clones share it.
#[derive(Clone)]
pub struct Stripe {
    rig: Rig,
    books: Arc<Mutex<Books>>,
}

impl Stripe {
    #[must_use]
    pub fn new(rig: Rig, account: Account) -> Self {
        rig.requests.also_to_environment("stripe");
        let books = Arc::new(Mutex::new(Books::new(rig.clone(), account)));
        Self { rig, books }
    }

    #[must_use]
    pub fn rig(&self) -> &Rig {
        &self.rig
    }

    /// Looks into the account, or acts in the place of a bank or a cardholder. Everything that is due by the clock has
    /// happened before.
    pub fn with<T>(&self, act: impl FnOnce(&mut Books) -> T) -> T {
        let mut books = self.books.lock();
        books.tick();
        act(&mut books)
    }

    /// Lets everything happen that is due by the clock.
    pub fn tick(&self) {
        self.with(|_| ());
    }

    /// API, hosted pages and control.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/v1/{*path}", any(v1))
            .with_state(self.clone())
            .merge(hosted::routes(self.clone()))
            .merge(control::routes(self.clone()))
            .merge(crate::control::routes(self.rig.clone()))
            .layer(from_fn_with_state(self.rig.clone(), watch))
            .layer(from_fn_with_state(self.clone(), keep_time))
    }
}

/// Lets happen what is due, whatever is asked: also when the clock was just moved.
async fn keep_time(State(stripe): State<Stripe>, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    stripe.tick();
    answer
}

async fn v1(State(stripe): State<Stripe>, request: Request) -> Response {
    if request.method() == Method::OPTIONS {
        return preflight();
    }
    let slow = request.extensions().get::<Fault>().filter(|fault| fault.kind == Kind::Slow);
    let busy_ms = slow.map_or(0, |fault| i64::try_from(fault.delay_ms).unwrap_or(i64::MAX));
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let call = api::Call {
        method: &parts.method,
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body: &body,
        busy_ms,
    };
    stripe.with(|books| api::answer(books, &call))
}

/// The Payment Element's frame may have no origin of its own, and asks as a stranger then.
fn preflight() -> Response {
    let headers = [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, POST"),
        ("access-control-allow-headers", "authorization, content-type, stripe-version"),
        ("access-control-max-age", "300"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
