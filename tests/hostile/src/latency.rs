//! What honest calls feel of attacks beside them: one sandbox, one runtime, as the server has them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use tollgate_billing::plugin::{Instance, Setting};
use tollgate_billing::ports::Gateways;
use tollgate_guests::guest::gateway;
use tollgate_sandbox::Limits;

use crate::families::FOREVER;
use crate::rooms::{Plan, Rooms, call, components, instance};

/// The bar: honest calls may not take twice as long.
pub const RATIO_MAX: f64 = 2.0;
/// Between two honest calls: some hundred clients who pay at the same time.
const PACE: Duration = Duration::from_millis(2);
/// Honest calls in one phase.
const CALLS_PER_PHASE: u32 = 300;
/// Plugins that attack, each with one call at a time.
const ATTACKERS: [&str; 5] = ["loops", "grows", "deeper", "calls", "late"];
/// Attacks are at work, and the last ones gone, after this.
const SETTLES: Duration = Duration::from_millis(200);

/// Microseconds that a call took, in the middle one of the phases: a machine that stands still for a moment spoils few of them.
#[derive(Debug, Clone, Copy)]
pub struct Percentiles {
    pub p50_us: u64,
    pub p99_us: u64,
}

#[derive(Debug, Clone, Copy)]
pub struct Measured {
    pub calls: u32,
    pub calm: Percentiles,
    pub attacked: Percentiles,
    /// Attacks that ran beside the honest calls.
    pub attacks: u64,
}

impl Measured {
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // microseconds of a call are far below 2^52
    pub fn ratio(&self) -> f64 {
        self.attacked.p99_us as f64 / self.calm.p99_us.max(1) as f64
    }
}

/// Interleaves phases without attacks and with them, so that a machine whose speed changes is the same for both.
///
/// # Errors
/// Where the component of bank-transfer is not built, or does not answer.
pub async fn measure(rounds: u32) -> anyhow::Result<Measured> {
    let rooms = Arc::new(rooms(&components()).await?);
    honest(&rooms).await.context("an honest call before anything else")?;
    let (mut calm, mut attacked) = (Vec::new(), Vec::new());
    let attacks = Arc::new(AtomicU64::new(0));
    for _ in 0..rounds {
        calm.push(percentiles(phase(&rooms).await?));
        let stop = Arc::new(AtomicBool::new(false));
        let attack = |plugin| tokio::spawn(attack(rooms.clone(), plugin, stop.clone(), attacks.clone()));
        let attackers: Vec<_> = ATTACKERS.into_iter().map(attack).collect();
        tokio::time::sleep(SETTLES).await;
        let times = phase(&rooms).await;
        stop.store(true, Ordering::SeqCst);
        for attacker in attackers {
            attacker.await?;
        }
        attacked.push(percentiles(times?));
        tokio::time::sleep(SETTLES).await;
    }
    let attacks = attacks.load(Ordering::SeqCst);
    Ok(Measured { calls: rounds * CALLS_PER_PHASE, calm: middle(&calm), attacked: middle(&attacked), attacks })
}

/// The server's own limits, with bank-transfer beside the plugins that attack; but for calls a minute, of which the clock that stands gives no
/// more, and for rests, which would end the attacks.
async fn rooms(components: &Path) -> anyhow::Result<Rooms> {
    let honest = std::fs::read(components.join("bank-transfer.wasm"))
        .with_context(|| format!("{}: build it with make hostile", components.display()))?;
    let grow = "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) unreachable";
    let deeper = "(func $deeper (param i64) (result i64) (i64.add (call $deeper (local.get 0)) (i64.const 1)))";
    let clock = gateway().imports("clock", "now", "(result i64)");
    let late = "(local $left i64) (local.set $left (i64.const 300000000))
        (loop $again (br_if $again (i64.ne (local.tee $left (i64.sub (local.get $left) (i64.const 1))) (i64.const 0))))";
    let files = vec![
        ("loops.wasm", gateway().id("loops").body("pay-now", FOREVER).build()),
        ("grows.wasm", gateway().id("grows").body("pay-now", grow).build()),
        (
            "deeper.wasm",
            gateway()
                .id("deeper")
                .outside(deeper)
                .body("pay-now", "(drop (call $deeper (i64.const 1))) unreachable")
                .build(),
        ),
        (
            "calls.wasm",
            clock.id("calls").body("pay-now", "(loop $again (drop (call $now)) (br $again)) unreachable").build(),
        ),
        ("late.wasm", gateway().id("late").first("pay-now", late).build()),
        ("bank-transfer.wasm", honest),
    ];
    let limits = Limits {
        describe_deadline_ms: 60_000,
        calls_per_minute_max: u32::MAX,
        failures_to_rest: u32::MAX,
        ..Limits::default()
    };
    Ok(Rooms::open(Plan { files, ..Plan::of(limits, &gateway()) }).await)
}

fn bank() -> Instance {
    let setting = |(key, value): &(&str, &str)| Setting { key: (*key).to_owned(), value: (*value).to_owned() };
    let settings = [
        ("accounts.0.currency", "EUR"),
        ("accounts.0.holder", "Example Hosting"),
        ("accounts.0.iban", "DE89370400440532013000"),
    ];
    Instance { settings: settings.iter().map(setting).collect(), ..instance("bank-transfer", Vec::new()) }
}

async fn honest(rooms: &Rooms) -> anyhow::Result<()> {
    rooms.sandbox.pay_now(&call(bank())).await.map(|_| ()).map_err(|error| anyhow::anyhow!("{error}"))
}

/// Honest calls, each begun at its own time whether the one before has ended or not, as clients do.
async fn phase(rooms: &Arc<Rooms>) -> anyhow::Result<Vec<u64>> {
    let mut pace = tokio::time::interval(PACE);
    let mut calls = Vec::new();
    for _ in 0..CALLS_PER_PHASE {
        pace.tick().await;
        let rooms = rooms.clone();
        let began = Instant::now();
        calls.push(tokio::spawn(async move {
            let answer = honest(&rooms).await;
            answer.map(|()| u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX))
        }));
    }
    let mut times = Vec::new();
    for one in calls {
        times.push(one.await??);
    }
    Ok(times)
}

async fn attack(rooms: Arc<Rooms>, plugin: &'static str, stop: Arc<AtomicBool>, attacks: Arc<AtomicU64>) {
    while !stop.load(Ordering::SeqCst) {
        // Each is contained; here it is what the others feel that counts.
        let _ = rooms.sandbox.pay_now(&call(instance(plugin, Vec::new()))).await;
        attacks.fetch_add(1, Ordering::SeqCst);
    }
}

fn middle(phases: &[Percentiles]) -> Percentiles {
    let median = |of: fn(&Percentiles) -> u64| {
        let mut values: Vec<u64> = phases.iter().map(of).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Percentiles { p50_us: median(|phase| phase.p50_us), p99_us: median(|phase| phase.p99_us) }
}

fn percentiles(mut times: Vec<u64>) -> Percentiles {
    times.sort_unstable();
    let at = |part: usize| {
        times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    Percentiles { p50_us: at(50), p99_us: at(99) }
}
