//! One request to Stripe and what came of it. The version is pinned on every one; the key is named, never held.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tollgate_sdk::http::{self, Method, Request, Response, SendError};
use tollgate_sdk::{Error, Form};

use crate::wire::{List, Problem};

/// The version of Stripe's API that everything here is written for.
pub const VERSION: &str = "2025-09-30.clover";
/// Key of the secret that every request is made with.
pub const SECRET_KEY: &str = "secret-key";
/// How many pages of a list are looked through.
const PAGES_MAX: usize = 5;
/// Room for Stripe's own words in what staff are told: the contract takes 1,000 bytes in all.
const WORDS_CHARS_MAX: usize = 200;
/// Of all of Stripe's words together, so that ours fit beside them.
const WORDS_BYTES_MAX: usize = 800;

/// Why there is no answer to work with.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Stripe refused the request, and says why. Nothing was done but what `problem.payment_intent` shows.
    Refused { status: u16, problem: Box<Problem> },
    /// The host does not make this request.
    Denied(String),
    /// Surely not done: not sent, or turned away for being too many.
    NotDone(String),
    /// Sent, and it is not known what came of it.
    Lost(String),
}

impl Fault {
    /// As an error of a request that may move money: what is lost is unknown.
    #[must_use]
    pub fn of_money(self) -> Error {
        match self {
            Self::Refused { status, problem } => Error::rejected(staff_words(status, &problem)),
            Self::Denied(why) => Error::Rejected(why),
            Self::NotDone(why) => Error::Unavailable(why),
            Self::Lost(why) => Error::Unknown(why),
        }
    }

    /// As an error of a request that moves no money, such as a look-up: the host may simply try again.
    #[must_use]
    pub fn harmless(self) -> Error {
        match self {
            Self::Lost(why) => Error::Unavailable(why),
            other => other.of_money(),
        }
    }

    /// The refusal, where it was one with this code or about this parameter.
    #[must_use]
    pub fn is_about(&self, code: &str, param: &str) -> bool {
        let Self::Refused { problem, .. } = self else { return false };
        problem.code() == code && problem.param.as_deref() == Some(param)
    }
}

/// Stripe's status, code and words, for staff.
#[must_use]
pub fn staff_words(status: u16, problem: &Problem) -> String {
    format!("Stripe refused a request (status {status}): {}", words(problem))
}

/// Codes and message of an error, cut to what staff can be shown.
#[must_use]
pub fn words(problem: &Problem) -> String {
    let parts = [
        ("type", Some(problem.kind.as_str())),
        ("code", problem.code.as_deref()),
        ("decline code", problem.decline_code.as_deref()),
        ("parameter", problem.param.as_deref()),
        ("message", problem.message.as_deref()),
    ];
    let said = |(name, value): (&str, Option<&str>)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!("{name}: {}", value.chars().take(WORDS_CHARS_MAX).collect::<String>()))
    };
    let said: Vec<_> = parts.into_iter().filter_map(said).collect();
    let mut said = if said.is_empty() { "no reason was given".to_owned() } else { said.join("; ") };
    while said.len() > WORDS_BYTES_MAX {
        said.pop();
    }
    said
}

/// The address of Stripe's API, `https://api.stripe.com` but for trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Api<'a> {
    base: &'a str,
}

/// An answer that could be read.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    pub body: T,
    /// The answer of an earlier request with the same key: what it shows may be out of date.
    pub replayed: bool,
}

impl<'a> Api<'a> {
    #[must_use]
    pub fn new(base: &'a str) -> Self {
        Self { base }
    }

