//! The table of lessons in `tests/README.md` names tests that exist, and the one lesson that is about the tree itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tollgate_tests::house::top;

/// How many lessons the table has.
const LESSONS: u32 = 17;

/// Every file under a folder whose name ends so, but for what was built.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the tree can be read") {
        let path = entry.expect("the tree can be read").path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                files(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for room in ["host", "plugins", "gateways", "tests"] {
        files(&top().join(room), ".rs", &mut found);
    }
    found
}

/// The rows of the table: number and the names of tests.
fn table() -> Vec<(u32, Vec<String>)> {
    let text = fs::read_to_string(top().join("tests/README.md")).expect("the README can be read");
    let row = |line: &str| {
        let number = line.strip_prefix("| ")?.split(" |").next()?.parse().ok()?;
        let names = line.split('`').skip(1).step_by(2).filter(|word| !word.contains(['/', '.']));
        Some((number, names.map(str::to_owned).collect()))
    };
    text.lines().filter_map(row).collect()
}

#[test]
fn every_lesson_names_tests_that_exist() {
    let mut tests = BTreeSet::new();
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a source is text");
        for line in text.lines() {
            let Some((_, rest)) = line.split_once("fn ") else { continue };
            tests.insert(rest.split('(').next().unwrap_or_default().to_owned());
        }
    }
    let table = table();
    let numbers: Vec<u32> = table.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=LESSONS).collect::<Vec<u32>>(), "every lesson has one row, in order");
    for (number, names) in &table {
        assert!(!names.is_empty(), "lesson {number} names no test");
        for name in names {
            assert!(tests.contains(name), "lesson {number} names {name}, which is no test");
        }
    }
}

#[test]
fn lesson_09_nothing_that_is_installed_depends_on_a_simulator() {
    let mut manifests = Vec::new();
    for room in ["host", "plugins", "gateways"] {
        files(&top().join(room), "Cargo.toml", &mut manifests);
    }
    assert!(manifests.len() > 8, "the rooms have manifests: {manifests:?}");
    for path in manifests {
        let text = fs::read_to_string(&path).expect("a manifest is text");
        let manifest: toml::Table = text.parse().expect("a manifest is TOML");
        for section in ["dependencies", "build-dependencies"] {
            let names = manifest.get(section).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
            let wrong: Vec<&String> =
                names.filter(|name| name.contains("simulator") || *name == "tollgate-tests").collect();
            assert!(wrong.is_empty(), "{} depends on {wrong:?}", path.display());
        }
    }
}
