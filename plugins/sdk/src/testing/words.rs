//! Whether a plugin's languages say everything that it means, and nothing that nobody reads. For a plugin's own tests:
//!
//! ```ignore
//! let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
//! assert_eq!(words::faults(&Acme::describe(), &words::sources(crate_dir)), Vec::<String>::new());
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use crate::bindings::shared::tollgate::plugin::types::Translation;
use crate::gateway::Manifest;
use crate::{Field, FieldKind, Text};

/// Folders of a crate that mean messages.
const MEANING: [&str; 2] = ["src", "templates"];
/// The language that every message falls back to.
const FIRST: &str = "en";

/// Ids of messages, each with the variables that it uses.
type Messages = BTreeMap<String, BTreeSet<String>>;

/// The text of every file under a crate's `src` and `templates`.
#[must_use]
pub fn sources(crate_dir: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    let mut folders: Vec<PathBuf> = MEANING.iter().map(|folder| crate_dir.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ => texts.extend(std::fs::read_to_string(entry.path())),
            }
        }
    }
    texts
}

/// What is wrong, a sentence each: a language without a message of English or with other variables, an id that the manifest
/// or a source means and no language says, a message that nobody means.
#[must_use]
pub fn faults(manifest: &Manifest, sources: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    let languages: BTreeMap<&str, Messages> =
        manifest.assets.translations.iter().map(|file| (file.locale.as_str(), messages(file, &mut faults))).collect();
    let Some(english) = languages.get(FIRST) else {
        faults.push("there is no English".to_owned());
        return faults;
    };
    for (locale, own) in &languages {
        differences(locale, own, english, &mut faults);
    }
    let meant = of_manifest(manifest, &mut faults);
    let missing = meant.iter().filter(|id| !english.contains_key(*id));
    faults.extend(missing.map(|id| format!("the manifest means {id}, which has no words")));
    let is_written = |id: &str| sources.iter().any(|source| source.contains(&format!("\"{id}\"")));
    let unused = english.keys().filter(|id| !meant.contains(*id) && !is_written(id));
    faults.extend(unused.map(|id| format!("nobody says {id}")));
    let called: BTreeSet<&str> = sources.iter().flat_map(|source| called(source)).collect();
    let wordless = called.into_iter().filter(|id| !english.contains_key(*id));
    faults.extend(wordless.map(|id| format!("a source means {id}, which has no words")));
    faults
}

fn differences(locale: &str, own: &Messages, english: &Messages, faults: &mut Vec<String>) {
    for (id, variables) in english {
        match own.get(id) {
            None => faults.push(format!("{locale} has no {id}")),
            Some(other) if other != variables => faults.push(format!("{locale} says {id} with other variables")),
            Some(_) => {}
        }
    }
    let strange = own.keys().filter(|id| !english.contains_key(*id));
    faults.extend(strange.map(|id| format!("{locale} has {id}, which English has not")));
}

fn messages(file: &Translation, faults: &mut Vec<String>) -> Messages {
    let mut messages = Messages::new();
    let locale = &file.locale;
    let resource = parser::parse(file.source.as_str()).unwrap_or_else(|(resource, errors)| {
        faults.extend(errors.iter().map(|error| format!("{locale} is no Fluent: {error}")));
        resource
    });
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let id = message.id.name.to_owned();
        let Some(pattern) = message.value else {
            faults.push(format!("{locale} says nothing for {id}"));
            continue;
        };
        let variables = variables(&pattern).unwrap_or_else(|| {
            faults.push(format!("{locale} uses more than plain variables in {id}"));
            BTreeSet::new()
        });
        if messages.insert(id.clone(), variables).is_some() {
            faults.push(format!("{locale} has {id} twice"));
        }
    }
    messages
}

/// `None` where there is something else than plain variables.
fn variables(pattern: &Pattern<&str>) -> Option<BTreeSet<String>> {
    let mut variables = BTreeSet::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => {
                variables.insert(id.name.to_owned());
            }
            PatternElement::Placeable { .. } => return None,
        }
    }
    Some(variables)
}

/// Every id that the manifest means.
fn of_manifest(manifest: &Manifest, faults: &mut Vec<String>) -> BTreeSet<String> {
    let mut texts = vec![&manifest.help, &manifest.identity.summary];
    for group in &manifest.configuration {
        texts.push(&group.label);
        texts.extend(&group.help);
        texts.extend(group.fields.iter().flat_map(of_field));
    }
    texts.extend(manifest.hosts.iter().map(|host| &host.purpose));
    texts.extend(manifest.browser_origins.iter().map(|origin| &origin.purpose));
    let mut ids = BTreeSet::new();
    for text in texts {
        match text.id() {
            Some(id) => {
                ids.insert(id.to_owned());
            }
            None => faults.push(format!("the manifest says {text:?} in one language alone")),
        }
    }
    ids
}

fn of_field(field: &Field) -> Vec<&Text> {
    let mut texts = vec![&field.label];
    texts.extend(&field.help);
    if let FieldKind::Choice(choices) = &field.kind {
        texts.extend(choices.iter().map(|choice| &choice.label));
    }
    texts
}

/// Ids in calls that have no other meaning.
fn called(source: &str) -> impl Iterator<Item = &str> {
    let calls = source.split("Text::msg(\"").skip(1).chain(source.split("{{t \"").skip(1));
    calls.filter_map(|call| call.split('"').next())
}
