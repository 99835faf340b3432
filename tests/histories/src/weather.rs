//! What goes wrong on the way to a provider and back.

use tollgate_simulators::faults::Kind;

use crate::chance::Chance;

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// No connection: not one byte left.
    NotSent,
    /// Bytes left and never arrived.
    LostBefore,
    /// Bytes left, the host gave up, and later they arrive and are done.
    Late,
    /// Done, and the answer never came.
    LostAfter,
    /// Done, and nobody answers until the host gives up.
    Hangs,
    /// Done, and answered late.
    Slow { delay_ms: u64 },
    /// A 500 from something in front of the provider, nothing done.
    ErrorBefore,
    /// A 500, but done.
    ErrorAfter,
    /// The provider takes no more requests for the moment.
    TooMany,
}

impl Mishap {
    /// What the simulator plays by itself; the rest happens before a request reaches it.
    #[must_use]
    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::NotSent | Self::LostBefore | Self::Late | Self::TooMany => None,
            Self::LostAfter => Some(Kind::DropAfter),
            Self::Hangs => Some(Kind::HangAfter),
            Self::Slow { .. } => Some(Kind::Slow),
            Self::ErrorBefore => Some(Kind::ErrorBefore),
            Self::ErrorAfter => Some(Kind::ErrorAfter),
        }
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotSent => "is not sent",
            Self::LostBefore => "is sent and never arrives",
            Self::Late => "is sent and arrives after the host gave up",
            Self::LostAfter => "is done, its answer is lost",
            Self::Hangs => "is done and never answered",
            Self::Slow { .. } => "is answered late",
            Self::ErrorBefore => "gets a 500, nothing is done",
            Self::ErrorAfter => "gets a 500, but is done",
            Self::TooMany => "gets a 429",
        }
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weather {
    /// Requests of a hundred to which something happens.
    pub mishaps_percent: u32,
    /// Calls of the host of a hundred in which it crashes, where they have enough steps.
    pub crashes_percent: u32,
}

impl Weather {
    pub const CALM: Self = Self { mishaps_percent: 0, crashes_percent: 0 };

    /// A history's own: many are fair but for crashes, some are awful.
    #[must_use]
    pub fn of(chance: &mut Chance) -> Self {
        let mishaps_percent = chance.weighed(&[(3, 0), (4, 10), (3, 30), (1, 60)]).unwrap_or_default();
        let crashes_percent = chance.weighed(&[(2, 0), (4, 12), (2, 35)]).unwrap_or_default();
        Self { mishaps_percent, crashes_percent }
    }

    /// What happens to the next request.
    pub fn mishap(self, chance: &mut Chance) -> Option<Mishap> {
        if !chance.percent(self.mishaps_percent) {
            return None;
        }
        let delay_ms = u64::try_from(chance.between(1_000, 12_000)).unwrap_or_default();
        chance.weighed(&[
            (3, Mishap::NotSent),
            (2, Mishap::LostBefore),
            (2, Mishap::Late),
            (4, Mishap::LostAfter),
            (2, Mishap::Hangs),
            (2, Mishap::Slow { delay_ms }),
            (2, Mishap::ErrorBefore),
            (3, Mishap::ErrorAfter),
            (1, Mishap::TooMany),
        ])
    }

    /// The step before which a call crashes, where it does. Most calls of the host have five to thirty steps.
    pub fn crash(self, chance: &mut Chance) -> Option<u32> {
        let crashes = chance.percent(self.crashes_percent);
        let step = u32::try_from(chance.between(1, 30)).unwrap_or(1);
        crashes.then_some(step)
    }
}
