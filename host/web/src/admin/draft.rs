//! An instance's settings on their way through the form: as stored, as posted, with entries added and removed.

use std::collections::{BTreeMap, BTreeSet};

use tollgate_billing::billing::SecretChange;
use tollgate_billing::plugin::{Field, FieldKind, Group, Instance, Setting};
use tollgate_billing::ports::SecretText;
use tollgate_billing::settings::entry_count;

use crate::guard::{FormFields, FormRefusal};

/// Before a setting's key in the form, so that no plugin's field can be taken for one of the host's own.
pub(crate) const NAME_PREFIX: &str = "s.";
/// Before a secret's key: the switch that removes what the vault holds.
pub(crate) const FORGET_PREFIX: &str = "forget.";
/// A host that is granted; there as often as there are some.
pub(crate) const HOSTS: &str = "hosts";
/// Characters of the name that staff give an instance.
pub(crate) const LABEL_CHARS_MAX: usize = 60;

/// The form's values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) label: String,
    pub(crate) enabled: bool,
    /// One for each field of each entry, empty ones too. Those of secret fields stand for their entry alone.
    pub(crate) settings: Vec<Setting>,
    /// Secrets that were typed just now, by key. No page says them again.
    pub(crate) secrets: BTreeMap<String, SecretText>,
    /// Secrets that the vault is to forget.
    pub(crate) forgotten: BTreeSet<String>,
    pub(crate) hosts: BTreeSet<String>,
}

/// Whether its entries have secrets. These lie in the vault under the entry's number and cannot move to another.
pub(crate) fn has_secrets(group: &Group) -> bool {
    group.fields.iter().any(|field| field.kind == FieldKind::Secret)
}

/// Which button was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Save,
    Test,
    Add { group: String },
    Remove { group: String, index: u32 },
}

/// The key of a field: `days`, `display.title` or `accounts.0.iban`.
pub(crate) fn key_of(group: &Group, index: u32, field: &Field) -> String {
    match (group.entries_max, group.key.as_str()) {
        (1, "") => field.key.clone(),
        (1, key) => format!("{key}.{}", field.key),
        (_, key) => format!("{key}.{index}.{}", field.key),
    }
}

impl Draft {
    /// What a new instance starts with: each field's initial value, and one entry of every repeating group. `hosts` are those
    /// that the plugin was granted when it was installed.
    pub(crate) fn initial(groups: &[Group], hosts: BTreeSet<String>) -> Self {
        let mut settings = Vec::new();
        for group in groups {
            settings.extend(initial_entry(group, 0));
        }
        Self { enabled: true, settings, hosts, ..Self::default() }
    }

    /// What is stored.
    pub(crate) fn stored(instance: &Instance) -> Self {
        Self {
            label: instance.label.clone(),
            enabled: instance.enabled,
            settings: instance.settings.clone(),
            hosts: instance.granted_hosts.iter().cloned().collect(),
            ..Self::default()
        }
    }

    /// What was posted. Only fields of the manifest are read; every other is left alone.
    ///
    /// # Errors
    /// [`FormRefusal::Unreadable`] where a field is there twice.
    pub(crate) fn posted(groups: &[Group], form: &FormFields) -> Result<Self, FormRefusal> {
        let mut draft = Self {
            label: form.one("label")?.unwrap_or_default().trim().to_owned(),
            enabled: form.one("enabled")? == Some("true"),
            hosts: form.all(HOSTS).map(str::to_owned).collect(),
            ..Self::default()
        };
        for group in groups {
            for index in 0..posted_entries(group, form)? {
                for field in &group.fields {
                    draft.take(key_of(group, index, field), field, form)?;
                }
            }
        }
        Ok(draft)
    }

    fn take(&mut self, key: String, field: &Field, form: &FormFields) -> Result<(), FormRefusal> {
        let posted = form.one(&format!("{NAME_PREFIX}{key}"))?;
        let value = if field.kind == FieldKind::Secret {
            let typed = posted.unwrap_or_default().trim();
            if !typed.is_empty() {
                self.secrets.insert(key.clone(), SecretText::new(typed.to_owned()));
            }
            if form.one(&format!("{FORGET_PREFIX}{key}"))? == Some("true") {
                self.forgotten.insert(key.clone());
            }
            String::new()
        } else {
            posted_value(field, posted)
        };
        self.settings.push(Setting { key, value });
        Ok(())
    }

