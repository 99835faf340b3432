//! The words of the gateway: every language says everything, and nothing is said that nobody reads.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::{Gateway, Manifest};
use tollgate_sdk::{Field, FieldKind, Text};

const SOURCES: [&str; 12] = [
    include_str!("../../src/claims.rs"),
    include_str!("../../src/config.rs"),
    include_str!("../../src/disputes.rs"),
    include_str!("../../src/events.rs"),
    include_str!("../../src/manifest.rs"),
    include_str!("../../src/order.rs"),
    include_str!("../../src/pay.rs"),
    include_str!("../../src/refunds.rs"),
    include_str!("../../src/setup.rs"),
    include_str!("../../src/webhook.rs"),
    include_str!("../../src/words.rs"),
    include_str!("../../templates/pay-now.hbs"),
];

/// Ids of a language's messages, each with the variables that it uses.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = parser::parse(source).map_err(|(_, errors)| errors).expect("a Fluent file without errors");
    let mut messages = BTreeMap::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let pattern = message.value.expect("a message with words");
        let twice = messages.insert(message.id.name.to_owned(), variables(&pattern));
        assert_eq!(twice, None, "{} is there twice", message.id.name);
    }
    messages
}

fn variables(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let variable = |element: &PatternElement<&str>| match element {
        PatternElement::Placeable { expression: Expression::Inline(InlineExpression::VariableReference { id }) } => {
            Some(id.name.to_owned())
        }
        PatternElement::Placeable { .. } => panic!("only plain variables are used here"),
        PatternElement::TextElement { .. } => None,
    };
    pattern.elements.iter().filter_map(variable).collect()
}

fn english() -> BTreeMap<String, BTreeSet<String>> {
    messages(include_str!("../../translations/en.ftl"))
}

/// Every id that the manifest uses.
fn manifest_ids(manifest: &Manifest) -> BTreeSet<String> {
    let field_texts = |field: &Field| -> Vec<Text> {
        let choices = match &field.kind {
            FieldKind::Choice(choices) => choices.iter().map(|choice| choice.label.clone()).collect(),
            _ => Vec::new(),
        };
        choices.into_iter().chain([field.label.clone()]).chain(field.help.clone()).collect()
    };
    let groups = manifest.configuration.iter().flat_map(|group| {
        let fields = group.fields.iter().flat_map(field_texts);
        fields.chain([group.label.clone()]).chain(group.help.clone()).collect::<Vec<_>>()
    });
    let own = [manifest.help.clone(), manifest.identity.summary.clone()];
    let hosts = manifest.hosts.iter().map(|host| host.purpose.clone());
    let origins = manifest.browser_origins.iter().map(|origin| origin.purpose.clone());
    own.into_iter()
        .chain(groups)
        .chain(hosts)
        .chain(origins)
        .map(|text| text.id().expect("translated").to_owned())
        .collect()
}

#[test]
fn every_language_has_the_messages_and_variables_of_english() {
    let english = english();
    let manifest = PayPal::describe();
    let locales: Vec<_> = manifest.assets.translations.iter().map(|file| file.locale.as_str()).collect();
    assert_eq!(locales, ["en", "de", "ja", "zh-Hans"]);
    for file in &manifest.assets.translations {
        assert_eq!(messages(&file.source), english, "{}", file.locale);
    }
}

#[test]
fn every_message_is_used_and_every_id_has_one() {
    let english: BTreeSet<_> = english().into_keys().collect();
    let in_manifest = manifest_ids(&PayPal::describe());
    let missing: Vec<_> = in_manifest.difference(&english).collect();
    assert!(missing.is_empty(), "the manifest uses ids without words: {missing:?}");
    let is_written = |id: &str| SOURCES.iter().any(|source| source.contains(&format!("\"{id}\"")));
    let unused: Vec<_> = english.iter().filter(|id| !in_manifest.contains(*id) && !is_written(id)).collect();
    assert!(unused.is_empty(), "nobody says these: {unused:?}");
    for source in SOURCES {
        for call in source.split("Text::msg(\"").skip(1).chain(source.split("{{t \"").skip(1)) {
            let id = call.split('"').next().unwrap_or_default();
            assert!(english.contains(id), "“{id}” has no words");
        }
    }
}
