//! A record of every request that a simulator received, and of what it answered, for a judge.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use http::HeaderMap;
use parking_lot::Mutex;
use serde::Serialize;

/// Kept in memory at most; a file, where one is set, gets all.
const KEPT_MAX: usize = 100_000;

/// Names a folder that every simulator of this process records to, so that the tests' own traffic can be judged.
const FOLDER_VARIABLE: &str = "SIMULATOR_RECORD";

/// One request and its answer.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    pub at_ms: i64,
    pub method: String,
    /// Without the query.
    pub path: String,
    pub query: String,
    /// `authorization` keeps its scheme alone.
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// What the provider answered, also where a scripted fault kept it from the caller.
    pub status: u16,
    pub answer: String,
    /// The scripted fault that this request met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<crate::faults::Kind>,
}

#[derive(Debug, Default)]
struct Kept {
    records: VecDeque<Record>,
    file: Option<File>,
}

/// Clones share one record.
#[derive(Debug, Clone, Default)]
pub struct Requests(Arc<Mutex<Kept>>);

impl Requests {
    /// Appends every record to a file as well, one JSON object a line.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn also_to(&self, file: &Path) -> std::io::Result<()> {
        self.0.lock().file = Some(File::options().create(true).append(true).open(file)?);
        Ok(())
    }

    /// Appends to a file of this process in the folder that the environment names, where it names one and no other file is
    /// set.
    ///
    /// # Panics
    /// The folder cannot be written to: whoever set the variable wants the records.
    pub fn also_to_environment(&self, provider: &str) {
        let Some(folder) = std::env::var_os(FOLDER_VARIABLE).filter(|_| self.0.lock().file.is_none()) else { return };
        let file = Path::new(&folder).join(format!("{provider}-{}.jsonl", std::process::id()));
        self.also_to(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// Keeps a record; the oldest goes where there are too many.
    pub fn add(&self, record: Record) {
        let mut kept = self.0.lock();
        if let Some(file) = &mut kept.file {
            // In one piece, because other simulators may append to the same file.
            let written = serde_json::to_string(&record).map(|line| file.write_all(format!("{line}\n").as_bytes()));
            if let Ok(Err(error)) = written {
                eprintln!("a record could not be written: {error}");
            }
        }
        if kept.records.len() == KEPT_MAX {
            kept.records.pop_front();
        }
        kept.records.push_back(record);
    }

    #[must_use]
    pub fn all(&self) -> Vec<Record> {
        self.0.lock().records.iter().cloned().collect()
    }

    pub fn clear(&self) {
        self.0.lock().records.clear();
    }

    /// One JSON object a line.
    #[must_use]
    pub fn json_lines(&self) -> String {
        let lines: Vec<String> = self.all().iter().filter_map(|record| serde_json::to_string(record).ok()).collect();
        lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }
}

/// Headers as a record holds them: several of one name joined, no credentials.
#[must_use]
pub fn headers_of(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let text = if name == http::header::AUTHORIZATION { scheme_of(&text) } else { text };
        kept.entry(name.to_string()).and_modify(|all| *all = format!("{all}, {text}")).or_insert(text);
    }
    kept
}

/// `Bearer …`: what kind of credential it was. A credential without a scheme leaves nothing.
fn scheme_of(authorization: &str) -> String {
    let scheme = authorization.split_once(' ').map_or("", |(scheme, _)| scheme);
    format!("{scheme} …").trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credential_is_recorded() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Bearer sk_test_secret".parse().unwrap());
        headers.append("x-a", "1".parse().unwrap());
        headers.append("x-a", "2".parse().unwrap());
        let kept = headers_of(&headers);
        assert_eq!((kept["authorization"].as_str(), kept["x-a"].as_str()), ("Bearer …", "1, 2"));
        assert_eq!(scheme_of("sk_test_secret"), "…");
    }
}
