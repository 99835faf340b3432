//! The form of limits that are tighter for one plugin than for all.

use std::collections::BTreeMap;

use serde::Serialize;
use tollgate_billing::plugin::{CallLimits, Limit};

use crate::errors::WebError;
use crate::frame::{FieldMessage, message_for};
use crate::guard::FormFields;
use crate::texts::Words;

/// What was typed, by limit.
pub(super) type Typed = BTreeMap<Limit, String>;

#[derive(Serialize)]
pub(super) struct LimitView {
    /// The field's name and the key of its words.
    name: &'static str,
    value: String,
    least: u32,
    /// The limit of all plugins.
    most: u32,
}

/// What was typed wins over how it stands.
pub(super) fn limit_views(of_all: &CallLimits, held: &CallLimits, typed: Option<&Typed>) -> Vec<LimitView> {
    let value = |limit: &Limit| match typed {
        Some(typed) => typed.get(limit).cloned().unwrap_or_default(),
        None => held.get(limit).map(u32::to_string).unwrap_or_default(),
    };
    let view = |(limit, most): (&Limit, &u32)| LimitView {
        name: limit.code(),
        value: value(limit),
        least: limit.least(),
        most: *most,
    };
    of_all.iter().map(view).collect()
}

/// Reads the form: an empty field is as for all plugins.
///
/// # Errors
/// A field that was sent twice.
pub(super) fn typed(form: &FormFields) -> Result<Typed, WebError> {
    let mut typed = Typed::new();
    for limit in Limit::ALL {
        let text = form.one(limit.code())?.unwrap_or_default().trim();
        if !text.is_empty() {
            typed.insert(limit, text.chars().take(20).collect());
        }
    }
    Ok(typed)
}

/// The numbers, or what is wrong with each field.
pub(super) fn limits_of(typed: &Typed, of_all: &CallLimits, words: &Words) -> Result<CallLimits, Vec<FieldMessage>> {
    let (mut limits, mut wrong) = (CallLimits::new(), Vec::new());
    for (limit, text) in typed {
        let most = of_all.get(limit).copied().unwrap_or(u32::MAX);
        let number = text.parse().ok().filter(|number| (limit.least()..=most).contains(number));
        if let Some(number) = number {
            limits.insert(*limit, number);
        } else {
            let range = [("least", limit.least().to_string()), ("most", most.to_string())];
            let range = range.each_ref().map(|(name, value)| (*name, value.as_str()));
            wrong.push(message_for(limit.code(), words.say_with("admin-limit-wrong", &range)));
        }
    }
    if wrong.is_empty() { Ok(limits) } else { Err(wrong) }
}
