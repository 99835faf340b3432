//! `{{t}}`, `{{t_link}}` and `(concat)`: words of the reader's language.

use fluent_bundle::{FluentArgs, FluentValue};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, ScopedJson,
};
use serde_json::Value;

use super::{escape, text_of};
use crate::engine::scope::current;

pub struct Translate;

impl HelperDef for Translate {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived(Value::String(translated(helper)?)))
    }
}

/// The message whose id is the positional values joined, with the named values as its variables.
fn translated(helper: &Helper<'_>) -> Result<String, RenderError> {
    let id = joined(helper);
    let named = helper.hash();
    let mut args = FluentArgs::with_capacity(named.len());
    for (name, value) in named {
        args.set(*name, fluent_value(value.value()));
    }
    Ok(current()?.words.tell(&id, Some(&args)))
}

fn joined(helper: &Helper<'_>) -> String {
    helper.params().iter().map(|param| text_of(param.value())).collect()
}

/// Whole numbers choose plurals; everything else is text.
fn fluent_value(value: &Value) -> FluentValue<'static> {
    match value.as_i64() {
        Some(number) => FluentValue::from(number),
        None => FluentValue::from(text_of(value)),
    }
}

pub struct TranslateWithLink;

impl HelperDef for TranslateWithLink {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let words = translated(helper)?;
        let href = helper.hash_get("href").map(|href| text_of(href.value())).unwrap_or_default();
        Ok(out.write(&with_link(&words, &href))?)
    }
}

/// Escapes all of it and makes `<a>words</a>` a link where the address may be linked to.
fn with_link(words: &str, href: &str) -> String {
    let parts = words.split_once("<a>").and_then(|(before, rest)| Some((before, rest.split_once("</a>")?)));
    let Some((before, (linked, after))) = parts else {
        return escape(words);
    };
    let linked = escape(linked);
    let link = if may_link(href) { format!("<a href=\"{}\">{linked}</a>", escape(href)) } else { linked };
    format!("{}{link}{}", escape(before), escape(after))
}

/// Paths of this host, https and mail. Not `//host`, which is another host's path.
pub fn may_link(href: &str) -> bool {
    let local = href.starts_with('/') && !href.starts_with("//") && !href.contains('\\');
    local || href.starts_with("https://") || href.starts_with("mailto:")
}

pub struct Concat;

impl HelperDef for Concat {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived(Value::String(joined(helper))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_marked_words_become_a_link_and_nothing_becomes_markup() {
        let check = |words: &str, href: &str, expected: &str| assert_eq!(with_link(words, href), expected);
        check("Read <a>the terms</a>.", "/terms", "Read <a href=\"/terms\">the terms</a>.");
        check("No link", "/terms", "No link");
        check("<b>x</b> <a>y</a>", "/t", "&lt;b&gt;x&lt;/b&gt; <a href=\"/t\">y</a>");
        check("<a>x</a>", "javascript:alert(1)", "x");
        check("<a>x</a>", "//evil.example", "x");
        check("<a>x</a>", "/\\evil.example", "x");
        check(
            "<a>x</a>",
            "https://a.example/?q=\"><script>",
            "<a href=\"https://a.example/?q&#x3D;&quot;&gt;&lt;script&gt;\">x</a>",
        );
        check("<a>unclosed", "/t", "&lt;a&gt;unclosed");
    }
}
