//! One call of the API: who asks, in which version, for what, and whether it was asked before.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::answer::expand;
use super::books::Books;
use super::contract::{Key, Route, find};
use super::form;
use super::idempotency::KEY_CHARS_MAX;
use super::params::Params;
use super::problem::Problem;
use super::version::Version;

/// A request as it came.
pub struct Call<'a> {
    pub method: &'a Method,
    pub path: &'a str,
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    /// How long a scripted fault makes this call last.
    pub busy_ms: i64,
}

/// An answer before it is written.
struct Answer {
    status: u16,
    body: Value,
    is_replayed: bool,
}

/// Answers a request below `/v1/`.
pub fn answer(books: &mut Books, call: &Call) -> Response {
    let request_id = format!("req_{}", books.rig.ids.base62(14));
    let key = idempotency_key(call).map(str::to_owned);
    books.request = (Some(request_id.clone()), key.clone());
    let version = version(call);
    let answer = run(books, call).unwrap_or_else(|problem| refused(&problem));
    books.request = (None, None);
    let body = version.as_ref().copied().unwrap_or(Version::NEWEST).adapted(answer.body);
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, format!("{body:#}\n")).into_response();
    let mut put = |name: &'static str, value: &str| {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    };
    put("content-type", "application/json");
    put("request-id", &request_id);
    put("access-control-allow-origin", "*");
    if let Ok(version) = version {
        put("stripe-version", version.name());
    }
    if let Some(key) = key {
        put("idempotency-key", &key);
    }
    if answer.is_replayed {
        put("idempotent-replayed", "true");
    }
    response
}

fn refused(problem: &Problem) -> Answer {
    Answer { status: problem.status, body: json!({ "error": problem.error() }), is_replayed: false }
}

fn run(books: &mut Books, call: &Call) -> Result<Answer, Problem> {
    let key = key(&books.account, call.headers)?;
    let version = version(call)?;
    let (route, id) = find(call.method.as_str(), call.path)?;
    allow(route, key, call.path)?;
    let params = params(call, route, version)?;
    check_client_secret(books, key, id, &params)?;
    let Some(idempotency_key) = idempotency_key(call) else {
        return work(books, route, id, &params).or_else(|problem| Ok(refused(&problem)));
    };
    let request = format!("{} {} {params:?}", call.method, call.path);
    let now_ms = books.now_ms();
    if let Some((status, body)) = books.idempotency.find(idempotency_key, &request, now_ms)? {
        return Ok(Answer { status, body, is_replayed: true });
    }
    let result = work(books, route, id, &params);
    let is_kept = result.as_ref().err().is_none_or(|problem| problem.began);
    let answer = result.unwrap_or_else(|problem| refused(&problem));
    if is_kept {
        books.idempotency.keep(idempotency_key, request, (answer.status, answer.body.clone()), now_ms, call.busy_ms);
    }
    Ok(answer)
}

fn work(books: &mut Books, route: &Route, id: &str, params: &Params) -> Result<Answer, Problem> {
    let mut body = (route.handler)(books, id, params)?;
    expand(books, &mut body, &params.texts("expand"))?;
    Ok(Answer { status: 200, body, is_replayed: false })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Secret,
    Publishable,
}

fn key(account: &super::books::Account, headers: &HeaderMap) -> Result<Caller, Problem> {
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(key) = text.strip_prefix("Bearer ") else {
        return Err(Problem::unauthorized("You did not provide an API key: send it as `Authorization: Bearer …`"));
    };
    let is = |own: &str| bool::from(own.as_bytes().ct_eq(key.as_bytes()));
    if is(&account.secret_key) {
        return Ok(Caller::Secret);
    }
    if is(&account.publishable_key) {
        return Ok(Caller::Publishable);
    }
    let kind: String = key.chars().take_while(|c| c.is_ascii_alphabetic() || *c == '_').take(8).collect();
    Err(Problem::unauthorized(format!("Invalid API Key provided: {kind}…")))
}

fn version(call: &Call) -> Result<Version, Problem> {
    let name = call.headers.get("stripe-version").and_then(|value| value.to_str().ok());
    let Some(name) = name else {
        return Err(Problem::invalid("This account wants every request to name its version: send `Stripe-Version`"));
    };
    Version::named(name).ok_or_else(|| Problem::invalid(format!("Invalid Stripe API version: {name}")))
}

fn allow(route: &Route, caller: Caller, path: &str) -> Result<(), Problem> {
    match (route.key, caller) {
        (Key::Secret, Caller::Publishable) => {
            let message = "This call cannot be made with a publishable API key: use a secret one";
            Err(Problem { status: 403, code: Some("secret_key_required"), ..Problem::invalid(message) })
        }
        (Key::Publishable, Caller::Secret) => {
            let message = format!("{path} is for the Payment Element, with a publishable key");
            Err(Problem { status: 403, ..Problem::invalid(message) })
        }
        _ => Ok(()),
    }
}

fn idempotency_key<'a>(call: &Call<'a>) -> Option<&'a str> {
    let key = call.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    key.filter(|_| *call.method == Method::POST)
}

fn params(call: &Call, route: &Route, version: Version) -> Result<Params, Problem> {
    if idempotency_key(call).is_some_and(|key| key.is_empty() || key.chars().count() > KEY_CHARS_MAX) {
        return Err(Problem::invalid(format!("An idempotency key has 1 to {KEY_CHARS_MAX} characters")));
    }
    let text = if *call.method == Method::POST { body(call)? } else { call.query };
    if *call.method == Method::POST && !call.query.is_empty() {
        return Err(Problem::invalid("Parameters of a POST belong into its body"));
    }
    let fields = form::parse(text)?;
    let foreign = match version {
        Version::Clover => "allowed_payment_method_types",
        Version::Endive => "payment_method_types",
    };
    if fields.contains_key(foreign) {
        return Err(Problem::parameter("parameter_unknown", foreign, format!("Received unknown parameter: {foreign}")));
    }
    Params::checked(fields, route.fields)
}

fn body<'a>(call: &Call<'a>) -> Result<&'a str, Problem> {
    let kind = call.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = kind.split(';').next().is_some_and(|kind| kind.trim() == "application/x-www-form-urlencoded");
    if !is_form && !call.body.is_empty() {
        return Err(Problem::invalid("Send parameters as application/x-www-form-urlencoded"));
    }
    str::from_utf8(call.body).map_err(|_| Problem::invalid("Invalid request: the body is not UTF-8"))
}

fn check_client_secret(books: &Books, caller: Caller, id: &str, params: &Params) -> Result<(), Problem> {
    let given = params.text("client_secret");
    if given.is_none() && (caller == Caller::Secret || !id.starts_with("pi_")) {
        return Ok(());
    }
    let own = books.intents.get(id).map(|intent| intent.client_secret.as_str());
    if own.is_some() && own == given {
        return Ok(());
    }
    Err(Problem { param: Some("client_secret".to_owned()), ..Problem::missing("payment_intent", id, None) })
}
