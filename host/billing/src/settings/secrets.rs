//! Secret fields: their values lie in the vault, and the settings say no more than that there is one.

use std::collections::BTreeSet;

use super::{SettingProblem, entry_count, find_field, prefixes, split_key};
use crate::plugin::{FieldKind, Group, Setting};

/// The setting of a secret field whose value the vault holds. There is no other.
pub const SECRET_SET: &str = "set";
/// Shorter ones could not be told from ordinary text, and so not be blacked out.
pub const SECRET_BYTES_MIN: usize = 6;
pub const SECRET_BYTES_MAX: usize = 4 << 10;

/// Whether the manifest has a secret field of that key.
#[must_use]
pub fn is_secret(groups: &[Group], key: &str) -> bool {
    find_field(groups, key).is_some_and(|field| field.kind == FieldKind::Secret)
}

/// What is wrong with secrets to be, by key. `None` for a value stands for its removal. No problem quotes a value.
#[must_use]
pub fn check_secrets<'a>(
    groups: &[Group],
    changes: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Vec<(String, SettingProblem)> {
    let problem = |(key, value): (&str, Option<&str>)| {
        let wrong = match value {
            _ if !is_secret(groups, key) => Some(SettingProblem::NotASecret),
            Some(value) => too_many_entries(groups, key).or_else(|| secret_problem(value)),
            None => None,
        };
        wrong.map(|problem| (key.to_owned(), problem))
    };
    changes.filter_map(problem).collect()
}

fn too_many_entries(groups: &[Group], key: &str) -> Option<SettingProblem> {
    let split = split_key(key)?;
    let group = groups.iter().find(|group| group.key == split.group && split.index >= group.entries_max)?;
    Some(SettingProblem::TooManyEntries { entries_max: group.entries_max })
}

fn secret_problem(value: &str) -> Option<SettingProblem> {
    if value.len() < SECRET_BYTES_MIN {
        return Some(SettingProblem::SecretTooShort { bytes_min: SECRET_BYTES_MIN });
    }
    if value.len() > SECRET_BYTES_MAX {
        return Some(SettingProblem::SecretTooLong { bytes_max: SECRET_BYTES_MAX });
    }
    let odd = value.chars().any(char::is_control) || value.trim() != value;
    odd.then_some(SettingProblem::SecretCharacters)
}

/// The settings as an instance keeps them: every secret field that is among `held` says [`SECRET_SET`], every other says
/// nothing. An entry of a group that repeats is there where a setting, even an empty one, says so.
///
/// A setting that holds something else than a mark stays, for [`super::check_settings`] to refuse.
#[must_use]
pub fn mark_secrets(groups: &[Group], settings: &[Setting], held: &BTreeSet<String>) -> Vec<Setting> {
    let is_mark =
        |setting: &&Setting| matches!(setting.value.as_str(), "" | SECRET_SET) && is_secret(groups, &setting.key);
    let mut marked: Vec<Setting> = settings.iter().filter(|setting| !is_mark(setting)).cloned().collect();
    for group in groups {
        for prefix in prefixes(group, entry_count(group, settings)) {
            let secrets = group.fields.iter().filter(|field| field.kind == FieldKind::Secret);
            let keys = secrets.map(|field| format!("{prefix}{}", field.key)).filter(|key| held.contains(key));
            let mark = |key: String| Setting { key, value: SECRET_SET.to_owned() };
            marked.extend(keys.map(mark).filter(|mark| !settings.iter().any(|s| s.key == mark.key && !is_mark(&s))));
        }
    }
    marked
}
