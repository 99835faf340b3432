//! Pages of plugins. Their templates are a stranger's: checked when the plugin is loaded, rendered within bounds.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use handlebars::{Context, Handlebars, Template};
use parking_lot::RwLock;
use serde::Serialize;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::Manifest;

use super::assets::Assets;
use super::bounded::{BoundedWriter, PLUGIN_PAGE_BYTES_MAX};
use super::check::Rules;
use super::links;
use super::markup::check_markup;
use super::scope::{Scope, within};
use super::{Engine, RenderProblem, parse};
use crate::helpers;
use crate::problem::TemplateProblem;
use crate::texts::PluginLanguages;

/// As the contract says.
const TEMPLATES_MAX: usize = 16;
/// As the contract says.
const TEMPLATE_BYTES_MAX: usize = 64 * 1024;
/// How often templates may stand within each other, all in all, for one page.
const EXPANSION_MAX: u32 = 64;

/// Checks what a plugin brings to be seen. Called when it is loaded; a plugin that is refused here never shows a page.
///
/// # Errors
/// The first thing that is wrong, with the template's or translation's name and line.
pub fn check_templates(manifest: &Manifest) -> Result<(), TemplateProblem> {
    PluginLanguages::load(manifest)?;
    compile(manifest, &BTreeMap::new(), None).map(|_| ())
}

/// A plugin's templates, ready to render.
struct Compiled {
    manifest: Arc<Manifest>,
    overrides: Arc<BTreeMap<(String, String), String>>,
    registry: Handlebars<'static>,
}

/// Compiled templates of every plugin that showed a page, by plugin; compiled again when the plugin or the theme changes.
#[derive(Default)]
pub struct PluginPages {
    compiled: RwLock<HashMap<PluginId, Arc<Compiled>>>,
}

impl PluginPages {
    /// Renders a plugin's page, without the host's frame around it.
    ///
    /// # Errors
    /// What the plugin or the provider's own version of its template did wrong, for staff.
    pub fn render(
        &self,
        engine: &Engine,
        manifest: &Arc<Manifest>,
        template: &str,
        data: &impl Serialize,
        scope: Scope,
    ) -> Result<String, RenderProblem> {
        let compiled = self.compiled(engine, manifest)?;
        let context = Context::wraps(data).map_err(|error| RenderProblem(error.to_string()))?;
        let mut writer = BoundedWriter::new(PLUGIN_PAGE_BYTES_MAX);
        within(scope, || compiled.registry.render_with_context_to_write(template, &context, &mut writer))
            .map_err(|error| RenderProblem(format!("{}/{template}: {error}", manifest.identity().id)))?;
        let page = writer.into_text();
        match links::forbidden(&page) {
            Some(_) => {
                let plugin = &manifest.identity().id;
                Err(RenderProblem(format!(
                    "{plugin}/{template}: a link or a picture leads to a script, not to a place"
                )))
            }
            None => Ok(page),
        }
    }

    fn compiled(&self, engine: &Engine, manifest: &Arc<Manifest>) -> Result<Arc<Compiled>, RenderProblem> {
        let plugin = &manifest.identity().id;
        if let Some(compiled) = self.compiled.read().get(plugin)
            && Arc::ptr_eq(&compiled.overrides, &engine.overrides)
            && (Arc::ptr_eq(&compiled.manifest, manifest) || compiled.manifest == *manifest)
        {
            return Ok(compiled.clone());
        }
        let registry = compile(manifest, &engine.overrides, Some(&engine.assets))
            .map_err(|problem| RenderProblem(problem.to_string()))?;
        let overrides = engine.overrides.clone();
        let compiled = Arc::new(Compiled { manifest: manifest.clone(), overrides, registry });
        self.compiled.write().insert(plugin.clone(), compiled.clone());
        Ok(compiled)
    }
}

/// The plugin's registry: its own templates and no other, the host's helpers and no other.
fn compile(
    manifest: &Manifest,
    overrides: &BTreeMap<(String, String), String>,
    assets: Option<&Assets>,
) -> Result<Handlebars<'static>, TemplateProblem> {
    let plugin = manifest.identity().id.as_str();
    let templates = &manifest.assets().templates;
    if templates.len() > TEMPLATES_MAX {
        return Err(TemplateProblem::new(plugin, None, format!("brings more than {TEMPLATES_MAX} templates")));
    }
    let partials: BTreeSet<String> = templates.iter().map(|template| template.name.clone()).collect();
    if partials.len() != templates.len() {
        return Err(TemplateProblem::new(plugin, None, "brings two templates of the same name"));
    }
    let mut registry = Handlebars::new();
    registry.set_prevent_indent(true);
    helpers::register(&mut registry, false);
    let mut uses = BTreeMap::new();
    for template in templates {
        let own = overrides.get(&(plugin.to_owned(), template.name.clone()));
        let source = own.unwrap_or(&template.source);
        let file = match own {
            Some(_) => format!("plugins/{plugin}/{}.hbs", template.name),
            None => format!("{plugin}/{}", template.name),
        };
        let (parsed, partial_names) = check_source(&file, &template.name, source, &partials, assets)?;
        uses.insert(template.name.clone(), partial_names);
        registry.register_template(&template.name, parsed);
    }
    check_expansion(plugin, &uses)?;
    Ok(registry)
}

/// One template, parsed, checked and made to count its steps; and the partials that it uses.
fn check_source(
    file: &str,
    name: &str,
    source: &str,
    partials: &BTreeSet<String>,
    assets: Option<&Assets>,
) -> Result<(Template, Vec<String>), TemplateProblem> {
    let named = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) && !name.is_empty();
    if !named {
        return Err(TemplateProblem::new(file, None, "a template's name is lower-case letters, digits and “-”"));
    }
    if source.len() > TEMPLATE_BYTES_MAX {
        return Err(TemplateProblem::new(file, None, format!("is larger than {TEMPLATE_BYTES_MAX} bytes")));
    }
    let helpers = helpers::names(false);
    let rules = Rules { helpers: &helpers, partials, assets, layouts: false };
    let (mut parsed, found) = parse(file, name, source, &rules)?;
    check_markup(file, &parsed)?;
    helpers::count_steps(&mut parsed).map_err(|error| TemplateProblem::new(file, None, error.to_string()))?;
    Ok((parsed, found.partials))
}

/// Refuses templates that stand within themselves, or that multiply by standing twice within each other.
fn check_expansion(plugin: &str, uses: &BTreeMap<String, Vec<String>>) -> Result<(), TemplateProblem> {
    for name in uses.keys() {
        let mut path = Vec::new();
        let expanded = expansion(name, uses, &mut path);
        let problem = |what: String| TemplateProblem::new(format!("{plugin}/{name}"), None, what);
        match expanded {
            None => return Err(problem("uses itself through its partials".to_owned())),
            Some(count) if count > EXPANSION_MAX => {
                return Err(problem(format!("comes to more than {EXPANSION_MAX} templates through its partials")));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// How many templates one comes to, itself included; `None` where it stands within itself.
fn expansion<'a>(name: &'a str, uses: &'a BTreeMap<String, Vec<String>>, path: &mut Vec<&'a str>) -> Option<u32> {
    if path.contains(&name) {
        return None;
    }
    path.push(name);
    let mut count = 1_u32;
    for used in uses.get(name).map(Vec::as_slice).unwrap_or_default() {
        count = count.saturating_add(expansion(used, uses, path)?);
        if count > EXPANSION_MAX {
            break;
        }
    }
    path.pop();
    Some(count)
}
