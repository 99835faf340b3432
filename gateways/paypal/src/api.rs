//! One call to PayPal. The only file that sends; what an answer means is for the others.

use serde::de::DeserializeOwned;
use tollgate_sdk::http::{self, Auth, ClientCredentials, Part, Request, Response};
use tollgate_sdk::{Error, Instance};

use crate::place::Place;
use crate::wire::{Link, Refusal};

/// So much of PayPal's own words reaches staff.
const WORDS_CHARS_MAX: usize = 300;
/// So many issues of a refusal are told.
const ISSUES_MAX: usize = 5;
/// The longest id of PayPal's that goes into an address: PayPal's own bound.
const ID_BYTES_MAX: usize = 36;

/// PayPal, as one instance may call it.
pub struct Api {
    pub place: Place,
    client_id: String,
}

/// Why a call brought nothing.
#[derive(Debug)]
pub enum Fault {
    /// PayPal said no, in so many words.
    Refused(Problem),
    /// Anything else, already as the host has to take it.
    Failed(Error),
}

/// PayPal's refusal.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    pub status: u16,
    name: String,
    issues: Vec<(String, String)>,
    debug_id: String,
    pub links: Vec<Link>,
}

impl Problem {
    fn of(answer: &Response) -> Self {
        let Refusal { name, message, debug_id, details, links } =
            serde_json::from_slice(&answer.body).unwrap_or_default();
        let mut issues: Vec<_> = details.into_iter().map(|detail| (detail.issue, detail.description)).collect();
        if issues.is_empty() && !message.is_empty() {
            issues.push((name.clone(), message));
        }
        Self { status: answer.status, name, issues, debug_id, links }
    }

    /// Whether PayPal gave this as a reason.
    #[must_use]
    pub fn is(&self, issue: &str) -> bool {
        self.name == issue || self.issues.iter().any(|(known, _)| known == issue)
    }

    /// The first of these reasons that PayPal gave.
    #[must_use]
    pub fn first_of<T: Copy>(&self, table: &[(&str, T)]) -> Option<T> {
        table.iter().find(|(issue, _)| self.is(issue)).map(|(_, what)| *what)
    }

    /// For staff: status, reasons and the id that PayPal's support asks for.
    #[must_use]
    pub fn words(&self) -> String {
        let told = self.issues.iter().take(ISSUES_MAX).map(|(issue, words)| format!("{issue}: {words}"));
        let told: Vec<_> = told.collect();
        let reasons = if told.is_empty() { self.name.clone() } else { told.join("; ") };
        format!("PayPal answered {} ({}), debug id {}", self.status, short(&reasons), short(&self.debug_id))
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Failed(error) => error,
            Fault::Refused(problem) => Self::rejected(problem.words()),
        }
    }
}

impl Api {
    /// # Errors
    /// [`Error::Rejected`] where the configuration lacks what every call needs.
    pub fn of(instance: &Instance) -> Result<Self, Error> {
        let client_id = instance.settings().text("client-id").to_owned();
        if client_id.is_empty() || !instance.settings().is_set("client-secret") {
            return Err(Error::rejected("this gateway has no client ID or no secret: fill both in"));
        }
        Ok(Self { place: Place::of(instance)?, client_id })
    }

    /// Asks without changing anything: whatever goes wrong, it may be asked again.
    ///
    /// # Errors
    /// [`Fault::Refused`] for a refusal, [`Error::Unavailable`] for no answer or an unreadable one.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        self.ask(Request::get(self.place.api(path))).map_err(|fault| match fault {
            Fault::Failed(Error::Unknown(why)) => Fault::Failed(Error::Unavailable(why)),
            fault => fault,
        })
    }

    /// Changes something. `request_id` makes PayPal do it once, however often it is sent.
    ///
    /// # Errors
    /// [`Fault::Refused`] for a refusal, [`Error::Unknown`] where PayPal may have done it all the same.
    pub fn post<T: DeserializeOwned>(&self, path: &str, request_id: &str, body: Vec<u8>) -> Result<T, Fault> {
        let request = Request::post(self.place.api(path))
            .header("content-type", "application/json")
            .header("prefer", "return=representation")
            .header("paypal-request-id", request_id)
            .body(body);
        self.ask(request)
    }

    /// As [`Api::post`], for what PayPal has no request ids for.
    ///
    /// # Errors
    /// As [`Api::post`].
    pub fn post_plain<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> Result<T, Fault> {
        let request = Request::post(self.place.api(path)).header("content-type", "application/json").body(body);
        self.ask(request)
    }

    /// # Errors
    /// As [`Api::post`].
    pub fn patch(&self, path: &str, body: Vec<u8>) -> Result<(), Fault> {
        let request = Request::new(http::Method::Patch, self.place.api(path));
        self.send(request.header("content-type", "application/json").body(body)).map(drop)
    }

    fn ask<T: DeserializeOwned>(&self, request: Request) -> Result<T, Fault> {
        let answer = self.send(request)?;
        serde_json::from_slice(&answer.body).map_err(|error| {
            let status = answer.status;
            Fault::Failed(Error::Unknown(format!("PayPal's answer (status {status}) cannot be read: {error}")))
        })
    }

    fn send(&self, request: Request) -> Result<Response, Fault> {
        let request = request.header("accept", "application/json").auth(self.auth());
        let answer = http::send(&request).map_err(|error| Fault::Failed(error.into()))?;
        match answer.status {
            200..=299 => Ok(answer),
            429 => Err(Fault::Failed(Error::Unavailable("PayPal takes no more requests for the moment".into()))),
            400..=499 if !matches!(answer.status, 408 | 409) => Err(Fault::Refused(Problem::of(&answer))),
            _ => Err(Fault::Failed(Error::Unknown(Problem::of(&answer).words()))),
        }
    }

    /// The token is the host's: it fetches, keeps and renews it.
    fn auth(&self) -> Auth {
        Auth::ClientCredentials(ClientCredentials {
            token_url: self.place.api("/v1/oauth2/token"),
            id: Part::Text(self.client_id.clone()),
            secret: Part::Secret("client-secret".into()),
            scope: None,
        })
    }
}

/// Somebody else's words, cut so that they fit beside ours.
#[must_use]
pub fn short(words: &str) -> String {
    words.chars().take(WORDS_CHARS_MAX / if words.is_ascii() { 1 } else { 3 }).collect()
}

/// An id of PayPal's that may stand in an address: letters, digits and `-` only.
#[must_use]
pub fn is_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(plain)
}
