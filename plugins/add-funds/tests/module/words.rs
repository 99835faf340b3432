//! Every message that the module means is in its translations, and none is there for nothing.

use std::collections::BTreeSet;

use tollgate_sdk::module::Module;

use super::*;

const SOURCES: [&str; 6] = [
    include_str!("../../src/lib.rs"),
    include_str!("../../src/config.rs"),
    include_str!("../../src/manifest.rs"),
    include_str!("../../src/policy.rs"),
    include_str!("../../src/submit.rs"),
    include_str!("../../templates/page.hbs"),
];

fn english() -> String {
    let manifest = AddFunds::describe();
    let english = manifest.assets.translations.iter().find(|translation| translation.locale == "en");
    english.expect("English is required").source.clone()
}

fn message_ids(fluent: &str) -> BTreeSet<&str> {
    let lines = fluent.lines().filter(|line| !line.starts_with(['#', ' ']));
    lines.filter_map(|line| line.split_once(" = ")).map(|(id, _)| id).collect()
}

/// What stands between quotes and looks like an id.
fn quoted(source: &str) -> BTreeSet<&str> {
    source.split('"').skip(1).step_by(2).collect()
}

fn in_template(helper: &str) -> BTreeSet<&'static str> {
    let template = include_str!("../../templates/page.hbs");
    template.split(helper).skip(1).filter_map(|rest| rest.split('"').nth(1)).collect()
}

#[test]
fn every_message_is_used_and_every_used_one_is_there() {
    let english = english();
    let known = message_ids(&english);
    let quoted: BTreeSet<&str> = SOURCES.iter().flat_map(|source| quoted(source)).collect();
    for id in &known {
        assert!(quoted.contains(id), "{id} is translated but never used");
    }
    let meant = SOURCES.iter().flat_map(|source| source.split("Text::msg(\"").skip(1));
    let meant = meant.filter_map(|rest| rest.split('"').next());
    for id in meant.chain(in_template("{{t ")).chain(in_template("{{t_link ")) {
        assert!(known.contains(id), "{id} is used but not translated");
    }
}

#[test]
fn the_labels_are_those_of_the_clients_guide() {
    let english = english();
    let labels = [
        "tab = Add Funds",
        "amount = Amount",
        "gateway = Gateway",
        "add-funds = + Add Funds",
        "redeem-voucher = Redeem Voucher",
    ];
    for label in labels {
        assert!(english.lines().any(|line| line == label), "{label}");
    }
}

#[test]
fn no_template_writes_unescaped() {
    for template in AddFunds::describe().assets.templates {
        assert!(!template.source.contains("{{{") && !template.source.contains("{{&"), "{}", template.name);
    }
}
