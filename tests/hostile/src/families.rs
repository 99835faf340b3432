//! The attacks, a file for each kind.

pub mod claims;
pub mod effects;
pub mod egress;
pub mod files;
pub mod floods;
pub mod loops;
pub mod memory;
pub mod pages;
pub mod secrets;
pub mod templates;
pub mod values;

use std::sync::Arc;

pub use loops::FOREVER;
use tollgate_billing::ports::Gateways;
use tollgate_guests::guest::Guest;
use tollgate_guests::value::Value;

use crate::attack::{Attack, Verdict, broken};
use crate::ground::Ground;
use crate::rooms::Rooms;

/// Where the invoice's revision lies in what `pay-now` is passed: the number by which the host chooses what it tries.
pub const REVISION_AT: usize = 48;

/// What a call may take.
#[derive(Clone, Copy)]
enum Pace {
    /// It never ends of itself.
    Endless,
    /// It ends in what it does.
    Ends,
}

/// An attack in `pay-now`, which must break off with `words`, and leave an honest plugin as it was.
fn in_pay_now(
    family: &'static str,
    (name, tries): (&'static str, &'static str),
    pace: Pace,
    guest: impl Fn() -> Guest + Send + Sync + 'static,
    words: &'static str,
) -> Attack {
    Attack::new(family, name, tries, move |ground: Ground| {
        let guest = guest();
        async move {
            let limits = match pace {
                Pace::Endless => ground.hasty(),
                Pace::Ends => ground.patient(),
            };
            let rooms = Rooms::around(limits, &guest).await;
            let verdict = broken(rooms.pay_now().await, words)?;
            rooms_stand(&rooms, verdict).await
        }
    })
}

/// One of many attacks that differ in what `pay-now` answers next.
struct Answer {
    name: &'static str,
    tries: &'static str,
    next: Value,
    /// Those of the refusal.
    words: &'static str,
}

/// One plugin holds all answers, and each attack has it give its own: compiling a plugin for each would take longest of all.
fn in_answers(family: &'static str, base: &Guest, answers: Vec<Answer>) -> Vec<Attack> {
    let said = |answer: &Answer| base.answer_with("pay-now", "ok.next", answer.next.clone());
    let guest = base.clone().chosen("pay-now", REVISION_AT, answers.iter().map(said).collect());
    let attack = |(number, Answer { name, tries, words, .. })| {
        let guest = guest.clone();
        Attack::new(family, name, tries, move |ground: Ground| {
            let guest = guest.clone();
            async move {
                let rooms = ground.shared(family, || Rooms::around(ground.patient(), &guest)).await;
                let mut call = rooms.call();
                Arc::make_mut(&mut call.payment).invoice_revision = number;
                let verdict = broken(rooms.sandbox.pay_now(&call).await, words)?;
                rooms_stand(&rooms, verdict).await
            }
        })
    };
    (0..).zip(answers).map(attack).collect()
}

/// The verdict, where an honest plugin of the same host still answers.
async fn rooms_stand(rooms: &Rooms, how: String) -> Verdict {
    rooms.honest().await.map(|()| how)
}
