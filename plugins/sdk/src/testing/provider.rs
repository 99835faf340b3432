//! The provider's side of the fake host: scripted answers, recorded requests, and the secrets that digests need.

use std::collections::{BTreeMap, VecDeque};

use super::FakeHost;
use crate::http::{Request, Response, SendError};

#[derive(Default)]
pub(super) struct FakeProvider {
    pub(super) secrets: BTreeMap<String, Vec<u8>>,
    pub(super) answers: VecDeque<Result<Response, SendError>>,
    pub(super) requests: Vec<Request>,
}

impl FakeHost {
    /// Gives a secret a value, for digests. The plugin cannot read it.
    pub fn set_secret(&self, key: &str, value: &str) {
        self.inner.borrow_mut().provider.secrets.insert(key.into(), value.into());
    }

    /// The answer to the next request that has none yet; answers are given in the order they were scripted.
    pub fn answer(&self, status: u16, body: &str) {
        self.answer_with(Ok(Response {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.into(),
        }));
    }

    /// As [`FakeHost::answer`], with headers, or with the way it failed.
    pub fn answer_with(&self, answer: Result<Response, SendError>) {
        self.inner.borrow_mut().provider.answers.push_back(answer);
    }

    /// Every request that was sent.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.inner.borrow().provider.requests.clone()
    }
}
