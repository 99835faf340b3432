//! What the PayPal simulator has under `/_simulator` beside the control API that both have. JSON in, JSON out.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::capture::{RefundScript, RefundStatus};
use super::dispute::{DisputeOutcome, DisputeStatus, REASONS, STAGES};
use super::issues::words;
use super::money::Money;
use super::order::{Funding, Outcome, Reason, Script};
use super::refusal::{Contract, Refusal};
use super::{Complaint, Falsified, Simulator};

pub(super) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/_simulator/state", get(state))
        .route("/_simulator/tokens/revoke", post(revoke))
        .route("/_simulator/tokens/withhold", post(withhold))
        .route("/_simulator/orders/{id}/approve", post(approve))
        .route("/_simulator/orders/{id}/void", post(void))
        .route("/_simulator/orders/{id}/next-capture", post(next_capture))
        .route("/_simulator/captures/{id}/settle", post(settle))
        .route("/_simulator/captures/{id}/reverse", post(reverse))
        .route("/_simulator/captures/{id}/next-refund", post(next_refund))
        .route("/_simulator/captures/{id}/dispute", post(dispute))
        .route("/_simulator/refunds/{id}/settle", post(settle_refund))
        .route("/_simulator/disputes/{id}/update", post(update_dispute))
        .route("/_simulator/disputes/{id}/resolve", post(resolve_dispute))
}

type Sim = State<Simulator>;
type Id = Path<String>;

/// 204, or what the simulator would have said of the id.
fn done(result: Result<(), Refusal>) -> Response {
    match result {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(refusal.body)).into_response()
        }
    }
}

fn wrong(field: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": format!("not a value of {field}") }))).into_response()
}

async fn state(State(simulator): Sim) -> Response {
    Json(simulator.state()).into_response()
}

