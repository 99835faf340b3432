//! `judges`: plays every path of the gateways against the simulators, and has others judge what came of it.

mod attempt;
mod card;
mod localstripe;
mod paypal;
mod report;
mod signatures;
mod stage;
mod tool;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use tokio::net::TcpListener;
use tollgate_simulators::clock::Clock;
use tollgate_simulators::ids::Ids;
use tollgate_simulators::rig::Rig;
use tollgate_simulators::serve::{listen, serve};
use tollgate_simulators::{paypal as simulated_paypal, stripe as simulated_stripe};

use report::Report;
use stage::Stage;
use tool::{Tools, findings};

/// 2026-01-01T00:00:00Z. The simulators' time stands still until a path moves it.
const START_MS: i64 = 1_767_225_600_000;

/// Judges of Tollgate that its authors did not write
#[derive(Parser)]
struct Arguments {
    /// Where `tests/judges/install` put the tools
    #[arg(long, value_name = "FOLDER")]
    tools: PathBuf,
    /// The compiled plugins
    #[arg(long, value_name = "FOLDER")]
    components: PathBuf,
    /// Where the simulators' records are; this program adds its own
    #[arg(long, value_name = "FOLDER")]
    records: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut report = Report::default();
    let played = play(&mut report, &Arguments::parse()).await;
    if let Err(error) = &played {
        println!("FAIL  {error:#}");
    }
    let (lines, is_good) = report.end();
    println!("{lines}");
    if played.is_ok() && is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Where the simulators listen.
struct Addresses {
    stripe: SocketAddr,
    paypal: SocketAddr,
}

async fn play(report: &mut Report, arguments: &Arguments) -> anyhow::Result<()> {
    let tools = &Tools::at(&arguments.tools)?;
    let clock = Clock::standing_at(START_MS);
    let stage = Stage::open(&arguments.components, &tools.folder.join("compiled"), clock.clone()).await?;
    let (stripe_socket, stripe_rig) = prepare("stripe", &clock, &arguments.records).await?;
    let (paypal_socket, paypal_rig) = prepare("paypal", &clock, &arguments.records).await?;
    let at = Addresses { stripe: stripe_socket.local_addr()?, paypal: paypal_socket.local_addr()? };
    let stripe = simulated_stripe::Stripe::new(stripe_rig, simulated_stripe::Account::test());
    let paypal = simulated_paypal::Simulator::new(paypal_rig, simulated_paypal::Account::example());
    tokio::spawn(serve(stripe_socket, stripe.router(), None));
    tokio::spawn(serve(paypal_socket, paypal.router(), None));

    card::Card::configured(&stage, &stripe, at.stripe).await?.drive(report).await?;
    paypal::PayPal::configured(&stage, &paypal, at.paypal).await?.drive(report).await?;
    signatures::judge(report, &stage, tools).await?;
    localstripe::judge(report, &stage, tools).await?;
    libraries(report, tools, &at).await?;
    contracts(report, tools, &arguments.records).await
}

/// A socket, and a rig whose record goes to `records`.
async fn prepare(name: &str, clock: &Clock, records: &Path) -> anyhow::Result<(TcpListener, Rig)> {
    let socket = listen("127.0.0.1:0".parse()?).await?;
    let rig = Rig::new(&format!("http://{}", socket.local_addr()?), clock.clone(), Ids::seeded(1));
    fs::create_dir_all(records)?;
    let file = records.join(format!("{name}-judges.jsonl"));
    // Of an earlier run.
    let _ = fs::remove_file(&file);
    rig.requests.also_to(&file)?;
    Ok((socket, rig))
}

async fn libraries(report: &mut Report, tools: &Tools, at: &Addresses) -> anyhow::Result<()> {
    let mut command = tools.node("sdk/stripe.cjs");
    command.arg(format!("http://{}", at.stripe));
    findings(report, "Stripe's library at the simulator", command).await?;
    let mut command = tools.python("sdk/paypal_library.py");
    command.arg(format!("http://{}", at.paypal));
    findings(report, "PayPal's library at the simulator", command).await
}

async fn contracts(report: &mut Report, tools: &Tools, records: &Path) -> anyhow::Result<()> {
    let mut command = tools.node("contracts/judge.cjs");
    command.arg(tools.folder.join("stripe.json"));
    command.arg(tools.source.with_file_name("vendor").join("paypal")).arg(records);
    findings(report, "the providers' contracts", command).await
}
