//! Refusals of requests that move money, where it is no card that was declined.

use tollgate_sdk::{Error, Text};

use crate::api::{staff_words, words};
use crate::wire::Problem;

/// Of a charge: an amount that Stripe does not take is no fault of staff; everything else is told to them.
#[must_use]
pub fn of_charge(status: u16, problem: &Problem) -> Error {
    match problem.code() {
        "amount_too_small" => Error::declined(Text::msg("amount-below-minimum"), words(problem)),
        "amount_too_large" => Error::declined(Text::msg("amount-above-maximum"), words(problem)),
        _ => Error::rejected(staff_words(status, problem)),
    }
}

/// Of a refund: Stripe's reason is for staff, who ordered it. A key that does not work is a fault of the configuration.
#[must_use]
pub fn of_refund(status: u16, problem: &Problem) -> Error {
    match status {
        400 | 402 => Error::declined(Text::msg("refund-failed"), staff_words(status, problem)),
        _ => Error::rejected(staff_words(status, problem)),
    }
}