async fn revoke(State(simulator): Sim) -> Response {
    simulator.revoke_tokens();
    done(Ok(()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withhold {
    scopes: Vec<String>,
}

async fn withhold(State(simulator): Sim, Json(asked): Json<Withhold>) -> Response {
    simulator.withhold(&asked.scopes);
    done(Ok(()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approve {
    funding: FundingName,
    /// For `later`.
    reason: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum FundingName {
    Balance,
    DecliningCard,
    Later,
}

async fn approve(State(simulator): Sim, Path(id): Id, Json(asked): Json<Approve>) -> Response {
    let Some(reason) = Reason::of(asked.reason.as_deref().unwrap_or("ECHECK")) else { return wrong("reason") };
    let funding = match asked.funding {
        FundingName::Balance => Funding::Balance,
        FundingName::DecliningCard => Funding::DecliningCard,
        FundingName::Later => Funding::Later(reason),
    };
    match simulator.approve(&id, funding) {
        Ok(true) => done(Ok(())),
        Ok(false) => (StatusCode::CONFLICT, Json(json!({ "error": "cannot be approved so" }))).into_response(),
        Err(refusal) => done(Err(refusal)),
    }
}

async fn void(State(simulator): Sim, Path(id): Id) -> Response {
    done(simulator.void(&id))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Amount {
    currency_code: String,
    value: String,
}

impl Amount {
    fn money(&self) -> Option<Money> {
        Money::read(&self.currency_code, &self.value).ok()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextCapture {
    /// An issue of the contract's list.
    refuse: Option<String>,
    /// A reason of the contract's list.
    pending: Option<String>,
    #[serde(default)]
    decline: bool,
    merchant_id: Option<String>,
    amount: Option<Amount>,
}

async fn next_capture(State(simulator): Sim, Path(id): Id, Json(asked): Json<NextCapture>) -> Response {
    if asked.refuse.as_deref().is_some_and(|issue| words(Contract::CaptureOrder, issue).is_none()) {
        return wrong("refuse");
    }
    let pending = match asked.pending.as_deref().map(Reason::of) {
        Some(None) => return wrong("pending"),
        pending => pending.flatten(),
    };
    let amount = match asked.amount.as_ref().map(Amount::money) {
        Some(None) => return wrong("amount"),
        amount => amount.flatten(),
    };
    let script = match (asked.refuse, pending) {
        (Some(issue), _) => Some(Script::Refuse(issue)),
        (None, Some(reason)) => Some(Script::Pending(reason)),
        (None, None) => asked.decline.then_some(Script::Decline),
    };
    done(simulator.script_capture(&id, script, Falsified { merchant_id: asked.merchant_id, amount }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settle {
    outcome: String,
}

async fn settle(State(simulator): Sim, Path(id): Id, Json(asked): Json<Settle>) -> Response {
    match asked.outcome.as_str() {
        "completed" => done(simulator.settle(&id, Outcome::Completed)),
        "denied" => done(simulator.settle(&id, Outcome::Declined)),
        _ => wrong("outcome"),
    }
}

async fn settle_refund(State(simulator): Sim, Path(id): Id, Json(asked): Json<Settle>) -> Response {
    let status = match asked.outcome.as_str() {
        "completed" => RefundStatus::Completed,
        "failed" => RefundStatus::Failed,
        "cancelled" => RefundStatus::Cancelled,
        _ => return wrong("outcome"),
    };
    done(simulator.end_refund(&id, status))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reverse {
    amount: Option<Amount>,
}

async fn reverse(State(simulator): Sim, Path(id): Id, Json(asked): Json<Reverse>) -> Response {
    let amount = match asked.amount.as_ref().map(Amount::money) {
        Some(None) => return wrong("amount"),
        amount => amount.flatten(),
    };
    made(simulator.reverse(&id, amount), "refund_id")
}

/// The id of what was made; 409 where there was nothing to make it of.
fn made(result: Result<Option<String>, Refusal>, name: &str) -> Response {
    match result {
        Ok(Some(id)) => {
            let mut answer = Value::default();
            answer[name] = id.into();
            Json(answer).into_response()
        }
        Ok(None) => (StatusCode::CONFLICT, Json(json!({ "error": "not now" }))).into_response(),
        Err(refusal) => done(Err(refusal)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextRefund {
    refuse: Option<String>,
}

/// Pending where no issue is given.
async fn next_refund(State(simulator): Sim, Path(id): Id, Json(asked): Json<NextRefund>) -> Response {
    if asked.refuse.as_deref().is_some_and(|issue| words(Contract::Refund, issue).is_none()) {
        return wrong("refuse");
    }
    done(simulator.script_refund(&id, asked.refuse.map_or(RefundScript::Pending, RefundScript::Refuse)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Complain {
    reason: Option<String>,
    stage: Option<String>,
    amount: Option<Amount>,
}

async fn dispute(State(simulator): Sim, Path(id): Id, Json(asked): Json<Complain>) -> Response {
    let one_of = |list: &[&'static str], name: Option<&str>| match name {
        None => list.first().copied(),
        Some(name) => list.iter().find(|known| **known == name).copied(),
    };
    let Some(reason) = one_of(&REASONS, asked.reason.as_deref()) else { return wrong("reason") };
    let Some(stage) = one_of(&STAGES, asked.stage.as_deref()) else { return wrong("stage") };
    let amount_minor = match asked.amount.as_ref().map(Amount::money) {
        Some(None) => return wrong("amount"),
        amount => amount.flatten().map(|money| money.minor),
    };
    made(simulator.dispute(&id, Complaint { reason, stage, amount_minor }), "dispute_id")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Update {
    status: String,
}

async fn update_dispute(State(simulator): Sim, Path(id): Id, Json(asked): Json<Update>) -> Response {
    match DisputeStatus::of(&asked.status) {
        Some(status) if status != DisputeStatus::Resolved => done(simulator.update_dispute(&id, status)),
        _ => wrong("status"),
    }
}

async fn resolve_dispute(State(simulator): Sim, Path(id): Id, Json(asked): Json<Settle>) -> Response {
    match asked.outcome.as_str() {
        "buyer" => done(simulator.resolve_dispute(&id, DisputeOutcome::Buyer)),
        "seller" => done(simulator.resolve_dispute(&id, DisputeOutcome::Seller)),
        "canceled" => done(simulator.resolve_dispute(&id, DisputeOutcome::CanceledByBuyer)),
        _ => wrong("outcome"),
    }
}
