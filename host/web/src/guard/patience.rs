//! How long a client may take to send a request's body. Without an end to it, a few hundred clients that send a byte a
//! minute would hold every connection.

use std::time::Duration;

use axum::http::Extensions;

/// The whole body: the longest is a webhook of 1 MB, for which a line of 300 kbit/s is enough.
const BODY_MAX: Duration = Duration::from_secs(30);

/// Put into a request's extensions by whoever listens; [`BODY_MAX`] where it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadWithin(pub Duration);

/// The body had not come to its end in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooSlow;

impl Default for ReadWithin {
    fn default() -> Self {
        Self(BODY_MAX)
    }
}

impl ReadWithin {
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or_default()
    }

    /// As many times as long, for bodies that are longer than forms.
    pub(crate) fn times(self, times: u32) -> Self {
        Self(self.0.saturating_mul(times))
    }

    /// # Errors
    /// [`TooSlow`] where the reading takes longer.
    pub(crate) async fn read<T>(self, reading: impl Future<Output = T>) -> Result<T, TooSlow> {
        tokio::time::timeout(self.0, reading).await.map_err(|_| TooSlow)
    }
}
