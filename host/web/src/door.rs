//! Letting somebody in: the password, the limits, the session. The same for clients and staff.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, header};
use tollgate_billing::people::{Device, Login};

use crate::errors::WebError;
use crate::forwarded::client_address;
use crate::frame::session_token;
use crate::guard::{AccountAt, Door, KNOWN_SECONDS, SessionToken, Verdict, browser_name};
use crate::guard::{end_session, start_session};
use crate::second_step::begin_half;
use crate::state::WebState;

/// Longest e-mail address that there is, by RFC 5321.
pub(crate) const EMAIL_BYTES_MAX: usize = 254;

/// Where a request came from, as far as the connection says.
pub(crate) struct Peer(Option<IpAddr>);

impl FromRequestParts<WebState> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

impl Peer {
    pub fn of(parts: &Parts) -> Self {
        Self::of_extensions(&parts.extensions)
    }

    pub fn of_extensions(extensions: &Extensions) -> Self {
        Self(extensions.get::<ConnectInfo<SocketAddr>>().map(|connected| connected.0.ip()))
    }

    /// The client's address, for limits and for the log.
    pub fn address(&self, state: &WebState, headers: &HeaderMap) -> String {
        let Some(peer) = self.0 else {
            return "unknown".to_owned();
        };
        network_of(client_address(peer, headers, &state.config().trusted_proxies))
    }
}

/// What limits count: an IPv4 address, or the 64 bits of an IPv6 network, of which a home has all addresses.
fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// What a new session is known by to its owner.
pub(crate) fn device(headers: &HeaderMap, address: &str) -> Device {
    let told = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Device { address: address.to_owned(), browser: browser_name(told) }
}

/// A login form, as sent.
pub(crate) struct Attempt {
    pub door: Door,
    pub email: String,
    pub password: String,
    pub address: String,
    /// The visitor's secret of this browser.
    pub browser: String,
}

impl Attempt {
    /// The field that was left empty.
    pub fn missing(&self) -> Option<&'static str> {
        match (self.email.is_empty(), self.password.is_empty()) {
            (true, _) => Some("email"),
            (false, true) => Some("password"),
            (false, false) => None,
        }
    }

    fn account(&self) -> String {
        account(self.door, &self.email)
    }

    /// This account at this browser.
    fn here(&self) -> AccountAt {
        AccountAt::new(&self.account(), &self.browser)
    }

    /// What the tries are counted by: a browser that got in before has its own count, and everybody else their address's.
    fn key(&self, known: bool) -> String {
        let place = if known { &self.browser } else { &self.address };
        format!("{place} {}", self.account())
    }
}

/// What tries are counted by: the person, as a login names them.
pub(crate) fn account(door: Door, email: &str) -> String {
    format!("{} {}", door.name(), email.to_ascii_lowercase())
}

/// Whose name and password they are; `None` where they are not right, whichever of both it was. A try counts until one is right.
///
/// # Errors
/// [`WebError::TooMany`] past the limits, store errors.
pub(crate) async fn prove(state: &WebState, attempt: &Attempt) -> Result<Option<Login>, WebError> {
    let now = state.billing().now();
    let (address, door) = (attempt.address.as_str(), attempt.door.name());
    let too_many = |retry_after_s| {
        if state.logs_refusal_of(address) {
            tracing::warn!(address, door, "a password was not looked at: too many were tried");
        }
        WebError::TooMany { retry_after_s }
    };
    let known = state.known_browsers().knows(attempt.here(), now);
    if !known {
        state.limits().address_logins.take(&attempt.address, now).map_err(too_many)?;
    }
    state.limits().account_logins.take(&attempt.key(known), now).map_err(too_many)?;
    let store = state.billing().store();
    let login = match attempt.door {
        _ if attempt.email.len() > EMAIL_BYTES_MAX => None,
        Door::Client => store.client_login(&attempt.email).await?,
        Door::Staff => store.staff_login(&attempt.email).await?,
    };
    let stored = login.as_ref().map(|login| login.password_hash.clone());
    let verdict = state.passwords().check(stored, attempt.password.clone()).await;
    let proved = login.filter(|_| verdict == Verdict::Right);
    if proved.is_some() {
        state.limits().account_logins.forget(&attempt.key(known));
    } else {
        // Without the name: people type their password there too.
        tracing::info!(address, door, "a password was wrong");
    }
    Ok(proved)
}

/// What a login came to.
pub(crate) enum Entry {
    /// Name or password are not right, whichever of both it was, or no longer right.
    Refused,
    /// The cookies of the session.
    In(Vec<HeaderValue>),
    /// Both are right, and a second step is asked for: the cookie by which the sign-in goes on.
    HalfWay(HeaderValue),
}

/// Lets somebody in whose name and password are right, or on to the second step.
///
/// # Errors
/// [`WebError::TooMany`] past the limits, store errors.
pub(crate) async fn let_in(state: &WebState, headers: &HeaderMap, attempt: &Attempt) -> Result<Entry, WebError> {
    let Some(login) = prove(state, attempt).await? else {
        return Ok(Entry::Refused);
    };
    if state.billing().store().second_step(login.who).await?.is_some() {
        return Ok(begin_half(state, attempt.door, &login).await?.map_or(Entry::Refused, Entry::HalfWay));
    }
    let Some(token) = start_session(state, &login, device(headers, &attempt.address)).await? else {
        return Ok(Entry::Refused);
    };
    state.known_browsers().remember(attempt.here(), state.billing().now());
    if let Some(old) = session_token(state, headers, attempt.door) {
        end_session(state, &old).await?;
    }
    let session = session_cookie(state, attempt.door, &token)?;
    Ok(Entry::In([session].into_iter().chain(visitor_cookie(state, &attempt.browser)).collect()))
}

/// Keeps a browser known for which somebody got in.
pub(crate) fn visitor_cookie(state: &WebState, browser: &str) -> Option<HeaderValue> {
    state.cookies().set_visitor(browser, KNOWN_SECONDS)
}

/// The cookie that carries a new session.
///
/// # Errors
/// [`WebError::Failed`], where the token is none of ours.
pub(crate) fn session_cookie(state: &WebState, door: Door, token: &SessionToken) -> Result<HeaderValue, WebError> {
    let seconds = state.config().session_hours.saturating_mul(3_600);
    let cookie = state.cookies().set_session(door, token.as_str(), seconds);
    cookie.ok_or_else(|| WebError::failed("the session's cookie cannot be written"))
}
