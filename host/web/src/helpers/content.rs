//! `{{content}}`: the region of a plugin's page inside the host's. The only place where markup is written as it is;
//! it was rendered, escaped and checked as a template of its own.

use handlebars::{Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext};

use crate::engine::scope::current;

pub struct Content;

impl HelperDef for Content {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        Ok(out.write(&current()?.content)?)
    }
}
