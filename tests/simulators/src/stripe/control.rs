//! What a test does in the place of banks, cardholders and time. JSON in, JSON out; see the README.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Stripe;
use super::problem::Problem;

pub fn routes(stripe: Stripe) -> Router {
    Router::new()
        .route("/_simulator/account", get(account))
        .route("/_simulator/events", get(events).post(emit))
        .route("/_simulator/payment_intents/{id}/authenticate", post(authenticate))
        .route("/_simulator/payment_intents/{id}/settle", post(settle))
        .route("/_simulator/payment_intents/{id}/dispute", post(dispute))
        .route("/_simulator/disputes/{id}/close", post(close))
        .route("/_simulator/refunds/{id}/end", post(end_refund))
        .route("/_simulator/webhook_endpoints/{id}/roll", post(roll))
        .route("/_simulator/webhook_endpoints/{id}/retire", post(retire))
        .with_state(stripe)
}

/// How something ends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    succeeded: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Complaint {
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    amount: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invented {
    #[serde(rename = "type")]
    kind: String,
    object: Value,
    /// Fields of the event that are to be others: `livemode`, `account`, `created` …
    #[serde(default)]
    differences: Map<String, Value>,
}

async fn account(State(stripe): State<Stripe>) -> Response {
    let account = stripe.with(|books| books.account.clone());
    let shown =
        json!({ "id": account.id, "secret_key": account.secret_key, "publishable_key": account.publishable_key });
    Json(shown).into_response()
}

async fn events(State(stripe): State<Stripe>) -> Response {
    Json(stripe.with(|books| books.events.clone())).into_response()
}

async fn emit(State(stripe): State<Stripe>, Json(event): Json<Invented>) -> StatusCode {
    stripe.with(|books| books.emit_with(&event.kind, &event.object, event.differences));
    StatusCode::NO_CONTENT
}

async fn authenticate(State(stripe): State<Stripe>, Path(id): Path<String>, Json(end): Json<End>) -> Response {
    answered(stripe.with(|books| books.authenticate(&id, end.succeeded)))
}

async fn settle(State(stripe): State<Stripe>, Path(id): Path<String>, Json(end): Json<End>) -> Response {
    answered(stripe.with(|books| books.settle(&id, end.succeeded)))
}

async fn dispute(State(stripe): State<Stripe>, Path(id): Path<String>, Json(complaint): Json<Complaint>) -> Response {
    let reason = complaint.reason.unwrap_or_else(|| "fraudulent".to_owned());
    answered(stripe.with(|books| books.open_dispute(&id, &reason, complaint.amount)))
}

async fn close(State(stripe): State<Stripe>, Path(id): Path<String>, Json(end): Json<End>) -> Response {
    answered(stripe.with(|books| books.close_dispute(&id, end.succeeded)))
}

async fn end_refund(State(stripe): State<Stripe>, Path(id): Path<String>, Json(end): Json<End>) -> Response {
    answered(stripe.with(|books| books.end_refund(&id, end.succeeded)))
}

async fn roll(State(stripe): State<Stripe>, Path(id): Path<String>) -> Response {
    answered(stripe.with(|books| books.roll_secret(&id)).map(|secret| json!({ "secret": secret })))
}

async fn retire(State(stripe): State<Stripe>, Path(id): Path<String>) -> Response {
    answered(stripe.with(|books| books.retire_secrets(&id)).map(|()| json!({})))
}

fn answered(result: Result<Value, Problem>) -> Response {
    match result {
        Ok(shown) => Json(shown).into_response(),
        Err(problem) => {
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
            (status, Json(json!({ "error": problem.error() }))).into_response()
        }
    }
}
