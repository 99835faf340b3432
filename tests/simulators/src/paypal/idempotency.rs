//! `PayPal-Request-Id`: the same request twice is done once.

use std::collections::BTreeMap;

use serde_json::Value;

use super::refusal::Refusal;

/// The longest request id that the contract takes.
pub const REQUEST_ID_CHARS_MAX: usize = 108;
/// The orders API keeps its ids for six hours.
const ORDERS_KEEP_MS: i64 = 6 * 3_600_000;
/// The payments API keeps its ids for 45 days.
const PAYMENTS_KEEP_MS: i64 = 45 * 86_400_000;

/// Calls remember apart from each other: one id may stand for one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Create,
    Capture,
    Refund,
}

#[derive(Debug)]
struct Remembered {
    path: String,
    body: Value,
    made: String,
    until_ms: i64,
}

/// What was asked under which id.
#[derive(Debug, Default)]
pub struct Memory(BTreeMap<(Call, String), Remembered>);

/// A request that carries an id.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub call: Call,
    pub request_id: Option<&'a str>,
    pub path: &'a str,
    pub body: &'a Value,
}

impl Memory {
    /// What the same request made before, if it is still remembered.
    ///
    /// # Errors
    /// 409 where the id stands for another request.
    pub fn recall(&self, asked: Asked, now_ms: i64) -> Result<Option<String>, Refusal> {
        let Some(request_id) = asked.request_id else { return Ok(None) };
        let found = self.0.get(&(asked.call, request_id.to_owned())).filter(|known| known.until_ms > now_ms);
        match found {
            None => Ok(None),
            Some(known) if known.path == asked.path && known.body == *asked.body => Ok(Some(known.made.clone())),
            Some(_) => Err(Refusal::conflict()),
        }
    }

    /// Only what succeeded is remembered: after a refusal the same id may be tried again.
    pub fn keep(&mut self, asked: Asked, made: &str, now_ms: i64) {
        let Some(request_id) = asked.request_id else { return };
        let keep_ms = if asked.call == Call::Refund { PAYMENTS_KEEP_MS } else { ORDERS_KEEP_MS };
        let remembered = Remembered {
            path: asked.path.to_owned(),
            body: asked.body.clone(),
            made: made.to_owned(),
            until_ms: now_ms + keep_ms,
        };
        self.0.insert((asked.call, request_id.to_owned()), remembered);
    }
}
