//! What a plugin may use up. One place for every number, so that staff can be told what a plugin ran into.

use std::time::Duration;

/// How much of the host a plugin may use. The defaults suit a portal on two cores; all of it is per host, not per client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Wall-clock time of one call, waiting for a free place and time inside host imports included: a client waits for
    /// the page, and nobody waits longer for a page than this.
    pub call_deadline_ms: u64,
    /// What a call that may ask a provider gets beyond that, to wait for it: a token, two requests, a slow network. Its own
    /// work is still bounded by [`Limits::call_deadline_ms`].
    pub provider_wait_ms: u64,
    /// Time for `describe` when a file is loaded: it runs once, and a start-up must not hang on one plugin.
    pub describe_deadline_ms: u64,
    /// All linear memory of one call: the largest language runtimes known to work start with 40 MB.
    pub memory_bytes_max: usize,
    /// Entries of one table: interpreters compiled to WebAssembly have about ten thousand functions in theirs.
    pub table_elements_max: usize,
    /// Stack of the guest's own frames: deep enough for recursive parsers, small against the host's own stacks.
    pub stack_bytes_max: usize,
    /// Calls that run at once. It bounds the host's memory: each may take [`Limits::memory_bytes_max`].
    pub calls_max: u32,
    /// Calls of one plugin that run at once: half of all, so that one that hangs leaves room for the others.
    pub calls_per_plugin_max: u32,
    /// Calls of one instance that run at once: fewer than its plugin's, so that one instance leaves room for another.
    pub calls_per_instance_max: u32,
    /// Calls of one instance in a minute, and as many webhooks: what is more is told to come later.
    pub calls_per_minute_max: u32,
    /// Failures of one of an instance's calls, one after the other, after which that call is not made for a while.
    pub failures_to_rest: u32,
    /// What one instance may remember, keys and values together.
    pub state_bytes_max: u64,
    /// Host imports that one call may use: an honest call needs a few dozen.
    pub host_calls_max: u32,
    /// Requests to providers that one call may make: the longest honest way known is a token, a look, a change and a look.
    pub requests_max: u32,
    /// Time of a call that no request takes up, so that the plugin can still answer what became of it.
    pub answer_time_ms: u64,
    /// What one answer, or one use of a host import, may copy out of the guest: signing takes 2 MB, the rest is overhead.
    pub copied_bytes_max: usize,
    /// What the manifest may copy out of the guest: 16 templates, 100 translations of 64 kB each and the overhead.
    pub manifest_bytes_max: usize,
    /// Size of a plugin's file: a whole Python runtime is 18.5 MB.
    pub file_bytes_max: u64,
    /// Files that are loaded: more are rows that say so.
    pub plugins_max: usize,
    /// Calls that may take up a processor for long at once, by turns: half of the processors, so that the other half answers
    /// short calls at once.
    pub long_calls_max: usize,
    /// How often the clock of running guests ticks: a spinning guest holds a thread no longer than this at a time.
    pub tick_ms: u64,
    /// Memory that a free slot keeps, so that the next call finds its pages there. A small guest touches less than this;
    /// with [`Limits::calls_max`] slots in use it is what an idle host keeps at the most.
    pub kept_memory_bytes_per_slot: usize,
    /// The same for tables, which hold one pointer for each function that is called indirectly.
    pub kept_table_bytes_per_slot: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            call_deadline_ms: 2_000,
            provider_wait_ms: 15_000,
            describe_deadline_ms: 5_000,
            memory_bytes_max: 64 << 20,
            table_elements_max: 20_000,
            stack_bytes_max: 512 << 10,
            calls_max: 32,
            calls_per_plugin_max: 16,
            calls_per_instance_max: 12,
            calls_per_minute_max: 120_000,
            failures_to_rest: 5,
            state_bytes_max: 1 << 20,
            host_calls_max: 1_000,
            requests_max: 8,
            answer_time_ms: 100,
            copied_bytes_max: 4 << 20,
            manifest_bytes_max: 16 << 20,
            file_bytes_max: 32 << 20,
            plugins_max: 100,
            long_calls_max: processors() / 2,
            tick_ms: 1,
            kept_memory_bytes_per_slot: 256 << 10,
            kept_table_bytes_per_slot: 16 << 10,
        }
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

impl Limits {
    pub(crate) fn call_deadline(&self) -> Duration {
        Duration::from_millis(self.call_deadline_ms)
    }

    /// Of a call that may wait for a provider, or may not.
    pub(crate) fn wall_deadline(&self, asks_provider: bool) -> Duration {
        self.call_deadline() + Duration::from_millis(if asks_provider { self.provider_wait_ms } else { 0 })
    }

    /// How often the clock may find one call at work.
    pub(crate) fn work_ticks(&self, describes: bool) -> u64 {
        let allowed = if describes { self.describe_deadline_ms } else { self.call_deadline_ms };
        allowed.div_ceil(self.tick_ms.max(1)) + 1
    }

    pub(crate) fn answer_time(&self) -> Duration {
        Duration::from_millis(self.answer_time_ms)
    }

    pub(crate) fn describe_deadline(&self) -> Duration {
        Duration::from_millis(self.describe_deadline_ms)
    }
}
