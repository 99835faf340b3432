//! Amounts as Stripe counts them. Most are the minor units of ISO 4217; Stripe's exceptions are here and nowhere else.
//! What Stripe cannot hold exactly is refused: nothing is ever rounded.

use tollgate_sdk::{Amount, Currency, Error, Money, Text};

/// The currencies that Stripe takes cards in, with the three-decimal ones that only some accounts may,
/// as far as ISO 4217 still has them.
pub const CURRENCIES: [&str; 137] = [
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD", "BIF", "BMD", "BND",
    "BOB", "BRL", "BSD", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CVE", "CZK", "DJF",
    "DKK", "DOP", "DZD", "EGP", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD",
    "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KRW", "KWD",
    "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MUR", "MVR",
    "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR",
    "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD",
    "SZL", "THB", "TJS", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VND", "VUV",
    "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW",
];

/// Stripe's largest `amount`: eight digits.
pub const UNITS_MAX: i64 = 99_999_999;

/// The least that Stripe charges, in its own units, for the currencies that it settles in. A currency that is not here
/// has the minimum of what it is converted to, which only Stripe knows: it then answers `amount_too_small`.
const UNITS_MIN: [(&str, i64); 24] = [
    ("AED", 200),
    ("AUD", 50),
    ("BRL", 50),
    ("CAD", 50),
    ("CHF", 50),
    ("CZK", 1_500),
    ("DKK", 250),
    ("EUR", 50),
    ("GBP", 30),
    ("HKD", 400),
    ("HUF", 17_500),
    ("INR", 50),
    ("JPY", 50),
    ("MXN", 1_000),
    ("MYR", 200),
    ("NOK", 300),
    ("NZD", 50),
    ("PLN", 200),
    ("RON", 200),
    ("SEK", 300),
    ("SGD", 50),
    ("THB", 1_000),
    ("TWD", 1),
    ("USD", 50),
];

/// How Stripe's units stand to ISO 4217's minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Same,
    /// No decimals, yet Stripe wants two zeros behind, as it did before the currency lost its cents.
    TwoZeros,
    /// ISO 4217 has decimals that nobody uses, and Stripe has none.
    NoDecimals,
    /// Three decimals, of which Stripe's partners take only two: the last digit must be 0.
    LastDigitZero,
}

impl Scale {
    fn of(code: &str) -> Self {
        match code {
            "ISK" | "UGX" => Self::TwoZeros,
            "MGA" => Self::NoDecimals,
            "BHD" | "JOD" | "KWD" | "OMR" | "TND" => Self::LastDigitZero,
            _ => Self::Same,
        }
    }
}

/// Why an amount cannot be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountFault {
    NotPositive,
    /// More exact than Stripe counts in this currency; `step` is the smallest difference.
    TooExact {
        step: Amount,
    },
    TooSmall {
        minimum: Amount,
    },
    TooLarge {
        maximum: Amount,
    },
}

impl AmountFault {
    /// What the payer is told.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::NotPositive => Text::msg("amount-none"),
            Self::TooExact { step } => Text::msg("amount-too-exact").arg("step", step),
            Self::TooSmall { minimum } => Text::msg("amount-too-small").arg("minimum", minimum),
            Self::TooLarge { maximum } => Text::msg("amount-too-large").arg("maximum", maximum),
        }
    }
}

impl From<AmountFault> for Error {
    fn from(fault: AmountFault) -> Self {
        Self::declined(fault.text(), format!("this amount cannot be charged by card: {fault:?}"))
    }
}

/// In Stripe's units, exactly.
///
/// # Errors
/// [`AmountFault::TooExact`], [`AmountFault::NotPositive`]; no limit of a charge is looked at.
pub fn units(amount: Amount) -> Result<i64, AmountFault> {
    let minor = amount.minor();
    if minor <= 0 {
        return Err(AmountFault::NotPositive);
    }
    let every = |step: i64| {
        let step = Amount::new(step, amount.currency()).unwrap_or(amount);
        if minor % step.minor() == 0 { Ok(minor) } else { Err(AmountFault::TooExact { step }) }
    };
    match Scale::of(amount.currency().code()) {
        Scale::Same => Ok(minor),
        // An amount is bounded far below what would not fit.
        Scale::TwoZeros => Ok(minor.saturating_mul(100)),
        Scale::NoDecimals => every(100).map(|minor| minor / 100),
        Scale::LastDigitZero => every(10),
    }
}

/// In Stripe's units, where it is an amount that can be charged.
///
/// # Errors
/// Every [`AmountFault`].
pub fn chargeable(amount: Amount) -> Result<i64, AmountFault> {
    let currency = amount.currency();
    let units = units(amount)?;
    let minimum = UNITS_MIN.iter().find(|(code, _)| *code == currency.code()).map_or(1, |(_, minimum)| *minimum);
    let bound = |units: i64| of_units(units, currency).unwrap_or(amount);
    if units < minimum {
        return Err(AmountFault::TooSmall { minimum: bound(minimum) });
    }
    if units > UNITS_MAX {
        return Err(AmountFault::TooLarge { maximum: bound(highest(currency)) });
    }
    Ok(units)
}

/// The highest units that stand for an amount.
fn highest(currency: Currency) -> i64 {
    match Scale::of(currency.code()) {
        Scale::Same | Scale::NoDecimals => UNITS_MAX,
        Scale::TwoZeros => UNITS_MAX - UNITS_MAX % 100,
        Scale::LastDigitZero => UNITS_MAX - UNITS_MAX % 10,
    }
}

/// An amount of Stripe's, exactly.
///
/// # Errors
/// What is wrong with it, for staff: an unknown currency, a part of the smallest unit, too much.
pub fn money(units: i64, currency: &str) -> Result<Money, String> {
    let code = currency.to_ascii_uppercase();
    let currency = Currency::from_code(&code).map_err(|error| error.to_string())?;
    of_units(units, currency).map(Money::from)
}

fn of_units(units: i64, currency: Currency) -> Result<Amount, String> {
    let minor = match Scale::of(currency.code()) {
        Scale::Same | Scale::LastDigitZero => Some(units),
        Scale::TwoZeros => (units % 100 == 0).then_some(units / 100),
        Scale::NoDecimals => units.checked_mul(100),
    };
    let minor = minor.ok_or_else(|| format!("{units} is no amount of {currency} at Stripe"))?;
    Amount::new(minor, currency).map_err(|error| error.to_string())
}
