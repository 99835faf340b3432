//! One request, one connection, one answer, all of it bounded.

mod why;

use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue};
use reqwest::redirect;
use tollgate_billing::ports::{Method, SendFailure};

use crate::names::FilteredNames;
use crate::stage::{Progress, Watch, watched};
use crate::target::Target;

/// Name, connection and TLS handshake; a provider across the world needs a second.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("Tollgate/", env!("CARGO_PKG_VERSION"));

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the client for requests to providers cannot be made: {0}")]
pub struct ClientError(String);

impl ClientError {
    pub fn new(why: &impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

/// A request with its secrets in it. Not to be printed.
#[derive(Clone)]
pub struct Outgoing {
    pub method: Method,
    pub target: Target,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// An answer as it came, perhaps with secrets in it. Not to be printed.
pub struct Incoming {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

pub struct Http {
    client: reqwest::Client,
}

impl Http {
    /// # Errors
    /// Where the HTTP client refuses its settings.
    pub fn new(names: FilteredNames, tls: rustls::ClientConfig) -> Result<Self, ClientError> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(names)
            .connector_layer(Watch)
            .connect_timeout(CONNECT_TIMEOUT)
            // A connection that the other side may have closed already makes it unknown what was sent.
            .pool_max_idle_per_host(0)
            .retry(reqwest::retry::never())
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .http1_only()
            .user_agent(USER_AGENT)
            .build()
            .map_err(|error| ClientError(why::words(&error)))?;
        Ok(Self { client })
    }

    /// Sends it, and reads the answer to its end.
    ///
    /// # Errors
    /// [`SendFailure::Unavailable`] where not one byte of the request has left, else [`SendFailure::Unknown`].
    pub async fn exchange(
        &self,
        outgoing: Outgoing,
        body_bytes_max: usize,
        time: Duration,
    ) -> Result<Incoming, SendFailure> {
        let progress = Progress::new();
        let name = outgoing.target.name.clone();
        if time.is_zero() {
            return Err(progress.failure(format!("{name} was not asked: no time was left")));
        }
        let work = watched(progress.clone(), self.answer(&progress, outgoing, body_bytes_max));
        match tokio::time::timeout(time, work).await {
            Ok(Ok(incoming)) => Ok(incoming),
            Ok(Err(why)) => Err(progress.failure(format!("{name}: {why}"))),
            Err(_) => Err(progress.failure(format!("{name}: no answer within {} ms", time.as_millis()))),
        }
    }

    async fn answer(&self, progress: &Progress, outgoing: Outgoing, body_bytes_max: usize) -> Result<Incoming, String> {
        let mut headers = outgoing.headers;
        // What is packed could not be looked through for secrets, and could unpack to any size.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let request = self
            .client
            .request(method(outgoing.method), outgoing.target.url)
            .headers(headers)
            .body(outgoing.body)
            .build()
            .map_err(|error| why::words(&error))?;
        progress.hand_over();
        let mut response = self.client.execute(request).await.map_err(|error| why::words(&error))?;
        let packed = response.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
        if packed {
            return Err("it answered packed, which it was not asked to".to_owned());
        }
        let too_large = || format!("it answered more than {} kB", body_bytes_max >> 10);
        if response.content_length().is_some_and(|bytes| bytes > body_bytes_max as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| why::words(&error))? {
            if body.len() + chunk.len() > body_bytes_max {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Incoming { status: response.status().as_u16(), headers: std::mem::take(response.headers_mut()), body })
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}
