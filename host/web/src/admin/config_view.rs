//! The configuration form as the template draws it: the manifest's groups and fields with the draft's values.

use std::collections::BTreeSet;

use serde::Serialize;
use tollgate_billing::plugin::{Choice, Field, FieldKind, Group, HostRequest, is_loopback_host};
use tollgate_billing::settings::entry_count;
use tollgate_billing::text::Text;

use super::draft::{Draft, FORGET_PREFIX, HOSTS, NAME_PREFIX, has_secrets, key_of};
use crate::frame::field_id;

/// Turns a plugin's text into the reader's words.
pub(crate) type Say<'a> = dyn Fn(&Text) -> String + 'a;

#[derive(Debug, Serialize)]
pub(crate) struct GroupView {
    key: String,
    id: String,
    name: String,
    heading: String,
    help: Option<String>,
    repeats: bool,
    entries_max: u32,
    entries: Vec<EntryView>,
    /// The value of the button that adds an entry; `None` where there is no room.
    add: Option<String>,
    /// The button has the focus when the page opens: an entry was removed just now.
    focus_add: bool,
    /// Its entries have secrets: only the last one can be removed.
    last_only: bool,
}

#[derive(Debug, Serialize)]
struct EntryView {
    id: String,
    number: u32,
    /// The value of the button that removes it; `None` where it stays, for those after it have secrets.
    remove: Option<String>,
    fields: Vec<FieldView>,
}

/// Exactly one of the flags is set where the kind needs another control than a line of text.
#[derive(Debug, Default, Serialize)]
#[allow(clippy::struct_excessive_bools)] // the template asks for each kind by its name
struct FieldView {
    name: String,
    id: String,
    hint_id: String,
    label: String,
    help: Option<String>,
    value: String,
    required: bool,
    toggle: bool,
    choice: bool,
    lines: bool,
    numeric: bool,
    decimal: bool,
    secret: bool,
    /// The vault holds a value for it.
    set: bool,
    /// The switch that removes that value.
    forget_name: String,
    forget_id: String,
    forget: bool,
    /// Something was typed that the page does not send back.
    retype: bool,
    /// It has the focus when the page opens.
    focus: bool,
    width: &'static str,
    options: Vec<OptionView>,
}

#[derive(Debug, Serialize)]
struct OptionView {
    value: String,
    label: String,
    selected: bool,
}

/// A host that the manifest asks for.
#[derive(Debug, Serialize)]
pub(crate) struct HostView {
    id: String,
    host: String,
    purpose: String,
    granted: bool,
}

pub(crate) fn host_views<'a>(
    hosts: impl Iterator<Item = &'a HostRequest>,
    draft: &Draft,
    say: &Say<'_>,
    this_machine: &str,
) -> Vec<HostView> {
    let view = |(index, request): (usize, &HostRequest)| HostView {
        id: format!("{HOSTS}-{index}"),
        host: request.host.clone(),
        purpose: say(&request.purpose),
        granted: draft.hosts.contains(&request.host),
    };
    let mut views: Vec<HostView> = hosts.enumerate().map(view).collect();
    // Granted on the command line in test mode, for a simulator; saving the form must not take it away unseen.
    for host in draft.hosts.iter().filter(|host| is_loopback_host(host)) {
        let id = format!("{HOSTS}-{}", views.len());
        views.push(HostView { id, host: host.clone(), purpose: this_machine.to_owned(), granted: true });
    }
    views
}

/// Where the fields' values come from.
pub(crate) struct Values<'a> {
    pub(crate) draft: &'a Draft,
    /// Keys of the secrets that the vault holds.
    pub(crate) held: &'a BTreeSet<String>,
}

/// Every group with its entries.
pub(crate) fn group_views(groups: &[Group], values: &Values<'_>, say: &Say<'_>) -> Vec<GroupView> {
    groups.iter().map(|group| group_view(group, values, say)).collect()
}

