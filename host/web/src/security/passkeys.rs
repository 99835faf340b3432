//! Passkeys as a second step: making one. It asks for the password once more, and for nothing that a device would have to keep
//! secret from us.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::passkey::{NAME_CHARS_MAX, NewPasskey, read_name};
use tollgate_billing::ports::{Ceremony, PasskeyError, PasskeyUser};

use super::person::Person;
use super::second_step::{Proved, gain, gained, gone, sha256};
use crate::door::device;
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{FieldMessage, Flash, FlashKind, Page, Posted, moment_of, redirect};
use crate::guard::{SECRET_CHARS, random_secret};
use crate::state::WebState;

/// A passkey in the section of the security page.
#[derive(Serialize)]
pub(super) struct PasskeyView {
    name: String,
    /// Where it is removed.
    url: String,
    created: Option<Moment>,
    /// `None` where nobody logged in with it yet.
    used: Option<Moment>,
}

/// The page on which a device makes one.
#[derive(Serialize)]
struct NewView {
    url: &'static str,
    /// What the browser is asked.
    question: String,
    /// The page's own word, by which the answer finds its question.
    page: String,
    /// A name to begin with: that of the browser.
    name: String,
    name_chars: usize,
    errors: Vec<FieldMessage>,
}

pub(super) async fn list<P: Person>(state: &WebState, person: &P) -> Result<Vec<PasskeyView>, WebError> {
    let words = &person.reader().words;
    let all = state.billing().store().passkeys(person.who()).await?;
    let view = |passkey: tollgate_billing::passkey::Passkey| PasskeyView {
        url: format!("{}/second-step/{}/remove", P::PAGE, passkey.id),
        name: passkey.name,
        created: moment_of(words, passkey.created),
        used: passkey.last_used.and_then(|used| moment_of(words, used)),
    };
    Ok(all.into_iter().map(view).collect())
}

/// The password is right: asks the browser for a new passkey.
pub(crate) async fn begin<P: Person>(
    State(state): State<WebState>,
    headers: HeaderMap,
    Proved(person): Proved<P>,
) -> Result<Response, WebError> {
    let Some(passkeys) = state.billing().passkeys() else { return Err(WebError::NotFound) };
    let person = &person;
    let page = random_secret().map_err(|error| WebError::failed(error.to_string()))?;
    let known = state.billing().store().passkeys(person.who()).await?;
    let user = PasskeyUser { login: person.email(), name: person.name() };
    let asked = passkeys.ask_for_new(ceremony(person, &page), user, &known, state.billing().now());
    let question = asked.map_err(|error| WebError::failed(error.to_string()))?;
    let name = read_name(&device(&headers, "").browser).unwrap_or_default();
    let view = NewView { url: P::PAGE, question, page, name, name_chars: NAME_CHARS_MAX, errors: Vec::new() };
    Page::new(P::PASSKEY, person.layout(&state).await?, view).render(&state, person.reader())
}

/// A device made one: from now on it is asked for.
pub(crate) async fn add<P: Person>(State(state): State<WebState>, form: Posted<P>) -> Result<Response, WebError> {
    let Some(passkeys) = state.billing().passkeys() else { return Err(WebError::NotFound) };
    let (person, page, answer) = (&form.visit, form.text("page")?, form.text("passkey")?);
    if page.len() != SECRET_CHARS {
        return Err(WebError::BadRequest);
    }
    let words = &person.reader().words;
    let told = |why: &str| redirect(&state, P::PAGE, Some(Flash::new(FlashKind::Error, why)));
    if answer.is_empty() {
        return Ok(told("passkey-empty"));
    }
    let made = match passkeys.read_new(ceremony(person, page), answer, state.billing().now()) {
        Ok(made) => made,
        Err(PasskeyError::Over) => return Ok(gone::<P>(&state)),
        Err(error) => {
            tracing::info!(%error, "no passkey was added");
            return Ok(told("passkey-refused"));
        }
    };
    let name = read_name(form.text("name")?).unwrap_or_else(|| words.say("passkey"));
    let (codes, gain) = gain(&state, person).await?;
    if !state.billing().store().add_passkey(NewPasskey { gain, name, made }).await? {
        return Ok(gone::<P>(&state));
    }
    gained(&state, person, codes, "passkey-added").await
}

fn ceremony<P: Person>(person: &P, page: &str) -> Ceremony {
    Ceremony { who: person.who(), token_sha256: sha256(page) }
}
