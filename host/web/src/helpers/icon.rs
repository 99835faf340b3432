//! `{{icon}}` and `{{asset}}`: files of the theme, by the address that names their version.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, ScopedJson,
};
use serde_json::Value;

use super::{escape, needed};
use crate::engine::assets::Assets;
use crate::engine::scope::{current, refuse};

/// The icon's drawing, by reference into the sprite.
pub fn icon_tag(assets: &Assets, name: &str) -> Option<String> {
    let href = assets.icon(name)?;
    Some(format!(
        "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{}\"/></svg>",
        escape(&href)
    ))
}

pub struct Icon;

impl HelperDef for Icon {
    /// An icon says nothing that the words beside it do not say, so one that is not there leaves its place empty.
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = needed(helper, 0, "name")?;
        Ok(out.write(&icon_tag(&current()?.assets, &name).unwrap_or_default())?)
    }
}

pub struct AssetUrl;

impl HelperDef for AssetUrl {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let name = needed(helper, 0, "name")?;
        let url = current()?.assets.url(&name).ok_or_else(|| refuse(&format!("there is no assets/{name}")))?;
        Ok(ScopedJson::Derived(Value::String(url)))
    }
}
