//! The real binary on a folder of its own, with the real plugins.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;

use crate::house;

/// Starting takes a fraction of a second; on a loaded machine this is never the reason to fail.
const START_MAX: Duration = Duration::from_mins(1);
/// A command ends by itself; the first one compiles the plugins.
const COMMAND_MAX: Duration = Duration::from_mins(2);
/// Below the ports that systems lend to connections: one of those may be lent to another between the look and the use.
const PORT_MIN: u32 = 20_000;
const PORTS: u32 = 12_000;
/// Tests that run at once are processes of different numbers, and so look at different ports.
const PORTS_OF_A_TEST: u32 = 8;
const PORT_TRIES_MAX: usize = 1_000;
/// Stopping waits for open requests at most ten seconds.
const STOP_MAX: Duration = Duration::from_secs(30);

pub const CLIENT: (&str, &str) = ("client@example.com", "a long client password");
pub const STAFF: (&str, &str) = ("staff@example.com", "a long staff password");

/// An installation in a folder that goes away with it.
pub struct Installation {
    folder: TempDir,
    port: u16,
}

impl Installation {
    /// `tollgate init` on a free port, without plugins or people.
    ///
    /// # Errors
    /// What the binary said.
    pub fn empty() -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let own = Self { port: free_port()?, folder };
        own.done(&["init", "."], "")?;
        let file = own.path("tollgate.toml");
        let text = fs::read_to_string(&file)?.replace("127.0.0.1:8080", &format!("127.0.0.1:{}", own.port));
        let text = text.replace("pages-url = \"\"", &format!("pages-url = \"http://localhost:{}\"", own.port));
        let text = text.replace("compiled = \"\"", &format!("compiled = {:?}", house::compiled().to_string_lossy()));
        fs::write(&file, text)?;
        Ok(own)
    }

    /// With the plugins of the demo that need no provider, configured as there, a client who is billed in EUR, and staff.
    ///
    /// # Errors
    /// What the binary said.
    pub fn furnished() -> anyhow::Result<Self> {
        let own = Self::empty()?;
        for name in ["add-funds", "bank-transfer"] {
            own.install(name)?;
            let settings = house::top().join("tests/demo").join(format!("{name}.toml"));
            own.done(&["plugin", "set", name, "--enable", "--from", &settings.to_string_lossy()], "")?;
        }
        own.add_client(CLIENT, "EUR")?;
        let staff = ["staff", "add", STAFF.0, "--name", "B. Staff", "--password-stdin"];
        own.done(&staff, STAFF.1)?;
        Ok(own)
    }

    /// Puts a bundled plugin's component where the server looks for it.
    ///
    /// # Errors
    /// Where it cannot be copied.
    pub fn install(&self, plugin: &str) -> anyhow::Result<()> {
        fs::copy(house::component(plugin), self.path("plugins").join(format!("{plugin}.wasm")))?;
        Ok(())
    }

    /// # Errors
    /// What the binary said.
    pub fn add_client(&self, (email, password): (&str, &str), currency: &str) -> anyhow::Result<()> {
        let add = ["client", "add", email, "--name", "A. Client", "--currency", currency, "--country", "DE"];
        self.done(&[&add[..], &["--password-stdin"]].concat(), password).map(drop)
    }

    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// Where the binary cannot be started.
    pub fn run(&self, arguments: &[&str], input: &str) -> anyhow::Result<Output> {
        run_in(self.folder.path(), arguments, input)
    }

    /// Runs a command that must succeed and answers what it printed.
    ///
    /// # Errors
    /// What it said on standard error.
    pub fn done(&self, arguments: &[&str], input: &str) -> anyhow::Result<String> {
        let output = self.run(arguments, input)?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "tollgate {arguments:?} said: {said}");
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs a command that must be refused and answers what it said.
    ///
    /// # Errors
    /// Where it succeeded, or ended otherwise than with 1.
    pub fn refused(&self, arguments: &[&str], input: &str) -> anyhow::Result<String> {
        let output = self.run(arguments, input)?;
        ensure!(output.status.code() == Some(1), "tollgate {arguments:?} ended with {}", output.status);
        Ok(String::from_utf8(output.stderr)?)
    }

    /// Runs a command whose answer goes there, and says how it ended.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn run_into(&self, arguments: &[&str], answer: Stdio) -> anyhow::Result<Output> {
        let mut command = command(self.folder.path(), arguments);
        Ok(command.stdin(Stdio::null()).stdout(answer).stderr(Stdio::piped()).output()?)
    }

    /// Serves until dropped.
    ///
    /// # Errors
    /// What it said instead of listening.
    pub fn serve(&self) -> anyhow::Result<Server> {
        Server::start(self)
    }
}

/// Runs the binary in a folder.
///
/// # Errors
/// Where it cannot be started.
pub fn run_in(folder: &Path, arguments: &[&str], input: &str) -> anyhow::Result<Output> {
    let mut command = command(folder, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().context("standard input is piped")?;
    // A command that reads no password may have closed it already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let id = child.id().to_string();
    let (ended, end) = mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait_with_output()));
    if let Ok(output) = end.recv_timeout(COMMAND_MAX) {
        return Ok(output?);
    }
    Command::new("kill").args(["-KILL", &id]).status()?;
    let said = String::from_utf8_lossy(&end.recv()??.stdout).into_owned();
    bail!("tollgate {arguments:?} did not end in time; it said: {said}")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(house::tollgate());
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command
}

/// A port that was free a moment ago.
///
/// # Errors
/// Where the system gives none.
pub fn free_port() -> anyhow::Result<u16> {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id() * PORTS_OF_A_TEST + TAKEN.fetch_add(1, Ordering::Relaxed);
    let offered = (0..PORTS).filter_map(|step| u16::try_from(PORT_MIN + (first + step * PORTS_OF_A_TEST) % PORTS).ok());
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    offered.take(PORT_TRIES_MAX).find(is_free).context("no free port on this machine")
}

/// A running server; stopped when dropped.
pub struct Server {
    child: Option<Child>,
}

impl Server {
    fn start(of: &Installation) -> anyhow::Result<Self> {
        let log = fs::File::create(of.path("server.log"))?;
        let mut command = command(of.folder.path(), &["serve"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()?;
        let stdout = child.stdout.take().context("standard output is piped")?;
        let server = Self { child: Some(child) };
        let (said, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(stdout).read_line(&mut line);
            let _ = said.send(line);
        });
        let line = heard.recv_timeout(START_MAX).context("the server did not say that it listens")?;
        if !line.contains("listens on") {
            bail!("the server said: {}", fs::read_to_string(of.path("server.log"))?);
        }
        Ok(server)
    }

    /// Tells it to stop as a service manager does, and answers its exit code.
    ///
    /// # Errors
    /// Where it does not stop in time.
    pub fn stop(mut self) -> anyhow::Result<Option<i32>> {
        let mut child = self.child.take().context("it runs until it is stopped")?;
        let told = Command::new("kill").arg(child.id().to_string()).status()?;
        ensure!(told.success(), "the server had ended before");
        let since = std::time::Instant::now();
        while since.elapsed() < STOP_MAX {
            if let Some(status) = child.try_wait()? {
                return Ok(status.code());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        child.kill()?;
        bail!("the server did not stop in time")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A plain GET: status and whole answer.
///
/// # Errors
/// Where nobody answers.
pub fn get(url: &str) -> anyhow::Result<(u16, String)> {
    let rest = url.strip_prefix("http://").context("a plain address")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).context("an HTTP status")?;
    Ok((status, answer))
}
