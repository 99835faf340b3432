//! Secrets on the command line: by the file that holds them, for arguments are seen by everybody on the machine.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tollgate_billing::billing::SecretChange;
use tollgate_billing::ports::SecretText;

/// More than any secret has, line break included.
const FILE_BYTES_MAX: u64 = 8 * 1024;
/// Stands for standard input.
const STDIN: &str = "-";

/// A secret's key, and where its value lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFile {
    pub key: String,
    file: PathBuf,
}

/// `KEY=FILE`.
pub fn key_file(text: &str) -> Result<SecretFile, String> {
    // The text is not quoted: whoever writes the value in the file's place must not find it in a log.
    let (key, file) = text.split_once('=').ok_or("write KEY=FILE, with - for standard input")?;
    if key.is_empty() || file.is_empty() {
        return Err("write KEY=FILE, with - for standard input".to_owned());
    }
    Ok(SecretFile { key: key.to_owned(), file: PathBuf::from(file) })
}

/// Reads every value: the file's text without the line break at its end.
pub fn read_all(files: &[SecretFile]) -> anyhow::Result<Vec<SecretChange>> {
    if files.iter().filter(|secret| secret.is_stdin()).count() > 1 {
        bail!("standard input holds one secret only; take a file for the others");
    }
    files.iter().map(SecretFile::read).collect()
}

impl SecretFile {
    fn is_stdin(&self) -> bool {
        self.file == Path::new(STDIN)
    }

    fn read(&self) -> anyhow::Result<SecretChange> {
        let value = if self.is_stdin() {
            text(io::stdin().lock()).context("the secret cannot be read from standard input")
        } else {
            // The key and not the file's name, which is the value where somebody mistook one for the other.
            let unreadable = || format!("the file of the secret {} cannot be read", self.key);
            File::open(&self.file).map_err(anyhow::Error::from).and_then(text).with_context(unreadable)
        };
        Ok(SecretChange::Set { key: self.key.clone(), value: SecretText::new(value?) })
    }
}

fn text(from: impl Read) -> anyhow::Result<String> {
    let mut text = String::with_capacity(usize::try_from(FILE_BYTES_MAX)? + 1);
    from.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        bail!("it is larger than {FILE_BYTES_MAX} bytes, so it is no secret");
    }
    let line = text.strip_suffix('\n').map_or(text.len(), |line| line.strip_suffix('\r').unwrap_or(line).len());
    text.truncate(line);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<String> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("token");
        std::fs::write(&file, text)?;
        let secret = SecretFile { key: "token".into(), file };
        match secret.read()? {
            SecretChange::Set { value, .. } => Ok(value.expose().to_owned()),
            SecretChange::Remove { .. } => bail!("nothing is to be removed"),
        }
    }

    #[test]
    fn the_value_is_the_files_text_without_the_line_break_at_its_end() {
        for (text, value) in [
            ("planted", "planted"),
            ("planted\n", "planted"),
            ("planted\r\n", "planted"),
            ("planted\n\n", "planted\n"),
            (" planted ", " planted "),
            ("", ""),
        ] {
            assert_eq!(read(text).expect("a file"), value);
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_without_quoting_anything() {
        for wrong in ["planted", "planted=", "=planted"] {
            assert!(!key_file(wrong).expect_err(wrong).contains("planted"));
        }
        let mistaken = key_file("token=planted-value").expect("a file's name").read().expect_err("no such file");
        let said = format!("{mistaken:#}");
        assert!(said.contains("token") && !said.contains("planted"), "{said}");
        let large = format!("{:#}", read(&"planted".repeat(2_000)).expect_err("too large"));
        assert!(large.contains("8192 bytes") && !large.contains("planted"), "{large}");
    }

    #[test]
    fn standard_input_is_read_once() {
        let two = ["a=-", "b=-"].map(|text| key_file(text).expect("well written"));
        assert!(read_all(&two).expect_err("twice").to_string().contains("one secret only"));
    }
}
