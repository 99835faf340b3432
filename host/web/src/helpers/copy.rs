//! `{{copy_button value label}}`: copies a value. Hidden until the script is there, because without it nothing copies.

use handlebars::{Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext};

use super::{escape, icon::icon_tag, needed, text_param};
use crate::engine::scope::current;

pub struct CopyButton;

impl HelperDef for CopyButton {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = needed(helper, 0, "value")?;
        let label = text_param(helper, 1, "label").unwrap_or_default();
        let scope = current()?;
        let icon = icon_tag(&scope.assets, "copy").unwrap_or_default();
        Ok(out.write(&format!(
            "<button type=\"button\" class=\"copy\" data-copy=\"{}\" hidden>{icon}<span data-copy-label>{}</span>\
             <span class=\"visually-hidden\"> {}</span></button>",
            escape(&value),
            escape(&scope.words.say("copy-button")),
            escape(&label)
        ))?)
    }
}
