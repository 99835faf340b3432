//! The handlebars helpers of the host: the same in its own pages and in plugins' templates.

mod content;
mod copy;
mod errors;
mod form;
mod icon;
mod money;
mod qr;
mod steps;
mod text;
mod time;

use std::collections::BTreeSet;

use handlebars::{Handlebars, Helper, RenderError};
use serde_json::Value;

use crate::engine::scope::refuse;

pub(crate) use steps::count_steps;

/// What handlebars brings and templates may use. Not `raw` and `log`: the one writes unescaped, the other into the log.
const BUILT_IN: [&str; 16] = [
    "if", "unless", "each", "with", "lookup", "eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not", "len", "concat",
];
/// The host's own, in every template.
const OWN: [&str; 15] = [
    "t",
    "t_link",
    "money",
    "date",
    "datetime",
    "ago",
    "form",
    "field_error",
    "has_error",
    "error_attrs",
    "error_summary",
    "copy_button",
    "qr",
    "icon",
    "asset",
];
/// Only in the host's own templates.
const HOST_ONLY: [&str; 1] = ["content"];

/// The helpers that a template may call.
#[must_use]
pub fn names(host: bool) -> BTreeSet<&'static str> {
    let host_only: &[&str] = if host { &HOST_ONLY } else { &[] };
    BUILT_IN.iter().chain(&OWN).chain(host_only).copied().collect()
}

/// Registers them. Plugins' loops and partials count against their budget.
pub fn register(registry: &mut Handlebars<'_>, host: bool) {
    registry.unregister_helper("raw");
    registry.unregister_helper("log");
    registry.register_helper("concat", Box::new(text::Concat));
    registry.register_helper("t", Box::new(text::Translate));
    registry.register_helper("t_link", Box::new(text::TranslateWithLink));
    registry.register_helper("money", Box::new(money::MoneyText));
    registry.register_helper("date", Box::new(time::TimeText::Date));
    registry.register_helper("datetime", Box::new(time::TimeText::DateAndTime));
    registry.register_helper("ago", Box::new(time::TimeText::Ago));
    registry.register_helper("form", Box::new(form::Form));
    registry.register_helper("field_error", Box::new(errors::FieldError));
    registry.register_helper("has_error", Box::new(errors::HasError));
    registry.register_helper("error_attrs", Box::new(errors::ErrorAttributes));
    registry.register_helper("error_summary", Box::new(errors::ErrorSummary));
    registry.register_helper("copy_button", Box::new(copy::CopyButton));
    registry.register_helper("qr", Box::new(qr::QrDrawing));
    registry.register_helper("icon", Box::new(icon::Icon));
    registry.register_helper("asset", Box::new(icon::AssetUrl));
    if host {
        registry.register_helper("content", Box::new(content::Content));
    } else {
        registry.register_helper(steps::STEP_HELPER, Box::new(steps::Step));
    }
}

/// A value as text: texts as they are, numbers and flags written out; nothing for lists, objects and what is missing.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// The positional value at `index` as text, or the named one.
fn text_param(helper: &Helper<'_>, index: usize, name: &str) -> Option<String> {
    let value = helper.param(index).or_else(|| helper.hash_get(name))?;
    Some(text_of(value.value()))
}

/// As [`text_param`], where the helper makes no sense without.
fn needed(helper: &Helper<'_>, index: usize, name: &str) -> Result<String, RenderError> {
    text_param(helper, index, name).ok_or_else(|| refuse(&format!("“{}” needs a {name}", helper.name())))
}

/// Escaped for text and for attribute values in double quotes.
fn escape(text: &str) -> String {
    handlebars::html_escape(text)
}
