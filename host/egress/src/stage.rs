//! What is known to have been sent: the one place that decides between `unavailable` and `unknown`.
//!
//! A request goes through the stages in order. Every connection serves one request, so that no request can be lost in a
//! connection that the other side had closed already: before [`Stage::Connected`] not one of its bytes has left.

use std::sync::Arc;
use std::task::{Context, Poll};

use parking_lot::Mutex;
use tollgate_billing::ports::SendFailure;
use tower::{Layer, Service};

/// Not a request that the host makes. Never quotes a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied(String);

impl Denied {
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

impl From<Denied> for SendFailure {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied.0)
    }
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Still with us.
    Held,
    /// With the HTTP client, which has not been seen to connect: taken for sent, should it ever end here.
    HandedOver,
    /// Name, connection and TLS handshake: nothing of the request has left.
    Connecting,
    /// From here on bytes may be under way.
    Connected,
}

/// Watches one request.
#[derive(Debug, Clone)]
pub struct Progress(Arc<Mutex<Stage>>);

impl Progress {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Stage::Held)))
    }

    pub fn hand_over(&self) {
        self.step(Stage::Held, Stage::HandedOver);
    }

    /// The decision: only what is known not to have been sent is `unavailable`.
    pub fn failure(&self, why: impl Into<String>) -> SendFailure {
        match *self.0.lock() {
            Stage::Held | Stage::Connecting => SendFailure::Unavailable(why.into()),
            Stage::HandedOver | Stage::Connected => SendFailure::Unknown(why.into()),
        }
    }

    fn connecting(&self) {
        self.step(Stage::HandedOver, Stage::Connecting);
    }

    fn connected(&self) {
        *self.0.lock() = Stage::Connected;
    }

    /// Never backwards: a second connection for the same request does not unsend what went through the first.
    fn step(&self, from: Stage, to: Stage) {
        let mut stage = self.0.lock();
        if *stage == from {
            *stage = to;
        }
    }
}

tokio::task_local! {
    static WATCHED: Progress;
}

/// Runs a request whose connection is reported to `progress`.
pub async fn watched<T>(progress: Progress, request: impl Future<Output = T>) -> T {
    WATCHED.scope(progress, request).await
}

/// Wraps the connector: its service answers once a connection, TLS included, is ready to be written to.
#[derive(Debug, Clone, Copy)]
pub struct Watch;

impl<S> Layer<S> for Watch {
    type Service = Watching<S>;

    fn layer(&self, inner: S) -> Watching<S> {
        Watching(inner)
    }
}

#[derive(Debug, Clone)]
pub struct Watching<S>(S);

impl<S, R> Service<R> for Watching<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
    S::Response: 'static,
    S::Error: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let progress = WATCHED.try_with(Progress::clone).ok();
        if let Some(progress) = &progress {
            progress.connecting();
        }
        let connecting = self.0.call(request);
        Box::pin(async move {
            let connection = connecting.await?;
            if let Some(progress) = progress {
                progress.connected();
            }
            Ok(connection)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unavailable(progress: &Progress) -> bool {
        matches!(progress.failure("why"), SendFailure::Unavailable(_))
    }

    #[test]
    fn only_what_is_known_not_to_have_left_is_unavailable() {
        let progress = Progress::new();
        assert!(unavailable(&progress), "not handed over");
        progress.hand_over();
        assert!(!unavailable(&progress), "handed over, and nothing seen since");
        progress.connecting();
        assert!(unavailable(&progress), "connecting");
        progress.clone().connected();
        assert!(!unavailable(&progress), "connected");
    }

    #[test]
    fn what_may_have_been_sent_is_never_unsent() {
        let progress = Progress::new();
        progress.connected();
        progress.hand_over();
        progress.connecting();
        assert!(!unavailable(&progress));
    }
}
