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

pub use loops::FOREVER;
use tollgate_guests::guest::Guest;

use crate::attack::{Attack, Verdict, broken};
use crate::ground::Ground;
use crate::rooms::Rooms;

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

/// The verdict, where an honest plugin of the same host still answers.
async fn rooms_stand(rooms: &Rooms, how: String) -> Verdict {
    rooms.honest().await.map(|()| how)
}
