//! Programs of other languages: they print a line per finding, `pass WHAT` or `fail WHAT: WHY`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio::process::{Child, Command};

use crate::report::Report;

/// Every program here ends within seconds; on a loaded machine this is never the reason to fail.
const RUN_MAX: Duration = Duration::from_mins(5);

/// Where `tests/judges/install` put what others wrote.
pub struct Tools {
    /// With `node_modules`, `python` and `stripe.json`.
    pub folder: PathBuf,
    /// `tests/judges` of the source tree.
    pub source: PathBuf,
}

impl Tools {
    /// # Errors
    /// Where something is not installed.
    pub fn at(folder: &Path) -> anyhow::Result<Self> {
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        for needed in ["node_modules", "python/bin/python", "stripe.json"] {
            let place = folder.join(needed);
            ensure!(place.exists(), "{} is missing: run `make judges`, which installs it", place.display());
        }
        Ok(Self { folder: folder.canonicalize()?, source })
    }

    /// A program of this folder, run by node with the packages that are installed.
    #[must_use]
    pub fn node(&self, program: &str) -> Command {
        let mut command = Command::new("node");
        command.arg(self.source.join(program)).env("NODE_PATH", self.folder.join("node_modules"));
        command
    }

    /// A program of this folder, run by the Python that has its packages.
    #[must_use]
    pub fn python(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join("python/bin/python"));
        // No files beside the source, and nothing that a user installed for themselves.
        command.args(["-B", "-I"]).arg(self.source.join(program));
        command
    }
}

/// Runs a program to its end and answers what it printed.
///
/// # Errors
/// Where it cannot be started, takes too long or ends badly.
pub async fn output(mut command: Command) -> anyhow::Result<String> {
    let name = format!("{:?}", command.as_std());
    command.stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
    let ended = tokio::time::timeout(RUN_MAX, command.output()).await;
    let output = ended.with_context(|| format!("{name} did not end"))?.with_context(|| name.clone())?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{name} ended with {}; it said: {said}", output.status);
    Ok(said)
}

/// Runs a program whose lines are findings.
///
/// # Errors
/// As [`output`]; where it says something else, or nothing.
pub async fn findings(report: &mut Report, judge: &'static str, command: Command) -> anyhow::Result<()> {
    let said = output(command).await?;
    ensure!(!said.trim().is_empty(), "{judge} found nothing to judge");
    for line in said.lines() {
        let (what, finding) = finding(line).with_context(|| format!("{judge} said: {line}"))?;
        report.note(judge, what, finding);
    }
    Ok(())
}

fn finding(line: &str) -> Option<(&str, Result<(), String>)> {
    if let Some(what) = line.strip_prefix("pass ") {
        return Some((what, Ok(())));
    }
    let (what, why) = line.strip_prefix("fail ")?.split_once(": ")?;
    Some((what, Err(why.to_owned())))
}

/// A server that runs until it is dropped.
pub struct Running {
    _child: Child,
}

impl Running {
    /// Starts it, and waits until something listens on the port.
    ///
    /// # Errors
    /// Where it ends instead.
    pub async fn start(mut command: Command, port: u16) -> anyhow::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true).spawn()?;
        let listens = async {
            while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            () = listens => Ok(Self { _child: child }),
            ended = child.wait() => bail!("the server ended with {}", ended?),
            () = tokio::time::sleep(RUN_MAX) => bail!("the server does not listen"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_finding_or_nothing() {
        assert_eq!(finding("pass a: b"), Some(("a: b", Ok(()))));
        assert_eq!(finding("fail a: b: c"), Some(("a", Err("b: c".to_owned()))));
        for line in ["", "passed", "fail a", "Traceback"] {
            assert_eq!(finding(line), None, "{line}");
        }
    }
}
