//! Webhooks on their way: an outbox that a test looks into and delivers from in any order, twice, never or forged, and
//! that delivers by itself, with retries, in the demo.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;

/// How long after an event the first delivery is tried; then again after each failure, as often as there are entries.
const RETRIES_MS: [i64; 7] = [200, 1_000, 5_000, 30_000, 300_000, 3_600_000, 21_600_000];
/// How often the outbox is looked through for what is due.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A receiver that does not answer within this has failed.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// Makes the headers that prove where a webhook comes from. Called for every delivery, because they tell its time.
pub trait Signer: Send + Sync {
    /// The headers for this body, sent now.
    fn headers(&self, body: &str, now_ms: i64) -> Vec<(String, String)>;
}

/// What a provider wants delivered.
#[derive(Clone)]
pub struct Message {
    /// The provider's id of the event.
    pub event: String,
    /// For example `payment_intent.succeeded`.
    pub kind: String,
    pub url: String,
    pub body: String,
    pub signer: Arc<dyn Signer>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} to {}", self.kind, self.event, self.url)
    }
}

/// Where a webhook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    /// The receiver answered 2xx.
    Delivered,
    /// A test took it out, or every retry failed.
    Dropped,
}

/// A webhook in the outbox. What was delivered stays: it can be delivered again.
#[derive(Debug, Clone, Serialize)]
pub struct Webhook {
    /// Its number in the outbox, from 1, in the order of the events.
    pub id: u64,
    pub event: String,
    pub kind: String,
    pub url: String,
    pub body: String,
    pub made_ms: i64,
    /// When it is tried next by itself.
    pub due_ms: i64,
    pub state: State,
    /// The status of each try; 0 where nobody answered.
    pub tries: Vec<u16>,
    #[serde(skip)]
    message: Message,
}

/// How a forged delivery differs from the real one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forgery {
    /// Signed over the real body, this one sent instead.
    Body(String),
    /// The real body, with a well-formed signature of something else.
    Signature,
}

/// What goes over the wire: a POST of this body with these headers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Envelope {
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// Clones share one outbox.
#[derive(Debug, Clone)]
pub struct Outbox {
    clock: Clock,
    webhooks: Arc<Mutex<Vec<Webhook>>>,
}

