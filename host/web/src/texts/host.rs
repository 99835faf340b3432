//! The host's own texts: `templates/locales/<language>/*.ftl`.

use std::collections::BTreeMap;

use unic_langid::LanguageIdentifier;

use super::language::{Language, pick};
use super::parse::parse_fluent;
use crate::format::NumberStyle;
use crate::problem::TemplateProblem;

/// Every language that there is, English first.
pub struct HostTexts {
    languages: Vec<(Language, NumberStyle)>,
}

impl HostTexts {
    /// `files` are (language, file as named in problems, source).
    ///
    /// # Errors
    /// A file that does not parse, a language that is none, a message that is there twice, or no English.
    pub fn load(files: &[(String, String, String)]) -> Result<Self, TemplateProblem> {
        let mut languages: BTreeMap<String, Language> = BTreeMap::new();
        for (code, file, source) in files {
            let tag: LanguageIdentifier = code.parse().map_err(|_| {
                TemplateProblem::new(file, None, format!("“{code}” is no language tag, such as en or pt-BR"))
            })?;
            let language = languages.entry(code.clone()).or_insert_with(|| Language::new(tag));
            let resource = parse_fluent(file, source)?;
            language.add(resource).map_err(|what| TemplateProblem::new(file, None, what))?;
        }
        let Some(english) = languages.remove("en") else {
            return Err(TemplateProblem::new("locales/en", None, "there must be English texts"));
        };
        let all = std::iter::once(english).chain(languages.into_values());
        Ok(Self {
            languages: all
                .map(|language| {
                    let style = language.number_style();
                    (language, style)
                })
                .collect(),
        })
    }

    /// The place of the language to answer in: the client's own, else the first of the browser's that is there, else English.
    #[must_use]
    pub fn choose(&self, own: Option<&str>, accept_language: Option<&str>) -> usize {
        let browsers = accept_language.unwrap_or_default().split(',').take(ACCEPTED_MAX);
        let tags = browsers.map(|part| part.split(';').next().unwrap_or_default().trim());
        own.into_iter().chain(tags).find_map(|wanted| self.find(wanted)).unwrap_or(0)
    }

    /// The place of the language that suits a tag; `None` where there is none of it.
    pub(super) fn find(&self, wanted: &str) -> Option<usize> {
        pick(self.languages.iter().map(|(language, _)| language.tag()), wanted)
    }

    pub(super) fn language(&self, at: usize) -> Option<&Language> {
        self.languages.get(at).map(|(language, _)| language)
    }

    #[must_use]
    pub fn number_style(&self, at: usize) -> Option<&NumberStyle> {
        self.languages.get(at).map(|(_, style)| style)
    }

    /// Whether English has the message.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.language(0).is_some_and(|english| english.has(id))
    }
}

/// Languages of one `Accept-Language` that are looked at; browsers send a handful, in the order of preference.
const ACCEPTED_MAX: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(files: &[(&str, &str)]) -> Result<HostTexts, TemplateProblem> {
        let owned = |(code, source): &(&str, &str)| {
            ((*code).to_owned(), format!("locales/{code}/portal.ftl"), (*source).to_owned())
        };
        HostTexts::load(&files.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_clients_own_language_comes_before_the_browsers() {
        let texts = texts(&[("de", "a = A"), ("en", "a = A"), ("ja", "a = A")]).expect("these files are right");
        let check = |own: Option<&str>, accept: Option<&str>, expected: &str| {
            let language = texts.language(texts.choose(own, accept)).map(Language::code);
            assert_eq!(language.as_deref(), Some(expected), "{own:?} {accept:?}");
        };
        check(Some("ja"), Some("de"), "ja");
        check(Some("fr"), Some("fr, de-AT;q=0.8, ja;q=0.5"), "de");
        check(None, Some("xx, *;q=0.1"), "en");
        check(None, None, "en");
        check(None, Some(&"x,".repeat(5000)), "en");
    }

    #[test]
    fn texts_that_contradict_themselves_are_refused() {
        let check = |files: &[(&str, &str)], expected: &str| {
            let problem = texts(files).err().map_or_else(String::new, |problem| problem.to_string());
            assert!(problem.contains(expected), "{problem:?} does not say {expected:?}");
        };
        check(&[("de", "a = A")], "there must be English texts");
        check(&[("en", "a = A\n"), ("en", "a = B\n")], "“a” is there twice");
        check(&[("engl ish", "a = A")], "no language tag");
        check(&[("en", "a = {")], "locales/en/portal.ftl, line 1");
    }
}
