//! The words of one page: a reader's language, and whose texts come first.

use std::collections::BTreeSet;
use std::sync::Arc;

use fluent_bundle::FluentArgs;
use parking_lot::Mutex;

use super::host::HostTexts;
use super::plugins::PluginLanguages;
use crate::format::NumberStyle;

/// Missing messages that are remembered, so that each is logged once.
const MISSING_MAX: usize = 1_000;

static MISSING: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Says messages. Cheap to clone.
#[derive(Clone)]
pub struct Words {
    host: Arc<HostTexts>,
    language: usize,
    /// A plugin's texts, and which of its languages suits the reader.
    plugin: Option<(Arc<PluginLanguages>, Option<usize>)>,
}

impl Words {
    #[must_use]
    pub fn new(host: Arc<HostTexts>, language: usize) -> Self {
        Self { host, language, plugin: None }
    }

    /// The same language, with a plugin's own texts before the host's.
    #[must_use]
    pub fn of_plugin(&self, plugin: Option<Arc<PluginLanguages>>) -> Self {
        let chosen = |languages: Arc<PluginLanguages>| {
            let at = languages.choose(&self.locale());
            (languages, at)
        };
        Self { plugin: plugin.map(chosen), ..self.clone() }
    }

    /// BCP 47.
    #[must_use]
    pub fn locale(&self) -> String {
        self.host.language(self.language).map_or_else(|| "en".to_owned(), super::language::Language::code)
    }

    /// `rtl` for scripts that are written from right to left.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        let rtl = self.host.language(self.language).is_some_and(|language| {
            matches!(language.tag().language.as_str(), "ar" | "fa" | "he" | "ps" | "ur" | "yi")
        });
        if rtl { "rtl" } else { "ltr" }
    }

    /// A message without variables.
    #[must_use]
    pub fn say(&self, id: &str) -> String {
        self.tell(id, None)
    }

    /// A message with variables: the plugin's, then the host's in this language, then in English, then the id.
    #[must_use]
    pub fn say_with(&self, id: &str, args: &[(&str, &str)]) -> String {
        let mut given = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            given.set(*name, *value);
        }
        self.tell(id, Some(&given))
    }

    pub(crate) fn tell(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        self.find(id, args).unwrap_or_else(|| {
            remember_missing(id);
            id.to_owned()
        })
    }

    fn find(&self, id: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        if let Some((plugin, chosen)) = &self.plugin
            && let Some(words) = plugin.say(id, args, *chosen)
        {
            return Some(words);
        }
        let own = self.host.language(self.language).and_then(|language| language.say(id, args));
        own.or_else(|| self.host.language(0)?.say(id, args))
    }

    #[must_use]
    pub fn number_style(&self) -> Option<&NumberStyle> {
        self.host.number_style(self.language)
    }
}

fn remember_missing(id: &str) {
    let mut missing = MISSING.lock();
    if missing.len() < MISSING_MAX && missing.insert(id.chars().take(80).collect()) {
        tracing::warn!(id, "a text is missing");
    }
}
