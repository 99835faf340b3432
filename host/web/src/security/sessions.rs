//! Where somebody is signed in, and the end of it.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::ids::SessionId;
use tollgate_billing::people::{ChangedBy, Ending, OwnSession};

use super::person::Person;
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{Flash, FlashKind, Posted, moment_of, redirect};
use crate::state::WebState;
use crate::texts::Words;

#[derive(Serialize)]
pub(super) struct SessionView {
    url: String,
    /// Empty where nothing was told.
    browser: String,
    address: String,
    created: Option<Moment>,
    seen: Option<Moment>,
    /// The one that the page was asked for with.
    own: bool,
}

pub(super) async fn list<P: Person>(state: &WebState, person: &P) -> Result<Vec<SessionView>, WebError> {
    let sessions = state.billing().store().sessions_of(person.who(), state.billing().now()).await?;
    let (words, own) = (&person.reader().words, person.token().sha256());
    Ok(sessions.into_iter().map(|session| view(words, P::PAGE, session, &own)).collect())
}

fn view(words: &Words, page: &str, OwnSession { id, session }: OwnSession, own: &[u8; 32]) -> SessionView {
    SessionView {
        url: format!("{page}/sessions/{id}"),
        browser: session.device.browser,
        address: session.device.address,
        created: moment_of(words, session.created),
        seen: moment_of(words, session.seen),
        own: session.token_sha256 == *own,
    }
}

/// Another one's session is answered like one that there is not.
pub(crate) async fn end<P: Person>(
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted<P>,
) -> Result<Response, WebError> {
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let id = id.parse().ok().filter(|_| plain).map(SessionId).ok_or(WebError::NotFound)?;
    match finish(&state, &form.visit, Ending::One(id)).await? {
        0 => Err(WebError::NotFound),
        _ => Ok(redirect(&state, P::PAGE, Some(Flash::new(FlashKind::Success, "session-ended")))),
    }
}

pub(crate) async fn end_others<P: Person>(
    State(state): State<WebState>,
    form: Posted<P>,
) -> Result<Response, WebError> {
    finish(&state, &form.visit, Ending::AllBut(form.visit.token().sha256())).await?;
    Ok(redirect(&state, P::PAGE, Some(Flash::new(FlashKind::Success, "sessions-ended"))))
}

async fn finish<P: Person>(state: &WebState, person: &P, which: Ending) -> Result<u64, WebError> {
    let billing = state.billing();
    Ok(billing.store().end_sessions(person.who(), which, ChangedBy::Themselves, billing.now()).await?)
}
