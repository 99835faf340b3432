//! Texts: every id that a page asks for exists, every text is asked for, every language has the same.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, SourceFile, Tree};

/// A set of texts and the sources that may ask for them.
struct Texts {
    /// Folder of the Fluent files.
    folder: String,
    /// Where ids are asked for.
    users: Vec<String>,
}

/// The language that every other is measured by.
const FIRST: &str = "en";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut sets = vec![Texts {
        folder: "templates/locales/".to_owned(),
        users: vec!["templates/".to_owned(), "host/web/src/".to_owned(), "host/documents/src/".to_owned()],
    }];
    sets.extend(plugin_folders(tree).into_iter().map(|plugin| Texts {
        folder: format!("{plugin}translations/"),
        users: vec![format!("{plugin}templates/"), format!("{plugin}src/")],
    }));
    sets.iter().flat_map(|texts| check_set(tree, texts)).collect()
}

fn plugin_folders(tree: &Tree) -> BTreeSet<String> {
    let translations = tree.with_extension("ftl").filter_map(|file| file.path.split_once("translations/"));
    translations.map(|(plugin, _)| plugin.to_owned()).collect()
}

fn check_set(tree: &Tree, texts: &Texts) -> Vec<Finding> {
    let files: Vec<&SourceFile> =
        tree.with_extension("ftl").filter(|file| file.path.starts_with(&texts.folder)).collect();
    let mut findings = same_in_every_language(&files, &texts.folder);
    let first = files.iter().filter(|file| language(file, &texts.folder) == FIRST);
    let known: Vec<Defined> = first.flat_map(|file| defined(file)).collect();
    let known_ids: BTreeSet<&str> = known.iter().map(|text| text.id).collect();
    let is_user = |file: &&SourceFile| {
        texts.users.iter().any(|user| file.path.starts_with(user)) && !file.has_extension("ftl") && !file.is_test()
    };
    let users: Vec<&SourceFile> = tree.files.iter().filter(is_user).collect();
    for file in users.iter().filter(|file| file.has_extension("hbs")) {
        // `{{t "status-" status}}` puts an id together: one that begins so must exist.
        let exists =
            |id: &str| known_ids.iter().any(|known| *known == id || (id.ends_with('-') && known.starts_with(id)));
        for (line, id) in asked(file).into_iter().filter(|(_, id)| !exists(id)) {
            let fix = format!("add {id} to {}{FIRST}", texts.folder);
            findings.push(Finding::new(file, line, "every text that is asked for exists", fix));
        }
    }
    for text in known.iter().filter(|text| !users.iter().any(|file| mentions(file, text.id))) {
        let fix = format!("remove {} or use it", text.id);
        findings.push(Finding::new(text.file, text.line, "every text is used", fix));
    }
    findings
}

struct Defined<'a> {
    file: &'a SourceFile,
    line: usize,
    id: &'a str,
}

/// Messages; terms (`-brand`) are used by other messages and are left to the parser.
fn defined(file: &SourceFile) -> Vec<Defined<'_>> {
    let id = |text: &'_ str| text.split_once('=').map(|(id, _)| id.trim_end().len()).unwrap_or_default();
    let is_id = |id: &str| id.starts_with(|c: char| c.is_ascii_alphabetic()) && id.bytes().all(is_id_byte);
    let message = |(line, text)| Defined { file, line, id: &text[..id(text)] };
    file.lines().map(message).filter(|text| is_id(text.id)).collect()
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// `en.ftl` and `en/portal.ftl` are both English.
fn language<'a>(file: &'a SourceFile, folder: &str) -> &'a str {
    let rest = file.path.strip_prefix(folder).unwrap_or_default();
    rest.split(['/', '.']).next().unwrap_or_default()
}

/// A file of a language has what the same file has in the first.
fn same_in_every_language(files: &[&SourceFile], folder: &str) -> Vec<Finding> {
    let part = |file: &SourceFile| {
        file.path.strip_prefix(folder).and_then(|rest| rest.split_once('/')).map(|(_, part)| part.to_owned())
    };
    let mut findings = Vec::new();
    let first: BTreeMap<_, _> =
        files.iter().filter(|file| language(file, folder) == FIRST).map(|f| (part(f), f)).collect();
    for file in files.iter().filter(|file| language(file, folder) != FIRST) {
        let Some(first) = first.get(&part(file)) else {
            findings.push(Finding::new(file, 0, "every language has the same files", "remove it or add it in English"));
            continue;
        };
        let (ours, theirs) = (ids(file), ids(first));
        for id in theirs.difference(&ours) {
            findings.push(Finding::new(file, 0, "every language has the same texts", format!("add {id}")));
        }
        for id in ours.difference(&theirs) {
            findings.push(Finding::new(file, 0, "every language has the same texts", format!("remove {id}")));
        }
    }
    findings
}

fn ids(file: &SourceFile) -> BTreeSet<&str> {
    defined(file).into_iter().map(|text| text.id).collect()
}

/// `{{t "id"`, `(t "id"`.
fn asked(file: &SourceFile) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (line, text) in file.lines() {
        for opening in ["{{t \"", "(t \"", "{{~t \""] {
            for (at, _) in text.match_indices(opening) {
                let rest = &text[at + opening.len()..];
                let length = rest.find('"').unwrap_or(rest.len());
                found.push((line, &rest[..length]));
            }
        }
    }
    found
}

/// The id stands there whole, or a text is put together there from its beginning (`"status-`, `"status-{`).
fn mentions(file: &SourceFile, id: &str) -> bool {
    let whole = file.text.match_indices(id).any(|(at, _)| {
        let apart = |byte: Option<&u8>| byte.is_none_or(|byte| !is_id_byte(*byte));
        let bytes = file.text.as_bytes();
        apart(at.checked_sub(1).and_then(|before| bytes.get(before))) && apart(bytes.get(at + id.len()))
    });
    let beginnings = id.match_indices('-').map(|(at, _)| &id[..=at]);
    let composed = |beginning: &str| {
        [format!("\"{beginning}\""), format!("\"{beginning}{{")].iter().any(|text| file.text.contains(text.as_str()))
    };
    whole || beginnings.into_iter().any(composed)
}

#[cfg(test)]
mod tests {
    use super::super::expect;
    use super::*;

    #[test]
    fn missing_unused_and_untranslated_texts_are_found() {
        let files = [
            ("templates/locales/en/portal.ftl", "# a comment\npay-now = Pay Now!\nold = Old\nstatus-paid = Paid\n"),
            ("templates/locales/ja/portal.ftl", "pay-now = 支払う\nold = 旧\nnew = 新\n"),
            (
                "templates/portal/a.hbs",
                "<p>{{t \"pay-now\"}}</p>\n<p>{{#if (t \"gone\")}}{{/if}}</p>\n{{t \"status-\" x}}",
            ),
        ];
        let expected = [
            ("templates/locales/ja/portal.ftl", 0, "same texts"),
            ("templates/locales/ja/portal.ftl", 0, "same texts"),
            ("templates/portal/a.hbs", 2, "exists"),
            ("templates/locales/en/portal.ftl", 3, "used"),
        ];
        expect::findings(check, &files, &expected);
    }

    #[test]
    fn a_plugin_has_texts_of_its_own() {
        let files = [
            ("gateways/x/translations/en.ftl", "label-iban = IBAN\n"),
            ("gateways/x/src/lib.rs", "fn a() { text(\"label-iban\") }"),
            ("gateways/y/translations/en.ftl", "label-iban = IBAN\n"),
        ];
        expect::findings(check, &files, &[("gateways/y/translations/en.ftl", 1, "used")]);
    }
}
