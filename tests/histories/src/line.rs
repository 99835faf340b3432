//! What all lives of the host share in one history: time, the providers, the weather between, and chance.

use std::sync::Arc;

use parking_lot::Mutex;
use tollgate_simulators::clock::Clock;

use crate::chance::Chance;
use crate::diary::Diary;
use crate::providers::Providers;
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
        }
    }
}
