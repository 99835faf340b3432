//! What all lives of the host share in one history: time, the providers, the weather between, and chance.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use parking_lot::Mutex;
use tollgate_simulators::clock::Clock;

use crate::chance::Chance;
use crate::diary::Diary;
use crate::providers::{Asked, Provider, Providers};
use crate::turns::Turns;
use crate::weather::Weather;

/// 2026-01-01T00:00:00Z: when every history begins.
const BEGIN_MS: i64 = 1_767_225_600_000;

/// Clones are the same.
#[derive(Clone)]
pub struct Line {
    pub providers: Arc<Providers>,
    pub clock: Clock,
    pub diary: Diary,
    pub turns: Turns,
    pub weather: Arc<Mutex<Weather>>,
    /// The weather's own, and that of new ids: apart from what people do.
    pub chance: Arc<Mutex<Chance>>,
    /// Requests that are still on their way, though the host gave up on them.
    pub late: Arc<Mutex<Vec<(Provider, Asked)>>>,
    /// The next capture of PayPal's is such a request, whatever the weather.
    pub captures_late: Arc<AtomicBool>,
}

impl Line {
    /// Calm, with new providers.
    #[must_use]
    pub fn new(chance: Chance) -> Self {
        let clock = Clock::standing_at(BEGIN_MS);
        Self {
            providers: Arc::new(Providers::new(&clock)),
            diary: Diary::new(clock.clone()),
            clock,
            turns: Turns::default(),
            weather: Arc::new(Mutex::new(Weather::CALM)),
            chance: Arc::new(Mutex::new(chance)),
            late: Arc::default(),
            captures_late: Arc::default(),
        }
    }

    /// Lets the requests arrive that were late. Nobody hears the answers.
    ///
    /// # Errors
    /// Where one is no request.
    pub async fn arrive_late(&self) -> anyhow::Result<()> {
        let late = std::mem::take(&mut *self.late.lock());
        for (to, asked) in late {
            let name = format!("{} {}", asked.method, asked.path.split('?').next().unwrap_or_default());
            let answer = self.providers.send(to, asked, None).await?;
            self.diary.write(format!("{to:?}: {name} arrives at last: {}", answer.status));
        }
        Ok(())
    }
}
