//! `{{#form}}`: a form that posts, with the CSRF token and a key that makes what it asks for happen once.

use std::fmt::Write;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, Renderable,
};

use super::{escape, text_of};
use crate::engine::scope::{current, refuse, take_steps};
use crate::guard::random_token;

/// Attributes that a template sets, and what they are in HTML.
const ATTRIBUTES: [(&str, &str); 3] = [("id", "id"), ("autocomplete", "autocomplete"), ("aria_label", "aria-label")];

pub struct Form;

impl HelperDef for Form {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        take_steps(1)?;
        out.write(&opening(helper)?)?;
        if let Some(inner) = helper.template() {
            inner.render(registry, context, render, out)?;
        }
        Ok(out.write("</form>")?)
    }
}

fn opening(helper: &Helper<'_>) -> Result<String, RenderError> {
    let scope = current()?;
    let named = |name: &str| helper.hash_get(name).map(|value| text_of(value.value()));
    let action = match &scope.form_action {
        Some(own) => own.clone(),
        None => named("action").ok_or_else(|| refuse("“form” needs an action"))?,
    };
    if action.is_empty() {
        return Err(refuse("“form” is not for pages with scripts: their scripts hand fields to tollgate.submit"));
    }
    let local = action.starts_with('/') && !action.starts_with("//");
    if !local {
        return Err(refuse("“form” posts to a path of this host only"));
    }
    // A plugin's form goes to the plugin, which is given fields and no files.
    let files = match named("files").as_deref() {
        None => "",
        Some("true") if scope.form_action.is_none() => " enctype=\"multipart/form-data\"",
        Some(_) => return Err(refuse("“form” takes files on the host's own pages only: files=true")),
    };
    let class = named("class").map_or_else(String::new, |class| format!(" {}", escape(&class)));
    let mut tag = format!(
        "<form method=\"post\" action=\"{}\" class=\"form{class}\"{files} novalidate data-once",
        escape(&action)
    );
    for (name, attribute) in ATTRIBUTES {
        if let Some(value) = named(name) {
            let _ = write!(tag, " {attribute}=\"{}\"", escape(&value));
        }
    }
    let key = random_token().map_err(|_| refuse("the system gives no random numbers"))?;
    let _ = write!(
        tag,
        "><input type=\"hidden\" name=\"csrf\" value=\"{}\"><input type=\"hidden\" name=\"form_key\" value=\"{key}\">",
        escape(&scope.csrf)
    );
    Ok(tag)
}
