//! What the host knows of one running call, and the imports' and the memory's bounds for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tollgate_billing::ids::{InstanceId, PluginId};
use tollgate_billing::ports::{Clock, Egress, PluginMemory, Redact, Signing};
use wasmtime::ResourceLimiter;

use crate::caller::CallOf;
use crate::failure::Stop;
use crate::grants::Grants;
use crate::lanes::Work;
use crate::limits::Limits;
use crate::sent::Sent;

/// Lines that one call may log; the contract's number.
const LOG_LINES_MAX: u32 = 50;

/// Which host imports answer during a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// `describe`: none, so that it must answer the same every time.
    Nothing,
    /// `check-config` of values: only the log.
    LogOnly,
    /// Every other call: what the world names.
    Contract,
}

/// What host imports need of the host.
pub struct Services {
    pub memory: Arc<dyn PluginMemory>,
    pub clock: Arc<dyn Clock>,
    pub egress: Arc<dyn Egress>,
    pub signing: Arc<dyn Signing>,
    pub redact: Arc<dyn Redact>,
}

/// The state of one call, from its fresh instance to its answer.
pub struct Guest {
    pub plugin: PluginId,
    /// The configured plugin that the call is for; `None` for `describe`.
    pub instance: Option<InstanceId>,
    pub services: Arc<Services>,
    pub deadline: Instant,
    pub grants: Grants,
    pub sent: Sent,
    work: Work,
    pub requests_left: u32,
    /// What the call keeps of its time, so that it can still say what became of its request.
    answer_time: Duration,
    /// Ticks that it may still be found at work: waiting for a provider is none, so that a call with much time to wait
    /// cannot spin for as long.
    ticks_left: u64,
    reach: Reach,
    /// Of the memory of its instance.
    pub state_bytes_max: u64,
    host_calls_left: u32,
    log_lines_left: u32,
    budget: MemoryBudget,
}

impl Guest {
    pub fn new(of: &CallOf<'_>, deadline: Instant, (services, limits): (Arc<Services>, &Limits)) -> Self {
        Self {
            plugin: of.plugin.clone(),
            instance: of.instance.cloned(),
            services,
            deadline,
            grants: of.grants.clone(),
            sent: of.sent.clone(),
            work: of.work.clone(),
            requests_left: limits.requests_max,
            answer_time: limits.answer_time(),
            ticks_left: limits.work_ticks(of.reach == Reach::Nothing),
            reach: of.reach,
            state_bytes_max: limits.state_bytes_max,
            host_calls_left: limits.host_calls_max,
            log_lines_left: LOG_LINES_MAX,
            budget: MemoryBudget::new(limits),
        }
    }

    /// Counts a tick of the clock at which the guest was found at work; false where that was the last one.
    pub fn works_on(&mut self) -> bool {
        self.work.tick();
        self.ticks_left = self.ticks_left.saturating_sub(1);
        self.ticks_left > 0
    }

    /// Every host import but the log asks this first.
    pub fn reach(&mut self, import: &'static str) -> Result<(), Stop> {
        if self.reach != Reach::Contract {
            return Err(Stop::OutOfReach(import));
        }
        self.count()
    }

    /// Whether one more line is written. Lines past the contract's number are dropped, not an error.
    pub fn may_log(&mut self) -> Result<bool, Stop> {
        if self.reach == Reach::Nothing {
            return Err(Stop::OutOfReach("log.write"));
        }
        self.count()?;
        let more = self.log_lines_left > 0;
        self.log_lines_left = self.log_lines_left.saturating_sub(1);
        Ok(more)
    }

    /// Whose memory, hosts and secrets the import is about; a call without an instance has none.
    pub fn instance_of(&mut self, import: &'static str) -> Result<InstanceId, Stop> {
        self.reach(import)?;
        self.instance.clone().ok_or(Stop::OutOfReach(import))
    }

    /// Time that a request may take.
    pub fn request_time(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now()).saturating_sub(self.answer_time)
    }

    /// The instance's id for messages; the plugin's where there is no instance.
    pub fn name(&self) -> &str {
        self.instance.as_ref().map_or(self.plugin.as_str(), InstanceId::as_str)
    }

    pub fn limiter(&mut self) -> &mut dyn ResourceLimiter {
        &mut self.budget
    }

    fn count(&mut self) -> Result<(), Stop> {
        self.host_calls_left = self.host_calls_left.checked_sub(1).ok_or(Stop::HostCalls)?;
        Ok(())
    }
}

/// Counts all memories of a call together. Growing past the limit ends the call at once: a guest that is merely told "no"
/// would end as an unexplained crash.
struct MemoryBudget {
    memory_bytes_max: usize,
    memory_bytes_left: usize,
    table_elements_max: usize,
}

impl MemoryBudget {
    fn new(limits: &Limits) -> Self {
        Self {
            memory_bytes_max: limits.memory_bytes_max,
            memory_bytes_left: limits.memory_bytes_max,
            table_elements_max: limits.table_elements_max,
        }
    }
}

impl ResourceLimiter for MemoryBudget {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        match self.memory_bytes_left.checked_sub(more) {
            Some(left) => {
                self.memory_bytes_left = left;
                Ok(true)
            }
            None => Err(Stop::Memory { bytes_max: self.memory_bytes_max }.into()),
        }
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.table_elements_max {
            return Err(Stop::Table { elements_max: self.table_elements_max }.into());
        }
        Ok(true)
    }
}
