//! Requests to providers and signatures, with secrets by name. The values are put in behind this face.

use std::time::Duration;

use async_trait::async_trait;

use crate::ids::InstanceId;

/// For whom a request is made, and what that call may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressCaller {
    pub instance: InstanceId,
    /// Hosts asked for and granted: exact DNS names, with `:port` where it is not the scheme's own.
    pub hosts: Vec<String>,
    /// Test mode: plain http to loopback is allowed, where `hosts` grants it (`127.0.0.1:8420`, `localhost:8420`).
    pub loopback_http: bool,
    /// What is left of the call's time. The answer comes, or an error, before it has passed.
    pub remaining: Duration,
    /// Requests that the call has left, this one included; 0 sends nothing.
    pub requests_left: u32,
    /// Secrets that this call may fill from an answer; empty for most.
    pub may_keep: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// A part of a header that may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HeaderPart {
    Text(String),
    /// Key of a secret.
    Secret(String),
}

/// OAuth 2 client credentials: the token is fetched, kept and renewed by whoever implements [`Egress`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientCredentials {
    /// Its host must be granted too.
    pub token_url: String,
    pub id: HeaderPart,
    pub secret: HeaderPart,
    pub scope: Option<String>,
}

/// How the request proves who sends it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Auth {
    #[default]
    None,
    Basic {
        user: HeaderPart,
        password: HeaderPart,
    },
    /// Key of a secret.
    Bearer(String),
    Header {
        name: String,
        value: Vec<HeaderPart>,
    },
    ClientCredentials(ClientCredentials),
}

/// A secret in the provider's answer, such as the signing secret of a webhook that was just registered: stored as that
/// secret of the instance and blacked out before anybody sees the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// RFC 6901: `/secret`, `/data/0/key`.
    pub pointer: String,
    /// Key of the secret; one of [`EgressCaller::may_keep`].
    pub secret: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressRequest {
    pub method: Method,
    pub url: String,
    /// At most 50.
    pub headers: Vec<(String, String)>,
    /// At most 1 MB.
    pub body: Vec<u8>,
    pub auth: Auth,
    /// At most 10.
    pub keep: Vec<Kept>,
}

/// A whole answer, whatever its status, with every secret of the instance blacked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressResponse {
    pub status: u16,
    /// Names in lower case; at most 100.
    pub headers: Vec<(String, String)>,
    /// At most 4 MB.
    pub body: Vec<u8>,
}

/// Where it failed decides what may be known. The texts are for staff; they hold no secret and no query of a URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFailure {
    /// Not granted, or not a request that the host makes. Never sent.
    #[error("denied: {0}")]
    Denied(String),
    /// Surely not sent, or surely refused before it was looked at: may be tried again.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Sent, or perhaps sent, and no whole answer: ask the provider later.
    #[error("unknown: {0}")]
    Unknown(String),
}

#[async_trait]
pub trait Egress: Send + Sync {
    /// Sends one request and waits for the answer. Redirects are answers. Where the future is dropped, the request may
    /// have been sent: whoever drops it must treat it as [`SendFailure::Unknown`].
    async fn send(&self, caller: &EgressCaller, request: EgressRequest) -> Result<EgressResponse, SendFailure>;
}

/// The old ones are here for providers that ask for nothing better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningAlgorithm {
    Sha256,
    Sha512,
    Sha1,
    Md5,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningPart {
    Bytes(Vec<u8>),
    /// Key of a secret.
    Secret(String),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// No such secret, or it is not set.
    #[error("the secret {0} is not set")]
    NoSecret(String),
    #[error("more than 2 MB to sign")]
    TooLarge,
}

#[async_trait]
pub trait Signing: Send + Sync {
    /// Digest of all parts in order; together at most 2 MB, secrets included.
    async fn digest(
        &self,
        instance: &InstanceId,
        algorithm: SigningAlgorithm,
        parts: &[SigningPart],
    ) -> Result<Vec<u8>, SigningError>;

    /// HMAC of all parts in order; the key, and the parts together, have at most 2 MB each.
    async fn hmac(
        &self,
        instance: &InstanceId,
        algorithm: SigningAlgorithm,
        key: &SigningPart,
        parts: &[SigningPart],
    ) -> Result<Vec<u8>, SigningError>;
}
