//! `histories --count N`: tells payment histories, prints what is wrong with them on stderr, and one line of JSON last.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;
use std::time::Instant;

use clap::Parser;
use tollgate_histories::history::Told;
use tollgate_histories::plant::Plant;
use tollgate_histories::tellers::{Places, Task, tell_all};
use tollgate_simulators::ids::Ids;

/// A seed that people can type.
const SEED_MAX: u64 = 1_000_000_000;
/// Histories between two lines of progress.
const PROGRESS_EVERY: u64 = 500;
/// Diaries that are printed; the numbers of the others are enough.
const DIARIES_MAX: usize = 5;

/// Tells seeded payment histories with every fault, and judges them by the providers' books
#[derive(Parser)]
struct Arguments {
    /// How many
    #[arg(long, default_value_t = 1_000)]
    count: u64,
    /// Where all chance comes from; another one each time where it is not given
    #[arg(long)]
    seed: Option<u64>,
    /// Tells this one alone, with its diary
    #[arg(long)]
    only: Option<u64>,
    /// Threads; the outcome does not depend on it
    #[arg(long)]
    workers: Option<usize>,
    /// A bug to be planted: books-twice, half-settles, answers-first, never-sweeps, never-looks-back or refunds-twice
    #[arg(long)]
    plant: Option<String>,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => Ids::random()?.number() % SEED_MAX,
    };
    let plant = arguments.plant.as_deref().map(|name| Plant::named(name).ok_or(name));
    let plant = plant.transpose().map_err(|name| anyhow::anyhow!("no bug is called {name}; see --help"))?;
    let numbers = arguments.only.map_or(0..arguments.count, |number| number..number + 1);
    let workers = arguments.workers.or_else(|| available_parallelism().ok().map(Into::into)).unwrap_or(1);
    let workers = workers.min(usize::try_from(numbers.end - numbers.start)?);
    let task = Task { seed, numbers, plant, workers, stops: false };
    let (done, began) = (AtomicU64::new(0), Instant::now());
    let progress = |_: &Told| {
        let done = done.fetch_add(1, Ordering::SeqCst) + 1;
        if done.is_multiple_of(PROGRESS_EVERY) {
            eprintln!("{done} histories in {} s", began.elapsed().as_secs());
        }
    };
    let is_alone = arguments.only.is_some();
    let shows = |told: &Told| {
        if is_alone {
            print_diary(told);
        }
        progress(told);
    };
    let sum = tell_all(&task, &Places::of_this_program()?, &shows)?;
    for (number, told) in &sum.bad {
        eprintln!("history {number} is not good; again: make histories SEED={seed} ONLY={number}");
        for line in told.verdict.lines() {
            eprintln!("  {line}");
        }
    }
    if !is_alone {
        sum.bad.values().take(DIARIES_MAX).for_each(print_diary);
    }
    println!("{}", sum.json(seed));
    Ok(if sum.bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_diary(told: &Told) {
    eprintln!("\nhistory {}", told.number);
    for line in told.diary.iter().chain(&told.verdict.lines()) {
        eprintln!("  {line}");
    }
}
