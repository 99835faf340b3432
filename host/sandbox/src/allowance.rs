//! What one configured plugin may use, whatever its calls do: calls at once and calls a minute; and limits that are tighter for
//! one plugin than for all.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tollgate_billing::ids::{InstanceId, PluginId};
use tollgate_billing::plugin::{CallLimits, Limit};

use crate::limits::Limits;

const MINUTE: Duration = Duration::from_mins(1);
/// Accounts that are kept. Past this, those that owe nothing are forgotten: nothing is lost with them.
const ACCOUNTS_MAX: usize = 1_000;

/// The host's limits with tighter ones in their place. What is looser than the host's own changes nothing.
fn within(tighter: &CallLimits, limits: &Limits) -> Limits {
    let own = |limit: Limit, all: u64| tighter.get(&limit).map_or(all, |own| u64::from(*own).max(1).min(all));
    let memory = own(Limit::MemoryMib, (limits.memory_bytes_max >> 20) as u64);
    let calls = own(Limit::CallsPerMinute, u64::from(limits.calls_per_minute_max));
    Limits {
        call_deadline_ms: own(Limit::DeadlineMs, limits.call_deadline_ms),
        memory_bytes_max: usize::try_from(memory << 20).unwrap_or(usize::MAX).min(limits.memory_bytes_max),
        calls_per_minute_max: u32::try_from(calls).unwrap_or(u32::MAX),
        ..limits.clone()
    }
}

/// The limits that every plugin is held to, of those that staff can make tighter.
pub fn of_all(limits: &Limits) -> CallLimits {
    let least = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    CallLimits::from([
        (Limit::DeadlineMs, least(limits.call_deadline_ms)),
        (Limit::MemoryMib, least((limits.memory_bytes_max >> 20) as u64)),
        (Limit::CallsPerMinute, limits.calls_per_minute_max),
    ])
}

/// Calls that are counted apart, so that webhooks, which anybody can send, use up nothing of the clients' calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Webhook,
    Other,
}

impl Counted {
    pub fn of(export: &str) -> Self {
        if export == "verify" { Self::Webhook } else { Self::Other }
    }
}

/// The accounts of all instances of one host, and the tighter limits of its plugins.
pub struct Allowances {
    accounts: Mutex<HashMap<InstanceId, Account>>,
    all: Arc<Limits>,
    tighter: Mutex<HashMap<PluginId, Arc<Limits>>>,
}

struct Account {
    places: Arc<Semaphore>,
    webhooks: Bucket,
    others: Bucket,
}

/// When all calls that were let in are paid for, at one call in each part of the minute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Bucket {
    paid: Duration,
}

impl Bucket {
    /// Lets one more call in at `now`, where fewer than `per_minute` are unpaid; else says how long it must wait.
    fn take(&mut self, now: Duration, per_minute: u32) -> Result<(), Duration> {
        // Nobody owes more than a minute but to a clock that was set back since, and that one is owed nothing.
        let from = if self.paid > now + MINUTE { now } else { self.paid.max(now) };
        let after = from + MINUTE / per_minute.max(1);
        if after > now + MINUTE {
            return Err(after.saturating_sub(now + MINUTE));
        }
        self.paid = after;
        Ok(())
    }
}

impl Allowances {
    pub fn new(all: Limits) -> Self {
        Self { accounts: Mutex::default(), all: Arc::new(all), tighter: Mutex::default() }
    }

    /// Limits these plugins more than the others from their next calls on, and no other one.
    pub fn tighten(&self, tighter: impl IntoIterator<Item = (PluginId, CallLimits)>) {
        let limits = tighter.into_iter().filter(|(_, own)| !own.is_empty());
        *self.tighter.lock() = limits.map(|(plugin, own)| (plugin, Arc::new(within(&own, &self.all)))).collect();
    }

    /// The host's limits, or the tighter ones of this plugin.
    pub fn limits(&self, plugin: &PluginId) -> Arc<Limits> {
        Arc::clone(self.tighter.lock().get(plugin).unwrap_or(&self.all))
    }

