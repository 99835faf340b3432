//! The world becomes calm: nothing breaks any more, people are done, and time runs until nothing waits.

use std::sync::atomic::Ordering;

use rusqlite::Connection;

use crate::call::Call;
use crate::history::History;
use crate::letters;
use crate::weather::Weather;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Steps of time: short at first, as the sweep's own are. The rest are of [`LONG_STEP_MS`].
const STEPS_MS: [i64; 7] = [2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS, DAY_MS, 2 * DAY_MS];
/// As long as the sweep ever waits, jitter included.
const LONG_STEP_MS: i64 = 4 * DAY_MS;
/// Sixty days and some: money waits at a provider for thirty of them at the most, and nothing is given up before.
const LONG_STEPS: usize = 16;
/// Histories of a hundred in which no webhook comes any more: the sweep alone must do.
const MUTE_PERCENT: u32 = 30;

/// Rows of the host that wait for something.
const WAITING: &str = "SELECT
    (SELECT count(*) FROM payments WHERE state IN ('created', 'pending', 'authorized', 'unknown'))
    + (SELECT count(*) FROM payments WHERE state = 'failed' AND next_check < 9223372036854775807)
    + (SELECT count(*) FROM refunds WHERE state IN ('requested', 'pending', 'unknown'))
    + (SELECT count(*) FROM outbox WHERE done = 0)
    + (SELECT count(*) FROM webhooks WHERE next_try IS NOT NULL)";

impl History<'_> {
    /// # Errors
    /// Where the simulation fails.
    pub async fn calm(&mut self) -> anyhow::Result<()> {
        *self.line.weather.lock() = Weather::CALM;
        let is_mute = self.chance.percent(MUTE_PERCENT);
        self.line.diary.write(if is_mute { "calm, without any webhook" } else { "calm" });
        self.line.captures_late.store(false, Ordering::SeqCst);
        self.line.arrive_late().await?;
        let long = std::iter::repeat_n(LONG_STEP_MS, LONG_STEPS);
        for step_ms in STEPS_MS.into_iter().chain(long) {
            self.line.clock.advance(step_ms);
            self.line.providers.tick();
            self.deliver_post(is_mute).await?;
            let timers = self.timers();
            self.host(timers).await?;
            // What the timers brought about at the providers has news of its own.
            self.deliver_post(is_mute).await?;
            if self.is_quiet()? {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn deliver_post(&mut self, is_mute: bool) -> anyhow::Result<()> {
        let mut post = letters::due(&self.line.providers, self.line.clock.now_ms());
        post.extend(letters::given_up(&self.line.providers));
        for letter in post {
            if is_mute && !letter.is_only_news {
                self.line.providers.outbox(letter.from).discard(letter.number);
            } else if let Some(envelope) = letters::envelope(&self.line.providers, &letter, None) {
                self.host(vec![Call::Receive(letter, envelope)]).await?;
            }
        }
        Ok(())
    }

    /// Nothing waits at the host, in the post or at the providers.
    fn is_quiet(&self) -> anyhow::Result<bool> {
        let books = self.line.providers.books()?;
        if books.values().any(|position| position.is_open) || !letters::waiting(&self.line.providers).is_empty() {
            return Ok(false);
        }
        let conn = Connection::open(self.database())?;
        let waiting: i64 = conn.query_row(WAITING, [], |row| row.get(0))?;
        Ok(waiting == 0)
    }
}
