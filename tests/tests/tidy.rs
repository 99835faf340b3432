//! The rules of the house, over the whole source tree. Each message names the rule and the fix.

use tollgate_tests::house;
use tollgate_tests::tidy::{RULES, Tree};

/// Runs one rule by name.
fn check(name: &str) {
    let tree = Tree::read(&house::top()).expect("the source tree can be read");
    let (_, rule) = RULES.iter().find(|(known, _)| *known == name).expect("the rule exists");
    let findings = rule(&tree);
    let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "\n{}\n", said.join("\n"));
}

#[test]
fn every_file_lies_where_it_belongs_and_is_short() {
    check("layout");
}

#[test]
fn no_floats_no_panics_no_unsafe_no_endless_functions() {
    check("rust");
}

#[test]
fn rooms_know_only_what_they_may() {
    check("walls");
}

#[test]
fn pages_escape_and_ask_nobody_else() {
    check("templates");
}

#[test]
fn every_text_exists_is_used_and_is_in_every_language() {
    check("fluent");
}

#[test]
fn nothing_is_left_over() {
    check("words");
}

#[test]
fn the_list_of_requirements_names_what_exists_and_counts_right() {
    check("asvs");
}
