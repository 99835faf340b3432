//! OAuth 2 client credentials.

use std::collections::{BTreeMap, BTreeSet};

/// What a token is good for, as PayPal's own answer says.
pub const EXPIRES_IN_S: i64 = 32_400;

pub const ORDERS: &str = "https://uri.paypal.com/services/payments/payment";
pub const CAPTURES: &str = "https://uri.paypal.com/services/payments/payment/authcapture";
pub const REFUNDS: &str = "https://uri.paypal.com/services/payments/refund";
pub const WEBHOOKS: &str = "https://uri.paypal.com/services/applications/webhooks";
pub const DISPUTES: &str = "https://uri.paypal.com/services/disputes/read-seller";
const ALL: [&str; 5] = [ORDERS, CAPTURES, REFUNDS, WEBHOOKS, DISPUTES];

#[derive(Debug)]
struct Token {
    expires_ms: i64,
    scopes: BTreeSet<&'static str>,
}

/// The tokens that were given out.
#[derive(Debug, Default)]
pub struct Tokens {
    given: BTreeMap<String, Token>,
    withheld: BTreeSet<&'static str>,
}

/// How far a token reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Covered,
    /// Good, but not for this.
    NotCovered,
    /// Unknown, or past its time.
    Invalid,
}

impl Tokens {
    /// Gives out a token; answers its scopes.
    pub fn give(&mut self, token: &str, now_ms: i64) -> String {
        self.given.retain(|_, token| token.expires_ms > now_ms);
        let scopes: BTreeSet<&str> = ALL.into_iter().filter(|scope| !self.withheld.contains(scope)).collect();
        let written = scopes.iter().copied().collect::<Vec<_>>().join(" ");
        self.given.insert(token.to_owned(), Token { expires_ms: now_ms + EXPIRES_IN_S * 1000, scopes });
        written
    }

    #[must_use]
    pub fn reach(&self, token: &str, scope: &str, now_ms: i64) -> Reach {
        match self.given.get(token) {
            Some(token) if token.expires_ms <= now_ms => Reach::Invalid,
            Some(token) if token.scopes.contains(scope) => Reach::Covered,
            Some(_) => Reach::NotCovered,
            None => Reach::Invalid,
        }
    }

    /// Every token stops working at once, as when the secret is changed.
    pub fn revoke_all(&mut self) {
        self.given.clear();
    }

    /// Tokens given out from now on lack these scopes; what is no scope is ignored.
    pub fn withhold(&mut self, scopes: &[String]) {
        self.withheld = ALL.into_iter().filter(|scope| scopes.iter().any(|without| without == scope)).collect();
    }
}
