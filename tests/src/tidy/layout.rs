//! Where files may lie, what they may be called, how long they may be.

use std::collections::BTreeSet;

use super::{Finding, SourceFile, Tree};

/// What the top level may hold: the rooms, and what tools demand there.
const TOP: [&str; 12] = [
    "Cargo.toml",
    "Cargo.lock",
    "Makefile",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "SECURITY.md",
    "host",
    "plugins",
    "gateways",
    "templates",
    "tests",
];
/// Past this a file has more than one noun.
const FILE_LINES_MAX: usize = 400;
/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 7] = ["mod.rs", "utils.rs", "util.rs", "helper.rs", "common.rs", "misc.rs", "types.rs"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = top_level(tree);
    for file in tree.with_extension("rs") {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if EMPTY_NAMES.contains(&name) {
            findings.push(Finding::new(file, 0, "a file is named by its noun", "name it by what it holds"));
        }
        let lines = file.text.lines().count();
        if lines > FILE_LINES_MAX {
            let fix = format!("it has {lines}; move a noun into a file of its own");
            findings.push(Finding::new(file, lines, "a file has at most 400 lines", fix));
        }
    }
    findings
}

fn top_level(tree: &Tree) -> Vec<Finding> {
    let mut strangers = BTreeSet::new();
    for file in &tree.files {
        let top = file.path.split('/').next().unwrap_or_default();
        if !top.starts_with('.') && !TOP.contains(&top) {
            strangers.insert(top);
        }
    }
    let finding = |top: &&str| {
        let file = SourceFile { path: (*top).to_owned(), text: String::new() };
        Finding::new(&file, 0, "the top level holds the rooms alone", "move it into the room that it belongs to")
    };
    strangers.iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::super::expect;
    use super::*;

    #[test]
    fn strangers_at_the_top_empty_names_and_long_files_are_found() {
        let long = "//\n".repeat(401);
        let files = [
            ("README.md", ""),
            (".ci/run", ""),
            ("notes.md", ""),
            ("scripts/a.sh", ""),
            ("host/src/mod.rs", ""),
            ("host/src/long.rs", long.as_str()),
            ("host/src/cli.rs", "//\n"),
        ];
        let expected = [
            ("notes.md", 0, "top level"),
            ("scripts", 0, "top level"),
            ("host/src/mod.rs", 0, "noun"),
            ("host/src/long.rs", 401, "400 lines"),
        ];
        expect::findings(check, &files, &expected);
    }
}
