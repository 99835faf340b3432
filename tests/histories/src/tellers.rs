//! Many histories, by several workers, each with its own sandbox and its own files. What a history comes to depends on
//! its seed and its number alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::{Context, anyhow};
use parking_lot::Mutex;

use crate::history::{Told, tell};
use crate::machine::Machine;
use crate::plant::Plant;
use crate::town::Town;

/// What is told.
#[derive(Debug, Clone)]
pub struct Task {
    pub seed: u64,
    /// Numbers of histories.
    pub numbers: std::ops::Range<u64>,
    pub plant: Option<Plant>,
    pub workers: usize,
    /// Stop at the first one that is not good.
    pub stops: bool,
}

/// Where components and their compiled code are.
#[derive(Debug, Clone)]
pub struct Places {
    pub components: PathBuf,
    pub compiled: PathBuf,
}

impl Places {
    /// Beside the program that runs: it lies in the target folder, as `make` filled it.
    ///
    /// # Errors
    /// Where there are no components.
    pub fn of_this_program() -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let has = |folder: &&Path| folder.join("components/paypal.wasm").is_file();
        let target =
            program.ancestors().find(has).context("no components beside this program: make test builds them")?;
        Ok(Self { components: target.join("components"), compiled: target.join("histories") })
    }
}

/// What all of them came to.
#[derive(Debug, Default)]
pub struct Sum {
    pub histories: u64,
    pub lost: u64,
    pub doubled: u64,
    pub stuck: u64,
    pub unsound: u64,
    /// Of those that are not good, by their numbers.
    pub bad: BTreeMap<u64, Told>,
}

impl Sum {
    fn add(&mut self, told: Told) {
        self.histories += 1;
        let count = |list: &Vec<String>| u64::from(!list.is_empty());
        self.lost += count(&told.verdict.lost);
        self.doubled += count(&told.verdict.doubled);
        self.stuck += count(&told.verdict.stuck);
        self.unsound += count(&told.verdict.unsound);
        if !told.verdict.is_good() {
            self.bad.insert(told.number, told);
        }
    }

    /// One line of JSON. `unsound` is there only where a history was: books that do not add up, or a forgery believed.
    #[must_use]
    pub fn json(&self, seed: u64) -> String {
        let Self { histories, lost, doubled, stuck, unsound, .. } = self;
        let words = format!(
            "{{\"histories\":{histories},\"lost\":{lost},\"doubled\":{doubled},\"stuck\":{stuck},\"seed\":{seed}"
        );
        if *unsound == 0 { format!("{words}}}") } else { format!("{words},\"unsound\":{unsound}}}") }
    }
}

/// Tells them all. `told` hears of each, in no order.
///
/// # Errors
/// Where the simulation itself fails.
pub fn tell_all(task: &Task, places: &Places, told: &(dyn Fn(&Told) + Sync)) -> anyhow::Result<Sum> {
    let mut machines = Vec::new();
    for _ in 0..task.workers.max(1) {
        // One after the other, so that the first compiles for all.
        machines.push(runtime()?.block_on(Machine::start(&places.components, &places.compiled))?);
    }
    let (next, ended) = (AtomicU64::new(task.numbers.start), AtomicBool::new(false));
    let sum = Mutex::new(Sum::default());
    let work = |machine: Machine| -> anyhow::Result<()> {
        let runtime = runtime()?;
        let town = runtime.block_on(Town::build(&machine))?;
        loop {
            let number = next.fetch_add(1, Ordering::SeqCst);
            if number >= task.numbers.end || ended.load(Ordering::SeqCst) {
                return Ok(());
            }
            let one = runtime.block_on(tell((&town, &machine), (task.seed, number), task.plant));
            let one = one.with_context(|| format!("history {number} of seed {}", task.seed))?;
            told(&one);
            if task.stops && !one.verdict.is_good() {
                ended.store(true, Ordering::SeqCst);
            }
            sum.lock().add(one);
        }
    };
    let work = &work;
    let results: Vec<anyhow::Result<()>> = std::thread::scope(|scope| {
        let workers: Vec<_> = machines.into_iter().map(|machine| scope.spawn(move || work(machine))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(anyhow!("a worker broke off")))).collect()
    });
    results.into_iter().collect::<anyhow::Result<Vec<()>>>()?;
    Ok(sum.into_inner())
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_time().build()?)
}
