//! `hostile`: lets every attack happen, prints how each was contained, measures honest calls beside them, and prints one line of
//! JSON last.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use tollgate_hostile::attack::Attack;
use tollgate_hostile::catalogue::attacks;
use tollgate_hostile::ground::Ground;
use tollgate_hostile::latency::{Measured, RATIO_MAX, measure};

/// The longest that the table quotes of a refusal.
const WORDS_MAX: usize = 110;

/// Lets every attack of the catalogue happen against the real rooms, and measures honest calls beside them
#[derive(Parser)]
struct Arguments {
    /// Only the attacks of this family, or of this name, and no measurement
    #[arg(long)]
    only: Option<String>,
    /// Only the measurement of honest calls, and no attack of the catalogue
    #[arg(long, conflicts_with = "only")]
    measure: bool,
    /// Rounds of the measurement: each is one phase without attacks and one with them
    #[arg(long, default_value_t = 20)]
    rounds: u32,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let is_chosen =
        |attack: &Attack| arguments.only.as_deref().is_none_or(|only| attack.name == only || attack.family == only);
    let chosen: Vec<Attack> = attacks().into_iter().filter(is_chosen).collect();
    anyhow::ensure!(!chosen.is_empty(), "no attack and no family is called that");
    if arguments.measure {
        let measured = measure(arguments.rounds).await?;
        print_measured(&measured);
        println!("{{\"p99_ratio\":{:.2}}}", measured.ratio());
        return Ok(ExitCode::SUCCESS);
    }
    let mut contained = 0;
    let ground = Ground::default();
    for attack in &chosen {
        let began = Instant::now();
        let verdict = attack.run(&ground).await;
        let ms = began.elapsed().as_millis();
        contained += usize::from(verdict.is_ok());
        print_row(attack, &verdict, ms);
    }
    let all = contained == chosen.len();
    if arguments.only.is_some() {
        println!("{{\"attacks\":{},\"contained\":{contained}}}", chosen.len());
        return Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let measured = measure(arguments.rounds).await?;
    print_measured(&measured);
    println!("{{\"attacks\":{},\"contained\":{contained},\"p99_ratio\":{:.2}}}", chosen.len(), measured.ratio());
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_row(attack: &Attack, verdict: &Result<String, String>, ms: u128) {
    let (mark, words) = match verdict {
        Ok(how) => ("contained", how),
        Err(happened) => ("NOT CONTAINED", happened),
    };
    let line: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS_MAX).collect();
    println!("{:<10} {:<30} {:<72} {ms:>6} ms  {mark}: {line}", attack.family, attack.name, attack.tries);
}

fn print_measured(measured: &Measured) {
    println!();
    println!(
        "honest calls of bank-transfer's pay-now, {} in each kind of phase; the middle phase of each kind:",
        measured.calls
    );
    println!("  without attacks  p50 {:>8} us  p99 {:>8} us", measured.calm.p50_us, measured.calm.p99_us);
    println!("  while they run   p50 {:>8} us  p99 {:>8} us", measured.attacked.p50_us, measured.attacked.p99_us);
    println!("  attacks beside them: {}", measured.attacks);
    let held = if measured.ratio() <= RATIO_MAX { "held" } else { "NOT HELD" };
    println!("  the bar of {RATIO_MAX} is {held}");
}
