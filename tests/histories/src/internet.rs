//! What lies between the host and its providers: the port `Egress`, without sockets and with mishaps.
//!
//! It does what the host's own egress does: a granted host alone, secrets by name, a token that is kept and renewed once,
//! answers with every secret blacked out, and `unavailable` only for what surely was not sent.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use parking_lot::Mutex;
use tollgate_billing::ports::{
    Auth, ClientCredentials, Egress, EgressCaller, EgressRequest, EgressResponse, HeaderPart, Method, Redact,
    SendFailure,
};
use tollgate_simulators::faults::{Fault, Mark};
use url::Url;

use crate::line::Line;
use crate::providers::{Answered, Asked, PAYPAL_SECRET, Provider, STRIPE_SECRET, token_request};
use crate::weather::Mishap;

/// As long as the host waits for a provider.
const PATIENCE_MS: i64 = 15_000;
/// A token is used so much shorter than it lives.
const TOKEN_MARGIN_MS: i64 = 60_000;
const UNAUTHORIZED: u16 = 401;
/// As the host's own way out: by its beginning a judge of the contracts knows our gateways' requests.
const USER_AGENT: &str = "Tollgate/histories";
const MS_PER_S: i64 = 1_000;

/// One life's way out. Tokens are lost with it.
pub struct Internet {
    pub line: Line,
    pub redact: Arc<dyn Redact>,
    token: Mutex<Option<(String, i64)>>,
}

impl Internet {
    #[must_use]
    pub fn new(line: Line, redact: Arc<dyn Redact>) -> Self {
        Self { line, redact, token: Mutex::new(None) }
    }

    async fn answer(&self, caller: &EgressCaller, request: EgressRequest) -> Result<Answered, SendFailure> {
        if !request.keep.is_empty() {
            return Err(SendFailure::Denied("histories register no webhooks".to_owned()));
        }
        let (to, path) = target(caller, &request.url)?;
        let asked = |authorization: String| {
            let mut headers = request.headers.clone();
            headers.push(("authorization".to_owned(), authorization));
            headers.push(("user-agent".to_owned(), USER_AGENT.to_owned()));
            Asked { method: method(request.method), path: path.clone(), headers, body: request.body.clone() }
        };
        match &request.auth {
            Auth::Bearer(key) => {
                let value = secret(to, key)?;
                self.exchange(to, asked(format!("Bearer {value}"))).await
            }
            Auth::ClientCredentials(credentials) => self.with_token(caller, credentials, to, asked).await,
            _ => Err(SendFailure::Denied("neither gateway proves itself so".to_owned())),
        }
    }

    /// A token that was kept and is refused is renewed once.
    async fn with_token(
        &self,
        caller: &EgressCaller,
        credentials: &ClientCredentials,
        to: Provider,
        asked: impl Fn(String) -> Asked,
    ) -> Result<Answered, SendFailure> {
        let kept = self.token.lock().clone().filter(|(_, until_ms)| self.line.clock.now_ms() < *until_ms);
        if let Some((token, _)) = kept {
            let answer = self.exchange(to, asked(format!("Bearer {token}"))).await?;
            if answer.status != UNAUTHORIZED {
                return Ok(answer);
            }
        }
        let token = self.fetch_token(caller, credentials).await?;
        self.exchange(to, asked(format!("Bearer {token}"))).await
    }

    /// Whatever goes wrong here, the request that needs the token has not been sent.
    async fn fetch_token(&self, caller: &EgressCaller, credentials: &ClientCredentials) -> Result<String, SendFailure> {
        let failed = |why: String| SendFailure::Unavailable(format!("no access token: {why}"));
        let (to, _) = target(caller, &credentials.token_url)?;
        let part = |part: &HeaderPart| match part {
            HeaderPart::Text(text) => Ok(text.clone()),
            HeaderPart::Secret(key) => secret(to, key).map(str::to_owned),
        };
        let asked = token_request(&part(&credentials.id)?, &part(&credentials.secret)?);
        let answer = self.exchange(to, asked).await.map_err(|failure| match failure {
            SendFailure::Denied(why) | SendFailure::Unavailable(why) | SendFailure::Unknown(why) => failed(why),
        })?;
        let read: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let token = read["access_token"].as_str().filter(|_| answer.status == 200);
        let token = token.ok_or_else(|| failed(format!("status {}", answer.status)))?.to_owned();
        let lives_ms = read["expires_in"].as_i64().unwrap_or_default() * MS_PER_S;
        *self.token.lock() = Some((token.clone(), self.line.clock.now_ms() + lives_ms - TOKEN_MARGIN_MS));
        Ok(token)
    }

