//! `fuzz --time SECONDS`: a line for each target and each finding, and one line of JSON last.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use tollgate_fuzz::corpus;
use tollgate_fuzz::run::{Finding, Outcome, fuzz};
use tollgate_fuzz::targets::{TARGETS, Target};
use tollgate_fuzz::watch::Watch;

/// A seed that people can type.
const SEED_MAX: u64 = 1_000_000_000;
/// How often a target that runs is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Feeds parsers of outside bytes with broken ones, and says which it could not stand
#[derive(Parser)]
struct Arguments {
    /// Seconds for each target
    #[arg(long, default_value_t = 10)]
    time: u64,
    /// Where all chance comes from; another one each time where it is not given
    #[arg(long)]
    seed: Option<u64>,
    /// This target alone
    #[arg(long)]
    only: Option<String>,
    /// Where the inputs that a target could not stand are written, one file each
    #[arg(long)]
    findings: PathBuf,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let seed = arguments.seed.map_or_else(random_seed, Ok)?;
    let chosen = |target: &&Target| arguments.only.as_ref().is_none_or(|only| only == target.name);
    let targets: Vec<&'static Target> = TARGETS.iter().filter(chosen).collect();
    if targets.is_empty() {
        let names = TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
        anyhow::bail!("no target is called so; there are {names}");
    }
    // A panic is a finding, which is said below with its input.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut executions, mut findings) = (0, 0);
    for target in &targets {
        let outcome = watched(target, seed, Duration::from_secs(arguments.time))?;
        let (runs, answers, found) = (outcome.executions, outcome.answers, outcome.findings.len());
        println!("{:<16} {runs:>9} executions {answers:>6} different answers {found:>3} findings", target.name);
        for (number, finding) in outcome.findings.iter().enumerate() {
            let file = write(&arguments.findings, target.name, number, finding)?;
            println!("  {}: {}", file.display(), finding.what);
        }
        executions += runs;
        findings += found;
    }
    let count = targets.len();
    println!(r#"{{"targets":{count},"executions":{executions},"findings":{findings},"seed":{seed}}}"#);
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn random_seed() -> anyhow::Result<u64> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(u64::from_le_bytes(bytes) % SEED_MAX)
}

/// One target in a thread of its own. One that hangs is left where it is; the process ends after the last target.
fn watched(target: &'static Target, seed: u64, time: Duration) -> anyhow::Result<Outcome> {
    let inputs = corpus::of(target.name)?.into_iter().map(|(_, input)| input).collect();
    let (watch, (said, heard)) = (Watch::default(), channel());
    let own = watch.clone();
    std::thread::spawn(move || said.send(fuzz(target, inputs, seed, time, &own)));
    loop {
        match heard.recv_timeout(LOOK_EVERY) {
            Ok(outcome) => return Ok(outcome),
            Err(RecvTimeoutError::Disconnected) => anyhow::bail!("{} ended without an outcome", target.name),
            Err(RecvTimeoutError::Timeout) => {
                if let Some((input, what)) = watch.look() {
                    let finding = Finding { input, what: what.to_owned() };
                    return Ok(Outcome { findings: vec![finding], ..Outcome::default() });
                }
            }
        }
    }
}

fn write(folder: &std::path::Path, target: &str, number: usize, finding: &Finding) -> anyhow::Result<PathBuf> {
    let folder = folder.join(target);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join(format!("finding-{number}"));
    fs::write(&file, &finding.input).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}
