//! Looks at a compiled template before it is used: only helpers and partials that there are, nothing unescaped.

use std::collections::BTreeSet;

use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Subexpression, Template, TemplateElement};

use super::assets::Assets;
use crate::problem::TemplateProblem;

/// Blocks within blocks that a template may have. Rendering recurses once for each.
const BLOCKS_MAX: u32 = 24;
/// Helpers within helpers: `(or (eq a b) (eq a c))` has two.
const SUBEXPRESSIONS_MAX: u32 = 8;

/// What a template may use.
pub struct Rules<'a> {
    pub helpers: &'a BTreeSet<&'static str>,
    /// By name, as `{{> name}}` says them.
    pub partials: &'a BTreeSet<String>,
    /// `None` where the theme is not known yet: a plugin is checked before the web starts.
    pub assets: Option<&'a Assets>,
    /// Layouts and inline partials: the host's own templates only.
    pub layouts: bool,
}

/// What was found on the way, for the caller's own questions.
#[derive(Default)]
pub struct Found {
    pub partials: Vec<String>,
    /// Ids of messages that are written in full.
    pub messages: Vec<String>,
}

/// Checks one template.
///
/// # Errors
/// The first thing that it may not do, with its line.
pub fn check_template(file: &str, template: &Template, rules: &Rules<'_>) -> Result<Found, TemplateProblem> {
    let mut inline = BTreeSet::new();
    collect_inline(template, &mut inline, 0);
    let mut checker = Checker { file, rules, inline, found: Found::default(), line: 1 };
    checker.template(template, 0)?;
    Ok(checker.found)
}

/// Names of the partials that the template defines itself.
fn collect_inline(template: &Template, names: &mut BTreeSet<String>, depth: u32) {
    if depth > BLOCKS_MAX {
        return;
    }
    for element in &template.elements {
        match element {
            TemplateElement::DecoratorBlock(decorator) => {
                if let Some(Parameter::Literal(name)) = decorator.params.first() {
                    names.extend(name.as_str().map(str::to_owned));
                }
            }
            TemplateElement::PartialBlock(partial) => {
                partial.template.iter().for_each(|inner| collect_inline(inner, names, depth + 1));
            }
            _ => {}
        }
    }
}

struct Checker<'a> {
    file: &'a str,
    rules: &'a Rules<'a>,
    inline: BTreeSet<String>,
    found: Found,
    line: usize,
}

