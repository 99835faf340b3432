//! `tollgate.toml`, as the host reads it when it starts.

use std::path::PathBuf;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::hold;

// The host is a program and no library: this is its own file, compiled once more.
#[allow(dead_code, unused_imports, unreachable_pub, clippy::all, clippy::pedantic)]
#[path = "../../../../host/src/config.rs"]
mod config;

/// A line of a terminal.
const REFUSAL_BYTES_MAX: usize = 2_000;

/// # Errors
/// Where what is wrong is not said in one line that names a place in the file.
pub fn run(input: &[u8]) -> Result<String, String> {
    static FOLDER: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, file) = FOLDER.get_or_init(|| {
        let folder = TempDir::new().expect("a folder");
        let file = folder.path().join(config::FILE_NAME);
        (folder, file)
    });
    std::fs::write(file, input).map_err(|error| error.to_string())?;
    match config::Config::load(file) {
        Ok(config) => {
            let url = config.server.base_url.as_str();
            hold(url.starts_with("http://") || url.starts_with("https://"), || format!("clients are sent to {url:?}"))?;
            hold(!url.chars().any(|letter| letter.is_control() || letter.is_whitespace()), || format!("{url:?}"))?;
            Ok("taken".to_owned())
        }
        Err(error) => {
            let said = error.to_string();
            hold(said.len() <= REFUSAL_BYTES_MAX, || format!("{} bytes of refusal", said.len()))?;
            hold(!said.chars().any(char::is_control), || format!("the refusal has control characters: {said:?}"))?;
            let place = said.split_once(" line ").and_then(|(_, rest)| rest.split(':').next()?.parse::<usize>().ok());
            let lines = input.split(|byte| *byte == b'\n').count();
            let unreadable = matches!(error, config::ConfigError::Unreadable { .. });
            let named = place.is_some_and(|line| (1..=lines).contains(&line));
            hold(named || unreadable, || format!("of {lines} lines, none is named: {said}"))?;
            let what = said.split_once(": ").map_or("", |(_, what)| what);
            let own: String = what.split(['“', '”', '`']).step_by(2).collect();
            Ok(own.chars().filter(char::is_ascii_alphabetic).take(70).collect())
        }
    }
}
