//! Sessions: a secret in a cookie, of which the store keeps only the hash.

use sha2::{Digest, Sha256};
use tollgate_billing::people::{Device, Login, Session, Who};
use tollgate_billing::ports::StoreError;

use super::tokens::random_secret;
use crate::errors::WebError;
use crate::state::WebState;

/// How often it is written down that a session is used: pages are many, and nobody needs to know it to the second.
const SEEN_EVERY_MS: i64 = 10 * 60_000;
/// How often in the time after which an idle session ends, so that this time is kept to a tenth.
const SEEN_IN_IDLE: i64 = 10;

/// A session's secret, as the cookie carries it.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// A new one, which opens nothing until it is stored.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn random() -> Result<Self, WebError> {
        Ok(Self(random_secret().map_err(|error| WebError::failed(error.to_string()))?))
    }

    pub fn from_cookie(value: &str) -> Self {
        Self(value.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// Lets somebody in by their password alone. Always a new secret, so that one that was planted before the login opens nothing.
/// `None` where the password is another one since it was proved, or is no longer enough.
pub async fn start_session(state: &WebState, login: &Login, device: Device) -> Result<Option<SessionToken>, WebError> {
    let (token, session) = new_session(state, login.who, device)?;
    if !state.billing().store().put_session(session.clone(), &login.password_hash).await? {
        return Ok(None);
    }
    log_entry(&session);
    Ok(Some(token))
}

/// Writes into the log that somebody gets in.
pub fn log_entry(session: &Session) {
    let (door, person) = match session.who {
        Who::Client(id) => ("client", id.0),
        Who::Staff(id) => ("staff", id.0),
    };
    tracing::info!(door, person, address = session.device.address, "somebody logged in");
}

/// A session that opens nothing until it is stored.
pub fn new_session(state: &WebState, who: Who, device: Device) -> Result<(SessionToken, Session), WebError> {
    let token = SessionToken::random()?;
    let created = state.billing().now();
    let expires = created.plus_ms(i64::from(state.config().session_hours) * 3_600_000);
    let session = Session { token_sha256: token.sha256(), who, created, expires, seen: created, device };
    Ok((token, session))
}

/// Who the secret belongs to, while it has not expired and was not left alone for too long. Notes now and then that it is used.
pub async fn find_session(state: &WebState, token: &SessionToken, address: &str) -> Result<Option<Who>, StoreError> {
    let (store, now) = (state.billing().store(), state.billing().now());
    let Some(session) = store.session(token.sha256(), now).await? else {
        return Ok(None);
    };
    let idle_ms = i64::from(state.config().session_idle_minutes) * 60_000;
    if session.seen.plus_ms(idle_ms) <= now {
        store.delete_session(session.token_sha256).await?;
        return Ok(None);
    }
    if session.seen.plus_ms(SEEN_EVERY_MS.min(idle_ms / SEEN_IN_IDLE)) <= now
        && let Err(error) = store.session_seen(session.token_sha256, address, now).await
    {
        tracing::warn!(%error, "it could not be noted that a session is used; it goes on");
    }
    Ok(Some(session.who))
}

/// After this the secret opens nothing.
pub async fn end_session(state: &WebState, token: &SessionToken) -> Result<(), StoreError> {
    state.billing().store().delete_session(token.sha256()).await
}
