//! Rules over the source tree, executed. Each finding names the file, the rule and the fix.

mod asvs;
mod fluent;
mod layout;
mod rust;
mod templates;
mod walls;
mod words;

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Context;

/// Folders that are not ours or not source.
const SKIPPED: [&str; 5] = [".git", "target", ".demo", "node_modules", "vendor"];

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub file: String,
    /// 0 for the file as a whole.
    pub line: usize,
    pub rule: &'static str,
    pub fix: String,
}

impl Finding {
    fn new(file: &SourceFile, line: usize, rule: &'static str, fix: impl Into<String>) -> Self {
        Self { file: file.path.clone(), line, rule, fix: fix.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.rule, self.fix)
    }
}

/// A file by its path from the top, with `/`; empty text where it is not text.
#[derive(Debug, Clone, Default)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

impl SourceFile {
    fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|own| own == extension)
    }

    /// Tests may say `unwrap`; so may fakes that are made for tests.
    fn is_test(&self) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        let folder = |name: &str| parts.iter().rev().skip(1).any(|part| *part == name);
        let file = parts.last().copied().unwrap_or_default();
        folder("tests") || folder("benches") || matches!(file, "tests.rs" | "testing.rs")
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// The whole tree, read once.
pub struct Tree {
    files: Vec<SourceFile>,
}

impl Tree {
    /// # Errors
    /// Where a folder or a file cannot be read.
    pub fn read(top: &Path) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        walk(top, "", &mut files)?;
        Ok(Self { files })
    }

    #[cfg(test)]
    fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() };
        Self { files: files.iter().map(file).collect() }
    }

    fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a SourceFile> {
        self.files.iter().filter(move |file| file.has_extension(extension))
    }
}

fn walk(folder: &Path, path: &str, files: &mut Vec<SourceFile>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let inner = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &inner, files)?;
        } else {
            let bytes = fs::read(entry.path()).with_context(|| format!("cannot read {inner}"))?;
            files.push(SourceFile { path: inner, text: String::from_utf8(bytes).unwrap_or_default() });
        }
    }
    Ok(())
}

/// A rule: its name and what looks for it.
pub type Rule = (&'static str, fn(&Tree) -> Vec<Finding>);

/// Every rule, each a test of its own.
pub const RULES: [Rule; 7] = [
    ("layout", layout::check),
    ("rust", rust::check),
    ("walls", walls::check),
    ("templates", templates::check),
    ("fluent", fluent::check),
    ("words", words::check),
    ("asvs", asvs::check),
];

#[cfg(test)]
mod expect {
    use super::{Finding, Tree};

    /// Checks that the rule finds exactly these: (path, line, a part of the rule's name).
    pub fn findings(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)], expected: &[(&str, usize, &str)]) {
        let found = check(&Tree::of(files));
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), expected.len(), "{said:#?}");
        for (finding, (path, line, rule)) in found.iter().zip(expected) {
            let fits = finding.file == *path && finding.line == *line && finding.rule.contains(rule);
            assert!(fits, "expected {path}:{line}: {rule}, found {finding}");
        }
    }
}