impl Checker<'_> {
    fn refuse<T>(&self, what: impl Into<String>) -> Result<T, TemplateProblem> {
        Err(TemplateProblem::new(self.file, Some(self.line), what))
    }

    fn template(&mut self, template: &Template, depth: u32) -> Result<(), TemplateProblem> {
        if depth > BLOCKS_MAX {
            return self.refuse(format!("nests more than {BLOCKS_MAX} blocks"));
        }
        for (index, element) in template.elements.iter().enumerate() {
            if let Some(mapping) = template.mapping.get(index) {
                self.line = mapping.0;
            }
            self.element(element, depth)?;
        }
        Ok(())
    }

    fn element(&mut self, element: &TemplateElement, depth: u32) -> Result<(), TemplateProblem> {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => Ok(()),
            TemplateElement::Expression(helper) | TemplateElement::HelperBlock(helper) => self.helper(helper, depth),
            TemplateElement::HtmlExpression(_) => self.refuse("“{{{” and “{{&” write unescaped text: write “{{ }}”"),
            TemplateElement::PartialExpression(partial) => self.partial(partial, depth),
            TemplateElement::PartialBlock(partial) if self.rules.layouts => self.partial(partial, depth),
            TemplateElement::DecoratorBlock(decorator) if self.rules.layouts => self.decorator(decorator, depth),
            TemplateElement::PartialBlock(_) => self.refuse("“{{#> }}” is not for plugins: use “{{> name}}”"),
            TemplateElement::DecoratorBlock(_) => self.refuse("“{{#*inline}}” is not for plugins: bring a template"),
            _ => self.refuse("decorators are not used here"),
        }
    }

    fn helper(&mut self, helper: &HelperTemplate, depth: u32) -> Result<(), TemplateProblem> {
        let is_call = helper.block || !helper.params.is_empty() || !helper.hash.is_empty();
        let Some(name) = helper.name.as_name() else {
            return match &helper.name {
                Parameter::Subexpression(inner) => self.subexpression(inner, 0),
                _ => self.refuse("an expression begins with a name"),
            };
        };
        if is_call {
            self.known_helper(name)?;
            self.literals(name, &helper.params)?;
        }
        self.parameters(helper.params.iter().chain(helper.hash.values()), 0)?;
        for inner in helper.template.iter().chain(&helper.inverse) {
            self.template(inner, depth + 1)?;
        }
        Ok(())
    }

    fn known_helper(&self, name: &str) -> Result<(), TemplateProblem> {
        if self.rules.helpers.contains(name) {
            return Ok(());
        }
        let known = self.rules.helpers.iter().copied().collect::<Vec<_>>().join(", ");
        self.refuse(format!("there is no helper “{name}”; there are {known}"))
    }

    /// Names that are written in full can be looked up now.
    fn literals(&mut self, helper: &str, params: &[Parameter]) -> Result<(), TemplateProblem> {
        let literal = |param: &Parameter| match param {
            Parameter::Literal(value) => value.as_str().map(str::to_owned),
            _ => None,
        };
        let (Some(first), rest) = (params.first().and_then(literal), params.len().saturating_sub(1)) else {
            return Ok(());
        };
        let assets = self.rules.assets;
        match helper {
            "icon" if assets.is_some_and(|assets| assets.icon(&first).is_none()) => {
                self.refuse(format!("assets/icons.svg has no symbol “{first}”"))
            }
            "asset" if assets.is_some_and(|assets| assets.get(&first).is_none()) => {
                self.refuse(format!("there is no assets/{first}"))
            }
            "t" | "t_link" if rest == 0 => {
                self.found.messages.push(first);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn parameters<'p>(
        &mut self,
        parameters: impl Iterator<Item = &'p Parameter>,
        depth: u32,
    ) -> Result<(), TemplateProblem> {
        for parameter in parameters {
            if let Parameter::Subexpression(inner) = parameter {
                self.subexpression(inner, depth)?;
            }
        }
        Ok(())
    }

    fn subexpression(&mut self, inner: &Subexpression, depth: u32) -> Result<(), TemplateProblem> {
        if depth >= SUBEXPRESSIONS_MAX {
            return self.refuse(format!("nests more than {SUBEXPRESSIONS_MAX} expressions"));
        }
        let TemplateElement::Expression(helper) = inner.as_element() else {
            return self.refuse("an expression in brackets is a helper and its values");
        };
        let Some(name) = helper.name.as_name() else {
            return self.refuse("an expression in brackets begins with a helper's name");
        };
        self.known_helper(name)?;
        self.literals(name, &helper.params)?;
        self.parameters(helper.params.iter().chain(helper.hash.values()), depth + 1)
    }

    fn partial(&mut self, partial: &DecoratorTemplate, depth: u32) -> Result<(), TemplateProblem> {
        let Some(name) = partial.name.as_name() else {
            return self.refuse("a partial is named in full");
        };
        let own = self.rules.layouts && (name == "@partial-block" || self.inline.contains(name));
        // A layout's block may be defined by the page that uses it.
        let filled = self.rules.layouts && partial.template.is_some();
        if self.rules.partials.contains(name) {
            self.found.partials.push(name.to_owned());
        } else if !own && !filled {
            return self.refuse(format!("there is no template “{name}”"));
        }
        self.parameters(partial.params.iter().chain(partial.hash.values()), 0)?;
        partial.template.iter().try_for_each(|inner| self.template(inner, depth + 1))
    }

    fn decorator(&mut self, decorator: &DecoratorTemplate, depth: u32) -> Result<(), TemplateProblem> {
        if decorator.name.as_name() != Some("inline") {
            return self.refuse("the only decorator is “inline”");
        }
        decorator.template.iter().try_for_each(|inner| self.template(inner, depth + 1))
    }
}
