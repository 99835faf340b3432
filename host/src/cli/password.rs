//! Passwords come from the terminal or from standard input, never from the command line, which others can see.

use std::io::{IsTerminal, Read};

use anyhow::{Context, bail};
use tollgate_billing::password::{PASSWORD_BYTES_MAX, judge_password};

/// Where the password comes from.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

impl Source {
    /// The hash of a password that somebody of this address may have.
    ///
    /// # Errors
    /// What is wrong with it, without showing it.
    pub fn hash(&self, email: &str) -> anyhow::Result<String> {
        let password = if self.password_stdin { from_stdin()? } else { from_terminal(email)? };
        Ok(tollgate_web::hash_password(email, &password)?)
    }
}

fn from_stdin() -> anyhow::Result<String> {
    let mut text = String::new();
    let most = u64::try_from(PASSWORD_BYTES_MAX + 2).unwrap_or(u64::MAX);
    std::io::stdin().take(most).read_to_string(&mut text).context("cannot read the password from standard input")?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

fn from_terminal(email: &str) -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        bail!("there is no terminal to ask for a password; give it on standard input with --password-stdin");
    }
    let password = rpassword::prompt_password("Password: ").context("cannot read the password")?;
    // Before it is typed once more for nothing.
    judge_password(email, &password)?;
    let again = rpassword::prompt_password("Again: ").context("cannot read the password")?;
    if password == again { Ok(password) } else { bail!("the two passwords differ; try again") }
}
