//! The words of the gateway: every language says everything, and nothing is said that nobody reads.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use tollgate_card::Card;
use tollgate_sdk::gateway::{Gateway, Manifest};
use tollgate_sdk::{Field, FieldKind, Text};

const SOURCES: [&str; 24] = [
    include_str!("../../src/api.rs"),
    include_str!("../../src/check.rs"),
    include_str!("../../src/claims.rs"),
    include_str!("../../src/config.rs"),
    include_str!("../../src/connection.rs"),
    include_str!("../../src/currency.rs"),
    include_str!("../../src/customer.rs"),
    include_str!("../../src/declines.rs"),
    include_str!("../../src/intent.rs"),
    include_str!("../../src/lib.rs"),
    include_str!("../../src/manifest.rs"),
    include_str!("../../src/method.rs"),
    include_str!("../../src/page.rs"),
    include_str!("../../src/pay.rs"),
    include_str!("../../src/refund.rs"),
    include_str!("../../src/refusals.rs"),
    include_str!("../../src/saved.rs"),
    include_str!("../../src/setup.rs"),
    include_str!("../../src/signature.rs"),
    include_str!("../../src/webhook.rs"),
    include_str!("../../src/wire.rs"),
    include_str!("../../templates/authenticate.hbs"),
    include_str!("../../templates/card.hbs"),
    include_str!("../../templates/resend.hbs"),
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
    own.into_iter().chain(groups).map(|text| text.id().expect("translated").to_owned()).collect()
}

#[test]
fn every_language_has_the_messages_and_variables_of_english() {
    let english = english();
    let manifest = Card::describe();
    let locales: Vec<_> = manifest.assets.translations.iter().map(|file| file.locale.as_str()).collect();
    assert_eq!(locales, ["en", "de", "ja", "zh-Hans"]);
    for file in &manifest.assets.translations {
        assert_eq!(messages(&file.source), english, "{}", file.locale);
    }
}

#[test]
fn every_message_is_used_and_every_id_has_one() {
    let english: BTreeSet<_> = english().into_keys().collect();
    let in_manifest = manifest_ids(&Card::describe());
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

#[test]
fn the_manifest_keeps_the_limits_of_the_contract() {
    let manifest = Card::describe();
    assert_eq!(manifest, Card::describe());
    assert_eq!(manifest.identity.id, "card");
    let hosts: Vec<_> = manifest.hosts.iter().map(|host| host.host.as_str()).collect();
    assert_eq!(hosts, ["api.stripe.com"]);
    assert!(manifest.browser_origins.iter().all(|origin| origin.origin.ends_with(".stripe.com")));
    for file in &manifest.assets.translations {
        assert!(file.source.len() <= 64 << 10, "{}", file.locale);
    }
    let logo = manifest.assets.logo.expect("a logo");
    assert!(logo.bytes.len() <= 32 << 10);
    let keys: Vec<_> =
        manifest.configuration.iter().flat_map(|group| &group.fields).map(|field| field.key.as_str()).collect();
    for key in &keys {
        assert!(key.len() <= 40 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{key}");
    }
    assert!(keys.contains(&"merchant"), "the host compares the claim's account with this setting");
}

#[test]
fn the_page_s_script_is_small_strict_and_makes_no_html() {
    let [script] = &Card::describe().scripts[..] else { panic!("one script") };
    assert!(script.name == "card" && script.source.len() < 8 << 10);
    assert!(script.source.contains("'use strict';"));
    for banned in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch("] {
        assert!(!script.source.contains(banned), "{banned}");
    }
}
