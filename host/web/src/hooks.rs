//! `POST /hooks/{instance}`: where providers tell what happened. The address is permanent. No session, no cookie, no page.

use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, Path, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tollgate_billing::billing::{BillingError, Received};
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::Webhook;

use crate::door::Peer;
use crate::guard::{ReadWithin, TooSlow};
use crate::routes::{Access, Routes};
use crate::state::WebState;

/// Where every address of a webhook begins.
pub(crate) const PREFIX: &str = "/hooks/";
/// As the contract promises plugins.
const BODY_BYTES_MAX: usize = 1 << 20;
const HEADERS_MAX: usize = 100;
/// Names and values together; providers send some 2 kB.
const HEADER_BYTES_MAX: usize = 64 << 10;
/// Longer ids name no instance.
const INSTANCE_BYTES_MAX: usize = 128;
/// When a sender should try again.
const RETRY_AFTER_S: u16 = 60;
/// Never a provider's: what a browser sends along of its logins here.
const BROWSERS_OWN: [header::HeaderName; 2] = [header::COOKIE, header::PROXY_AUTHORIZATION];

pub(crate) fn routes(state: &WebState) -> Routes {
    Routes::new(state).post("/hooks/{instance}", Access::Anyone, receive).body_bytes_max(BODY_BYTES_MAX)
}

async fn receive(
    State(state): State<WebState>,
    instance: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    peer: Peer,
    request: Request,
) -> Response {
    let Some(Path(instance)) = instance.ok().filter(|Path(instance)| instance.len() <= INSTANCE_BYTES_MAX) else {
        return told(StatusCode::NOT_FOUND, "unknown webhook address");
    };
    let Some(headers) = headers_of(request.headers()) else {
        return told(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "too many headers");
    };
    let sender = peer.address(&state, request.headers());
    let within = ReadWithin::of(request.extensions());
    let body = match within.read(Bytes::from_request(request, &())).await {
        Err(TooSlow) => {
            let close = [(header::CONNECTION, HeaderValue::from_static("close"))];
            return (StatusCode::REQUEST_TIMEOUT, close, "the body came too slowly\n").into_response();
        }
        Ok(Ok(body)) => body.to_vec(),
        Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return told(StatusCode::PAYLOAD_TOO_LARGE, "too large");
        }
        Ok(Err(_)) => return told(StatusCode::BAD_REQUEST, "the body ended early"),
    };
    let received = state.billing().now();
    let webhook = Webhook { body, headers, query: query.unwrap_or_default(), received };
    let instance = InstanceId::new(instance);
    let answer = state.billing().receive_webhook(&instance, webhook).await;
    answer_of(&state, &instance, &sender, answer)
}

/// As they came, names in lower case; `None` where there are more than any provider sends.
fn headers_of(headers: &HeaderMap) -> Option<Vec<(String, Vec<u8>)>> {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers.len() > HEADERS_MAX || bytes > HEADER_BYTES_MAX {
        return None;
    }
    let foreign = headers.iter().filter(|(name, _)| !BROWSERS_OWN.contains(name));
    Some(foreign.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect())
}

/// The sender is told whether to send it again, and nothing else.
fn answer_of(
    state: &WebState,
    instance: &InstanceId,
    sender: &str,
    answer: Result<Received, BillingError>,
) -> Response {
    match answer {
        Ok(Received::Done(_) | Received::Known) => told(StatusCode::OK, "ok"),
        Ok(Received::Refused(reason)) => refused(state, instance, sender, &reason),
        Ok(Received::Malformed(reason)) => {
            tracing::warn!(%instance, reason, "a webhook cannot be read; it is kept for staff");
            told(StatusCode::BAD_REQUEST, "refused")
        }
        Ok(Received::Kept(reason)) => {
            tracing::warn!(%instance, reason, "a webhook cannot be proven or settled now; it is kept and tried again");
            later("kept; send it again")
        }
        Ok(Received::NoRoom) => {
            tracing::error!(%instance, "too many webhooks wait to be proven; this one was left to its sender");
            later("not kept; send it again")
        }
        Err(BillingError::NotFound) => told(StatusCode::NOT_FOUND, "unknown webhook address"),
        Err(error) => {
            tracing::error!(%instance, %error, "a webhook could not be received");
            later("not kept; send it again")
        }
    }
}

/// Forged ones are answered, and written into the log, only so often; those that are proven are never held up by them.
fn refused(state: &WebState, instance: &InstanceId, sender: &str, reason: &str) -> Response {
    match state.limits().refused_hooks.take(instance.as_str(), state.billing().now()) {
        Ok(()) => {
            tracing::warn!(%instance, sender, reason, "a webhook was not the provider's, or its secret here is not the provider's");
            told(StatusCode::BAD_REQUEST, "refused")
        }
        Err(retry_after_s) => {
            let retry_after = HeaderValue::from(retry_after_s);
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, retry_after)], "too many\n").into_response()
        }
    }
}

fn later(words: &'static str) -> Response {
    let mut response = told(StatusCode::SERVICE_UNAVAILABLE, words);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
    response
}

fn told(status: StatusCode, words: &'static str) -> Response {
    (status, format!("{words}\n")).into_response()
}
