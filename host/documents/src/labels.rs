//! The document's own words, from Fluent files: `locales/<language>/invoice.ftl` beside the template.

use std::collections::BTreeMap;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::files::TemplateFiles;

/// What every message falls back to.
const FALLBACK: &str = "en";

/// What a message may name; the template, or [`Labels::with`], puts the value in its place. Fluent's own placing would
/// need the page count before there are pages.
const PLACES: [&str; 4] = ["rate", "net", "page", "pages"];

/// All messages of one language, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels(BTreeMap<String, String>);

impl Labels {
    /// For a locale: its own words, the English ones where it has none. A message that cannot be read is left to
    /// English too, and the log says which.
    pub fn of(locale: &LanguageIdentifier, files: &TemplateFiles) -> Self {
        let english = TemplateFiles::built_in_text(&path_of(FALLBACK)).unwrap_or_default();
        let mut labels = Self(messages(FALLBACK, english.to_owned()));
        for folder in [FALLBACK.to_owned()].into_iter().chain(folders(locale)) {
            if let Some(text) = files.text(&path_of(&folder)) {
                labels.0.extend(messages(&folder, text));
            }
        }
        labels
    }

    /// Empty for an id that no language has.
    pub fn get(&self, id: &str) -> &str {
        self.0.get(id).map_or("", String::as_str)
    }

    /// A message with a value in its place.
    pub fn with(&self, id: &str, place: &str, value: &str) -> String {
        self.get(id).replace(&format!("{{{place}}}"), value)
    }

    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

fn path_of(folder: &str) -> String {
    format!("locales/{folder}/invoice.ftl")
}

/// From the widest to the narrowest: `zh`, `zh-Hant`, `zh-TW`, `zh-Hant-TW`. Later ones win.
fn folders(locale: &LanguageIdentifier) -> Vec<String> {
    let language = locale.language.as_str();
    let region = locale.region.as_ref().map(unic_langid::subtags::Region::as_str);
    let script = locale.script.as_ref().map(unic_langid::subtags::Script::as_str).or(match (language, region) {
        ("zh", Some("TW" | "HK" | "MO")) => Some("Hant"),
        ("zh", _) => Some("Hans"),
        _ => None,
    });
    let mut folders = vec![language.to_owned()];
    folders.extend(script.map(|script| format!("{language}-{script}")));
    folders.extend(region.map(|region| format!("{language}-{region}")));
    folders.extend(script.zip(region).map(|(script, region)| format!("{language}-{script}-{region}")));
    folders
}

fn messages(folder: &str, text: String) -> BTreeMap<String, String> {
    let resource = match FluentResource::try_new(text) {
        Ok(resource) => resource,
        Err((resource, faults)) => {
            for fault in faults {
                tracing::warn!("{}: {fault}", path_of(folder));
            }
            resource
        }
    };
    let ids: Vec<String> = resource.entries().filter_map(message_id).collect();
    let mut bundle = FluentBundle::new(vec![folder.parse().unwrap_or_default()]);
    // The marks that keep directions apart would be printed as boxes by fonts that lack them.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    ids.into_iter().filter_map(|id| Some((formatted(&bundle, folder, &id)?, id))).map(|(text, id)| (id, text)).collect()
}

fn message_id(entry: &fluent_syntax::ast::Entry<&str>) -> Option<String> {
    match entry {
        fluent_syntax::ast::Entry::Message(message) => Some(message.id.name.to_owned()),
        _ => None,
    }
}

fn formatted(bundle: &FluentBundle<FluentResource>, folder: &str, id: &str) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    let mut args = FluentArgs::new();
    for place in PLACES {
        args.set(place, format!("{{{place}}}"));
    }
    let mut faults = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args), &mut faults).into_owned();
    for fault in &faults {
        tracing::warn!("{}: {id}: {fault}", path_of(folder));
    }
    faults.is_empty().then(|| crate::text::plain(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(locale: &str) -> Labels {
        Labels::of(&locale.parse().unwrap(), &TemplateFiles::new(None))
    }

    #[test]
    fn a_language_speaks_its_own_words_and_an_unknown_one_english() {
        let cases = [
            ("en", "Invoice"),
            ("en-GB", "Invoice"),
            ("de", "Rechnung"),
            ("de-CH", "Rechnung"),
            ("ja", "請求書"),
            ("ja-JP", "請求書"),
            ("zh-Hans", "账单"),
            ("zh-CN", "账单"),
            ("zh", "账单"),
            ("zh-Hant", "Invoice"),
            ("zh-TW", "Invoice"),
            ("xx", "Invoice"),
        ];
        for (locale, title) in cases {
            assert_eq!(labels(locale).get("invoice"), title, "{locale}");
        }
    }

    #[test]
    fn every_language_has_every_message_with_the_same_places() {
        let english = labels("en");
        for locale in ["de", "ja", "zh-Hans"] {
            let text = TemplateFiles::built_in_text(&path_of(locale)).unwrap();
            let own = messages(locale, text.to_owned());
            assert_eq!(own.keys().collect::<Vec<_>>(), english.0.keys().collect::<Vec<_>>(), "{locale}");
            for (id, text) in &own {
                for place in PLACES {
                    let mark = format!("{{{place}}}");
                    assert_eq!(text.contains(&mark), english.get(id).contains(&mark), "{locale}: {id}");
                }
            }
        }
    }

    #[test]
    fn a_provider_s_own_words_win_and_broken_ones_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("locales/en");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("invoice.ftl"), "invoice = Bill\ntotal = { $nobody }\n= broken\ndue = By\n")
            .unwrap();
        let files = TemplateFiles::new(Some(dir.path().to_owned()));
        let labels = Labels::of(&"en".parse().unwrap(), &files);
        assert_eq!(labels.get("invoice"), "Bill");
        assert_eq!(labels.get("due"), "By");
        assert_eq!(labels.get("total"), "Total", "a message with an unknown place is the English one");
        assert_eq!(labels.get("tax"), "Tax");
    }

    #[test]
    fn a_value_goes_into_its_place() {
        assert_eq!(labels("en").with("tax-at", "rate", "20%"), "Tax 20%");
        assert_eq!(labels("en").get("page-of"), "Page {page} of {pages}");
        assert_eq!(labels("en").get("no-such-message"), "");
    }
}
