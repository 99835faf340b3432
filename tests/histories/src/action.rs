//! What may happen next in a history: by the client, at the providers, in the post, by time. Money that goes back and
//! cards that are kept are further variants of [`Action`], with their calls in [`crate::call::Call`].

use tollgate_simulators::paypal::order::{Funding, Reason};

use crate::browser::{Browser, Page};
use crate::chance::Chance;
use crate::letters::Deed;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The cards that clients have: two pay, three are asked about, four are declined, two take days.
pub const CARDS: [&str; 11] = [
    "4242424242424242",
    "5555555555554444",
    "4000002500003155",
    "4000002760003184",
    "4000008260003178",
    "4000000000000002",
    "4000000000009995",
    "4000000000000069",
    "4000000000000119",
    "4000000000011116",
    "4000000000022220",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Press,
    PressTwice,
    /// Chooses the other way to pay; what was begun stays open.
    Switch,
    Reload,
    UseCredit,
    /// An old tab: a payment that was seen before is opened again.
    OpenOld,
    /// An old tab: the provider's way back is taken again, or twice at once.
    ComeBack {
        twice: bool,
    },
    /// At PayPal, with the page that is open.
    Approve {
        funding: Funding,
        returns: bool,
    },
    CancelAtPayPal,
    /// PayPal's capture of the order that is open will be refused, declined, wait, or name a false merchant or amount.
    Bend(Bend),
    /// PayPal takes the order back.
    Void,
    /// Every token of PayPal's stops working.
    RevokeTokens,
    /// The card's number, by its place among [`CARDS`].
    Card {
        number: usize,
        twice: bool,
    },
    Challenge {
        passes: bool,
        returns: bool,
    },
    Resend,
    Button,
    CloseBrowser,
    /// Money that waits at a provider comes, or does not.
    Settle {
        well: bool,
    },
    Post(Deed),
    Timers,
    Wait {
        ms: i64,
    },
}

/// What PayPal's next capture of an order does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bend {
    Refuse(&'static str),
    Decline,
    Pending(Reason),
    OtherMerchant,
    OtherAmount,
}

const REASONS: [Reason; 5] =
    [Reason::Echeck, Reason::PendingReview, Reason::Unilateral, Reason::AwaitingFunding, Reason::Other];
const REFUSALS: [&str; 4] = ["INSTRUMENT_DECLINED", "TRANSACTION_REFUSED", "PAYER_CANNOT_PAY", "COMPLIANCE_VIOLATION"];

impl Action {
    /// One that makes sense with what is open in the browser.
    #[must_use]
    pub fn next(browser: &Browser, chance: &mut Chance) -> Self {
        let mut could = always(chance, browser);
        could.extend(here(&browser.page, chance));
        chance.weighed(&could).unwrap_or(Self::Timers)
    }
}

fn always(chance: &mut Chance, browser: &Browser) -> Vec<(u32, Action)> {
    let wait_ms = chance.weighed(&[(3, MINUTE_MS), (3, HOUR_MS), (2, 5 * HOUR_MS), (1, DAY_MS), (1, 5 * DAY_MS)]);
    let ms = chance.between(1, wait_ms.unwrap_or(MINUTE_MS));
    let old = u32::from(!browser.seen.is_empty());
    vec![
        (2, Action::Reload),
        (1, Action::UseCredit),
        (old, Action::OpenOld),
        (old, Action::ComeBack { twice: chance.percent(50) }),
        (1, Action::Switch),
        (1, Action::RevokeTokens),
        (2, Action::Settle { well: chance.percent(60) }),
        (4, Action::Post(Deed::Deliver)),
        (1, Action::Post(Deed::DeliverTwice)),
        (1, Action::Post(Deed::DeliverOld)),
        (1, Action::Post(Deed::Drop)),
        (1, Action::Post(Deed::ForgeBody)),
        (1, Action::Post(Deed::ForgeSignature)),
        (3, Action::Timers),
        (3, Action::Wait { ms }),
    ]
}

/// What the open page asks for weighs as much as everything else together.
fn here(page: &Page, chance: &mut Chance) -> Vec<(u32, Action)> {
    match page {
        Page::Invoice => vec![(16, Action::Press), (4, Action::PressTwice)],
        Page::PayPal { .. } => vec![
            (14, Action::Approve { funding: funding(chance), returns: true }),
            (5, Action::Approve { funding: funding(chance), returns: false }),
            (3, Action::CancelAtPayPal),
            (3, Action::Bend(bend(chance))),
            (1, Action::Void),
            (1, Action::Press),
            (1, Action::CloseBrowser),
        ],
        Page::Button { .. } => vec![(16, Action::Button), (2, Action::CloseBrowser)],
        Page::Card { .. } => {
            let number = chance.below(CARDS.len());
            // The plainest card most often, so that money moves.
            let number = if chance.percent(40) { 0 } else { number };
            vec![
                (20, Action::Card { number, twice: chance.percent(20) }),
                (2, Action::CloseBrowser),
                (1, Action::Press),
            ]
        }
        Page::Challenge { .. } => vec![
            (12, Action::Challenge { passes: true, returns: true }),
            (4, Action::Challenge { passes: true, returns: false }),
            (3, Action::Challenge { passes: false, returns: true }),
            (1, Action::Challenge { passes: false, returns: false }),
            (3, Action::CloseBrowser),
        ],
        Page::Resend { .. } => vec![(20, Action::Resend)],
    }
}

fn funding(chance: &mut Chance) -> Funding {
    let reason = chance.pick(&REASONS).copied().unwrap_or(Reason::Other);
    chance
        .weighed(&[(8, Funding::Balance), (2, Funding::DecliningCard), (3, Funding::Later(reason))])
        .unwrap_or(Funding::Balance)
}

fn bend(chance: &mut Chance) -> Bend {
    let reason = chance.pick(&REASONS).copied().unwrap_or(Reason::Other);
    let issue = chance.pick(&REFUSALS).copied().unwrap_or("INSTRUMENT_DECLINED");
    let could = [
        (3, Bend::Refuse(issue)),
        (2, Bend::Decline),
        (3, Bend::Pending(reason)),
        (1, Bend::OtherMerchant),
        (1, Bend::OtherAmount),
    ];
    chance.weighed(&could).unwrap_or(Bend::Decline)
}
