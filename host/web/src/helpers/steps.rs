//! Counts what a plugin's template does, so that one that was made to run for ever ends.

use handlebars::template::{Template, TemplateElement, TemplateMapping};
use handlebars::{Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, TemplateError};

use crate::engine::scope::take_steps;

/// Put before the first element of every plugin template and of every loop. It is not among the helpers that templates may call.
pub const STEP_HELPER: &str = "host-step";

pub struct Step;

impl HelperDef for Step {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        _: &mut dyn Output,
    ) -> HelperResult {
        take_steps(1)
    }
}

/// Makes every use of the template, and every turn of its loops, count against the budget. The template was checked
/// before, so its blocks nest only so deep.
///
/// # Errors
/// Never: the call that is put in parses.
pub fn count_steps(template: &mut Template) -> Result<(), TemplateError> {
    let step = Template::compile(&format!("{{{{{STEP_HELPER} 1}}}}"))?;
    put_first(template, &step);
    count_loops(template, &step);
    Ok(())
}

fn put_first(template: &mut Template, step: &Template) {
    // Elements and their lines stand side by side.
    let lines: Vec<TemplateMapping> = template.mapping.first().or(step.mapping.first()).cloned().into_iter().collect();
    template.elements.splice(0..0, step.elements.iter().cloned());
    template.mapping.splice(0..0, lines);
}

fn count_loops(template: &mut Template, step: &Template) {
    for element in &mut template.elements {
        let TemplateElement::HelperBlock(helper) = element else {
            continue;
        };
        if helper.name.as_name() == Some("each")
            && let Some(inner) = helper.template.as_mut()
        {
            put_first(inner, step);
        }
        for inner in helper.template.iter_mut().chain(helper.inverse.iter_mut()) {
            count_loops(inner, step);
        }
    }
}
