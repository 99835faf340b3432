//! Answers kept under their idempotency keys.

use std::collections::BTreeMap;

use serde_json::Value;

use super::problem::Problem;

/// A key is forgotten after this long: the same request then does its work again, as at the provider.
pub const KEPT_MS: i64 = 24 * 3600 * 1000;
pub const KEY_CHARS_MAX: usize = 255;

#[derive(Debug, Clone)]
struct Kept {
    /// Method, path and parameters.
    request: String,
    status: u16,
    body: Value,
    since_ms: i64,
    /// Until then the first request counts as under way.
    busy_until_ms: i64,
}

#[derive(Debug, Clone, Default)]
pub struct Idempotency(BTreeMap<String, Kept>);

impl Idempotency {
    /// The answer that was kept for this key, if there is one.
    ///
    /// # Errors
    /// The key was used for another request (400), or its first request is still under way (409).
    pub fn find(&mut self, key: &str, request: &str, now_ms: i64) -> Result<Option<(u16, Value)>, Problem> {
        let Some(kept) = self.0.get(key) else { return Ok(None) };
        if now_ms - kept.since_ms >= KEPT_MS {
            self.0.remove(key);
            return Ok(None);
        }
        if kept.request != request {
            let message = format!("The idempotency key '{key}' was first used with another request; take another key");
            return Err(Problem { kind: "idempotency_error", ..Problem::invalid(message) });
        }
        if now_ms < kept.busy_until_ms {
            let message = format!("Another request with the idempotency key '{key}' is under way; try again later");
            let problem = Problem { code: Some("idempotency_key_in_use"), ..Problem::invalid(message) };
            return Err(Problem { status: 409, kind: "idempotency_error", ..problem });
        }
        Ok(Some((kept.status, kept.body.clone())))
    }

    /// Keeps an answer whose work had begun; `busy_ms` is how long the request is made to last.
    pub fn keep(&mut self, key: &str, request: String, (status, body): (u16, Value), now_ms: i64, busy_ms: i64) {
        let kept = Kept { request, status, body, since_ms: now_ms, busy_until_ms: now_ms.saturating_add(busy_ms) };
        self.0.insert(key.to_owned(), kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_request_for_a_day() {
        let mut keys = Idempotency::default();
        keys.keep("k", "POST /a x=1".to_owned(), (402, Value::from(7)), 0, 100);
        assert_eq!(keys.find("k", "POST /a x=1", 99).unwrap_err().status, 409);
        assert_eq!(keys.find("k", "POST /a x=1", 100), Ok(Some((402, Value::from(7)))));
        let other = keys.find("k", "POST /a x=2", 100).unwrap_err();
        assert_eq!((other.status, other.kind), (400, "idempotency_error"));
        assert_eq!(keys.find("k", "POST /a x=1", KEPT_MS), Ok(None));
    }
}
