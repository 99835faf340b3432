//! Another password: proved by the old one, and the end of every other session.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use tollgate_billing::password::PasswordRefusal;
use tollgate_billing::people::{ChangedBy, Device, Login, PasswordChange};

use super::page;
use super::person::Person;
use crate::door::{Attempt, Peer, device, prove, session_cookie};
use crate::errors::WebError;
use crate::frame::{Flash, FlashKind, Posted, message_for, redirect};
use crate::guard::{PasswordError, new_session};
use crate::state::WebState;

/// What is wrong with the form: the field, and the end of its message.
type Wrong = (&'static str, &'static str);

pub(crate) async fn change<P: Person>(
    State(state): State<WebState>,
    peer: Peer,
    headers: HeaderMap,
    form: Posted<P>,
) -> Result<Response, WebError> {
    let field = |name| form.fields.one(name).map(|value| value.unwrap_or_default().to_owned());
    let (current, new, again) = (field("current")?, field("new")?, field("again")?);
    let person = &form.visit;
    let proved = match wrong(&current, &new, &again) {
        Some(wrong) => Err(wrong),
        None => prove_again(&state, person, (&peer, &headers), current).await?.ok_or(("current", "current-wrong")),
    };
    let hashed = match proved {
        Ok(login) => hash(&state, person, new).await?.map(|hash| (login, hash)),
        Err(wrong) => Err(wrong),
    };
    match hashed {
        Ok((login, hash)) => {
            store(&state, person, (login, hash), device(&headers, &peer.address(&state, &headers))).await
        }
        Err((field, why)) => {
            let words = &person.reader().words;
            let errors = vec![message_for(field, words.say(&format!("error-password-{why}")))];
            let page = page(&state, person, errors).await?;
            page.status(StatusCode::UNPROCESSABLE_ENTITY).render(&state, person.reader())
        }
    }
}

/// Somebody who is logged in gives their password once more; `None` where it is not right. Counts as a login does.
///
/// # Errors
/// As [`prove`].
pub(super) async fn prove_again<P: Person>(
    state: &WebState,
    person: &P,
    (peer, headers): (&Peer, &HeaderMap),
    password: String,
) -> Result<Option<Login>, WebError> {
    let attempt = Attempt {
        door: P::DOOR,
        email: person.email().to_owned(),
        password,
        address: peer.address(state, headers),
        // Without the visitor's cookie it is no browser that anybody knows.
        browser: state.cookies().visitor(headers).unwrap_or(person.token().as_str()).to_owned(),
    };
    prove(state, &attempt).await
}

/// What can be told without asking anybody, in the order of the fields.
fn wrong(current: &str, new: &str, again: &str) -> Option<Wrong> {
    if current.is_empty() {
        return Some(("current", "current-empty"));
    }
    match (new.is_empty(), new == again) {
        (true, _) => Some(("new", "new-empty")),
        (false, false) => Some(("again", "differs")),
        (false, true) => None,
    }
}

async fn hash<P: Person>(state: &WebState, person: &P, new: String) -> Result<Result<String, Wrong>, WebError> {
    let refused = match state.passwords().hash(person.email().to_owned(), new).await {
        Ok(hash) => return Ok(Ok(hash)),
        Err(PasswordError::Failed(why)) => return Err(WebError::failed(why)),
        Err(PasswordError::Refused(refused)) => refused,
    };
    Ok(Err(("new", refused_word(refused).trim_start_matches("error-password-"))))
}

/// The text that says why a new password is not taken.
pub(crate) fn refused_word(refused: PasswordRefusal) -> &'static str {
    match refused {
        PasswordRefusal::TooShort { .. } => "error-password-too-short",
        PasswordRefusal::TooLong => "error-password-too-long",
        PasswordRefusal::Control => "error-password-control",
        PasswordRefusal::IsEmail => "error-password-is-email",
        PasswordRefusal::Guessable => "error-password-guessable",
    }
}

/// Only where the password is still the one that was proved. This browser goes on, with a new secret.
async fn store<P: Person>(
    state: &WebState,
    person: &P,
    (login, password_hash): (Login, String),
    device: Device,
) -> Result<Response, WebError> {
    let (token, session) = new_session(state, login.who, device)?;
    let change = PasswordChange {
        who: login.who,
        password_hash,
        was: Some(login.password_hash),
        by: ChangedBy::Themselves,
        session: Some(session),
        at: state.billing().now(),
    };
    if login.who != person.who() || !state.billing().store().set_password(change).await? {
        return Err(WebError::failed("a password was proved for somebody else than who asked"));
    }
    let mut response = redirect(state, P::PAGE, Some(Flash::new(FlashKind::Success, "password-changed")));
    response.headers_mut().append(header::SET_COOKIE, session_cookie(state, P::DOOR, &token)?);
    Ok(response)
}
