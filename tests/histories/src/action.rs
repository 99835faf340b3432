//! What may happen next in a history: by the client, by staff, at the providers, in the post, by time.

use tollgate_simulators::paypal::order::{Funding, Reason};

use crate::browser::{Browser, Page};
use crate::chance::Chance;
use crate::letters::Deed;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The cards that clients have: two pay, three are asked about, four are declined, two take days, one is disputed at once,
/// and of two a refund is slow or fails.
pub const CARDS: [&str; 14] = [
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
    "4000000000000259",
    "4000000000007726",
    "4000000000005126",
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
    /// Approved, and two tabs are back: the one's capture is late, the other's is refused for good.
    Race {
        issue: &'static str,
        at_once: bool,
    },
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
        /// The payer agrees that it is kept.
        saves: bool,
    },
    /// The client is here and approves the stored card that the bank asked about.
    ApproveCard,
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
    /// Staff write another invoice.
    Bill,
    /// A stored card is charged for one of the invoices.
    Charge {
        by: Charger,
    },
    /// Staff send so much of what is left of a payment back.
    Refund {
        percent: u8,
        twice: bool,
    },
    /// So much of a payment is refunded on the provider's own site.
    GiveBack {
        percent: u8,
    },
    /// PayPal's next refund of some capture waits, or is refused.
    BendRefund {
        refused: bool,
    },
    /// The payer asks their bank, or PayPal, for the money.
    Dispute {
        percent: u8,
    },
    EndDispute {
        won: bool,
    },
    /// Staff decide about a held claim.
    Decide(Choice),
    Timers,
    Wait {
        ms: i64,
    },
}

/// Who charges a stored card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charger {
    Client,
    Staff,
    Command,
}

/// What staff decide about a held claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Credit,
    /// Towards one of the client's invoices.
    Invoice,
    /// Back to the payer.
    Refund,
    Dismiss,
}

/// What is there to be done something with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Could {
    /// Payments of which a provider has money.
    pub paid: usize,
    pub open_disputes: usize,
    /// The payer agreed to have a card kept.
    pub charge: bool,
    pub bill: bool,
}

/// What PayPal's next capture of an order does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bend {
    /// Once: another request for the same order may be done.
    RefuseOnce(&'static str),
    Refuse(&'static str),
    Decline,
    Pending(Reason),
    OtherMerchant,
    OtherAmount,
}

const REASONS: [Reason; 5] =
    [Reason::Echeck, Reason::PendingReview, Reason::Unilateral, Reason::AwaitingFunding, Reason::Other];
/// After these the payer cannot choose another way at PayPal.
const REFUSALS: [&str; 3] = ["TRANSACTION_REFUSED", "PAYER_CANNOT_PAY", "COMPLIANCE_VIOLATION"];

impl Action {
    /// One that makes sense with what is open in the browser.
    #[must_use]
    pub fn next(browser: &Browser, could: Could, chance: &mut Chance) -> Self {
        let mut all = always(chance, browser);
        all.extend(afterwards(could, chance));
        all.extend(here(&browser.page, chance));
        chance.weighed(&all).unwrap_or(Self::Timers)
    }
}

/// What follows on money that came.
fn afterwards(could: Could, chance: &mut Chance) -> Vec<(u32, Action)> {
    let percent = chance.weighed(&[(4, 100), (3, 50), (2, 30), (1, 1)]).unwrap_or(100);
    let by = chance.weighed(&[(2, Charger::Client), (2, Charger::Staff), (1, Charger::Command)]);
    let choice =
        chance.weighed(&[(2, Choice::Credit), (2, Choice::Invoice), (2, Choice::Refund), (1, Choice::Dismiss)]);
    let back = u32::from(could.paid > 0);
    vec![
        (10 * back, Action::Refund { percent, twice: chance.percent(25) }),
        (4 * back, Action::GiveBack { percent }),
        (2 * back, Action::BendRefund { refused: chance.percent(40) }),
        (5 * back, Action::Dispute { percent }),
        (8 * u32::from(could.open_disputes > 0), Action::EndDispute { won: chance.percent(50) }),
        (3 * back, Action::Decide(choice.unwrap_or(Choice::Credit))),
        (12 * u32::from(could.charge), Action::Charge { by: by.unwrap_or(Charger::Command) }),
        (u32::from(could.bill) + 5 * u32::from(could.bill && could.charge), Action::Bill),
    ]
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
            (10, Action::Race { issue: refusal(chance), at_once: chance.percent(20) }),
            (3, Action::Bend(bend(chance))),
            (1, Action::Void),
            (1, Action::Press),
            (1, Action::CloseBrowser),
        ],
        Page::Button { .. } => vec![(16, Action::Button), (2, Action::CloseBrowser)],
        Page::Card { asks_approval, .. } => {
            let number = chance.below(CARDS.len());
            // The plainest card most often, so that money moves.
            let number = if chance.percent(40) { 0 } else { number };
            vec![
                (20, Action::Card { number, twice: chance.percent(20), saves: chance.percent(40) }),
                (40 * u32::from(*asks_approval), Action::ApproveCard),
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

fn refusal(chance: &mut Chance) -> &'static str {
    chance.pick(&REFUSALS).copied().unwrap_or("TRANSACTION_REFUSED")
}

fn bend(chance: &mut Chance) -> Bend {
    let reason = chance.pick(&REASONS).copied().unwrap_or(Reason::Other);
    let issue = if chance.percent(25) { "INSTRUMENT_DECLINED" } else { refusal(chance) };
    let could = [
        (3, Bend::RefuseOnce(issue)),
        (2, Bend::Refuse(issue)),
        (2, Bend::Decline),
        (3, Bend::Pending(reason)),
        (1, Bend::OtherMerchant),
        (1, Bend::OtherAmount),
    ];
    chance.weighed(&could).unwrap_or(Bend::Decline)
}
