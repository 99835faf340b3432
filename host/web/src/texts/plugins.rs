//! What plugins say, in the reader's language, out of the translations that they bring.

use std::collections::HashMap;
use std::sync::Arc;

use fluent_bundle::{FluentArgs, FluentValue};
use parking_lot::RwLock;
use tollgate_billing::billing::Texts;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::Manifest;
use tollgate_billing::ports::Plugins;
use tollgate_billing::text::{Argument, Text};

use super::host::HostTexts;
use super::language::{Language, pick};
use super::parse::parse_fluent;
use super::words::Words;
use crate::format;
use crate::problem::TemplateProblem;

/// The languages that one plugin brings.
pub struct PluginLanguages {
    languages: Vec<Language>,
    english: Option<usize>,
}

impl PluginLanguages {
    /// # Errors
    /// The first translation that is broken, by plugin and language.
    pub fn load(manifest: &Manifest) -> Result<Self, TemplateProblem> {
        let mut languages: Vec<Language> = Vec::new();
        for translation in &manifest.assets().translations {
            let file = format!("{}/{}.ftl", manifest.identity().id, translation.locale);
            let tag = translation
                .locale
                .parse()
                .map_err(|_| TemplateProblem::new(&file, None, "its language is no tag such as en or pt-BR"))?;
            let mut language = Language::new(tag);
            language
                .add(parse_fluent(&file, &translation.source)?)
                .map_err(|what| TemplateProblem::new(&file, None, what))?;
            languages.push(language);
        }
        let english = pick(languages.iter().map(Language::tag), "en");
        Ok(Self { languages, english })
    }

    /// The place of the language that suits a reader; `None` where there is none.
    #[must_use]
    pub fn choose(&self, locale: &str) -> Option<usize> {
        pick(self.languages.iter().map(Language::tag), locale)
    }

    /// The message in the chosen language, else in English, else `None`.
    #[must_use]
    pub fn say(&self, id: &str, args: Option<&FluentArgs<'_>>, chosen: Option<usize>) -> Option<String> {
        let tried = chosen.into_iter().chain(self.english.filter(|english| Some(*english) != chosen));
        tried.filter_map(|at| self.languages.get(at)).find_map(|language| language.say(id, args))
    }
}

/// The texts of a plugin that is offered, in one language. Made for each page: nothing of an offer stays in memory.
pub struct OfferedTexts {
    languages: Option<PluginLanguages>,
    chosen: Option<usize>,
}

impl OfferedTexts {
    #[must_use]
    pub fn read(manifest: &Manifest, locale: &str) -> Self {
        let languages = PluginLanguages::load(manifest).ok();
        let chosen = languages.as_ref().and_then(|own| own.choose(locale));
        Self { languages, chosen }
    }

    /// The message's id where it has no such message. One line whatever the plugin says: staff read it in a terminal too, beside
    /// what the host says of the file, where a line break or an escape sequence would pass for the host's own words.
    #[must_use]
    pub fn say(&self, text: &Text) -> String {
        let said = match text {
            Text::Plain(words) => words.clone(),
            Text::Translated(message) => {
                let said = self.languages.as_ref().and_then(|own| own.say(&message.id, None, self.chosen));
                said.unwrap_or_else(|| message.id.clone())
            }
        };
        said.replace(char::is_control, " ")
    }
}

/// A plugin's languages and the manifest that they were read from.
type Loaded = (Arc<Manifest>, Arc<PluginLanguages>);

/// Plugins' texts, read once for each version of a plugin. Made before billing, which speaks through it.
pub struct PluginTexts {
    plugins: Arc<dyn Plugins>,
    loaded: RwLock<HashMap<PluginId, Loaded>>,
    /// How each language writes numbers, once the templates are read; until then they are plain: `EUR 1000.00`.
    host: RwLock<Option<Arc<HostTexts>>>,
}

impl PluginTexts {
    #[must_use]
    pub fn new(plugins: Arc<dyn Plugins>) -> Self {
        Self { plugins, loaded: RwLock::default(), host: RwLock::default() }
    }

    /// From now on numbers in plugins' texts are written as these languages do.
    pub(crate) fn write_as(&self, host: Arc<HostTexts>) {
        *self.host.write() = Some(host);
    }

    /// As the host writes it in that language; where the host does not know the language, plainly.
    fn written(&self, value: &Argument, locale: &str) -> FluentValue<'static> {
        let words = || {
            let host = self.host.read().clone()?;
            let language = host.find(locale)?;
            Some(Words::new(host, language))
        };
        match value {
            Argument::Text(text) => FluentValue::from(text.clone()),
            Argument::Number(number) => FluentValue::from(*number),
            Argument::Money(amount) => {
                FluentValue::from(words().map_or_else(|| amount.to_string(), |words| format::money(&words, *amount)))
            }
            Argument::Time(at) => {
                let moment = words().and_then(|words| format::moment(&words, *at));
                FluentValue::from(moment.map_or_else(|| format::plain_moment(*at), |moment| moment.text))
            }
        }
    }

    /// A text of a plugin that is offered and does not run yet. It names its values by themselves: offers have no arguments.
    #[must_use]
    pub fn offered(manifest: &Manifest, text: &Text, locale: &str) -> String {
        OfferedTexts::read(manifest, locale).say(text)
    }

    /// What a file says that payments still go on with, where the one that runs has no such message any more.
    fn of_older(&self, plugin: &PluginId, id: &str, args: &FluentArgs<'_>, locale: &str) -> Option<String> {
        let older = self.plugins.manifests(plugin).into_iter().skip(1);
        let mut languages = older.filter_map(|manifest| PluginLanguages::load(&manifest).ok());
        languages.find_map(|own| own.say(id, Some(args), own.choose(locale)))
    }

    /// The languages of a plugin; `None` where it is not loaded or its translations are broken.
    pub fn languages(&self, plugin: &PluginId) -> Option<Arc<PluginLanguages>> {
        self.languages_of(plugin, &self.plugins.manifest(plugin)?)
    }

    /// The same of one of its files.
    pub fn languages_of(&self, plugin: &PluginId, manifest: &Arc<Manifest>) -> Option<Arc<PluginLanguages>> {
        if let Some((of, languages)) = self.loaded.read().get(plugin)
            && (Arc::ptr_eq(of, manifest) || of == manifest)
        {
            return Some(languages.clone());
        }
        let languages = match PluginLanguages::load(manifest) {
            Ok(languages) => Arc::new(languages),
            Err(problem) => {
                tracing::error!(%plugin, %problem, "a plugin's translations are broken");
                return None;
            }
        };
        self.loaded.write().insert(plugin.clone(), (manifest.clone(), languages.clone()));
        Some(languages)
    }
}

impl Texts for PluginTexts {
    fn text(&self, plugin: &PluginId, text: &Text, locale: &str) -> String {
        let message = match text {
            Text::Plain(words) => return words.clone(),
            Text::Translated(message) => message,
        };
        let mut args = FluentArgs::with_capacity(message.args.len());
        for (name, value) in &message.args {
            args.set(name.as_str(), self.written(value, locale));
        }
        let said = self.languages(plugin).and_then(|languages| {
            let chosen = languages.choose(locale);
            languages.say(&message.id, Some(&args), chosen)
        });
        let older = || self.of_older(plugin, &message.id, &args, locale);
        said.or_else(older).unwrap_or_else(|| message.id.clone())
    }
}
