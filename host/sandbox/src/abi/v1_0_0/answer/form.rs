//! The configuration form that a plugin asks for.

use tollgate_billing::plugin::{Choice, Condition, Field, FieldKind, Group};

use super::text::{optional_text, text};
use crate::abi::v1_0_0::wit;
use crate::checks::{Breach, Inside, bounded, list, optional, slug, unique};

/// The contract's numbers for `group`, `field` and `field-kind`.
const GROUPS_MAX: usize = 50;
const FIELDS_MAX: usize = 50;
const ENTRIES_MAX: u32 = 50;
const KEY_BYTES_MAX: usize = 40;
const CHOICES_MAX: usize = 200;
const LINE_CHARS_MAX: u32 = 1_000;
const LINES_CHARS_MAX: u32 = 10_000;
/// A choice's value, or what a form starts with.
const VALUE_BYTES_MAX: usize = 1_000;

pub fn groups(asked: Vec<wit::Group>) -> Result<Vec<Group>, Breach> {
    let groups = list("configuration", asked, GROUPS_MAX, group)?;
    unique("configuration", groups.iter().map(|group| group.key.as_str()).filter(|key| !key.is_empty()))?;
    // Groups without a key only put headings between fields, whose keys stand beside each other in the settings.
    let beside = groups.iter().filter(|group| group.key.is_empty()).flat_map(|group| &group.fields);
    unique("configuration", beside.map(|field| field.key.as_str()))?;
    Ok(groups)
}

fn group(group: wit::Group) -> Result<Group, Breach> {
    let key = if group.key.is_empty() { group.key } else { slug("key", group.key, KEY_BYTES_MAX)? };
    if !(1..=ENTRIES_MAX).contains(&group.entries_max) || (key.is_empty() && group.entries_max > 1) {
        let rule = format_args!("is not from 1 to {ENTRIES_MAX}, or repeats a group without a key");
        return Err(Breach::new("entries-max", rule));
    }
    let fields = list("fields", group.fields, FIELDS_MAX, field)?;
    unique("fields", fields.iter().map(|field| field.key.as_str()))?;
    for (index, field) in fields.iter().enumerate() {
        condition_met_by(&fields, field).entry("fields", index)?;
    }
    Ok(Group {
        key,
        label: text("label", group.label)?,
        help: optional_text("help", group.help)?,
        entries_max: group.entries_max,
        fields,
    })
}

/// A condition on a field that does not exist would silently never hold.
fn condition_met_by(fields: &[Field], field: &Field) -> Result<(), Breach> {
    match &field.required_when {
        Some(condition) if !fields.iter().any(|other| other.key == condition.key) => {
            Err(Breach::new("required-when", "names a field that is not in the same group"))
        }
        _ => Ok(()),
    }
}

fn field(field: wit::Field) -> Result<Field, Breach> {
    let required_when = field.required_when.map(condition).transpose().inside("required-when")?;
    Ok(Field {
        key: slug("key", field.key, KEY_BYTES_MAX)?,
        label: text("label", field.label)?,
        help: optional_text("help", field.help)?,
        kind: kind(field.kind).inside("kind")?,
        required: field.required,
        required_when,
        initial: optional("initial", field.initial, VALUE_BYTES_MAX)?,
    })
}

fn condition(condition: wit::Condition) -> Result<Condition, Breach> {
    Ok(Condition {
        key: slug("key", condition.key, KEY_BYTES_MAX)?,
        equals: bounded("equals", condition.equals, VALUE_BYTES_MAX)?,
    })
}

fn kind(kind: wit::FieldKind) -> Result<FieldKind, Breach> {
    Ok(match kind {
        wit::FieldKind::Line(chars) => FieldKind::Line { chars_max: chars_max("line", chars, LINE_CHARS_MAX)? },
        wit::FieldKind::Lines(chars) => FieldKind::Lines { chars_max: chars_max("lines", chars, LINES_CHARS_MAX)? },
        wit::FieldKind::Toggle => FieldKind::Toggle,
        wit::FieldKind::Choice(choices) => FieldKind::Choice(choice(choices)?),
        wit::FieldKind::Whole((min, max)) if min <= max => FieldKind::Whole { min, max },
        wit::FieldKind::Whole(_) => return Err(Breach::new("whole", "has a least number above the greatest")),
        wit::FieldKind::Amount => FieldKind::Amount,
        wit::FieldKind::Currency => FieldKind::Currency,
        wit::FieldKind::Secret => FieldKind::Secret,
    })
}

fn choice(choices: Vec<wit::Choice>) -> Result<Vec<Choice>, Breach> {
    let choices = list("choice", choices, CHOICES_MAX, |choice: wit::Choice| {
        Ok(Choice { value: bounded("value", choice.value, VALUE_BYTES_MAX)?, label: text("label", choice.label)? })
    })?;
    unique("choice", choices.iter().map(|choice| choice.value.as_str()))?;
    Ok(choices)
}

fn chars_max(field: &str, chars: u32, most: u32) -> Result<u32, Breach> {
    if (1..=most).contains(&chars) {
        Ok(chars)
    } else {
        Err(Breach::new(field, format_args!("is not from 1 to {most}")))
    }
}
