//! `make bench`: what the house costs beside the barest thing that does the same work.
//!
//! Each figure is a median; a floor and ours are measured in turn in one run, because machines drift. The table goes to
//! the terminal, the same rows to `target/bench.json`.

mod bare;
mod calls;
mod load;
mod open_payments;
mod pages;
mod paper;
mod report;
mod rounds;
mod rows;
mod sample;
mod server;
mod settlements;
mod webhooks;

use anyhow::{Result, bail};
use report::Report;

/// What can be measured alone: `cargo bench --bench bench -- settlements pdf`. Nothing named means everything.
const PARTS: [&str; 5] = ["calls", "settlements", "webhooks", "pdf", "server"];

fn main() -> Result<()> {
    // Cargo passes `--bench`; the floor of the pages runs as a process of its own, as the server does.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == pages::FLOOR_ARGUMENT) {
        return pages::serve_floor();
    }
    let chosen: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = chosen.iter().find(|word| !PARTS.contains(word)) {
        bail!("there is no part {unknown:?} to measure; there are {}", PARTS.join(", "));
    }
    let wanted = |part| chosen.is_empty() || chosen.contains(&part);
    let mut report = Report::default();
    if wanted("calls") {
        calls::measure(&mut report)?;
    }
    if wanted("settlements") {
        settlements::measure(&mut report)?;
    }
    if wanted("webhooks") {
        webhooks::measure(&mut report)?;
    }
    if wanted("pdf") {
        paper::measure(&mut report)?;
    }
    if wanted("server") {
        let server = server::Server::prepare()?;
        server::measure(&server, &mut report)?;
        pages::measure(&server, &mut report)?;
    }
    report.finish()
}
