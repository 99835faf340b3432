//! `POST /v1/oauth2/token`

use axum::extract::State;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::api::{Answer, Incoming};
use super::refusal::Refusal;
use super::tokens::EXPIRES_IN_S;
use super::{Account, Simulator};

pub(super) async fn token(State(simulator): State<Simulator>, incoming: Incoming) -> Response {
    simulator.answer(give(&simulator, &incoming))
}

fn give(simulator: &Simulator, incoming: &Incoming) -> Answer {
    let failed = || Refusal::oauth(401, "invalid_client", "Client Authentication failed");
    if !simulator.act(|world, _| knows(&world.account, incoming)) {
        return Err(failed());
    }
    let kind = incoming.header("content-type").unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Refusal::media_type());
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&incoming.body).into_owned().collect();
    let known = ["grant_type", "scope", "response_type", "ignoreCache"];
    if form.iter().any(|(name, _)| !known.contains(&name.as_str())) {
        return Err(Refusal::oauth(400, "invalid_request", "Unknown parameter"));
    }
    match form.iter().find(|(name, _)| name == "grant_type").map(|(_, value)| value.as_str()) {
        Some("client_credentials") => {}
        Some(_) => return Err(Refusal::oauth(400, "unsupported_grant_type", "unsupported grant_type")),
        None => return Err(Refusal::oauth(400, "unsupported_grant_type", "Grant Type is NULL")),
    }
    let token = format!("A21AA{}", simulator.rig.ids.base62(92));
    simulator.act(|world, now_ms| {
        let scope = world.tokens.give(&token, now_ms);
        let nonce = format!("{}{}", super::views::seconds(now_ms), world.ids.base62(43));
        Ok((
            200,
            json!({
                "scope": scope,
                "access_token": token,
                "token_type": "Bearer",
                "app_id": world.account.app_id,
                "expires_in": EXPIRES_IN_S,
                "nonce": nonce,
            }),
        ))
    })
}

/// Whether the request brings the app's own id and secret.
fn knows(account: &Account, incoming: &Incoming) -> bool {
    let basic = incoming.header("authorization").and_then(|text| text.strip_prefix("Basic "));
    let Some(pair) = basic.and_then(|basic| STANDARD.decode(basic.trim()).ok()) else { return false };
    let expected = format!("{}:{}", account.client_id, account.client_secret);
    bool::from(pair.ct_eq(expected.as_bytes()))
}
