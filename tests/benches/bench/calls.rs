//! An isolated plugin call: a fresh instance, `pay-now` of the real bank-transfer component.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, anyhow};
use tokio::runtime::{Builder, Runtime};
use tollgate_billing::ports::{GatewayCall, Gateways};
use tollgate_sandbox::{Limits, NoProviders, Sandbox, SandboxConfig};

use crate::bare::Bare;
use crate::report::{Bar, Report};
use crate::rounds::in_turn;
use crate::sample::{NoMemory, StoppedClock, call, component, components};

/// Calls of one round: some tens of milliseconds.
const CALLS: u32 = 3_000;

pub fn measure(report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runtime = runtime()?;
    let bare = Bare::new(&component()?)?;
    let sandbox = Arc::new(runtime.block_on(sandbox(folder.path()))?);
    let call = Arc::new(call());
    // Both once, so that neither pays for the first touch of its pages.
    runtime.block_on(bare.call())?;
    runtime.block_on(ours(&sandbox, &call, CALLS))?;

    let floor = || timed(|| runtime.block_on(async { for_each(CALLS, || bare.call()).await }), CALLS);
    let host = || timed(|| runtime.block_on(ours(&sandbox, &call, CALLS)), CALLS);
    let (floor_us, host_us) = in_turn(floor, host)?;
    report.against_floor("plugin call, fresh instance", "us", (host_us, floor_us), Bar::AtMost(1.3));

    let (one, two) = in_turn(|| per_second(&sandbox, &call, 1), || per_second(&sandbox, &call, 2))?;
    report.against_floor("plugin calls, two threads beside one", "calls/s", (two, one), Bar::AtLeast(1.4));
    Ok(())
}

fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

async fn sandbox(cache: &std::path::Path) -> Result<Sandbox> {
    let mut sandbox = Sandbox::new(SandboxConfig {
        cache_dir: cache.join("compiled"),
        base_url: "http://127.0.0.1:8080".to_owned(),
        live: false,
        limits: Limits { calls_per_minute_max: u32::MAX, ..Limits::default() },
        memory: Arc::new(NoMemory),
        clock: Arc::new(StoppedClock),
        egress: Arc::new(NoProviders),
        signing: Arc::new(NoProviders),
        redact: Arc::new(NoProviders),
    })?;
    sandbox.load_directory(&components()).await?;
    Ok(sandbox)
}

async fn ours(sandbox: &Sandbox, call: &GatewayCall, calls: u32) -> Result<()> {
    for_each(calls, || async { sandbox.pay_now(call).await.map(drop).map_err(|error| anyhow!("{error}")) }).await
}

async fn for_each<F: Future<Output = Result<()>>>(calls: u32, one: impl Fn() -> F) -> Result<()> {
    for _ in 0..calls {
        one().await?;
    }
    Ok(())
}

fn timed(work: impl FnOnce() -> Result<()>, calls: u32) -> Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(calls))
}

/// Calls a second over all threads, each with a runtime of its own.
fn per_second(sandbox: &Arc<Sandbox>, call: &Arc<GatewayCall>, threads: u32) -> Result<f64> {
    let start = Instant::now();
    let work = || {
        let (sandbox, call) = (Arc::clone(sandbox), Arc::clone(call));
        std::thread::spawn(move || runtime()?.block_on(ours(&sandbox, &call, CALLS)))
    };
    let running: Vec<_> = (0..threads).map(|_| work()).collect();
    for thread in running {
        thread.join().map_err(|_| anyhow!("a thread of the benchmark panicked"))??;
    }
    Ok(f64::from(CALLS * threads) / start.elapsed().as_secs_f64())
}
