//! The published test cards, by number and by the name of their payment method.

use super::problem::Problem;

/// What a card does when it is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    Pays,
    /// `code`, `decline_code`.
    Declines(&'static str, Option<&'static str>),
    /// 3-D Secure on session; also off session, unless it was set up for that.
    AsksUnlessSetUp,
    /// 3-D Secure every time.
    AlwaysAsks,
    /// 3-D Secure, and then there is too little money.
    AsksThenDeclines,
    /// Pays, and the holder disputes it at once.
    PaysThenDisputes,
    /// Pays after [`super::pay::PROCESSING_MS`].
    ProcessesThenPays,
    /// Fails after [`super::pay::PROCESSING_MS`].
    ProcessesThenFails,
    /// Pays; a refund is pending at first.
    RefundsSlowly,
    /// Pays; a refund looks done and fails later.
    RefundsFail,
}

/// A card as an issuer knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    pub number: &'static str,
    pub brand: &'static str,
    pub behaviour: Behaviour,
}

const fn visa(number: &'static str, behaviour: Behaviour) -> Card {
    Card { number, brand: "visa", behaviour }
}

const fn declined(number: &'static str, decline_code: &'static str) -> Card {
    visa(number, Behaviour::Declines("card_declined", Some(decline_code)))
}

/// The numbers are the published ones; the two that are processed for days are the simulator's own.
const CARDS: [Card; 20] = [
    visa("4242424242424242", Behaviour::Pays),
    Card { number: "5555555555554444", brand: "mastercard", behaviour: Behaviour::Pays },
    visa("4000002500003155", Behaviour::AsksUnlessSetUp),
    visa("4000002760003184", Behaviour::AlwaysAsks),
    visa("4000008260003178", Behaviour::AsksThenDeclines),
    declined("4000000000000002", "generic_decline"),
    declined("4000000000009995", "insufficient_funds"),
    declined("4000000000009987", "lost_card"),
    declined("4000000000009979", "stolen_card"),
    declined("4000000000000341", "generic_decline"),
    visa("4000000000000069", Behaviour::Declines("expired_card", None)),
    visa("4000000000000127", Behaviour::Declines("incorrect_cvc", None)),
    visa("4000000000000119", Behaviour::Declines("processing_error", None)),
    visa("4000000000000259", Behaviour::PaysThenDisputes),
    visa("4000000000007726", Behaviour::RefundsSlowly),
    visa("4000000000005126", Behaviour::RefundsFail),
    visa("4000000000011116", Behaviour::ProcessesThenPays),
    visa("4000000000022220", Behaviour::ProcessesThenFails),
    visa("4000000000000077", Behaviour::Pays),
    Card { number: "378282246310005", brand: "amex", behaviour: Behaviour::Pays },
];

/// Payment methods that every test account has.
const NAMES: [(&str, &str); 15] = [
    ("pm_card_visa", "4242424242424242"),
    ("pm_card_mastercard", "5555555555554444"),
    ("pm_card_amex", "378282246310005"),
    ("pm_card_authenticationRequiredOnSetup", "4000002500003155"),
    ("pm_card_authenticationRequired", "4000002760003184"),
    ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "4000008260003178"),
    ("pm_card_visa_chargeDeclined", "4000000000000002"),
    ("pm_card_chargeDeclined", "4000000000000002"),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "4000000000009995"),
    ("pm_card_chargeDeclinedInsufficientFunds", "4000000000009995"),
    ("pm_card_chargeCustomerFail", "4000000000000341"),
    ("pm_card_createDispute", "4000000000000259"),
    ("pm_card_pendingRefund", "4000000000007726"),
    ("pm_card_refundFail", "4000000000005126"),
    ("pm_card_bypassPending", "4000000000000077"),
];

impl Card {
    /// The card of a number as it is typed, spaces allowed.
    ///
    /// # Errors
    /// No card number at all, or a real one: the simulator knows test cards alone.
    pub fn numbered(typed: &str) -> Result<Self, Problem> {
        let number: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        if !is_card_number(&number) {
            let problem = Problem::card("incorrect_number", None, "Your card number is incorrect.");
            return Err(Problem { param: Some("number".to_owned()), began: false, ..problem });
        }
        CARDS.into_iter().find(|card| card.number == number).ok_or_else(|| {
            Problem::card(
                "card_declined",
                Some("test_mode_live_card"),
                "Your card was declined: only test cards are taken here.",
            )
        })
    }

    /// The card behind `pm_card_…`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (_, number) = NAMES.iter().find(|(known, _)| *known == name)?;
        CARDS.into_iter().find(|card| card.number == *number)
    }

    #[must_use]
    pub fn last4(self) -> &'static str {
        &self.number[self.number.len() - 4..]
    }
}

/// Twelve to nineteen digits, the last of which checks the others (Luhn).
fn is_card_number(number: &str) -> bool {
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| (12..=19).contains(&digits.len())) else { return false };
    let weigh = |(at, digit): (usize, &u32)| match (at % 2, digit * 2) {
        (0, _) => *digit,
        (_, doubled) if doubled > 9 => doubled - 9,
        (_, doubled) => doubled,
    };
    digits.iter().rev().enumerate().map(weigh).sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_card_is_a_card_and_every_name_has_one() {
        for card in CARDS {
            assert_eq!(Card::numbered(card.number), Ok(card));
        }
        for (name, _) in NAMES {
            assert!(Card::named(name).is_some(), "{name}");
        }
        assert_eq!(Card::numbered("4242 4242 4242 4242").unwrap().last4(), "4242");
    }

    #[test]
    fn other_numbers_are_refused() {
        for (number, code) in [
            ("4242424242424241", "incorrect_number"),
            ("42", "incorrect_number"),
            ("4111111111111111", "card_declined"),
        ] {
            assert_eq!(Card::numbered(number).unwrap_err().code, Some(code), "{number}");
        }
    }
}
