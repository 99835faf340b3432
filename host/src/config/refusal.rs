//! What is wrong with a configuration file, in one line: file, line, key, and what is allowed there.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How alike two keys must be for one to be offered in place of the other: 0 to 1, Jaro-Winkler.
const ALIKE_MIN: f64 = 0.8;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {}: {source}; write an example with: tollgate init", file.display())]
    Unreadable { file: PathBuf, source: std::io::Error },
    #[error("{} is larger than {bytes_max} bytes, so it is no configuration file", file.display())]
    TooLarge { file: PathBuf, bytes_max: u64 },
    #[error("{} line {line}: {what}", file.display())]
    Refused { file: PathBuf, line: usize, what: String },
}

/// Says where and why the file was refused.
pub fn locate(file: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let span = error.span().unwrap_or(0..0);
    let what = match sentence(error.message()) {
        Sentence::Whole(words) => words,
        Sentence::OfValue(words) => match key_at(text, &span) {
            Some(key) => format!("{key}: {words}"),
            None => words,
        },
    };
    // What the file holds is quoted, and it is read in a terminal.
    let what = what.replace(char::is_control, " ");
    ConfigError::Refused { file: file.to_owned(), line: line_of(text, span.start), what }
}

/// Refuses the value of a key that can only be judged together with another.
pub fn at_key(file: &Path, text: &str, path: &[&str], why: &str) -> ConfigError {
    let line = value_span(text, path).map_or(1, |span| line_of(text, span.start));
    ConfigError::Refused { file: file.to_owned(), line, what: format!("{}: {why}", path.join(".")) }
}

enum Sentence {
    /// Names its key itself.
    Whole(String),
    /// Speaks of a value, whose key must be put before it.
    OfValue(String),
}

fn sentence(message: &str) -> Sentence {
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(rest) = message.strip_prefix("unknown field ") {
        return Sentence::Whole(unknown_key(rest));
    }
    if let Some(rest) = message.strip_prefix("missing field ") {
        return Sentence::Whole(format!("“{}” is missing; tollgate init shows every key", rest.trim_matches('`')));
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let mut quoted = quoted(rest).into_iter();
        let found = quoted.next().unwrap_or_default();
        return Sentence::OfValue(format!("“{found}” is not one of {}", quoted.collect::<Vec<_>>().join(", ")));
    }
    Sentence::OfValue(message)
}

fn unknown_key(rest: &str) -> String {
    let mut names = quoted(rest).into_iter();
    let found = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    let mut words = format!("there is no key “{found}” here");
    let closest = known.iter().map(|key| (strsim::jaro_winkler(found, key), key));
    let closest = closest.filter(|(alike, _)| *alike >= ALIKE_MIN).max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((_, key)) = closest {
        let _ = write!(words, "; did you mean “{key}”?");
    }
    let _ = write!(words, " (known here: {})", known.join(", "));
    words
}

/// The words between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The path of the innermost key whose value covers `span`.
fn key_at(text: &str, span: &Range<usize>) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let mut path = Vec::new();
    descend(table.get_ref(), span, &mut path);
    (!path.is_empty()).then(|| path.join("."))
}

fn descend<'a>(table: &'a DeTable<'_>, span: &Range<usize>, path: &mut Vec<&'a str>) {
    let covers = |value: &Spanned<DeValue<'_>>| value.span().start <= span.start && span.end <= value.span().end;
    for (key, value) in table {
        match value.get_ref() {
            DeValue::Table(inner) => {
                let before = path.len();
                path.push(key.get_ref());
                descend(inner, span, path);
                if path.len() > before + 1 {
                    return;
                }
                path.truncate(before);
            }
            _ if covers(value) => {
                path.push(key.get_ref());
                return;
            }
            _ => {}
        }
    }
}

fn value_span(text: &str, path: &[&str]) -> Option<Range<usize>> {
    let table = DeTable::parse(text).ok()?;
    let (last, folders) = path.split_last()?;
    let mut here = table.get_ref();
    for folder in folders {
        here = here.iter().find(|(key, _)| key.get_ref() == folder)?.1.get_ref().as_table()?;
    }
    here.iter().find(|(key, _)| key.get_ref() == last).map(|(_, value)| value.span())
}
