//! A request of a guest: checked, given its secrets, sent, and its answer made fit to be seen.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use tokio::time::Instant;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{
    Auth, ClientCredentials, Clock, Egress, EgressCaller, EgressRequest, EgressResponse, Kept, Method, Secrets,
    SendFailure,
};

use crate::exchange::{ClientError, Http, Incoming, Outgoing};
use crate::names::{FilteredNames, Lookup, SystemNames};
use crate::redact::Redactor;
use crate::stage::Denied;
use crate::target::Target;
use crate::tokens::{self, Fetched, Got, Token, TokenKey, Tokens, Wanted};
use crate::vault::{Known, Vault};
use crate::{auth, headers, keep, trust};

/// The contract's numbers.
const REQUEST_BYTES_MAX: usize = 1 << 20;
const RESPONSE_BYTES_MAX: usize = 4 << 20;
/// No request waits longer than this, whatever time its caller has.
const TIME_MAX: Duration = Duration::from_secs(30);
/// A token is fetched for many callers, so none of them says how long it may take.
const TOKEN_TIME: Duration = Duration::from_secs(10);
const TOKEN_BYTES_MAX: usize = 64 << 10;
/// What is looked through for secrets in a millisecond or two.
const HERE_BYTES_MAX: usize = 32 << 10;
const MS_PER_S: u64 = 1_000;
const SCOPE_BYTES_MAX: usize = 1_000;
const UNAUTHORIZED: u16 = 401;

/// Sends requests. One for the whole host.
pub struct Outbound {
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    http: Arc<Http>,
    tokens: Arc<Tokens>,
}

impl Outbound {
    /// # Errors
    /// Where the HTTP client cannot be made.
    pub fn new(vault: Arc<Vault>, clock: Arc<dyn Clock>) -> Result<Self, ClientError> {
        Self::asking(vault, clock, Arc::new(SystemNames))
    }

    /// The same with another name service. Whatever it answers, nothing but the public internet is connected to.
    ///
    /// # Errors
    /// As [`Outbound::new`].
    pub fn asking(vault: Arc<Vault>, clock: Arc<dyn Clock>, lookup: Arc<dyn Lookup>) -> Result<Self, ClientError> {
        let tls = trust::system().map_err(|error| ClientError::new(&error))?;
        Self::with(vault, clock, FilteredNames::new(lookup), tls)
    }

    /// With other names and another trust, as tests need them.
    pub(crate) fn with(
        vault: Arc<Vault>,
        clock: Arc<dyn Clock>,
        names: FilteredNames,
        tls: rustls::ClientConfig,
    ) -> Result<Self, ClientError> {
        Ok(Self { vault, clock, http: Arc::new(Http::new(names, tls)?), tokens: Arc::default() })
    }

    async fn sent(
        &self,
        caller: &EgressCaller,
        request: EgressRequest,
        deadline: Instant,
    ) -> Result<EgressResponse, SendFailure> {
        let known = tokio::time::timeout_at(deadline, self.vault.fresh(&caller.instance));
        let known = known.await.map_err(|_| SendFailure::Unavailable("no time was left to send it".to_owned()))?;
        let EgressRequest { method, url, headers, body, auth, keep } = request;
        keep::check(&keep, caller)?;
        if body.len() > REQUEST_BYTES_MAX {
            return Err(Denied::new(format!("a request's body has at most {} MB", REQUEST_BYTES_MAX >> 20)).into());
        }
        let target = Target::parse(&url, caller)?;
        let filled = auth::filled(&auth)?;
        let mut headers = headers::checked(&headers, filled.as_ref())?;
        if let (Some(name), Some(value)) = (filled, auth::value(&auth, &known)?) {
            headers.insert(name, value);
        }
        let outgoing = Outgoing { method, target, headers, body };
        let incoming = match auth {
            Auth::ClientCredentials(credentials) => {
                self.with_token(caller, &credentials, outgoing, (&known, deadline)).await?
            }
            _ => self.exchange(outgoing, deadline).await?,
        };
        self.made_fit(&caller.instance, incoming, &keep).await
    }

    async fn exchange(&self, outgoing: Outgoing, deadline: Instant) -> Result<Incoming, SendFailure> {
        let time = deadline.saturating_duration_since(Instant::now());
        self.http.exchange(outgoing, RESPONSE_BYTES_MAX, time).await
    }

    /// With a token. One that was kept and is refused with 401, which says that the request was not looked at, is renewed
    /// once.
    async fn with_token(
        &self,
        caller: &EgressCaller,
        credentials: &ClientCredentials,
        mut outgoing: Outgoing,
        (known, deadline): (&Known, Instant),
    ) -> Result<Incoming, SendFailure> {
        let got = self.token(caller, credentials, (known, deadline), None).await?;
        outgoing.headers.insert(AUTHORIZATION, auth::bearer(&got.token.value)?);
        let incoming = self.exchange(outgoing.clone(), deadline).await?;
        if incoming.status != UNAUTHORIZED || got.fresh {
            return Ok(incoming);
        }
        let renewed = self.token(caller, credentials, (known, deadline), Some(&got.token)).await?;
        outgoing.headers.insert(AUTHORIZATION, auth::bearer(&renewed.token.value)?);
        self.exchange(outgoing, deadline).await
    }

