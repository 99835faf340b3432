//! The control API that both simulators have under `/_simulator`, for tests in other processes. JSON in, JSON out.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use crate::delivery::Forgery;
use crate::faults::Fault;
use crate::rig::Rig;

/// Merge it into a provider's router.
pub fn routes(rig: Rig) -> Router {
    Router::new()
        .route("/_simulator/clock", get(clock).post(move_clock))
        .route("/_simulator/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_simulator/requests", get(requests).delete(clear_requests))
        .route("/_simulator/webhooks", get(webhooks))
        .route("/_simulator/webhooks/{id}/envelope", get(envelope))
        .route("/_simulator/webhooks/{id}/deliver", post(deliver))
        .route("/_simulator/webhooks/{id}/drop", post(discard))
        .route("/_simulator/webhooks/{id}/forge", post(forge))
        .with_state(rig)
}

async fn clock(State(rig): State<Rig>) -> Response {
    Json(json!({ "now_ms": rig.clock.now_ms() })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Move {
    AdvanceMs(i64),
    SetMs(i64),
}

async fn move_clock(State(rig): State<Rig>, Json(how): Json<Move>) -> Response {
    match how {
        Move::AdvanceMs(by_ms) => rig.clock.advance(by_ms),
        Move::SetMs(now_ms) => rig.clock.set(now_ms),
    }
    clock(State(rig)).await
}

async fn faults(State(rig): State<Rig>) -> Response {
    Json(rig.faults.waiting()).into_response()
}

async fn add_fault(State(rig): State<Rig>, Json(fault): Json<Fault>) -> Response {
    rig.faults.add(fault);
    faults(State(rig)).await
}

async fn clear_faults(State(rig): State<Rig>) -> StatusCode {
    rig.faults.clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(rig): State<Rig>) -> Response {
    ([(header::CONTENT_TYPE, "application/jsonl")], rig.requests.json_lines()).into_response()
}

async fn clear_requests(State(rig): State<Rig>) -> StatusCode {
    rig.requests.clear();
    StatusCode::NO_CONTENT
}

async fn webhooks(State(rig): State<Rig>) -> Response {
    Json(rig.outbox.all()).into_response()
}

async fn envelope(State(rig): State<Rig>, Path(id): Path<u64>) -> Response {
    let envelope = rig.outbox.envelope(id, None);
    envelope.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |envelope| Json(envelope).into_response())
}

async fn deliver(State(rig): State<Rig>, Path(id): Path<u64>) -> Response {
    answered(rig.outbox.deliver(id, None).await)
}

async fn forge(State(rig): State<Rig>, Path(id): Path<u64>, Json(forgery): Json<Forgery>) -> Response {
    answered(rig.outbox.deliver(id, Some(&forgery)).await)
}

async fn discard(State(rig): State<Rig>, Path(id): Path<u64>) -> StatusCode {
    if rig.outbox.discard(id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

fn answered(status: Option<u16>) -> Response {
    status.map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |status| Json(json!({ "status": status })).into_response(),
    )
}
