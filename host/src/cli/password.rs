//! Passwords come from the terminal or from standard input, never from the command line, which others can see.

use std::io::{IsTerminal, Read};

use anyhow::{Context, bail};

/// Short passwords are guessed; this is the least that stands against a patient guesser behind a rate limit.
const CHARS_MIN: usize = 12;
/// Longer than any password manager writes; hashing more would only cost time.
const BYTES_MAX: usize = 1_024;

/// Where the password comes from.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

impl Source {
    /// The password, long enough and free of control characters.
    ///
    /// # Errors
    /// What is wrong with it, without showing it.
    pub fn read(&self) -> anyhow::Result<String> {
        let password = if self.password_stdin { from_stdin()? } else { from_terminal()? };
        check(&password)?;
        Ok(password)
    }
}

fn from_stdin() -> anyhow::Result<String> {
    let mut text = String::new();
    let most = u64::try_from(BYTES_MAX + 2).unwrap_or(u64::MAX);
    std::io::stdin().take(most).read_to_string(&mut text).context("cannot read the password from standard input")?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

fn from_terminal() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        bail!("there is no terminal to ask for a password; give it on standard input with --password-stdin");
    }
    let password = rpassword::prompt_password("Password: ").context("cannot read the password")?;
    let again = rpassword::prompt_password("Again: ").context("cannot read the password")?;
    if password == again { Ok(password) } else { bail!("the two passwords differ; try again") }
}

fn check(password: &str) -> anyhow::Result<()> {
    let chars = password.chars().count();
    if chars < CHARS_MIN {
        bail!("the password has {chars} characters and needs at least {CHARS_MIN}; a few words in a row are fine");
    }
    if password.len() > BYTES_MAX {
        bail!("the password is longer than {BYTES_MAX} bytes; use a shorter one");
    }
    if password.chars().any(char::is_control) {
        bail!("the password has a line break or another control character; give it on one line");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_refused_with_the_reason_and_without_showing_them() {
        let long = "x".repeat(BYTES_MAX + 1);
        let table = [
            ("", "has 0 characters"),
            ("elevenchars", "has 11 characters"),
            ("twelve\nchars-and-more", "control character"),
            (long.as_str(), "longer than 1024 bytes"),
        ];
        for (password, expected) in table {
            let error = check(password).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
            assert!(password.is_empty() || !error.contains(password), "the password is shown: {error}");
        }
        check("twelve chars").expect("twelve characters are enough");
        check("十二文字以上の合言葉です。").expect("characters count, not bytes");
    }
}
