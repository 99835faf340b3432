//! Browsers with which somebody got in before. They have a count of tries of their own, so that whoever uses the tries of an
//! address up, or guesses at an account from the same office, locks nobody out who was there before.

use std::collections::HashMap;

use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use tollgate_billing::ids::Timestamp;

/// How long a browser is known after a login with it, in seconds; its cookie lasts as long.
pub const KNOWN_SECONDS: u32 = 30 * 86_400;
/// Known at once; some 1 MB. A restart forgets them all, and then everybody counts by address again.
const BROWSERS_MAX: usize = 20_000;

/// One account at one browser: what a login was right for. Tells nothing of the browser's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccountAt([u8; 32]);

impl AccountAt {
    /// `account` names the door too; `secret` is the browser's own, which no other browser can know.
    pub fn new(account: &str, secret: &str) -> Self {
        let mut hash = Sha256::new();
        for part in ["tollgate known browser", account, secret] {
            hash.update(part.as_bytes());
            hash.update(b"\0");
        }
        Self(hash.finalize().into())
    }
}

#[derive(Default)]
pub struct KnownBrowsers(Mutex<HashMap<AccountAt, Timestamp>>);

impl KnownBrowsers {
    pub fn knows(&self, which: AccountAt, now: Timestamp) -> bool {
        self.0.lock().get(&which).is_some_and(|until| now < *until)
    }

    /// After a login that was right, and never before.
    pub fn remember(&self, which: AccountAt, now: Timestamp) {
        let mut known = self.0.lock();
        if known.len() >= BROWSERS_MAX {
            known.retain(|_, until| now < *until);
        }
        if known.len() >= BROWSERS_MAX {
            let oldest = known.iter().min_by_key(|(_, until)| **until).map(|(which, _)| *which);
            oldest.and_then(|oldest| known.remove(&oldest));
        }
        known.insert(which, now.plus_ms(i64::from(KNOWN_SECONDS) * 1_000));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_for_its_own_account_and_for_a_while() {
        let known = KnownBrowsers::default();
        let own = AccountAt::new("client a@example.com", "secret");
        known.remember(own, Timestamp(0));
        let end = i64::from(KNOWN_SECONDS) * 1_000;
        assert!(known.knows(own, Timestamp(end - 1)) && !known.knows(own, Timestamp(end)));
        for (account, secret) in
            [("staff a@example.com", "secret"), ("client b@example.com", "secret"), ("client a@example.com", "other")]
        {
            assert!(!known.knows(AccountAt::new(account, secret), Timestamp(0)), "{account} {secret}");
        }
    }

    #[test]
    fn a_flood_of_browsers_is_bounded_and_takes_the_oldest() {
        let known = KnownBrowsers::default();
        let at = |number: usize| AccountAt::new("client a@example.com", &number.to_string());
        for number in 0..=BROWSERS_MAX {
            known.remember(at(number), Timestamp(i64::try_from(number).unwrap()));
        }
        let now = Timestamp(0);
        assert!(known.0.lock().len() <= BROWSERS_MAX && !known.knows(at(0), now) && known.knows(at(BROWSERS_MAX), now));
    }
}
