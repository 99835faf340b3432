//! What is fed, and what it must never answer.

mod amounts;
mod answers;
mod bank;
mod boundary;
mod components;
mod configuration;
mod forms;
mod host_forms;
mod letters;
mod passkeys;
mod stored;
mod templates;
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
pub const TARGETS: [Target; 16] = [
    Target { name: "amounts", run: amounts::run },
    Target { name: "webhooks-card", run: webhooks::card },
    Target { name: "webhooks-paypal", run: webhooks::paypal },
    Target { name: "forms", run: forms::run },
    Target { name: "bank-transfer", run: bank::run },
    Target { name: "answers-card", run: answers::card },
    Target { name: "answers-paypal", run: answers::paypal },
    Target { name: "components", run: components::bytes },
    Target { name: "manifests", run: components::manifests },
    Target { name: "boundary", run: boundary::run },
    Target { name: "templates", run: templates::run },
    Target { name: "host-forms", run: host_forms::run },
    Target { name: "configuration", run: configuration::run },
    Target { name: "stored-words", run: stored::run },
    Target { name: "mails", run: letters::run },
    Target { name: "passkeys", run: passkeys::run },
];

/// For promises.
fn hold(kept: bool, promise: impl FnOnce() -> String) -> Result<(), String> {
    if kept { Ok(()) } else { Err(promise()) }
}
