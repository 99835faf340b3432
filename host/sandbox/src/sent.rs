//! What is known of the requests of a call that ends badly: the one place that decides between `broken` and `unknown`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tollgate_billing::ports::{EgressResponse, Method, SendFailure};

/// Calls in which a request may move money, or begin what moves it.
const MAY_MOVE_MONEY: [&str; 5] = ["pay-now", "submit", "return-from-provider", "refund", "charge-saved"];

/// A request was handed over and has not been answered.
const UNDER_WAY: u8 = 1;
/// A request that changes something may have reached the provider.
const CHANGED: u8 = 1 << 1;
/// Such a request got no whole answer.
const UNANSWERED: u8 = 1 << 2;

/// Watches the requests of one call. It outlives the guest, which is dropped at the deadline.
#[derive(Debug, Clone, Default)]
pub struct Sent(Arc<AtomicU8>);

impl Sent {
    /// Before a request is handed over.
    pub fn hand_over(&self) {
        self.0.fetch_or(UNDER_WAY, Ordering::SeqCst);
    }

    /// After it was answered.
    pub fn answered(&self, method: Method, answer: &Result<EgressResponse, SendFailure>) {
        let news = match answer {
            _ if method == Method::Get => 0,
            Ok(_) => CHANGED,
            Err(SendFailure::Unknown(_)) => CHANGED | UNANSWERED,
            Err(SendFailure::Denied(_) | SendFailure::Unavailable(_)) => 0,
        };
        self.0.fetch_or(news, Ordering::SeqCst);
        self.0.fetch_and(!UNDER_WAY, Ordering::SeqCst);
    }

    /// Whether the provider may have done something of which the host heard nothing, where the call `export` breaks off.
    pub fn breaks_unknown(&self, export: &str) -> bool {
        self.has(UNDER_WAY) || (self.has(CHANGED) && MAY_MOVE_MONEY.contains(&export))
    }

    /// Whether the provider may have done something, whatever the plugin says that it knows.
    pub fn is_unanswered(&self, export: &str) -> bool {
        self.has(UNANSWERED) && MAY_MOVE_MONEY.contains(&export)
    }

    fn has(&self, flag: u8) -> bool {
        self.0.load(Ordering::SeqCst) & flag != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(method: Method, answer: &Result<EgressResponse, SendFailure>) -> Sent {
        let sent = Sent::default();
        sent.hand_over();
        assert!(sent.breaks_unknown("check"), "while it is under way");
        sent.answered(method, answer);
        sent
    }

    #[test]
    fn only_what_may_have_changed_something_leaves_a_call_unknown() {
        let ok = || Ok(EgressResponse { status: 200, headers: Vec::new(), body: Vec::new() });
        let unknown = || Err(SendFailure::Unknown(String::new()));
        let table = [
            (Method::Post, ok(), true, false),
            (Method::Delete, ok(), true, false),
            (Method::Put, unknown(), true, true),
            (Method::Patch, unknown(), true, true),
            (Method::Post, Err(SendFailure::Unavailable(String::new())), false, false),
            (Method::Post, Err(SendFailure::Denied(String::new())), false, false),
            (Method::Get, ok(), false, false),
            (Method::Get, unknown(), false, false),
        ];
        for (method, answer, broken, unanswered) in table {
            let sent = after(method, &answer);
            assert_eq!(
                (sent.breaks_unknown("refund"), sent.is_unanswered("refund")),
                (broken, unanswered),
                "{answer:?}"
            );
            assert!(!sent.breaks_unknown("verify") && !sent.is_unanswered("verify"), "{answer:?}");
        }
    }

    #[test]
    fn a_later_answer_does_not_unsend_an_earlier_request() {
        let sent = after(Method::Post, &Err(SendFailure::Unknown(String::new())));
        sent.hand_over();
        sent.answered(Method::Post, &Err(SendFailure::Denied(String::new())));
        assert!(sent.breaks_unknown("pay-now") && sent.is_unanswered("pay-now"));
    }
}
