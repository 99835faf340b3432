//! A stored way to pay as pages show it: never its token.

use serde::Serialize;
use tollgate_billing::billing::MethodFacts;
use tollgate_billing::ids::Timestamp;
use tollgate_billing::saved::MethodTrouble;

use crate::format::{Moment, month_before};
use crate::frame::moment_of;
use crate::texts::Words;

/// Where the client's stored ways to pay are listed.
pub const METHODS: &str = "/billing/payment-methods";

#[derive(Debug, Clone, Serialize)]
pub struct MethodView {
    pub id: i64,
    pub url: String,
    /// "Visa ending 4242, 12/28", as the gateway calls it.
    pub label: String,
    pub gateway: String,
    /// "Expires 12/28"; `None` where it is not known to expire.
    pub expires: Option<String>,
    pub is_default: bool,
    /// The end of the message that says why it cannot be used now.
    pub trouble: Option<&'static str>,
    pub created: Option<Moment>,
    pub last_used: Option<Moment>,
}

pub fn method_view(words: &Words, facts: &MethodFacts, now: Timestamp) -> MethodView {
    let stored = &facts.stored;
    MethodView {
        id: stored.id.0,
        url: format!("{METHODS}/{}", stored.id),
        label: stored.method.label.clone(),
        gateway: facts.gateway.clone(),
        expires: stored.method.expires.and_then(|at| expiry(words, at, now)),
        is_default: stored.is_default,
        trouble: facts.trouble.map(trouble_word),
        created: moment_of(words, stored.created),
        last_used: stored.last_used.and_then(|at| moment_of(words, at)),
    }
}

/// A method works up to the moment that it expires, so its last month is the one before.
fn expiry(words: &Words, at: Timestamp, now: Timestamp) -> Option<String> {
    let month = month_before(at)?;
    let id = if at <= now { "method-expired" } else { "method-expires" };
    Some(words.say_with(id, &[("month", &month)]))
}

fn trouble_word(trouble: MethodTrouble) -> &'static str {
    match trouble {
        MethodTrouble::SwitchedOff => "switched-off",
        MethodTrouble::Missing => "missing",
        MethodTrouble::OtherMode => "other-mode",
        MethodTrouble::Expired => "expired",
    }
}
