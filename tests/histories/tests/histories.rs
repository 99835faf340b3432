//! The short form of the simulation, and that it finds what it is for.

use std::thread::available_parallelism;

use tollgate_histories::judge::Verdict;
use tollgate_histories::plant::Plant;
use tollgate_histories::tellers::{Places, Sum, Task, tell_all};

/// The same histories every time. A longer search: `make histories COUNT=20000`.
const SEED: u64 = 11;
const HISTORIES: u64 = 300;
/// Each planted bug is found within so many, or it is not found.
const HISTORIES_WITH_A_BUG: u64 = 600;

fn told(numbers: std::ops::Range<u64>, plant: Option<Plant>, workers: usize) -> Sum {
    let task = Task { seed: SEED, numbers, plant, workers, stops: plant.is_some() };
    let places = Places::of_this_program().expect("make test builds the components");
    tell_all(&task, &places, &|_| ()).expect("the simulation itself works")
}

fn cores() -> usize {
    available_parallelism().map_or(1, Into::into)
}

#[test]
fn no_payment_is_lost_doubled_or_stuck_in_any_history() {
    let sum = told(0..HISTORIES, None, cores());
    for (number, told) in &sum.bad {
        eprintln!("history {number}:\n  {}\n  {}", told.verdict.lines().join("\n  "), told.diary.join("\n  "));
    }
    assert!(sum.bad.is_empty(), "again: make histories SEED={SEED} ONLY=<its number>");
    assert_eq!(
        sum.json(SEED),
        format!("{{\"histories\":{HISTORIES},\"lost\":0,\"doubled\":0,\"stuck\":0,\"seed\":{SEED}}}")
    );
}

/// What the bug did to the first history in which it was found.
fn found(plant: Plant) -> Verdict {
    let sum = told(0..HISTORIES_WITH_A_BUG, Some(plant), cores());
    let (_, told) = sum.bad.first_key_value().unwrap_or_else(|| panic!("{} was not found", plant.name()));
    told.verdict.clone()
}

#[test]
fn a_store_without_compare_and_set_is_found_because_it_books_twice() {
    assert!(!found(Plant::BooksTwice).doubled.is_empty());
}

#[test]
fn a_settlement_in_two_transactions_is_found_because_a_crash_between_loses_money() {
    assert!(!found(Plant::HalfSettles).lost.is_empty());
}

#[test]
fn a_webhook_that_is_answered_before_it_is_written_down_is_found() {
    assert!(!found(Plant::AnswersFirst).lost.is_empty());
}

#[test]
fn a_sweep_that_looks_nothing_up_is_found_because_payments_hang() {
    assert!(!found(Plant::NeverSweeps).stuck.is_empty());
}

#[test]
fn a_payment_that_failed_and_is_never_looked_at_again_is_found_because_its_money_came_all_the_same() {
    assert!(!found(Plant::NeverLooksBack).lost.is_empty());
}

#[test]
fn a_store_that_does_not_compare_refunds_is_found_because_it_refunds_twice() {
    assert!(!found(Plant::RefundsTwice).doubled.is_empty());
}

#[test]
fn a_history_is_the_same_whoever_tells_it_and_after_whatever_else() {
    let diaries = |numbers: std::ops::Range<u64>, workers| {
        let told = parking_lot::Mutex::new(std::collections::BTreeMap::new());
        let task = Task { seed: SEED, numbers, plant: None, workers, stops: false };
        let places = Places::of_this_program().expect("make test builds the components");
        let note = |one: &tollgate_histories::history::Told| {
            told.lock().insert(one.number, one.diary.clone());
        };
        tell_all(&task, &places, &note).expect("the simulation itself works");
        told.into_inner()
    };
    let (one, two) = (diaries(0..12, 1), diaries(0..12, 2));
    assert_eq!(one, two);
    assert_eq!(diaries(7..8, 1)[&7], one[&7]);
}
