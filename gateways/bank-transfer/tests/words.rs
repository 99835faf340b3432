//! The words of the gateway: every language says everything, and nothing is said that nobody reads.

use std::path::Path;

use tollgate_bank_transfer::BankTransfer;
use tollgate_sdk::gateway::Gateway;
use tollgate_sdk::testing::words;

#[test]
fn every_language_says_all_that_is_meant_and_nothing_else() {
    let manifest = BankTransfer::describe();
    let locales: Vec<_> = manifest.assets.translations.iter().map(|file| file.locale.as_str()).collect();
    assert_eq!(locales, ["en", "de", "ja", "zh-Hans"]);
    let sources = words::sources(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert_eq!(words::faults(&manifest, &sources), Vec::<String>::new());
}

#[test]
fn the_manifest_keeps_the_limits_of_the_contract() {
    let manifest = BankTransfer::describe();
    assert_eq!(manifest, BankTransfer::describe());
    assert_eq!(manifest.identity.id, "bank-transfer");
    assert!(manifest.hosts.is_empty() && manifest.browser_origins.is_empty());
    for file in &manifest.assets.translations {
        assert!(file.source.len() <= 64 << 10, "{}", file.locale);
    }
    let logo = manifest.assets.logo.expect("a logo");
    assert!(logo.bytes.len() <= 32 << 10);
    let keys = manifest.configuration.iter().flat_map(|group| &group.fields).map(|field| field.key.as_str());
    for key in keys {
        assert!(key.len() <= 40 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{key}");
    }
}
