//! What is fed, and what it must never answer.

mod amounts;
mod answers;
mod bank;
mod forms;
mod webhooks;

/// A parser of outside bytes.
pub struct Target {
    /// Also the folder of its corpus.
    pub name: &'static str,
    /// What it answered, in words that differ where the way through it differed; or which promise it broke. It may panic,
    /// which is a finding too.
    pub run: fn(&[u8]) -> Result<String, String>,
}

/// In the order in which they run.
pub const TARGETS: [Target; 7] = [
    Target { name: "amounts", run: amounts::run },
    Target { name: "webhooks-card", run: webhooks::card },
    Target { name: "webhooks-paypal", run: webhooks::paypal },
    Target { name: "forms", run: forms::run },
    Target { name: "bank-transfer", run: bank::run },
    Target { name: "answers-card", run: answers::card },
    Target { name: "answers-paypal", run: answers::paypal },
];

/// For promises.
fn hold(kept: bool, promise: impl FnOnce() -> String) -> Result<(), String> {
    if kept { Ok(()) } else { Err(promise()) }
}