    /// One request, one mishap at most.
    async fn exchange(&self, to: Provider, asked: Asked) -> Result<Answered, SendFailure> {
        let line = &self.line;
        line.turns.point("a request to a provider").await;
        let is_late = asked.path.ends_with("/capture") && line.captures_late.swap(false, Ordering::SeqCst);
        let chance = line.weather.lock().mishap(&mut line.chance.lock());
        let mishap = if is_late { Some(Mishap::Late) } else { chance };
        let name = format!("{} {}", asked.method, asked.path.split('?').next().unwrap_or_default());
        if let Some(mishap) = mishap {
            line.diary.write(format!("      {name} {}", mishap.words()));
        }
        match mishap {
            Some(Mishap::NotSent) => return Err(SendFailure::Unavailable("no connection".to_owned())),
            Some(Mishap::LostBefore) => return Err(self.gave_up()),
            Some(Mishap::Late) => {
                line.late.lock().push((to, asked));
                return Err(self.gave_up());
            }
            Some(Mishap::TooMany) => return Ok(too_many()),
            _ => {}
        }
        let fault = mishap.and_then(fault_of);
        let broken = |error: anyhow::Error| SendFailure::Denied(format!("no request: {error:#}"));
        let answer = line.providers.send(to, asked, fault).await.map_err(broken)?;
        if mishap.is_none() {
            line.diary.write(format!("      {name}: {}", answer.status));
        }
        match answer.mark {
            Some(Mark::Drop) => Err(SendFailure::Unknown("the connection was closed without an answer".to_owned())),
            Some(Mark::Hang) => Err(self.gave_up()),
            Some(Mark::Slow { delay_ms }) => {
                line.clock.advance(i64::try_from(delay_ms).unwrap_or_default());
                Ok(answer)
            }
            None => Ok(answer),
        }
    }

    fn gave_up(&self) -> SendFailure {
        self.line.clock.advance(PATIENCE_MS);
        SendFailure::Unknown("no answer in time".to_owned())
    }
}

#[async_trait]
impl Egress for Internet {
    async fn send(&self, caller: &EgressCaller, request: EgressRequest) -> Result<EgressResponse, SendFailure> {
        if caller.requests_left == 0 {
            return Err(SendFailure::Unavailable("the call has no request left".to_owned()));
        }
        let answer = self.answer(caller, request).await?;
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let named = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), self.redact.black_out(&caller.instance, &value))
        };
        Ok(EgressResponse {
            status: answer.status,
            headers: answer.headers.iter().map(named).collect(),
            body: self.redact.black_out(&caller.instance, &body).into_bytes(),
        })
    }
}

fn fault_of(mishap: Mishap) -> Option<Fault> {
    let delay_ms = if let Mishap::Slow { delay_ms } = mishap { delay_ms } else { 0 };
    let kind = mishap.kind()?;
    Some(Fault { method: None, path: "/".to_owned(), kind, times: 1, delay_ms, status: 401, says: Vec::new() })
}

fn too_many() -> Answered {
    Answered { status: 429, headers: http::HeaderMap::new(), body: b"{}".to_vec(), mark: None }
}

/// Whom a URL names, and the rest of it. Nobody who was not granted.
fn target(caller: &EgressCaller, url: &str) -> Result<(Provider, String), SendFailure> {
    let denied = |why: &str| SendFailure::Denied(why.to_owned());
    let parsed = Url::parse(url).map_err(|_| denied("the address is no URL"))?;
    let host = &parsed[url::Position::BeforeHost..url::Position::AfterPort];
    if parsed.scheme() != "http" || !caller.loopback_http || !caller.hosts.iter().any(|granted| granted == host) {
        return Err(denied("the host is not granted"));
    }
    let to = Provider::BOTH.into_iter().find(|provider| provider.host() == host);
    let to = to.filter(|provider| provider.instance() == caller.instance.as_str());
    Ok((to.ok_or_else(|| denied("nobody is there"))?, parsed[url::Position::BeforePath..].to_owned()))
}

fn secret(of: Provider, key: &str) -> Result<&'static str, SendFailure> {
    match (of, key) {
        (Provider::PayPal, "client-secret") => Ok(PAYPAL_SECRET),
        (Provider::Stripe, "secret-key") => Ok(STRIPE_SECRET),
        _ => Err(SendFailure::Denied("the secret is not set".to_owned())),
    }
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}
