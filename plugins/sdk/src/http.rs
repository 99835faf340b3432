//! Calls a provider, through the host: it checks each call against what staff granted and fills the secrets in.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Form};

pub use crate::bindings::gateway::tollgate::plugin::http::{
    Auth, Basic, ClientCredentials, Header, Kept, Method, Part, Request, Response, SendError,
};

#[cfg(target_arch = "wasm32")]
use crate::bindings::gateway::tollgate::plugin::http as host;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::fake::http as host;

/// Sends one request and waits for the answer. Redirects are answers, not followed.
///
/// # Errors
/// Where it failed decides what may be known: see [`SendError`].
pub fn send(request: &Request) -> Result<Response, SendError> {
    host::send(request)
}

impl Request {
    /// A request without headers, body and auth.
    #[must_use]
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: Vec::new(), body: Vec::new(), auth: Auth::None, keep: Vec::new() }
    }

    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::Get, url)
    }

    #[must_use]
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::Post, url)
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// A JSON body.
    ///
    /// # Errors
    /// [`Error::Rejected`] where it has no JSON form.
    pub fn json(self, body: &impl Serialize) -> Result<Self, Error> {
        let bytes = serde_json::to_vec(body)
            .map_err(|error| Error::Rejected(format!("a request has no JSON form: {error}")))?;
        Ok(self.header("content-type", "application/json").body(bytes))
    }

    /// A form body, as many providers want it.
    #[must_use]
    pub fn form(self, fields: &Form) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded").body(fields.encode())
    }

    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// `Authorization: Bearer` with the secret of that configuration key.
    #[must_use]
    pub fn bearer(mut self, secret_key: &str) -> Self {
        self.auth = Auth::Bearer(secret_key.into());
        self
    }

    /// Has the host store a secret of the answer under a configuration key, unseen by the plugin. Only while a webhook is
    /// set up.
    #[must_use]
    pub fn keep(mut self, pointer: &str, key: &str) -> Self {
        self.keep.push(Kept { pointer: pointer.into(), key: key.into() });
        self
    }

    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }
}

impl Response {
    /// Whether the status is 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first header of that name, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// # Errors
    /// [`Error::Unknown`] where the body is not what was expected: the provider has had the request, so that
    /// nothing is known of its end.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Error::Unknown(format!("the provider's answer (status {}) cannot be read: {error}", self.status))
        })
    }
}

impl From<SendError> for Error {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Denied(why) => Self::Rejected(why),
            SendError::Unavailable(why) => Self::Unavailable(why),
            SendError::Unknown(why) => Self::Unknown(why),
        }
    }
}