    /// Looks something up. `path` begins with `/v1/`.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn get<T: DeserializeOwned>(self, path: &str, query: &[(&str, &str)]) -> Result<T, Fault> {
        let query: Form = query.iter().copied().collect();
        let query = query.encode();
        let mark = if query.is_empty() { "" } else { "?" };
        let request = Request::get(format!("{}{path}{mark}{query}", self.base));
        send(request).map(|answer| answer.body)
    }

    /// Looks through a list, a hundred at a time, for the first entry that `wanted` makes something of. Stripe's lists are
    /// exact at once, which its search is not.
    ///
    /// # Errors
    /// See [`Fault`]; [`Fault::NotDone`] where the list is longer than we look.
    pub fn find<T: DeserializeOwned, R>(
        self,
        path: &str,
        query: &[(&str, &str)],
        id: fn(&T) -> &str,
        mut wanted: impl FnMut(T) -> Option<R>,
    ) -> Result<Option<R>, Fault> {
        let mut cursor = None::<String>;
        for _ in 0..PAGES_MAX {
            let place = cursor.as_deref().map(|id| ("starting_after", id));
            let query: Vec<_> = query.iter().copied().chain([("limit", "100")]).chain(place).collect();
            let page: List<T> = self.get(path, &query)?;
            let end = page.data.last().map(|entry| id(entry).to_owned());
            if let Some(found) = page.data.into_iter().find_map(&mut wanted) {
                return Ok(Some(found));
            }
            match end {
                Some(end) if page.has_more => cursor = Some(end),
                _ => return Ok(None),
            }
        }
        Err(Fault::NotDone(format!("the list {path} is too long to look through")))
    }

    /// Changes something. Requests of the same `key` are carried out once, whatever happens to their answers.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn post<T: DeserializeOwned>(
        self,
        path: &str,
        fields: &[(&str, &str)],
        key: Option<&str>,
    ) -> Result<Answer<T>, Fault> {
        send(self.request_post(path, fields, key))
    }

    /// As [`Api::post`], with secrets of the answer that the host keeps.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn post_keeping<T: DeserializeOwned>(
        self,
        path: &str,
        fields: &[(&str, &str)],
        kept: (&str, &str),
    ) -> Result<T, Fault> {
        let request = self.request_post(path, fields, None).keep(kept.0, kept.1);
        send(request).map(|answer| answer.body)
    }

    /// Deletes something; that it is gone already is as good.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn delete(self, path: &str) -> Result<(), Fault> {
        let request = Request::new(Method::Delete, format!("{}{path}", self.base));
        match send::<serde_json::Value>(request) {
            Ok(_) | Err(Fault::Refused { status: 404, .. }) => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    fn request_post(self, path: &str, fields: &[(&str, &str)], key: Option<&str>) -> Request {
        let form: Form = fields.iter().copied().collect();
        let request = Request::post(format!("{}{path}", self.base)).form(&form);
        match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        }
    }
}

fn send<T: DeserializeOwned>(request: Request) -> Result<Answer<T>, Fault> {
    let request = request.header("stripe-version", VERSION).bearer(SECRET_KEY);
    let response = http::send(&request).map_err(|error| match error {
        SendError::Denied(why) => Fault::Denied(why),
        SendError::Unavailable(why) => Fault::NotDone(why),
        SendError::Unknown(why) => Fault::Lost(why),
    })?;
    read(&response)
}

#[derive(Deserialize)]
struct Refusal {
    error: Problem,
}

fn read<T: DeserializeOwned>(response: &Response) -> Result<Answer<T>, Fault> {
    let status = response.status;
    if response.is_success() {
        let replayed = response.header("idempotent-replayed") == Some("true");
        let unreadable = |error| Fault::Lost(format!("Stripe's answer (status {status}) cannot be read: {error}"));
        return serde_json::from_slice(&response.body).map(|body| Answer { body, replayed }).map_err(unreadable);
    }
    let problem = serde_json::from_slice::<Refusal>(&response.body).map(|refusal| refusal.error);
    let said = || staff_words(status, &problem.as_ref().map_or_else(|_| Problem::default(), Clone::clone));
    match status {
        429 => Err(Fault::NotDone(said())),
        // 409: another request of the same key is under way, and may do it.
        409 => Err(Fault::Lost(said())),
        400..500 => Err(Fault::Refused { status, problem: Box::new(problem.unwrap_or_default()) }),
        _ => Err(Fault::Lost(said())),
    }
}