fn group_view(group: &Group, values: &Values<'_>, say: &Say<'_>) -> GroupView {
    let draft = values.draft;
    let entries = entry_count(group, &draft.settings);
    let name = format!("{NAME_PREFIX}{}", group.key);
    GroupView {
        key: group.key.clone(),
        id: field_id(&name),
        heading: say(&group.label),
        help: group.help.as_ref().map(say),
        repeats: group.entries_max > 1,
        entries_max: group.entries_max,
        entries: (0..entries).map(|index| entry_view(group, index, values, say)).collect(),
        add: (entries < group.entries_max).then(|| format!("add:{}", group.key)),
        focus_add: false,
        last_only: has_secrets(group) && entries > 1,
        name,
    }
}

fn entry_view(group: &Group, index: u32, values: &Values<'_>, say: &Say<'_>) -> EntryView {
    let entry = format!("{}.{index}", group.key);
    EntryView {
        id: field_id(&format!("{NAME_PREFIX}{entry}")),
        number: index.saturating_add(1),
        remove: values.draft.may_remove(group, index).then(|| format!("remove:{entry}")),
        fields: group.fields.iter().map(|field| field_view(&key_of(group, index, field), field, values, say)).collect(),
    }
}

fn field_view(key: &str, field: &Field, values: &Values<'_>, say: &Say<'_>) -> FieldView {
    let value = values.draft.value(key);
    let name = format!("{NAME_PREFIX}{key}");
    let id = field_id(&name);
    let mut view = FieldView {
        hint_id: format!("{id}-hint"),
        id,
        name,
        label: say(&field.label),
        help: field.help.as_ref().map(say),
        value: value.to_owned(),
        required: field.required,
        width: "input-medium",
        ..FieldView::default()
    };
    match &field.kind {
        FieldKind::Line { .. } => {}
        FieldKind::Lines { .. } => view.lines = true,
        FieldKind::Toggle => view.toggle = true,
        FieldKind::Choice(choices) => {
            view.choice = true;
            view.options = choices.iter().map(|choice| option_view(choice, value, say)).collect();
        }
        FieldKind::Whole { .. } => {
            view.numeric = true;
            view.width = "input-short";
        }
        FieldKind::Amount => {
            view.decimal = true;
            view.width = "input-amount";
        }
        FieldKind::Currency => view.width = "input-short",
        FieldKind::Secret => {
            // What was typed into a password field is never sent back.
            view.secret = true;
            view.value.clear();
            view.set = values.held.contains(key);
            view.forget_name = format!("{FORGET_PREFIX}{key}");
            view.forget_id = field_id(&view.forget_name);
            view.forget = values.draft.forgotten.contains(key);
            view.retype = values.draft.secrets.contains_key(key);
        }
    }
    view
}

fn option_view(choice: &Choice, value: &str, say: &Say<'_>) -> OptionView {
    OptionView { value: choice.value.clone(), label: say(&choice.label), selected: choice.value == value }
}

/// Puts the reader where the entry was added: without a script the page opens at its top otherwise.
pub(crate) fn focus_added(groups: &mut [GroupView], group: &str) {
    let added = groups.iter_mut().find(|view| view.key == group).and_then(|view| view.entries.last_mut());
    if let Some(first) = added.and_then(|entry| entry.fields.first_mut()) {
        first.focus = true;
    }
}

/// Puts the reader at the end of the group that lost an entry.
pub(crate) fn focus_removed(groups: &mut [GroupView], group: &str) {
    if let Some(view) = groups.iter_mut().find(|view| view.key == group) {
        view.focus_add = true;
    }
}

/// Where a setting stands on the page: "Account 2, IBAN", "IBAN", or the group's heading. `None` where it is not there.
pub(crate) struct Place {
    pub(crate) group: Option<(String, u32)>,
    pub(crate) label: String,
}

pub(crate) fn place_of(groups: &[Group], draft: &Draft, key: &str, say: &Say<'_>) -> Option<Place> {
    for group in groups {
        if group.entries_max > 1 && group.key == key {
            return Some(Place { group: None, label: say(&group.label) });
        }
        for index in 0..entry_count(group, &draft.settings) {
            let field = group.fields.iter().find(|field| key_of(group, index, field) == key);
            if let Some(field) = field {
                let entry = (group.entries_max > 1).then(|| (say(&group.label), index.saturating_add(1)));
                return Some(Place { group: entry, label: say(&field.label) });
            }
        }
    }
    None
}
