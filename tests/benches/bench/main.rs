//! `make bench`: what the house costs beside the barest thing that does the same work.
//!
//! Each figure is a median; a floor and ours are measured in turn in one run, because machines drift. The table goes to
//! the terminal, the same rows to `target/bench.json`.

mod bare;
mod calls;
mod load;
mod pages;
mod paper;
mod report;
mod rounds;
mod sample;
mod server;
mod settlements;

use anyhow::Result;
use report::Report;

fn main() -> Result<()> {
    // Cargo passes `--bench`; the floor of the pages runs as a process of its own, as the server does.
    if std::env::args().any(|argument| argument == pages::FLOOR_ARGUMENT) {
        return pages::serve_floor();
    }
    let mut report = Report::default();
    calls::measure(&mut report)?;
    settlements::measure(&mut report)?;
    paper::measure(&mut report)?;
    let server = server::Server::prepare()?;
    server::measure(&server, &mut report)?;
    pages::measure(&server, &mut report)?;
    report.finish()
}