impl Outbox {
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, webhooks: Arc::default() }
    }

    /// Takes a webhook in; answers its number.
    #[allow(clippy::must_use_candidate)]
    pub fn add(&self, message: Message) -> u64 {
        let mut webhooks = self.webhooks.lock();
        let made_ms = self.clock.now_ms();
        let id = webhooks.len() as u64 + 1;
        webhooks.push(Webhook {
            id,
            event: message.event.clone(),
            kind: message.kind.clone(),
            url: message.url.clone(),
            body: message.body.clone(),
            made_ms,
            due_ms: made_ms + RETRIES_MS[0],
            state: State::Waiting,
            tries: Vec::new(),
            message,
        });
        id
    }

    /// Everything that was ever put in, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Webhook> {
        self.webhooks.lock().clone()
    }

    /// What is neither delivered nor dropped, oldest first.
    #[must_use]
    pub fn waiting(&self) -> Vec<Webhook> {
        self.webhooks.lock().iter().filter(|webhook| webhook.state == State::Waiting).cloned().collect()
    }

    /// What a delivery sends now, real or forged; the outbox stays as it is. `None` for a number that is not known.
    #[must_use]
    pub fn envelope(&self, id: u64, forgery: Option<&Forgery>) -> Option<Envelope> {
        let message = self.find(id)?.message;
        let now_ms = self.clock.now_ms();
        let (signed, sent) = match forgery {
            None => (message.body.clone(), message.body.clone()),
            Some(Forgery::Body(other)) => (message.body.clone(), other.clone()),
            Some(Forgery::Signature) => (format!("{} ", message.body), message.body.clone()),
        };
        Some(Envelope { url: message.url, headers: message.signer.headers(&signed, now_ms), body: sent })
    }

    /// Notes how a delivery that a test made by itself ended. An unknown number changes nothing.
    pub fn delivered(&self, id: u64, status: u16) {
        let now_ms = self.clock.now_ms();
        self.change(id, |webhook| {
            webhook.tries.push(status);
            match RETRIES_MS.get(webhook.tries.len()) {
                _ if (200..300).contains(&status) => webhook.state = State::Delivered,
                _ if webhook.state != State::Waiting => {}
                Some(wait_ms) => webhook.due_ms = now_ms + wait_ms,
                None => webhook.state = State::Dropped,
            }
        });
    }

    /// Never delivers it by itself. `false` for a number that is not known.
    #[allow(clippy::must_use_candidate)]
    pub fn discard(&self, id: u64) -> bool {
        self.change(id, |webhook| webhook.state = State::Dropped)
    }

    /// Delivers over HTTP, also what was delivered or dropped before; answers the receiver's status, 0 where there was
    /// none. A forged delivery leaves no trace in the outbox. `None` for a number that is not known.
    pub async fn deliver(&self, id: u64, forgery: Option<&Forgery>) -> Option<u16> {
        let envelope = self.envelope(id, forgery)?;
        let status = post(&envelope).await.unwrap_or(0);
        if forgery.is_none() {
            self.delivered(id, status);
        }
        Some(status)
    }

    /// Delivers what is due, for ever: the demo's way. Spawned by [`crate::serve`].
    pub async fn run(self) {
        loop {
            for webhook in self.waiting().iter().filter(|webhook| webhook.due_ms <= self.clock.now_ms()) {
                self.deliver(webhook.id, None).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn find(&self, id: u64) -> Option<Webhook> {
        self.webhooks.lock().iter().find(|webhook| webhook.id == id).cloned()
    }

    fn change(&self, id: u64, change: impl FnOnce(&mut Webhook)) -> bool {
        let mut webhooks = self.webhooks.lock();
        webhooks.iter_mut().find(|webhook| webhook.id == id).map(change).is_some()
    }
}

async fn post(envelope: &Envelope) -> anyhow::Result<u16> {
    let client = crate::http_client::builder()
        .no_proxy()
        .timeout(ANSWER_MAX)
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let mut request = client.post(&envelope.url).body(envelope.body.clone());
    for (name, value) in &envelope.headers {
        request = request.header(name, value);
    }
    Ok(request.send().await?.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Length;

    impl Signer for Length {
        fn headers(&self, body: &str, now_ms: i64) -> Vec<(String, String)> {
            vec![("x-signature".to_owned(), format!("{now_ms}:{}", body.len()))]
        }
    }

    fn outbox() -> (Clock, Outbox) {
        let clock = Clock::standing_at(1_000);
        let outbox = Outbox::new(clock.clone());
        for event in ["a", "b"] {
            outbox.add(Message {
                event: event.to_owned(),
                kind: "made".to_owned(),
                url: "http://127.0.0.1:9/hook".to_owned(),
                body: "{}".to_owned(),
                signer: Arc::new(Length),
            });
        }
        (clock, outbox)
    }

    #[test]
    fn every_delivery_is_signed_at_its_own_time() {
        let (clock, outbox) = outbox();
        let signature = |envelope: Envelope| envelope.headers[0].1.clone();
        assert_eq!(signature(outbox.envelope(1, None).unwrap()), "1000:2");
        clock.advance(5);
        assert_eq!(signature(outbox.envelope(1, None).unwrap()), "1005:2");
        assert_eq!(outbox.envelope(3, None), None);
    }

    #[test]
    fn a_forged_delivery_does_not_fit_its_signature() {
        let (_, outbox) = outbox();
        let body = outbox.envelope(1, Some(&Forgery::Body("{\"paid\":1}".to_owned()))).unwrap();
        assert_eq!((body.body.as_str(), body.headers[0].1.as_str()), ("{\"paid\":1}", "1000:2"));
        let signature = outbox.envelope(1, Some(&Forgery::Signature)).unwrap();
        assert_eq!((signature.body.as_str(), signature.headers[0].1.as_str()), ("{}", "1000:3"));
    }

    #[test]
    fn a_failed_delivery_is_retried_later_and_not_for_ever() {
        let (_, outbox) = outbox();
        outbox.delivered(1, 500);
        assert_eq!((outbox.all()[0].state, outbox.all()[0].due_ms), (State::Waiting, 2_000));
        for _ in 0..6 {
            outbox.delivered(1, 0);
        }
        assert_eq!(outbox.all()[0].state, State::Dropped);
        outbox.delivered(2, 204);
        assert_eq!(outbox.all()[1].state, State::Delivered);
        assert!(outbox.waiting().is_empty());
        assert!(outbox.discard(2) && !outbox.discard(9));
    }

    #[tokio::test]
    async fn nobody_listening_is_a_failure_not_an_error() {
        let (_, outbox) = outbox();
        let status = outbox.deliver(1, None).await;
        assert_eq!((status, outbox.all()[0].tries.as_slice()), (Some(0), [0].as_slice()));
    }
}
