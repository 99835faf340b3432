//! The `tollgate` command.
#![forbid(unsafe_code)]

mod cli;
mod clock;
mod config;
mod ids;
mod mail;
mod say;
mod signature;
mod theme;
mod tls;
mod wiring;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit codes: 0 done, 1 refused or failed, 2 wrong usage (clap's own).
fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not `eprintln!`, which panics where nobody reads.
            let _ = writeln!(std::io::stderr(), "tollgate: {error:#}");
            ExitCode::FAILURE
        }
    }
}
