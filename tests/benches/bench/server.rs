//! The real server, optimised: how soon it answers and how much memory it takes.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::load::Connection;
use crate::report::{Bar, Report};
use crate::rounds::{ROUNDS, median};
use crate::sample::{SETTINGS, components};

pub const EMAIL: &str = "client@example.com";
pub const PASSWORD: &str = "a password of the benchmark";
/// How long a start may take before it is given up.
const START_MAX: Duration = Duration::from_secs(30);

/// An installation with one client, both plugins and an unpaid invoice.
pub struct Server {
    folder: TempDir,
    pub host: String,
}

/// A running process, ended when dropped.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    pub fn of(child: Child) -> Self {
        Self(child)
    }

    /// Resident memory in MB, as the kernel counts it.
    fn resident_mb(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel tells no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }
}

/// The binary of the same build as this benchmark.
fn tollgate() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let binary = own.ancestors().nth(2).context("a benchmark runs from the target folder")?.join("tollgate");
    ensure!(binary.is_file(), "{} is missing: run `make bench`, which builds it", binary.display());
    Ok(binary)
}

impl Server {
    pub fn prepare() -> Result<Self> {
        let server = Self::with(&["add-funds", "bank-transfer"])?;
        server.fill()?;
        Ok(server)
    }

    /// An installation with these plugins, none of them configured, and nobody in it.
    pub fn with(plugins: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let host = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let server = Self { folder, host };
        server.run(&["init", "."], "")?;
        let config = server.path().join("tollgate.toml");
        let text = fs::read_to_string(&config)?.replace("127.0.0.1:8080", &server.host);
        // One client of the benchmark opens more pages than any client does.
        let text = text.replace("payment-pages-per-minute = 30", "payment-pages-per-minute = 1000000");
        fs::write(&config, text)?;
        for plugin in plugins {
            let name = format!("{plugin}.wasm");
            fs::copy(components().join(&name), server.path().join("plugins").join(&name)).context(name)?;
        }
        Ok(server)
    }

    fn fill(&self) -> Result<()> {
        let client = ["client", "add", EMAIL, "--name", "Example Client", "--currency", "EUR", "--password-stdin"];
        self.run(&client, PASSWORD)?;
        let settings = SETTINGS.map(|(key, value)| format!("{key}={value}"));
        let mut bank = vec!["plugin", "set", "bank-transfer", "--enable"];
        bank.extend(settings.iter().map(String::as_str));
        self.run(&bank, "")?;
        self.offer_add_funds()?;
        self.run(&["invoice", "create", EMAIL, "--line", "Hosting=25.00", "--gateway", "bank-transfer"], "")
    }

    pub fn offer_add_funds(&self) -> Result<()> {
        let limits = [
            "open-max=1",
            "limits.0.currency=EUR",
            "limits.0.minimum=5",
            "limits.0.maximum=500",
            "limits.0.ceiling=1000",
        ];
        self.run(&[&["plugin", "set", "add-funds", "--enable"][..], &limits].concat(), "")
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command that must succeed.
    pub fn run(&self, arguments: &[&str], input: &str) -> Result<()> {
        let mut command = Command::new(tollgate()?);
        command.args(arguments).current_dir(self.path()).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn()?;
        child.stdin.take().context("a pipe to the command")?.write_all(input.as_bytes())?;
        let status = child.wait()?;
        ensure!(status.success(), "tollgate {} ended with {status}", arguments.join(" "));
        Ok(())
    }

    /// Starts the server; answers it with the milliseconds to its first answer.
    pub fn start(&self) -> Result<(Running, f64)> {
        let start = Instant::now();
        let mut command = Command::new(tollgate()?);
        command.arg("serve").current_dir(self.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let running = Running(command.spawn()?);
        wait_for(&self.host, "/health")?;
        Ok((running, start.elapsed().as_secs_f64() * 1e3))
    }
}

/// Asks until it answers.
pub fn wait_for(host: &str, path: &str) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < START_MAX {
        let answer = Connection::open(host).and_then(|mut connection| connection.get(path, ""));
        if answer.is_ok_and(|answer| answer.status == 200) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    bail!("nothing answers at {host}{path}")
}

pub fn measure(server: &Server, report: &mut Report) -> Result<()> {
    // Once, so that compiled plugins are there.
    drop(server.start()?);
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (running, ms) = server.start()?;
        times.push(ms);
        memory.push(running.resident_mb()?);
    }
    report.alone("start to first answer, warm cache", "ms", median(times), Bar::AtMost(300.0));
    report.alone("resident memory, plugins idle", "MB", median(memory), Bar::AtMost(80.0));
    Ok(())
}
