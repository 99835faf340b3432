//! What is wrong with a form, beside its fields and at its top. All of them read `errors` at the root of the data.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, ScopedJson,
};
use serde_json::Value;

use super::{escape, needed, text_param};
use crate::engine::scope::current;

/// The id of a field's input: its name, with `-` for `.`.
fn id_of(field: &str) -> String {
    field.replace('.', "-")
}

/// (field, message) of every error.
fn errors(context: &Context) -> impl Iterator<Item = (&str, &str)> {
    let errors = context.data().get("errors").and_then(Value::as_array);
    errors.into_iter().flatten().filter_map(|error| {
        let field = error.get("field")?.as_str()?;
        let message = error.get("message")?.as_str()?;
        Some((field, message))
    })
}

fn message_of<'a>(context: &'a Context, field: &str) -> Option<&'a str> {
    errors(context).find(|(of, _)| *of == field).map(|(_, message)| message)
}

pub struct HasError;

impl HelperDef for HasError {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let field = needed(helper, 0, "field")?;
        Ok(ScopedJson::Derived(Value::Bool(message_of(context, &field).is_some())))
    }
}

pub struct FieldError;

impl HelperDef for FieldError {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let field = needed(helper, 0, "field")?;
        let Some(message) = message_of(context, &field) else {
            return Ok(());
        };
        let prefix = current()?.words.say("error-prefix");
        Ok(out.write(&format!(
            "<p class=\"error-message\" id=\"{}-error\"><span class=\"visually-hidden\">{} </span>{}</p>",
            escape(&id_of(&field)),
            escape(&prefix),
            escape(message)
        ))?)
    }
}

pub struct ErrorAttributes;

impl HelperDef for ErrorAttributes {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let field = needed(helper, 0, "field")?;
        let wrong = message_of(context, &field).is_some();
        let hint = text_param(helper, usize::MAX, "hint").filter(|hint| !hint.is_empty());
        let described: Vec<String> =
            hint.into_iter().chain(wrong.then(|| format!("{}-error", id_of(&field)))).collect();
        if wrong {
            out.write(" aria-invalid=\"true\"")?;
        }
        if !described.is_empty() {
            out.write(&format!(" aria-describedby=\"{}\"", escape(&described.join(" "))))?;
        }
        Ok(())
    }
}

pub struct ErrorSummary;

impl HelperDef for ErrorSummary {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        if errors(context).next().is_none() {
            return Ok(());
        }
        let title = current()?.words.say("error-summary-title");
        out.write(&format!(
            "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2 class=\"error-summary-title\">{}</h2><ul class=\"error-summary-list\">",
            escape(&title)
        ))?;
        for (field, message) in errors(context) {
            let message = escape(message);
            let item = if field.is_empty() {
                format!("<li>{message}</li>")
            } else {
                format!("<li><a href=\"#{}\">{message}</a></li>", escape(&id_of(field)))
            };
            out.write(&item)?;
        }
        Ok(out.write("</ul></div>")?)
    }
}
