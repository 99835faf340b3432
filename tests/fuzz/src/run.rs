//! Runs one target, for a time or over its corpus.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};
use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::mutate::mutate;
use crate::targets::Target;
use crate::watch::Watch;

/// Inputs that are changed further.
const POOL_MAX: usize = 2_000;
/// Of an answer as much as tells it from others.
const ANSWER_CHARS_MAX: usize = 500;
/// Findings of one target: the same fault is found again and again.
const FINDINGS_MAX: usize = 10;

/// An input that a target must not answer so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub input: Vec<u8>,
    /// What happened, in a line.
    pub what: String,
}

/// What came of a target.
#[derive(Debug, Default)]
pub struct Outcome {
    pub executions: u64,
    /// Answers that differed.
    pub answers: usize,
    pub findings: Vec<Finding>,
}

/// Runs a target on one input. Panics are caught.
///
/// # Errors
/// What it did that no input may make it do.
pub fn once(target: &Target, input: &[u8]) -> Result<String, Finding> {
    let found = |what: String| Finding { input: input.to_vec(), what };
    match panic::catch_unwind(AssertUnwindSafe(|| (target.run)(input))) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(broken)) => Err(found(broken)),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
            Err(found(format!("it panics: {text}")))
        }
    }
}

/// Runs a target on its whole corpus, then on changes of it until `time` is over.
#[must_use]
pub fn fuzz(target: &Target, corpus: Vec<Vec<u8>>, seed: u64, time: Duration, watch: &Watch) -> Outcome {
    let (mut outcome, mut chance) = (Outcome::default(), Chance::of(seed, target.name));
    let (mut answers, mut faults) = (BTreeSet::new(), BTreeSet::new());
    let (mut pool, mut waiting) = (corpus.clone(), corpus);
    waiting.reverse();
    let began = Instant::now();
    while (!waiting.is_empty() || began.elapsed() < time) && outcome.findings.len() < FINDINGS_MAX {
        let input = waiting.pop().unwrap_or_else(|| {
            let parent = chance.pick(&pool).cloned().unwrap_or_default();
            mutate(&parent, &pool, &mut chance)
        });
        watch.begin(&input);
        let answered = once(target, &input);
        watch.end();
        outcome.executions += 1;
        match answered {
            Ok(answer) => {
                if answers.insert(shape(&answer)) && pool.len() < POOL_MAX {
                    pool.push(input);
                }
            }
            Err(finding) => {
                if faults.insert(shape(&finding.what)) {
                    outcome.findings.push(finding);
                }
            }
        }
    }
    outcome.answers = answers.len();
    outcome
}

/// An answer without what differs from input to input.
fn shape(answer: &str) -> String {
    answer.chars().filter(|letter| !letter.is_ascii_digit()).take(ANSWER_CHARS_MAX).collect()
}
