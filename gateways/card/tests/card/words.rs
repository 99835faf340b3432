//! The words of the gateway: every language says everything, and nothing is said that nobody reads.

use std::path::Path;

use tollgate_card::Card;
use tollgate_sdk::gateway::Gateway;
use tollgate_sdk::testing::words;

#[test]
fn every_language_says_all_that_is_meant_and_nothing_else() {
    let manifest = Card::describe();
    let locales: Vec<_> = manifest.assets.translations.iter().map(|file| file.locale.as_str()).collect();
    assert_eq!(locales, ["en", "de", "ja", "zh-Hans"]);
    let sources = words::sources(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert_eq!(words::faults(&manifest, &sources), Vec::<String>::new());
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
