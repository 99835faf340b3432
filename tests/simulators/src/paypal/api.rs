//! What every call of the REST API has in common: credentials, headers, a JSON body, an answer with a debug id.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use serde_json::{Value, json};

use super::Simulator;
use super::idempotency::REQUEST_ID_CHARS_MAX;
use super::refusal::{Contract, Detail, Refusal};
use super::tokens::Reach;

/// A request as it came, before anything is believed.
#[derive(Debug)]
pub struct Incoming {
    pub headers: HeaderMap,
    pub uri: Uri,
    pub body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Incoming {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (headers, uri) = (request.headers().clone(), request.uri().clone());
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self { headers, uri, body })
    }
}

/// How much of what was made the answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefer {
    Minimal,
    Representation,
}

/// What a call answers.
pub type Answer = Result<(u16, Value), Refusal>;

impl Incoming {
    /// A header's text; empty where it is absent or no text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    #[must_use]
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// # Errors
    /// 400 where it is empty or too long.
    pub fn request_id(&self, contract: Contract) -> Result<Option<&str>, Refusal> {
        match self.header("paypal-request-id") {
            Some(id) if id.is_empty() || id.chars().count() > REQUEST_ID_CHARS_MAX => {
                let detail =
                    Detail { field: Some("PayPal-Request-Id".to_owned()), ..Detail::of("INVALID_STRING_LENGTH") };
                Err(Refusal::invalid(contract, &detail))
            }
            id => Ok(id),
        }
    }

    /// # Errors
    /// 400 where it is neither of the two.
    pub fn prefer(&self, contract: Contract) -> Result<Prefer, Refusal> {
        match self.header("prefer") {
            None | Some("return=minimal") => Ok(Prefer::Minimal),
            Some("return=representation") => Ok(Prefer::Representation),
            Some(other) => {
                let detail = Detail { field: Some("Prefer".to_owned()), ..Detail::of("INVALID_PARAMETER_SYNTAX") };
                Err(Refusal::invalid(contract, &detail.value(other)))
            }
        }
    }

    /// # Errors
    /// 415 for a body of another type, also an empty one; 400 where it is no JSON.
    pub fn json(&self, contract: Contract) -> Result<Value, Refusal> {
        let kind = self.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::media_type());
        }
        if self.body.is_empty() {
            return Ok(json!({}));
        }
        let issue = match contract {
            Contract::CreateOrder | Contract::CaptureOrder => "MALFORMED_REQUEST_JSON",
            Contract::Refund | Contract::Plain => "INVALID_PARAMETER_SYNTAX",
        };
        serde_json::from_slice(&self.body).map_err(|_| Refusal::invalid(contract, &Detail::at(issue, "/")))
    }

    /// The query's pairs.
    ///
    /// # Errors
    /// 400 for a name that the call does not have, or one that comes twice.
    pub fn query(&self, allowed: &[&str]) -> Result<Vec<(String, String)>, Refusal> {
        let query = self.uri.query().unwrap_or_default();
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        for (index, (name, value)) in pairs.iter().enumerate() {
            let twice = pairs.iter().take(index).any(|(other, _)| other == name);
            if twice || !allowed.contains(&name.as_str()) {
                let detail = Detail {
                    field: Some(name.clone()),
                    value: Some(value.clone()),
                    location: Some("query"),
                    ..Detail::of("INVALID_PARAMETER_SYNTAX")
                };
                return Err(Refusal::invalid(Contract::Plain, &detail));
            }
        }
        Ok(pairs)
    }
}

impl Simulator {
    /// Lets in who brings a token that covers the call.
    ///
    /// # Errors
    /// 401 or 403.
    pub(super) fn guard(&self, incoming: &Incoming, scope: &str) -> Result<(), Refusal> {
        let bearer = incoming.header("authorization").and_then(|text| text.strip_prefix("Bearer "));
        let token = bearer.ok_or_else(Refusal::unauthenticated)?.to_owned();
        match self.act(|world, now_ms| world.tokens.reach(&token, scope, now_ms)) {
            Reach::Covered => Ok(()),
            Reach::NotCovered => Err(Refusal::not_authorized()),
            Reach::Invalid => Err(Refusal::bad_token(incoming.path().starts_with("/v1/"))),
        }
    }

    /// Puts an answer on the wire.
    pub(super) fn answer(&self, answer: Answer) -> Response {
        let debug_id = format!("f{}", self.rig.ids.hex(12));
        let (status, body) = answer.unwrap_or_else(|refusal| {
            let mut body = refusal.body;
            if body.get("debug_id").is_some() {
                body["debug_id"] = json!(debug_id);
            }
            (refusal.status, body)
        });
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = if body.is_null() {
            status.into_response()
        } else {
            (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
        };
        if let Ok(value) = HeaderValue::from_str(&debug_id) {
            response.headers_mut().insert("paypal-debug-id", value);
        }
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"PayPal\""));
        }
        response
    }
}
