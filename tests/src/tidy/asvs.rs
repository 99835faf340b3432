//! The list of security requirements: what it names exists, and its counts are those of its lines.

use super::{Finding, SourceFile, Tree};

const LIST: &str = "tests/asvs.md";
/// What a line may say of its requirements, in the order of the counts.
const VERDICTS: [&str; 3] = ["met", "not applicable", "not met"];
/// Endings of files that lie at the top, and are named without a folder.
const ENDINGS: [&str; 4] = [".md", ".rs", ".toml", ".lock"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let list = tree.files.iter().find(|file| file.path == LIST);
    list.map(|list| check_list(tree, list)).unwrap_or_default()
}

fn check_list(tree: &Tree, list: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut counts = [0_usize; VERDICTS.len()];
    for (line, text) in list.lines() {
        for name in text.split('`').skip(1).step_by(2).filter(|name| !exists(tree, name)) {
            let fix = format!("“{name}” is not there; name the file or test that shows it");
            findings.push(Finding::new(list, line, "what the list names exists", fix));
        }
        let Some(row) = text.strip_prefix("| V") else { continue };
        let requirements = row.split('|').next().unwrap_or_default().split(',').count();
        let verdict = VERDICTS.iter().position(|verdict| text.contains(&format!("| **{verdict}**: ")));
        match verdict.and_then(|at| counts.get_mut(at)) {
            Some(count) => *count += requirements,
            None => {
                findings.push(Finding::new(list, line, "each line says what is so", "met, not applicable or not met"));
            }
        }
    }
    let [met, not_applicable, not_met] = counts;
    let said = format!("{met} met, {not_applicable} not applicable, {not_met} not met.");
    if list.lines().all(|(_, text)| text != said) {
        findings.push(Finding::new(list, 0, "the counts are right", format!("write: {said}")));
    }
    findings
}

/// Paths and names of tests exist; everything else in such quotes is a word.
fn exists(tree: &Tree, name: &str) -> bool {
    let word = name.contains(' ') || name.starts_with('/');
    if !word && (name.contains('/') || ENDINGS.iter().any(|ending| name.ends_with(ending))) {
        let folder = format!("{}/", name.trim_end_matches('/'));
        return tree.files.iter().any(|file| file.path == name || file.path.starts_with(&folder));
    }
    if !word && name.contains('_') {
        let function = format!("fn {name}(");
        return tree.with_extension("rs").any(|file| file.text.contains(&function));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::expect;
    use super::*;

    #[test]
    fn names_that_are_not_there_lines_without_a_verdict_and_wrong_counts_are_found() {
        let list = "| V1.1.1, V1.1.2 | 1 | a | **met**: `host/src/a.rs`, `b_is_c`, `host/src`, `nosniff` |\n\
                    | V1.1.3 | 1 | a | **met**: `host/src/gone.rs`, `gone_too`, `GONE.md` |\n\
                    | V1.1.4 | 1 | a | perhaps |\n\
                    2 met, 0 not applicable, 0 not met.\n";
        let files = [(LIST, list), ("host/src/a.rs", "fn b_is_c() {}\n")];
        let expected = [
            (LIST, 2, "exists"),
            (LIST, 2, "exists"),
            (LIST, 2, "exists"),
            (LIST, 3, "what is so"),
            (LIST, 0, "counts"),
        ];
        expect::findings(check, &files, &expected);
    }

    #[test]
    fn a_right_list_is_fine() {
        let list = "| V1.1.1, V1.1.2 | 1 | a | **met**: `host/src/a.rs` |\n| V1.1.3 | 1 | a | **not met**: `GET /health` |\n\n\
                    2 met, 0 not applicable, 1 not met.\n";
        expect::findings(check, &[(LIST, list), ("host/src/a.rs", "")], &[]);
    }
}