    async fn token(
        &self,
        caller: &EgressCaller,
        credentials: &ClientCredentials,
        (known, deadline): (&Known, Instant),
        refused: Option<&Token>,
    ) -> Result<Got, SendFailure> {
        let outgoing = token_request(caller, credentials, known)?;
        let wanted = Wanted {
            key: TokenKey { instance: caller.instance.clone(), credentials: credentials.clone() },
            generation: known.generation,
            now: self.clock.now(),
            refused: refused.map(|token| &token.value),
        };
        let fetch = fetch(self.http.clone(), self.vault.clone(), (caller.instance.clone(), outgoing), wanted.now);
        let late = |_| SendFailure::Unavailable("no access token came in time".to_owned());
        tokio::time::timeout_at(deadline, self.tokens.get(wanted, fetch)).await.map_err(late)?
    }

    /// Keeps what is to be kept, and blacks out every secret.
    async fn made_fit(
        &self,
        instance: &InstanceId,
        incoming: Incoming,
        keep: &[Kept],
    ) -> Result<EgressResponse, SendFailure> {
        let unknown = |why: String| SendFailure::Unknown(format!("the request was answered, but {why}"));
        let mut kept = Vec::new();
        if !keep.is_empty() && (200..300).contains(&incoming.status) {
            kept = keep::find(&incoming.body, keep).map_err(unknown)?;
            for (place, value) in keep.iter().zip(&kept) {
                let stored = self.vault.set_secret(instance, &place.secret, value.clone()).await;
                stored.map_err(|error| unknown(format!("its secret could not be kept: {error}")))?;
            }
        }
        let known = self.vault.known_now(instance);
        let body = blacked_out(known.redactor().clone(), incoming.body).await.map_err(unknown)?;
        if !kept.is_empty() && !keep::is_hidden(&body, keep, &kept) {
            return Err(unknown("its secret could not be blacked out".to_owned()));
        }
        let headers = headers::answered(&incoming.headers, known.redactor())
            .ok_or_else(|| unknown(format!("with more than {} headers", headers::RESPONSE_HEADERS_MAX)))?;
        Ok(EgressResponse { status: incoming.status, headers, body })
    }
}

#[async_trait]
impl Egress for Outbound {
    async fn send(&self, caller: &EgressCaller, request: EgressRequest) -> Result<EgressResponse, SendFailure> {
        if caller.requests_left == 0 {
            return Err(SendFailure::Unavailable("the call has no request left".to_owned()));
        }
        if caller.remaining.is_zero() {
            return Err(SendFailure::Unavailable("the call has no time left".to_owned()));
        }
        let deadline = Instant::now() + caller.remaining.min(TIME_MAX);
        let sent = self.sent(caller, request, deadline).await;
        sent.map_err(|failure| self.discreet(&caller.instance, failure))
    }
}

impl Outbound {
    /// No text above holds a secret; this holds even where one of them is wrong.
    fn discreet(&self, instance: &InstanceId, failure: SendFailure) -> SendFailure {
        let clean = |text: String| self.vault.redact(instance, &text);
        match failure {
            SendFailure::Denied(text) => SendFailure::Denied(clean(text)),
            SendFailure::Unavailable(text) => SendFailure::Unavailable(clean(text)),
            SendFailure::Unknown(text) => SendFailure::Unknown(clean(text)),
        }
    }
}

/// A large answer takes a while, which is not taken from those who wait for other answers.
async fn blacked_out(redactor: Arc<Redactor>, body: Vec<u8>) -> Result<Vec<u8>, String> {
    if body.len() <= HERE_BYTES_MAX {
        return Ok(redactor.black_out(&body));
    }
    let work = tokio::task::spawn_blocking(move || redactor.black_out(&body));
    work.await.map_err(|_| "looking through it for secrets was broken off".to_owned())
}

fn token_request(caller: &EgressCaller, credentials: &ClientCredentials, known: &Known) -> Result<Outgoing, Denied> {
    let target = Target::parse(&credentials.token_url, caller)?;
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, auth::client(credentials, known)?);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    if let Some(scope) = &credentials.scope {
        if scope.len() > SCOPE_BYTES_MAX {
            return Err(Denied::new(format!("a scope has at most {SCOPE_BYTES_MAX} bytes")));
        }
        form.append_pair("scope", scope);
    }
    Ok(Outgoing { method: Method::Post, target, headers, body: form.finish().into_bytes() })
}

/// Whatever goes wrong here, the request that needs the token has not been sent.
async fn fetch(
    http: Arc<Http>,
    vault: Arc<Vault>,
    (instance, outgoing): (InstanceId, Outgoing),
    now: tollgate_billing::ids::Timestamp,
) -> Fetched {
    let name = outgoing.target.name.clone();
    let failed = |why: String| SendFailure::Unavailable(format!("no access token: {why}"));
    let incoming = http.exchange(outgoing, TOKEN_BYTES_MAX, TOKEN_TIME).await.map_err(|failure| match failure {
        SendFailure::Denied(why) | SendFailure::Unavailable(why) | SendFailure::Unknown(why) => failed(why),
    })?;
    let granted = tokens::read(incoming.status, &incoming.body).map_err(|why| failed(format!("{name}: {why}")))?;
    vault.remember(&instance, &granted.value);
    let use_for_ms = i64::try_from(granted.use_for_s * MS_PER_S).unwrap_or_default();
    Ok(Token { value: granted.value, until: now.plus_ms(use_for_ms) })
}

#[cfg(test)]
mod tests;
