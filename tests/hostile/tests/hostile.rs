//! Every attack once, without measuring time; and that one which is not contained is reported.

use std::collections::BTreeSet;

use tollgate_hostile::attack::Attack;
use tollgate_hostile::catalogue::attacks;
use tollgate_hostile::ground::{Careless, Ground};

/// The number.
const ATTACKS_MIN: usize = 60;

/// Runs the attacks of these families, and says which were not contained.
async fn all_contained(families: &[&str]) {
    let mut loose = Vec::new();
    let chosen: Vec<Attack> = attacks().into_iter().filter(|attack| families.contains(&attack.family)).collect();
    assert!(!chosen.is_empty(), "{families:?}");
    let ground = Ground::default();
    for attack in chosen {
        if let Err(happened) = attack.run(&ground).await {
            loose.push(format!("{}/{}: {happened}", attack.family, attack.name));
        }
    }
    assert!(loose.is_empty(), "not contained:\n{}", loose.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_never_end_and_memory_that_grows_are_contained() {
    all_contained(&["loops", "memory"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn untrue_answers_and_files_are_contained() {
    all_contained(&["values", "files"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_are_contained() {
    all_contained(&["floods"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_to_where_none_may_go_and_the_hunt_for_secrets_are_contained() {
    all_contained(&["egress", "secrets"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn templates_and_pages_are_contained() {
    all_contained(&["templates", "pages"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn false_claims_and_effects_without_a_grant_are_contained() {
    all_contained(&["claims", "effects"]).await;
}

#[test]
fn attacks_are_many_each_with_a_name_of_its_own_and_no_family_is_left_out() {
    let all = attacks();
    let names: BTreeSet<&str> = all.iter().map(|attack| attack.name).collect();
    assert_eq!(names.len(), all.len(), "two attacks have the same name");
    assert!(all.len() >= ATTACKS_MIN, "{}", all.len());
    let families: BTreeSet<&str> = all.iter().map(|attack| attack.family).collect();
    let tested = [
        "claims",
        "effects",
        "egress",
        "files",
        "floods",
        "loops",
        "memory",
        "pages",
        "secrets",
        "templates",
        "values",
    ];
    assert_eq!(families.into_iter().collect::<Vec<_>>(), tested);
}

/// The host is made careless: the attack must be told from one that is contained.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attack_that_is_not_contained_is_reported() {
    let table = [
        ("memory-at-once", Careless::Sizes),
        ("table-at-once", Careless::Sizes),
        ("same-loopback", Careless::Grants),
        ("request-in-live-mode", Careless::Environment),
        ("test-as-live", Careless::Environment),
    ];
    for (name, careless) in table {
        let attack = attacks().into_iter().find(|attack| attack.name == name).expect("the attack is in the catalogue");
        assert!(attack.run(&Ground::careless(careless)).await.is_err(), "{name} passes for contained");
    }
}