    /// Counts a call of an instance, and answers the places that its calls share.
    ///
    /// # Errors
    /// How long it is until the next one may come.
    pub fn admit(
        &self,
        instance: &InstanceId,
        counted: Counted,
        (now, limits): (Duration, &Limits),
    ) -> Result<Arc<Semaphore>, Duration> {
        let mut accounts = self.accounts.lock();
        if accounts.len() >= ACCOUNTS_MAX && !accounts.contains_key(instance) {
            let places = limits.calls_per_instance_max as usize;
            accounts.retain(|_, one| {
                one.webhooks.paid > now || one.others.paid > now || one.places.available_permits() < places
            });
        }
        let account = accounts.entry(instance.clone()).or_insert_with(|| Account {
            places: Arc::new(Semaphore::new(limits.calls_per_instance_max.max(1) as usize)),
            webhooks: Bucket::default(),
            others: Bucket::default(),
        });
        let bucket = match counted {
            Counted::Webhook => &mut account.webhooks,
            Counted::Other => &mut account.others,
        };
        bucket.take(now, limits.calls_per_minute_max)?;
        Ok(Arc::clone(&account.places))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_hours(1);

    fn allowed(bucket: &mut Bucket, now: Duration, per_minute: u32) -> u32 {
        let mut calls = 0;
        while bucket.take(now, per_minute).is_ok() {
            calls += 1;
        }
        calls
    }

    #[test]
    fn a_minutes_calls_may_come_at_once_and_come_back_with_time() {
        let mut bucket = Bucket::default();
        assert_eq!(allowed(&mut bucket, START, 60), 60);
        assert_eq!(bucket.take(START, 60), Err(Duration::from_secs(1)));
        assert_eq!(allowed(&mut bucket, START + Duration::from_millis(999), 60), 0);
        assert_eq!(allowed(&mut bucket, START + Duration::from_secs(10), 60), 10);
        assert_eq!(allowed(&mut bucket, START + Duration::from_hours(5), 60), 60);
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let mut bucket = Bucket::default();
        assert_eq!(allowed(&mut bucket, START * 2, 60), 60);
        assert_eq!(allowed(&mut bucket, START, 60), 60);
        assert_eq!(bucket.take(START, 60), Err(Duration::from_secs(1)));
    }

    #[test]
    fn tighter_limits_are_never_looser_than_the_hosts() {
        let limits = Limits::default();
        let each = |value: u32| Limit::ALL.into_iter().map(|limit| (limit, value)).collect::<CallLimits>();
        assert_eq!(within(&each(u32::MAX), &limits), limits);
        assert_eq!(within(&CallLimits::new(), &limits), limits);
        assert_eq!(within(&of_all(&limits), &limits), limits);
        let least =
            Limits { call_deadline_ms: 1, memory_bytes_max: 1 << 20, calls_per_minute_max: 1, ..limits.clone() };
        assert_eq!(within(&each(0), &limits), least);
    }

    #[test]
    fn idle_accounts_are_forgotten_and_those_that_owe_are_not() {
        let limits = Limits { calls_per_minute_max: 60, ..Limits::default() };
        let all = Allowances::new(limits.clone());
        let id = |number: usize| InstanceId::new(format!("i-{number}"));
        for number in 0..ACCOUNTS_MAX {
            assert!(all.admit(&id(number), Counted::Other, (START, &limits)).is_ok());
        }
        let later = START + Duration::from_secs(2);
        let full = (0..60).filter(|_| all.admit(&id(7), Counted::Webhook, (later, &limits)).is_ok()).count();
        assert_eq!(full, 60);
        assert!(all.admit(&id(ACCOUNTS_MAX), Counted::Other, (later, &limits)).is_ok());
        assert_eq!(all.accounts.lock().len(), 2);
        assert!(all.admit(&id(7), Counted::Webhook, (later, &limits)).is_err());
        assert!(all.admit(&id(7), Counted::Other, (later, &limits)).is_ok());
    }
}
