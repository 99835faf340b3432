//! Templates, texts and assets of the theme, loaded and checked together, and the one place where pages are rendered.

pub(crate) mod assets;
mod bounded;
mod check;
mod links;
mod markup;
mod plugins;
pub(crate) mod scope;
mod source;
mod tags;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use handlebars::{Context, Handlebars, Template};
use serde::Serialize;

pub use assets::Assets;
pub use plugins::{PluginPages, check_templates};
pub use source::{SourceFile, TemplateSource};

use crate::confined::ASSETS_PATH;
use crate::deep::{LEVELS_MAX, on_deep_stack};
use crate::helpers;
use crate::problem::TemplateProblem;
use crate::texts::HostTexts;
use check::{Found, Rules, check_template};
use scope::{Scope, within};

/// A template of the host; the largest that people wrote is a tenth of it.
const TEMPLATE_BYTES_MAX: usize = 256 * 1024;
/// Where a provider's own versions of plugins' templates are: `plugins/<plugin>/<template>.hbs`.
const OVERRIDES: &str = "plugins";

/// The texts of the invoice's PDF, which are not the portal's.
const DOCUMENT_TEXTS: &str = "invoice";

/// One reading of the templates' directory.
pub struct Engine {
    registry: Handlebars<'static>,
    /// Mails' plain texts, in which nothing is escaped: no browser reads them.
    plain: Handlebars<'static>,
    pub texts: Arc<HostTexts>,
    pub assets: Arc<Assets>,
    /// The same files, as confined pages find them.
    pub confined_assets: Arc<Assets>,
    /// By (plugin, template).
    overrides: Arc<BTreeMap<(String, String), String>>,
}

/// A page that could not be rendered: which template, where and why. For staff.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RenderProblem(pub String);

impl Engine {
    /// Reads and checks everything.
    ///
    /// # Errors
    /// The first file that is broken, in one sentence.
    pub fn load(source: &TemplateSource) -> Result<Self, TemplateProblem> {
        let files = source.read()?;
        let assets = files.iter().filter_map(|file| {
            Some(SourceFile { name: file.below("assets", "")?.to_owned(), bytes: file.bytes.clone() })
        });
        let assets = Assets::new(assets.collect());
        let texts = HostTexts::load(&translations(&files)?)?;
        let (registry, plain) = build_registries(&templates(&files), &assets, &texts)?;
        Ok(Self {
            registry,
            plain,
            texts: Arc::new(texts),
            confined_assets: Arc::new(assets.under(ASSETS_PATH)),
            assets: Arc::new(assets),
            overrides: Arc::new(overrides(&files)?),
        })
    }

    /// Renders a page of the host.
    ///
    /// # Errors
    /// Where a helper refuses what it was given, or there is no such template.
    pub fn render(&self, template: &str, data: &impl Serialize, scope: Scope) -> Result<String, RenderProblem> {
        let context = Context::wraps(data).map_err(|error| RenderProblem(format!("{template}: {error}")))?;
        within(scope, || self.registry.render_with_context(template, &context))
            .map_err(|error| RenderProblem(error.to_string()))
    }

    /// Renders the plain text of a mail: a template whose name [`is_plain`].
    ///
    /// # Errors
    /// As [`Engine::render`].
    pub fn render_plain(&self, template: &str, data: &impl Serialize, scope: Scope) -> Result<String, RenderProblem> {
        let context = Context::wraps(data).map_err(|error| RenderProblem(format!("{template}: {error}")))?;
        within(scope, || self.plain.render_with_context(template, &context))
            .map_err(|error| RenderProblem(error.to_string()))
    }

    #[must_use]
    pub fn has_template(&self, name: &str) -> bool {
        self.registry.has_template(name) || self.plain.has_template(name)
    }
}

/// Whether a template makes no HTML: the plain text of a mail.
fn is_plain(name: &str) -> bool {
    name.starts_with("mail/") && name.ends_with("-text")
}

/// The host's own templates, by name.
fn templates(files: &[SourceFile]) -> BTreeMap<String, &SourceFile> {
    let own = files.iter().filter(|file| file.below(OVERRIDES, "").is_none() && file.below("assets", "").is_none());
    own.filter_map(|file| Some((file.below("", "hbs")?.to_owned(), file))).collect()
}

fn translations(files: &[SourceFile]) -> Result<Vec<(String, String, String)>, TemplateProblem> {
    let named = files.iter().filter_map(|file| Some((file.below("locales", "ftl")?.split_once('/')?, file)));
    // The invoice's document has words of its own.
    let named = named.filter(|((_, name), _)| *name != DOCUMENT_TEXTS).map(|((code, _), file)| (code, file));
    named.map(|(code, file)| Ok((code.to_owned(), file.name.clone(), file.text()?.to_owned()))).collect()
}

fn overrides(files: &[SourceFile]) -> Result<BTreeMap<(String, String), String>, TemplateProblem> {
    let named = files.iter().filter_map(|file| Some((file.below(OVERRIDES, "hbs")?.split_once('/')?, file)));
    named.map(|((plugin, name), file)| Ok(((plugin.to_owned(), name.to_owned()), file.text()?.to_owned()))).collect()
}

/// The one of pages and the one of plain texts.
fn build_registries(
    templates: &BTreeMap<String, &SourceFile>,
    assets: &Assets,
    texts: &HostTexts,
) -> Result<(Handlebars<'static>, Handlebars<'static>), TemplateProblem> {
    let helpers = helpers::names(true);
    let partials: BTreeSet<String> = templates.keys().cloned().collect();
    let rules = Rules { helpers: &helpers, partials: &partials, assets: Some(assets), layouts: true };
    let (mut registry, mut plain) = (Handlebars::new(), Handlebars::new());
    for own in [&mut registry, &mut plain] {
        own.set_prevent_indent(true);
        helpers::register(own, true);
    }
    plain.register_escape_fn(handlebars::no_escape);
    for (name, file) in templates {
        let (template, found) = parse(&file.name, name, file.text()?, &rules)?;
        for id in found.messages.iter().filter(|id| !texts.has(id)) {
            tracing::warn!(file = file.name, id, "a text is missing");
        }
        let own = if is_plain(name) { &mut plain } else { &mut registry };
        own.register_template(name, template);
    }
    Ok((registry, plain))
}

/// Parses and checks one template. However the text nests, what comes out of here is as shallow as the rules say.
fn parse(file: &str, name: &str, source: &str, rules: &Rules<'_>) -> Result<(Template, Found), TemplateProblem> {
    let problem = |line, what: String| TemplateProblem::new(file, line, what);
    if source.len() > TEMPLATE_BYTES_MAX {
        return Err(problem(None, format!("is larger than {TEMPLATE_BYTES_MAX} bytes")));
    }
    let levels = source.matches("{{#").count() + source.matches(['(', '[']).count();
    if levels > LEVELS_MAX {
        return Err(problem(None, format!("opens more than {LEVELS_MAX} blocks and brackets")));
    }
    let parsed = on_deep_stack(|| {
        let template = Template::compile_with_name(source, name.to_owned()).map_err(|error| {
            let line = error.pos().map(|(line, _)| line);
            let reason = error.reason().to_string();
            let first = reason.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
            problem(line, format!("does not parse: {first}"))
        })?;
        let found = check_template(file, &template, rules)?;
        Ok((template, found))
    });
    parsed.unwrap_or_else(|error| Err(problem(None, format!("cannot be read now: {error}"))))
}
