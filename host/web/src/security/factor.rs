//! One way less to prove the second step: of a phone that is lost, or of a passkey that nobody uses.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::ids::PasskeyId;
use tollgate_billing::second_step::{Factor, RemoveFactor};

use super::person::Person;
use super::second_step::wrong_password;
use crate::door::Peer;
use crate::errors::WebError;
use crate::frame::{FieldMessage, Flash, FlashKind, Page, Posted, redirect};
use crate::state::WebState;

/// How a path names the app; a passkey by its number.
const APP: &str = "app";

#[derive(Serialize)]
struct View {
    url: &'static str,
    email: String,
    /// Where the form goes.
    action: String,
    /// Of the passkey; empty for the app.
    name: String,
    /// Without it there is no second step any more.
    last: bool,
    errors: Vec<FieldMessage>,
}

pub(crate) async fn ask<P: Person>(
    State(state): State<WebState>,
    person: P,
    Path(factor): Path<String>,
) -> Result<Response, WebError> {
    page(&state, &person, &factor, None).await
}

/// The password is right: it is removed.
pub(crate) async fn remove<P: Person>(
    State(state): State<WebState>,
    peer: Peer,
    headers: HeaderMap,
    Path(factor): Path<String>,
    form: Posted<P>,
) -> Result<Response, WebError> {
    let person = &form.visit;
    if let Some(wrong) = wrong_password(&state, &peer, &headers, &form).await? {
        return page(&state, person, &factor, Some(wrong)).await;
    }
    let factor = read(&factor)?;
    let removal = RemoveFactor { who: person.who(), factor, tell: state.config().mail, at: state.billing().now() };
    if !state.billing().store().remove_factor(removal).await? {
        return Err(WebError::NotFound);
    }
    let left = state.billing().store().second_step(person.who()).await?;
    let flash = match factor {
        _ if left.is_none() => "second-step-off",
        Factor::App => "app-removed",
        Factor::Passkey(_) => "passkey-removed",
    };
    Ok(redirect(&state, P::PAGE, Some(Flash::new(FlashKind::Success, flash))))
}

async fn page<P: Person>(
    state: &WebState,
    person: &P,
    factor: &str,
    wrong: Option<FieldMessage>,
) -> Result<Response, WebError> {
    let store = state.billing().store();
    let second = store.second_step(person.who()).await?.ok_or(WebError::NotFound)?;
    let name = match read(factor)? {
        Factor::App if second.app.is_some() => String::new(),
        Factor::App => return Err(WebError::NotFound),
        Factor::Passkey(id) => {
            let all = store.passkeys(person.who()).await?;
            all.into_iter().find(|passkey| passkey.id == id).ok_or(WebError::NotFound)?.name
        }
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = View {
        url: P::PAGE,
        email: person.email().to_owned(),
        action: format!("{}/second-step/{factor}/remove", P::PAGE),
        name,
        last: u32::from(second.app.is_some()) + second.passkeys == 1,
        errors: wrong.into_iter().collect(),
    };
    Page::new(P::REMOVE, person.layout(state).await?, view).status(status).render(state, person.reader())
}

fn read(factor: &str) -> Result<Factor, WebError> {
    if factor == APP {
        return Ok(Factor::App);
    }
    factor.parse().map(|id| Factor::Passkey(PasskeyId(id))).map_err(|_| WebError::NotFound)
}
