//! The engine: how components are compiled, and how much of the host their instances may take.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::limits::Limits;

/// Core modules inside one component: dynamically linked language runtimes have about twenty.
const CORE_INSTANCES_PER_COMPONENT_MAX: u32 = 40;
/// Memories inside one component: one is the rule, a composed component has one for each of its parts.
const MEMORIES_PER_COMPONENT_MAX: u32 = 2;
/// Tables inside one component: one for each core module that calls indirectly, and one of the component's own.
const TABLES_PER_COMPONENT_MAX: u32 = 8;
/// Slots that keep their pages for the plugin that used them last; the rest are reused first, so that memory stays low.
const WARM_SLOTS_MAX: u32 = 16;
/// Room on a call's stack for the host imports that it calls, beside the guest's own frames.
const HOST_STACK_BYTES: usize = 1 << 20;

/// The settings that every plugin runs with: a pool of instances, copy-on-write memory, interruption by epochs, no WASI.
#[must_use]
pub fn engine_config(limits: &Limits) -> Config {
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
    config.epoch_interruption(true);
    config.memory_init_cow(true);
    config.max_wasm_stack(limits.stack_bytes_max);
    config.async_stack_size(limits.stack_bytes_max + HOST_STACK_BYTES);
    // The contract has no async functions, and the bookkeeping for them would make every call several times dearer.
    config.concurrency_support(false);
    // Backtraces name functions; the map from machine code to byte offsets would double what is cached and loaded.
    config.generate_address_map(false);
    config
}

fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(limits.calls_max);
    pool.total_stacks(limits.calls_max);
    pool.total_core_instances(limits.calls_max * CORE_INSTANCES_PER_COMPONENT_MAX);
    pool.total_memories(limits.calls_max * MEMORIES_PER_COMPONENT_MAX);
    pool.total_tables(limits.calls_max * TABLES_PER_COMPONENT_MAX);
    pool.max_core_instances_per_component(CORE_INSTANCES_PER_COMPONENT_MAX);
    pool.max_memories_per_component(MEMORIES_PER_COMPONENT_MAX);
    pool.max_tables_per_component(TABLES_PER_COMPONENT_MAX);
    pool.max_tables_per_module(TABLES_PER_COMPONENT_MAX);
    pool.max_memory_size(limits.memory_bytes_max);
    pool.table_elements(limits.table_elements_max);
    pool.max_unused_warm_slots(WARM_SLOTS_MAX);
    pool.linear_memory_keep_resident(limits.kept_memory_bytes_per_slot);
    pool.table_keep_resident(limits.kept_table_bytes_per_slot);
    // Linux 6.7 and later can say which pages were touched, so that only those are reset; elsewhere it is off.
    pool.pagemap_scan(Enabled::Auto);
    pool
}

/// Counts the engine's epochs up, so that running guests come up for air. Stops when dropped.
pub struct Ticker {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(engine: &Engine, tick: Duration) -> std::io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let engine = engine.clone();
        let thread = std::thread::Builder::new().name("plugin-ticker".to_owned()).spawn(move || {
            while stopped.recv_timeout(tick) == Err(RecvTimeoutError::Timeout) {
                engine.increment_epoch();
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread only ever counts; it has nothing to report.
            let _ = thread.join();
        }
    }
}

/// An engine and what keeps its clock going.
#[derive(Clone)]
pub struct Running {
    pub engine: Engine,
    _ticker: Arc<Ticker>,
}

impl Running {
    /// # Errors
    /// Where the machine cannot run such an engine, in wasmtime's words.
    pub fn start(config: &Config, limits: &Limits) -> Result<Self, String> {
        let engine = Engine::new(config).map_err(|error| format!("{error:#}"))?;
        let ticker = Ticker::start(&engine, Duration::from_millis(limits.tick_ms.max(1))).map_err(|e| e.to_string())?;
        Ok(Self { engine, _ticker: Arc::new(ticker) })
    }
}
