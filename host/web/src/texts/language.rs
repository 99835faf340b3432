//! One language: its Fluent messages, and how it writes numbers and money.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::format::NumberStyle;

/// Messages of one language out of any number of files.
pub struct Language {
    tag: LanguageIdentifier,
    bundle: FluentBundle<FluentResource>,
}

impl Language {
    pub(super) fn new(tag: LanguageIdentifier) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![tag.clone()]);
        // Isolation marks would end up in what people copy.
        bundle.set_use_isolating(false);
        Self { tag, bundle }
    }

    /// Adds a file. Fails with the id of a message that is there already.
    pub(super) fn add(&mut self, resource: FluentResource) -> Result<(), String> {
        self.bundle.add_resource(resource).map_err(|errors| match errors.first() {
            Some(fluent_bundle::FluentError::Overriding { id, .. }) => format!("the message “{id}” is there twice"),
            Some(error) => error.to_string(),
            None => "the file cannot be added".to_owned(),
        })
    }

    #[must_use]
    pub fn tag(&self) -> &LanguageIdentifier {
        &self.tag
    }

    /// Whether `id` or `id.attribute` is there.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.pattern(id).is_some()
    }

    /// The message, or `None` where this language does not have it.
    #[must_use]
    pub fn say(&self, id: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.pattern(id)?;
        let mut errors = Vec::new();
        // A variable that was not given stands as `{$name}` in the text: visible, and no reason to show no page.
        let words = self.bundle.format_pattern(pattern, args, &mut errors);
        Some(words.into_owned())
    }

    fn pattern(&self, id: &str) -> Option<&fluent_syntax::ast::Pattern<&str>> {
        match id.split_once('.') {
            None => self.bundle.get_message(id)?.value(),
            Some((id, attribute)) => Some(self.bundle.get_message(id)?.get_attribute(attribute)?.value()),
        }
    }

    /// How numbers are written, by the messages `number-*` and `money-*`; what is missing is as in English.
    #[must_use]
    pub fn number_style(&self) -> NumberStyle {
        NumberStyle::from_messages(|id, args| self.say(id, Some(args)))
    }

    /// BCP 47, for the page's `lang`.
    #[must_use]
    pub fn code(&self) -> String {
        self.tag.to_string()
    }
}

/// The place in `available` of the language that suits `wanted` best: the same tag, the same language and script, the
/// same language; `None` where there is none of that language.
pub fn pick<'a, I>(available: I, wanted: &str) -> Option<usize>
where
    I: Iterator<Item = &'a LanguageIdentifier>,
{
    let wanted: LanguageIdentifier = wanted.parse().ok()?;
    let tags: Vec<&LanguageIdentifier> = available.collect();
    let find = |suits: &dyn Fn(&LanguageIdentifier) -> bool| tags.iter().position(|tag| suits(tag));
    find(&|tag| *tag == wanted)
        .or_else(|| find(&|tag| tag.language == wanted.language && tag.script == wanted.script && tag.region.is_none()))
        .or_else(|| find(&|tag| tag.language == wanted.language && tag.script == wanted.script))
        .or_else(|| find(&|tag| tag.language == wanted.language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_language_is_picked() {
        let available: Vec<LanguageIdentifier> =
            ["en", "pt-BR", "zh-Hant", "zh-Hans"].iter().filter_map(|tag| tag.parse().ok()).collect();
        let check =
            |wanted: &str, expected: Option<usize>| assert_eq!(pick(available.iter(), wanted), expected, "{wanted}");
        check("en", Some(0));
        check("en-GB", Some(0));
        check("pt", Some(1));
        check("zh-Hans", Some(3));
        check("zh-Hant-TW", Some(2));
        check("ja", None);
        check("", None);
        check("not a tag", None);
    }
}
