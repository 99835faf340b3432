//! Sessions: a secret in a cookie, of which the store keeps only the hash.

use sha2::{Digest, Sha256};
use tollgate_billing::people::{Session, Who};
use tollgate_billing::ports::StoreError;

use super::tokens::random_secret;
use crate::errors::WebError;
use crate::state::WebState;

/// A session's secret, as the cookie carries it.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    pub fn from_cookie(value: &str) -> Self {
        Self(value.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// Lets somebody in. Always a new secret, so that one that was planted before the login opens nothing.
pub async fn start_session(state: &WebState, who: Who) -> Result<SessionToken, WebError> {
    let token = SessionToken(random_secret().map_err(|error| WebError::failed(error.to_string()))?);
    let created = state.billing().now();
    let expires = created.plus_ms(i64::from(state.config().session_hours) * 3_600_000);
    let session = Session { token_sha256: token.sha256(), who, created, expires };
    state.billing().store().put_session(session).await?;
    Ok(token)
}

/// Who the secret belongs to, while it has not expired.
pub async fn find_session(state: &WebState, token: &SessionToken) -> Result<Option<Who>, StoreError> {
    let found = state.billing().store().session(token.sha256(), state.billing().now()).await?;
    Ok(found.map(|session| session.who))
}

/// After this the secret opens nothing.
pub async fn end_session(state: &WebState, token: &SessionToken) -> Result<(), StoreError> {
    state.billing().store().delete_session(token.sha256()).await
}
