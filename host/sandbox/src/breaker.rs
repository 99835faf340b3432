//! Calls that keep failing are rested: each export of a configured plugin by itself, so that looking after open payments goes
//! on while a page is broken. After a rest one call is let through; when it answers, all others are again.
//!
//! What outsiders can send may break a plugin on purpose. So rests are short, one client's failures count once a minute, and
//! a call that answers ends the row.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;
use tollgate_billing::ids::{ClientId, InstanceId};
use tollgate_billing::plugin::ComponentId;
use tollgate_billing::ports::Clock;

const REST_MIN: Duration = Duration::from_secs(30);
/// Checks of open payments are as slow as this at the worst.
const REST_MAX: Duration = Duration::from_mins(5);
/// Failures of one client in this time are one.
const SAME_CLIENT: Duration = Duration::from_mins(1);
/// Calls that staff make by hand, to mend what is broken.
const BY_HAND: [&str; 3] = ["check-config", "migrate-config", "set-up-webhook"];

/// What rests by itself: one export of an instance, in the file that the instance is meant for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Part {
    pub instance: InstanceId,
    /// `None` for what runs.
    pub file: Option<ComponentId>,
    pub export: &'static str,
}

/// A rest that is under way, on the clock that is never set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resting {
    pub export: &'static str,
    pub failures: u32,
    /// Zero while the call that tries it again is under way.
    pub left: Duration,
    pub reason: String,
}

#[derive(Debug, Default)]
struct Health {
    /// One after the other, since the last call that answered.
    failures: u32,
    last: Option<(ClientId, Duration)>,
    rests: u32,
    until: Option<Duration>,
    /// The one call after a rest is under way.
    tried: bool,
    reason: String,
}

/// All that failed lately.
pub struct Breaker {
    failing: Mutex<HashMap<Part, Health>>,
    clock: Arc<dyn Clock>,
    failures_max: u32,
}

impl Breaker {
    /// Rests after `failures_max` failures.
    pub fn new(clock: Arc<dyn Clock>, failures_max: u32) -> Self {
        Self { failing: Mutex::default(), clock, failures_max: failures_max.max(1) }
    }

    /// Lets a call through, and hears from `watch` what becomes of it.
    ///
    /// # Errors
    /// It rests.
    pub fn admit(self: &Arc<Self>, part: Part, client: Option<ClientId>, watch: &Watch) -> Result<(), Resting> {
        if BY_HAND.contains(&part.export) {
            return Ok(());
        }
        let mut failing = self.failing.lock();
        let tries = match failing.get_mut(&part) {
            Some(health) if health.until.is_some() => {
                let now = self.clock.steady();
                if health.is_resting(now) {
                    return Err(health.resting(part.export, health.left(now)));
                }
                health.tried = true;
                true
            }
            _ => false,
        };
        let watched = Watched { breaker: Arc::clone(self), part, client, tries };
        drop(failing);
        // A call is admitted once.
        let _ = watch.watched.set(watched);
        Ok(())
    }

    /// What rests of an instance, in the order of names.
    pub fn resting(&self, instance: &InstanceId) -> Vec<Resting> {
        let now = self.clock.steady();
        let failing = self.failing.lock();
        let own = failing.iter().filter(|(part, health)| part.instance == *instance && health.is_resting(now));
        let mut rests: Vec<Resting> = own.map(|(part, health)| health.resting(part.export, health.left(now))).collect();
        rests.sort_by(|one, other| (one.export, &other.left).cmp(&(other.export, &one.left)));
        rests.dedup_by_key(|rest| rest.export);
        rests
    }

    /// Forgets failures, because what may have caused them was changed: of one instance, or of all.
    pub fn wake(&self, instance: Option<&InstanceId>) {
        self.failing.lock().retain(|part, _| instance.is_some_and(|woken| part.instance != *woken));
    }

    fn failed(&self, watched: &Watched, reason: &str) {
        let now = self.clock.steady();
        let mut failing = self.failing.lock();
        let health = failing.entry(watched.part.clone()).or_default();
        reason.clone_into(&mut health.reason);
        let again =
            |(client, at): (ClientId, Duration)| watched.client == Some(client) && now.saturating_sub(at) < SAME_CLIENT;
        if !watched.tries && (health.until.is_some() || health.last.is_some_and(again)) {
            return;
        }
        health.tried = false;
        health.failures = health.failures.saturating_add(1);
        health.last = watched.client.map(|client| (client, now));
        if health.failures < self.failures_max {
            return;
        }
        let rest = REST_MIN.saturating_mul(1 << health.rests.min(8)).min(REST_MAX);
        health.rests += 1;
        health.until = Some(now + rest);
        let Part { instance, export, .. } = &watched.part;
        let (failures, seconds) = (health.failures, rest.as_secs());
        tracing::warn!(%instance, export, failures, seconds, "a plugin keeps failing and rests");
    }

    fn answered(&self, watched: &Watched) {
        let was = {
            let mut failing = self.failing.lock();
            // An answer of a call that began before the rest says nothing of now.
            match failing.get(&watched.part) {
                Some(health) if health.until.is_none() || watched.tries => failing.remove(&watched.part),
                _ => None,
            }
        };
        if was.is_some_and(|health| health.until.is_some()) {
            let Part { instance, export, .. } = &watched.part;
            tracing::info!(%instance, export, "a plugin answers again and rests no more");
        }
    }

    /// The call that was to try it ended by itself: the next one tries.
    fn left(&self, watched: &Watched) {
        if let Some(health) = self.failing.lock().get_mut(&watched.part).filter(|_| watched.tries) {
            health.tried = false;
        }
    }
}

impl Health {
    /// Of a rest; nothing where the clock says that it is over.
    fn left(&self, now: Duration) -> Duration {
        self.until.map_or(Duration::ZERO, |until| until.saturating_sub(now))
    }

    /// Whether a call would be refused now: after the rest the next one is let through.
    fn is_resting(&self, now: Duration) -> bool {
        self.tried || !self.left(now).is_zero()
    }

    fn resting(&self, export: &'static str, left: Duration) -> Resting {
        Resting { export, failures: self.failures, left, reason: self.reason.clone() }
    }
}

/// Tells the breaker what became of a call when the call is over, however that comes.
#[derive(Default)]
pub struct Watch {
    watched: OnceLock<Watched>,
    answered: AtomicBool,
    broke: OnceLock<String>,
}

struct Watched {
    breaker: Arc<Breaker>,
    part: Part,
    client: Option<ClientId>,
    /// It is the one call after a rest.
    tries: bool,
}

impl Watch {
    /// The plugin answered; what, may still break the contract.
    pub fn answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    /// The plugin broke off, or broke the contract.
    pub fn broke(&self, reason: &str) {
        let _ = self.broke.set(reason.to_owned());
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let Some(watched) = self.watched.get() else { return };
        match self.broke.get() {
            Some(reason) => watched.breaker.failed(watched, reason),
            None if self.answered.load(Ordering::Relaxed) => watched.breaker.answered(watched),
            None => watched.breaker.left(watched),
        }
    }
}

#[cfg(test)]
mod tests;
