//! Who is looking at the page: a client, somebody of staff, or a visitor who has not logged in.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use tollgate_billing::people::{Client, Staff, Who};

use super::flash::{Flash, Told};
use crate::door::Peer;
use crate::errors::WebError;
use crate::guard::{Door, SessionToken, csrf_token, find_session, random_secret};
use crate::routes::admitted;
use crate::state::WebState;
use crate::texts::Words;

/// What every page needs to know of its reader.
#[derive(Clone)]
pub struct Reader {
    pub words: Words,
    /// Path of the page.
    pub path: String,
    /// What the page before had to say.
    pub flash: Option<Told>,
    /// What the CSRF token is made of: the session's or the visitor's secret.
    secret: String,
    /// A visitor's secret that the browser does not have yet.
    pub(super) new_secret: bool,
}

impl Reader {
    fn new(state: &WebState, parts: &Parts, own_locale: Option<&str>, secret: String) -> Self {
        let words = state.words(own_locale, &parts.headers);
        let flash = state.cookies().flash(&parts.headers).and_then(|text| Flash::from_cookie(text, &words));
        Self { flash, words, path: parts.uri.path().to_owned(), secret, new_secret: false }
    }

    #[must_use]
    pub fn csrf(&self) -> String {
        csrf_token(&self.secret)
    }

    /// The session's or the visitor's. To be hashed, never to be shown.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }
}

/// Somebody whose forms can be told from forged ones.
pub trait Guest: Send {
    fn reader(&self) -> &Reader;
}

/// A client who is logged in.
#[derive(Clone)]
pub struct ClientVisit {
    pub client: Client,
    pub reader: Reader,
    pub(crate) token: SessionToken,
}

/// Somebody of staff who is logged in.
#[derive(Clone)]
pub struct StaffVisit {
    pub staff: Staff,
    /// A second step is required of them, and they have none: they may set one up, and nothing else.
    pub must_set_up: bool,
    pub reader: Reader,
    pub(crate) token: SessionToken,
}

/// Anybody, for the login pages.
#[derive(Clone)]
pub struct Visitor {
    pub reader: Reader,
}

impl Guest for ClientVisit {
    fn reader(&self) -> &Reader {
        &self.reader
    }
}

impl Guest for StaffVisit {
    fn reader(&self) -> &Reader {
        &self.reader
    }
}

impl Guest for Visitor {
    fn reader(&self) -> &Reader {
        &self.reader
    }
}

impl ClientVisit {
    /// By the session's cookie, for the door of the routes alone.
    pub(crate) async fn enter(parts: &Parts, state: &WebState) -> Result<Self, WebError> {
        let (token, who) = enter(state, parts, Door::Client).await?;
        let Who::Client(id) = who else {
            return Err(logged_out(parts, true));
        };
        let client = state.billing().store().client(id).await?.ok_or_else(|| logged_out(parts, true))?;
        let reader = Reader::new(state, parts, Some(&client.locale), token.as_str().to_owned());
        Ok(Self { client, reader, token })
    }
}

impl StaffVisit {
    /// By the session's cookie, for the door of the routes alone.
    pub(crate) async fn enter(parts: &Parts, state: &WebState) -> Result<Self, WebError> {
        let (token, who) = enter(state, parts, Door::Staff).await?;
        let Who::Staff(id) = who else {
            return Err(logged_out(parts, true));
        };
        let staff = state.billing().store().staff(id).await?.ok_or_else(|| logged_out(parts, true))?;
        let reader = Reader::new(state, parts, None, token.as_str().to_owned());
        let required = state.config().staff_second_step_required;
        let must_set_up = required && state.billing().store().second_step(who).await?.is_none();
        Ok(Self { staff, must_set_up, reader, token })
    }
}

impl FromRequestParts<WebState> for ClientVisit {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, WebError> {
        admitted(parts)
    }
}

impl FromRequestParts<WebState> for StaffVisit {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, WebError> {
        admitted(parts)
    }
}

impl FromRequestParts<WebState> for Visitor {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, WebError> {
        let known = state.cookies().visitor(&parts.headers).map(str::to_owned);
        let new_secret = known.is_none();
        let secret = match known {
            Some(secret) => secret,
            None => random_secret().map_err(|error| WebError::failed(error.to_string()))?,
        };
        let reader = Reader::new(state, parts, None, secret);
        Ok(Self { reader: Reader { new_secret, ..reader } })
    }
}

/// Who the session cookie of this door belongs to.
async fn enter(state: &WebState, parts: &Parts, door: Door) -> Result<(SessionToken, Who), WebError> {
    let token = session_token(state, &parts.headers, door).ok_or_else(|| logged_out(parts, false))?;
    let address = Peer::of(parts).address(state, &parts.headers);
    let who = find_session(state, &token, &address).await?.ok_or_else(|| logged_out(parts, true))?;
    Ok((token, who))
}

pub(crate) fn session_token(state: &WebState, headers: &HeaderMap, door: Door) -> Option<SessionToken> {
    state.cookies().session(headers, door).map(SessionToken::from_cookie)
}

/// After the login, back to the page that was asked for; a form that was lost is not sent again.
fn logged_out(parts: &Parts, expired: bool) -> WebError {
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    let asked = uri.path_and_query().map_or("", |path| path.as_str());
    let next = match (&parts.method, asked) {
        (&Method::GET, asked) => asked.to_owned(),
        (_, asked) if asked.starts_with("/admin") => "/admin".to_owned(),
        _ => String::new(),
    };
    WebError::LoggedOut { next, expired }
}
