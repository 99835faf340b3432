//! Checks a plugin's settings against its own manifest before the plugin sees them.

mod secrets;

use crate::money::Currency;
use crate::plugin::{Field, FieldKind, Group, Setting};

pub use secrets::{SECRET_BYTES_MAX, SECRET_BYTES_MIN, SECRET_SET, check_secrets, is_secret, mark_secrets};

/// What is wrong with one setting, for a page to say in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingProblem {
    Required,
    TooLong {
        chars_max: u32,
    },
    NotAChoice,
    NotAFlag,
    NotWhole {
        min: i64,
        max: i64,
    },
    NotACurrency,
    TooManyEntries {
        entries_max: u32,
    },
    /// The manifest has no such field.
    Unknown,
    /// A secret's value stands among the settings, which are stored as they are: it belongs into the vault.
    SecretAmongSettings,
    /// Not a secret of this plugin.
    NotASecret,
    SecretTooShort {
        bytes_min: usize,
    },
    SecretTooLong {
        bytes_max: usize,
    },
    /// Line breaks or other control characters in it, or spaces around it.
    SecretCharacters,
    /// The manifest does not ask for this host in this environment, so that it cannot be granted.
    HostNotAsked {
        host: String,
    },
}

/// Every problem of `settings`, by key (`accounts.0.iban`); empty where the plugin may look at them.
#[must_use]
pub fn check_settings(groups: &[Group], settings: &[Setting]) -> Vec<(String, SettingProblem)> {
    let mut problems = Vec::new();
    for setting in settings {
        match find_field(groups, &setting.key) {
            None => problems.push((setting.key.clone(), SettingProblem::Unknown)),
            Some(field) => {
                if let Some(problem) = value_problem(field, &setting.value) {
                    problems.push((setting.key.clone(), problem));
                }
            }
        }
    }
    for group in groups {
        let entries = entry_count(group, settings);
        if entries > group.entries_max {
            problems.push((group.key.clone(), SettingProblem::TooManyEntries { entries_max: group.entries_max }));
        }
        for prefix in prefixes(group, entries) {
            problems.extend(missing(group, &prefix, settings));
        }
    }
    problems
}

/// How many entries of a repeating group there are: one more than the highest index; 1 for a group that stands once.
#[must_use]
pub fn entry_count(group: &Group, settings: &[Setting]) -> u32 {
    if group.entries_max == 1 {
        return 1;
    }
    let indexes = settings.iter().filter_map(|setting| split_key(&setting.key)).filter(|key| key.group == group.key);
    indexes.map(|key| key.index.saturating_add(1)).max().unwrap_or(0)
}

fn prefixes(group: &Group, entries: u32) -> Vec<String> {
    match (group.entries_max, group.key.as_str()) {
        (1, "") => vec![String::new()],
        (1, key) => vec![format!("{key}.")],
        (_, key) => (0..entries.min(group.entries_max)).map(|index| format!("{key}.{index}.")).collect(),
    }
}

fn missing(group: &Group, prefix: &str, settings: &[Setting]) -> Vec<(String, SettingProblem)> {
    let value = |key: &str| {
        let full = format!("{prefix}{key}");
        settings.iter().find(|setting| setting.key == full).map_or("", |setting| setting.value.as_str())
    };
    let needed = |field: &&Field| {
        let condition = field.required_when.as_ref().is_some_and(|when| value(&when.key) == when.equals);
        (field.required || condition) && value(&field.key).trim().is_empty()
    };
    group.fields.iter().filter(needed).map(|f| (format!("{prefix}{}", f.key), SettingProblem::Required)).collect()
}

struct SplitKey<'a> {
    group: &'a str,
    index: u32,
    field: &'a str,
}

fn split_key(key: &str) -> Option<SplitKey<'_>> {
    let mut parts = key.splitn(3, '.');
    let (group, index, field) = (parts.next()?, parts.next()?, parts.next()?);
    let number: u32 = index.parse().ok()?;
    // `accounts.01.iban` would be a second name of one setting.
    (number.to_string() == index).then_some(SplitKey { group, index: number, field })
}

/// The field of this key; `None` where the form has none.
#[must_use]
pub fn find_field<'a>(groups: &'a [Group], key: &str) -> Option<&'a Field> {
    let (group, field) = match (split_key(key), key.split_once('.')) {
        (Some(split), _) => (groups.iter().find(|g| g.key == split.group && g.entries_max > 1)?, split.field),
        (None, Some((group, field))) => (groups.iter().find(|g| g.key == group && g.entries_max == 1)?, field),
        (None, None) => (groups.iter().find(|g| g.key.is_empty())?, key),
    };
    group.fields.iter().find(|candidate| candidate.key == field)
}

fn value_problem(field: &Field, value: &str) -> Option<SettingProblem> {
    if value.is_empty() {
        return None;
    }
    let too_long =
        |chars_max: u32| (value.chars().count() > chars_max as usize).then_some(SettingProblem::TooLong { chars_max });
    match &field.kind {
        FieldKind::Line { chars_max } | FieldKind::Lines { chars_max } => too_long(*chars_max),
        FieldKind::Amount => too_long(40),
        FieldKind::Toggle => (!matches!(value, "true" | "false")).then_some(SettingProblem::NotAFlag),
        FieldKind::Choice(choices) => {
            (!choices.iter().any(|choice| choice.value == value)).then_some(SettingProblem::NotAChoice)
        }
        FieldKind::Whole { min, max } => {
            let fits = value.parse::<i64>().is_ok_and(|number| number >= *min && number <= *max);
            (!fits).then_some(SettingProblem::NotWhole { min: *min, max: *max })
        }
        FieldKind::Currency => Currency::from_code(value).is_err().then_some(SettingProblem::NotACurrency),
        FieldKind::Secret => (value != SECRET_SET).then_some(SettingProblem::SecretAmongSettings),
    }
}