    /// What is to change in the vault. What was typed wins over the switch beside it.
    pub(crate) fn secret_changes(&self) -> Vec<SecretChange> {
        let removed = self.forgotten.iter().filter(|key| !self.secrets.contains_key(*key));
        let removed = removed.map(|key| SecretChange::Remove { key: key.clone() });
        let set = self.secrets.iter().map(|(key, value)| SecretChange::Set { key: key.clone(), value: value.clone() });
        removed.chain(set).collect()
    }

    pub(crate) fn value(&self, key: &str) -> &str {
        self.settings.iter().find(|setting| setting.key == key).map_or("", |setting| setting.value.as_str())
    }

    /// Adds an entry where there is room for one.
    pub(crate) fn add(&mut self, group: &Group) {
        let entries = entry_count(group, &self.settings);
        if entries < group.entries_max {
            self.settings.extend(initial_entry(group, entries));
            // An entry of that number may have been removed just now, and its secret may still be in the vault.
            let secrets = group.fields.iter().filter(|field| field.kind == FieldKind::Secret);
            self.forgotten.extend(secrets.map(|field| key_of(group, entries, field)));
        }
    }

    /// Whether the entry can be removed: where there are secrets, those after it would have to move up.
    pub(crate) fn may_remove(&self, group: &Group, index: u32) -> bool {
        !has_secrets(group) || index.saturating_add(1) == entry_count(group, &self.settings)
    }

    /// Removes an entry; those after it move up, so that no gap is left.
    pub(crate) fn remove(&mut self, group: &Group, index: u32) {
        let entries = entry_count(group, &self.settings);
        let mut kept = Vec::with_capacity(self.settings.len());
        for (to, from) in (0_u32..).zip((0..entries).filter(|from| *from != index)) {
            for field in &group.fields {
                let value = self.value(&key_of(group, from, field)).to_owned();
                kept.push(Setting { key: key_of(group, to, field), value });
            }
        }
        let prefix = format!("{}.", group.key);
        self.settings.retain(|setting| !setting.key.starts_with(&prefix));
        self.settings.extend(kept);
        let gone = format!("{prefix}{index}.");
        self.secrets.retain(|key, _| !key.starts_with(&gone));
        self.forgotten.retain(|key| !key.starts_with(&gone));
    }
}

impl Action {
    /// `save`, `test`, `add:accounts`, `remove:accounts.0`; saving where no button says otherwise.
    pub(crate) fn read(form: &FormFields) -> Result<Self, FormRefusal> {
        let text = form.one("action")?.unwrap_or("save");
        match text.split_once(':') {
            None if text == "save" => Ok(Self::Save),
            None if text == "test" => Ok(Self::Test),
            Some(("add", group)) => Ok(Self::Add { group: group.to_owned() }),
            Some(("remove", entry)) => {
                let (group, index) = entry.rsplit_once('.').ok_or(FormRefusal::Unreadable)?;
                let index = index.parse().map_err(|_| FormRefusal::Unreadable)?;
                Ok(Self::Remove { group: group.to_owned(), index })
            }
            _ => Err(FormRefusal::Unreadable),
        }
    }
}

fn initial_entry(group: &Group, index: u32) -> Vec<Setting> {
    let initial =
        |field: &Field| Setting { key: key_of(group, index, field), value: field.initial.clone().unwrap_or_default() };
    group.fields.iter().map(initial).collect()
}

/// The form says itself how many entries it has: an entry of nothing but empty switches posts no field at all.
fn posted_entries(group: &Group, form: &FormFields) -> Result<u32, FormRefusal> {
    if group.entries_max == 1 {
        return Ok(1);
    }
    let said = form.one(&format!("entries.{}", group.key))?.unwrap_or("0");
    let entries: u32 = said.parse().map_err(|_| FormRefusal::Unreadable)?;
    Ok(entries.min(group.entries_max))
}

fn posted_value(field: &Field, value: Option<&str>) -> String {
    match (&field.kind, value) {
        (FieldKind::Toggle, value) => if value == Some("true") { "true" } else { "false" }.to_owned(),
        (FieldKind::Lines { .. }, Some(text)) => text.replace("\r\n", "\n").trim_end().to_owned(),
        (_, Some(text)) => text.trim().to_owned(),
        (_, None) => String::new(),
    }
}
