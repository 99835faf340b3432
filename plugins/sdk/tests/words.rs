//! The check of a plugin's words finds what it is for.

use tollgate_sdk::gateway::Manifest;
use tollgate_sdk::testing::words;
use tollgate_sdk::{Assets, Field, FieldKind, Identity, Text};

const ENGLISH: &str = "summary = Pays\nhelp = Pay { $amount }\nfield-key = Key\nsaid = Said\n";
const GERMAN: &str = "summary = Zahlt\nhelp = { $amount } zahlen\nfield-key = Schlüssel\nsaid = Gesagt\n";
const SOURCE: &str = "Text::msg(\"said\")";

fn faults(english: &str, german: &str, source: &str) -> Vec<String> {
    let identity = Identity {
        id: "acme".into(),
        name: "Acme".into(),
        version: "1.0.0".into(),
        publisher: "Acme".into(),
        licence: "Apache-2.0".into(),
        summary: Text::msg("summary"),
    };
    let key = Field::new("key", Text::msg("field-key"), FieldKind::Secret);
    let assets = Assets::empty().translation("en", english).translation("de", german);
    let manifest = Manifest::new(identity, Text::msg("help")).fields(Text::msg("said"), [key]).assets(assets);
    words::faults(&manifest, &[source.to_owned()])
}

#[test]
fn languages_that_say_all_that_is_meant_have_no_fault() {
    assert_eq!(faults(ENGLISH, GERMAN, SOURCE), Vec::<String>::new());
}

#[test]
fn each_fault_is_named() {
    let english = |more: &str| format!("{ENGLISH}{more}\n");
    let german = |more: &str| format!("{GERMAN}{more}\n");
    for (english, german, source, expected) in [
        (english(""), GERMAN.replace("said = Gesagt\n", ""), SOURCE, "de has no said"),
        (english(""), GERMAN.replace("{ $amount }", "{ $sum }"), SOURCE, "de says help with other variables"),
        (english(""), german("more = Mehr"), SOURCE, "de has more, which English has not"),
        (english("more = More"), german("more = Mehr"), SOURCE, "nobody says more"),
        (english(""), german("said = Gesagt"), SOURCE, "de has said twice"),
        (english(""), german(""), "{{t \"lost\"}}", "a source means lost, which has no words"),
        (ENGLISH.replace("summary = Pays\n", ""), german(""), SOURCE, "the manifest means summary, which has no words"),
        (
            english("odd = { NUMBER($amount) }"),
            german("odd = x"),
            "\"odd\"",
            "en uses more than plain variables in odd",
        ),
        (english("= no id"), german(""), SOURCE, "en is no Fluent"),
    ] {
        let found = faults(&english, &german, source);
        assert!(found.iter().any(|fault| fault.contains(expected)), "{expected}: {found:?}");
    }
}

#[test]
fn a_crate_is_read_with_its_folders() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/smallest-gateway");
    let sources = words::sources(&folder);
    assert!(sources.iter().any(|source| source.contains("Text::msg(")), "{}", sources.len());
    assert_eq!(words::sources(&folder.join("nowhere")), Vec::<String>::new());
}
