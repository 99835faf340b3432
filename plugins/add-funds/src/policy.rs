//! How much a client may add now. Values in, a value out.

use tollgate_sdk::module::View;
use tollgate_sdk::{Amount, Error, MoneyError};

use crate::config::{Config, Limits};

/// What the policy leaves to this client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub limits: Limits,
    /// How much may still be added before the ceiling, unpaid top-ups counted in; `None` without a ceiling.
    pub room: Option<Amount>,
}

/// Why an amount is not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    BelowMinimum(Amount),
    AboveMaximum(Amount),
    /// With how much may still be added.
    OverCeiling(Amount),
    /// The ceiling is reached: not even the minimum fits.
    NoRoom,
}

impl Allowance {
    /// `None` where the client's currency is not offered.
    ///
    /// # Errors
    /// [`Error::Rejected`] where the host's own numbers do not fit together.
    pub fn of(config: &Config, view: &View) -> Result<Option<Self>, Error> {
        let Some(limits) = config.limits(&view.currency) else { return Ok(None) };
        let room = limits.ceiling.map(|ceiling| room(ceiling, view)).transpose()?;
        Ok(Some(Self { limits: *limits, room }))
    }

    /// The most that can be typed now.
    #[must_use]
    pub fn most(&self) -> Amount {
        match self.room {
            Some(room) if room.minor() < self.limits.maximum.minor() => room,
            _ => self.limits.maximum,
        }
    }

    /// Whether any amount at all can be let through.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.most().minor() < self.limits.minimum.minor()
    }

    /// # Errors
    /// The first reason not to.
    pub fn admit(&self, amount: Amount) -> Result<(), Refusal> {
        let Limits { minimum, maximum, .. } = self.limits;
        if amount.minor() < minimum.minor() {
            return Err(Refusal::BelowMinimum(minimum));
        }
        if amount.minor() > maximum.minor() {
            return Err(Refusal::AboveMaximum(maximum));
        }
        match self.room {
            Some(_) if self.is_exhausted() => Err(Refusal::NoRoom),
            Some(room) if amount.minor() > room.minor() => Err(Refusal::OverCeiling(room)),
            _ => Ok(()),
        }
    }
}

/// Whether the client has as many unpaid top-ups as are allowed.
#[must_use]
pub fn has_too_many_open(config: &Config, view: &View) -> bool {
    config.open_max.is_some_and(|open_max| view.open_invoices.len() >= open_max)
}

/// The ceiling less the balance less what is unpaid in the same currency; never below zero.
fn room(ceiling: Amount, view: &View) -> Result<Amount, MoneyError> {
    let mut left = ceiling.checked_sub(Amount::try_from(&view.balance)?)?;
    for invoice in view.open_invoices.iter().filter(|invoice| invoice.due.currency == view.currency) {
        left = left.checked_sub(Amount::try_from(&invoice.due)?)?;
    }
    Ok(if left.minor() < 0 { Amount::zero(ceiling.currency()) } else { left })
}
