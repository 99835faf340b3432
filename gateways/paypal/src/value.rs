//! Amounts as PayPal writes them. Its decimals are its own: the forint and the Taiwan dollar have none there.

use tollgate_sdk::{Amount, Currency, MoneyError};

use crate::wire::Money;

/// Every currency that PayPal takes, with the decimals that it wants.
pub const CURRENCIES: [(&str, u32); 24] = [
    ("AUD", 2),
    ("BRL", 2),
    ("CAD", 2),
    ("CHF", 2),
    ("CNY", 2),
    ("CZK", 2),
    ("DKK", 2),
    ("EUR", 2),
    ("GBP", 2),
    ("HKD", 2),
    ("HUF", 0),
    ("ILS", 2),
    ("JPY", 0),
    ("MXN", 2),
    ("MYR", 2),
    ("NOK", 2),
    ("NZD", 2),
    ("PHP", 2),
    ("PLN", 2),
    ("SEK", 2),
    ("SGD", 2),
    ("THB", 2),
    ("TWD", 0),
    ("USD", 2),
];

/// Taken by PayPal accounts of their own country only, so that staff have to name them.
pub const DOMESTIC: [&str; 3] = ["BRL", "CNY", "MYR"];

/// Why an amount cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueFault {
    /// PayPal does not take the currency.
    Currency(Currency),
    /// PayPal takes the currency in whole units only.
    Decimals(Currency),
    /// Zero or less.
    NotPositive,
}

/// What PayPal is asked for: `10.50` in EUR, `1050` in JPY and HUF.
///
/// # Errors
/// Nothing is ever rounded: what PayPal cannot take exactly is a [`ValueFault`].
pub fn asked(amount: Amount) -> Result<Money, ValueFault> {
    let currency = amount.currency();
    let (code, decimals) =
        CURRENCIES.into_iter().find(|(code, _)| *code == currency.code()).ok_or(ValueFault::Currency(currency))?;
    let minor = u64::try_from(amount.minor()).ok().filter(|minor| *minor > 0).ok_or(ValueFault::NotPositive)?;
    let dropped = 10_u64.pow(currency.exponent().saturating_sub(decimals));
    if !minor.is_multiple_of(dropped) {
        return Err(ValueFault::Decimals(currency));
    }
    let (units, unit) = (minor / dropped, 10_u64.pow(decimals));
    let value = match decimals {
        0 => units.to_string(),
        _ => format!("{}.{:0width$}", units / unit, units % unit, width = decimals as usize),
    };
    Ok(Money { currency_code: code.to_owned(), value })
}

/// What PayPal says, in any currency: whether it is the right one is for the host to compare.
///
/// # Errors
/// What is no amount: other characters than digits and a point, an unknown currency, too many decimals, too much.
pub fn said(money: &Money) -> Result<Amount, MoneyError> {
    Amount::parse(&money.value, Currency::from_code(&money.currency_code)?)
}
