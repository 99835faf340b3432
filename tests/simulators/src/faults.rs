//! Faults that a test scripts: what goes wrong, at which request, how often.
//!
//! A fault that shows on the wire (slow, hang, drop) is put on the answer as a mark, and [`crate::serve`] acts on it: a
//! test that calls a router in its own process reads the mark instead of waiting.

use std::sync::Arc;

use axum::response::Response;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Processed, answered after `delay_ms`.
    Slow,
    /// Processed, never answered; the connection stays open.
    HangAfter,
    /// 500, nothing processed.
    ErrorBefore,
    /// 500, but processed.
    ErrorAfter,
    /// Processed, then the connection is closed without an answer.
    DropAfter,
    /// Answered with `status`, nothing processed; text and headers repeat the request's credentials and what `says` holds.
    Echo,
    /// Processed, and the answer repeats them beside what it says.
    EchoAfter,
}

/// One line of the script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Any method where absent.
    #[serde(default)]
    pub method: Option<String>,
    /// The request's path begins with this.
    pub path: String,
    pub kind: Kind,
    #[serde(default = "once")]
    pub times: u32,
    /// For `slow` alone.
    #[serde(default)]
    pub delay_ms: u64,
    /// For `echo` alone.
    #[serde(default = "unauthorized")]
    pub status: u16,
    /// Secrets that no request brings, such as a webhook's; for `echo` and `echo_after` alone.
    #[serde(default)]
    pub says: Vec<String>,
}

const fn once() -> u32 {
    1
}

const fn unauthorized() -> u16 {
    401
}

impl Fault {
    /// Goes wrong once, at the next request of this method whose path begins so.
    #[must_use]
    pub fn once(method: &str, path: &str, kind: Kind) -> Self {
        let (method, path) = (Some(method.to_owned()), path.to_owned());
        Self { method, path, kind, times: once(), delay_ms: 0, status: unauthorized(), says: Vec::new() }
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        let method_fits = self.method.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(method));
        self.times > 0 && method_fits && path.starts_with(&self.path)
    }
}

/// What [`crate::serve`] does to an answer that carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Slow { delay_ms: u64 },
    Hang,
    Drop,
}

/// The script. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    pub fn add(&self, fault: Fault) {
        self.0.lock().push(fault);
    }

    pub fn clear(&self) {
        self.0.lock().clear();
    }

    /// What has not happened yet.
    #[must_use]
    pub fn waiting(&self) -> Vec<Fault> {
        self.0.lock().clone()
    }

    /// The first that fits this request; it is used up by one.
    #[must_use]
    pub fn take(&self, method: &str, path: &str) -> Option<Fault> {
        let mut script = self.0.lock();
        let at = script.iter().position(|fault| fault.matches(method, path))?;
        let fault = script[at].clone();
        script[at].times -= 1;
        script.retain(|left| left.times > 0);
        Some(fault)
    }
}

/// Puts the mark of a fault that shows on the wire on an answer that was already made.
#[must_use]
pub fn marked(mut answer: Response, fault: &Fault) -> Response {
    let mark = match fault.kind {
        Kind::Slow => Mark::Slow { delay_ms: fault.delay_ms },
        Kind::HangAfter => Mark::Hang,
        Kind::DropAfter => Mark::Drop,
        Kind::ErrorBefore | Kind::ErrorAfter | Kind::Echo | Kind::EchoAfter => return answer,
    };
    answer.extensions_mut().insert(mark);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_happens_as_often_as_it_says_and_only_where_it_fits() {
        let faults = Faults::default();
        faults.add(Fault { times: 2, ..Fault::once("POST", "/v1/refunds", Kind::ErrorAfter) });
        assert_eq!(faults.take("GET", "/v1/refunds"), None);
        assert_eq!(faults.take("POST", "/v1/customers"), None);
        assert!(faults.take("POST", "/v1/refunds").is_some());
        assert!(faults.take("post", "/v1/refunds/re_1").is_some());
        assert_eq!(faults.take("POST", "/v1/refunds"), None);
    }

    #[test]
    fn the_script_is_followed_in_order() {
        let faults = Faults::default();
        faults.add(Fault::once("POST", "/v1", Kind::DropAfter));
        faults.add(Fault::once("POST", "/v1", Kind::HangAfter));
        let taken = [faults.take("POST", "/v1/a"), faults.take("POST", "/v1/a")].map(|fault| fault.unwrap().kind);
        assert_eq!(taken, [Kind::DropAfter, Kind::HangAfter]);
    }
}
