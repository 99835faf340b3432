//! The words of the gateway: every language says everything, and nothing is said that nobody reads.

use std::path::Path;

use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::Gateway;
use tollgate_sdk::testing::words;

#[test]
fn every_language_says_all_that_is_meant_and_nothing_else() {
    let manifest = PayPal::describe();
    let locales: Vec<_> = manifest.assets.translations.iter().map(|file| file.locale.as_str()).collect();
    assert_eq!(locales, ["en", "de", "ja", "zh-Hans"]);
    let sources = words::sources(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert_eq!(words::faults(&manifest, &sources), Vec::<String>::new());
}
