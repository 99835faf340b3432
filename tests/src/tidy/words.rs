//! What no file may say: leftovers, and paths of one machine.

use super::{Finding, SourceFile, Tree};

/// Put together here, so that this file does not say them.
const LEFTOVERS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("HA", "CK")];
/// Folders that exist on one machine only.
const MACHINE: [&str; 4] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Use", "rs/")];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let ours = tree.files.iter().filter(|file| file.path != "Cargo.lock" && !file.path.starts_with("LICENSE"));
    ours.flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in file.lines() {
        if LEFTOVERS.iter().any(|word| says(text, word)) {
            findings.push(Finding::new(file, line, "nothing unfinished", "finish it or leave it out"));
        }
        if MACHINE.iter().any(|path| starts_path(text, path)) {
            findings.push(Finding::new(file, line, "no paths of one machine", "take a relative path or an argument"));
        }
    }
    findings
}

/// As a word of its own: between characters that are no letters.
fn says(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let apart = |neighbour: Option<char>| neighbour.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
        apart(text[..at].chars().next_back()) && apart(text[at + word.len()..].chars().next())
    })
}

/// Where a path begins, not inside a longer one.
fn starts_path(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        before.is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-' | '}' | ')'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::expect;
    use super::*;

    #[test]
    fn leftovers_and_machine_paths_are_found() {
        let leftover = format!("// {}: later", LEFTOVERS[0]);
        let path = format!("let a = \"{}main\";", MACHINE[0]);
        let files = [("host/src/a.rs", leftover.as_str()), ("README.md", path.as_str())];
        expect::findings(check, &files, &[("host/src/a.rs", 1, "unfinished"), ("README.md", 1, "machine")]);
    }

    #[test]
    fn words_that_contain_them_are_fine() {
        let inside = format!("let a = target{}x; let MAX{} = 1;", MACHINE[0], LEFTOVERS[0]);
        expect::findings(check, &[("host/src/a.rs", &inside)], &[]);
    }
}
