//! Amounts: integers of minor units with their ISO 4217 currency, and `rust_decimal` where a provider or a person
//! writes them with a point. No float, no bare number.

use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::bindings::shared::tollgate::plugin::types::Money;

/// The largest amount, in minor units, that any single value may have; the host refuses more.
pub const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000_000;

/// Longest text that is read as an amount: 16 digits, point and some room; a decimal of 28 digits still fits.
const AMOUNT_TEXT_BYTES_MAX: usize = 40;

/// What may be wrong with an amount. Each variant is something a person can mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoneyError {
    /// Nothing was written.
    Empty,
    /// Not ASCII digits with at most one point: separators, exponents, signs of currencies, other scripts' digits.
    NotANumber,
    /// Below zero.
    Negative,
    /// More decimals than the currency has.
    TooPrecise { currency: Currency },
    /// Past [`AMOUNT_MINOR_MAX`].
    TooLarge,
    /// Two amounts that cannot be added or compared.
    CurrencyMismatch { left: Currency, right: Currency },
    /// No ISO 4217 currency that money can be counted in.
    UnknownCurrency(String),
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an amount is needed"),
            Self::NotANumber => f.write_str(
                "write the amount in plain digits with a point for decimals and no thousands separator, \
                 for example 1000.50",
            ),
            Self::Negative => f.write_str("the amount must not be negative"),
            Self::TooPrecise { currency } if currency.exponent() == 0 => write!(f, "{currency} has no decimals"),
            Self::TooPrecise { currency } => write!(f, "{currency} has {} decimals at most", currency.exponent()),
            Self::TooLarge => f.write_str("the amount is too large"),
            Self::CurrencyMismatch { left, right } => write!(f, "{left} and {right} are different currencies"),
            Self::UnknownCurrency(code) => write!(f, "“{code}” is not an ISO 4217 currency code, such as EUR"),
        }
    }
}

impl std::error::Error for MoneyError {}

/// An ISO 4217 currency that money can be counted in (metals and test codes cannot).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    inner: iso_currency::Currency,
    exponent: u8,
}

impl Currency {
    /// The code in capitals, as ISO 4217 has it.
    ///
    /// # Errors
    /// [`MoneyError::UnknownCurrency`] for everything else.
    pub fn from_code(code: &str) -> Result<Self, MoneyError> {
        let unknown = || MoneyError::UnknownCurrency(code.chars().take(12).collect());
        let inner = iso_currency::Currency::from_code(code).ok_or_else(unknown)?;
        let exponent = u8::try_from(inner.exponent().ok_or_else(unknown)?).map_err(|_| unknown())?;
        Ok(Self { inner, exponent })
    }

    #[must_use]
    pub fn code(self) -> &'static str {
        self.inner.code()
    }

    /// Digits after the point: 2 for EUR, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn exponent(self) -> u32 {
        u32::from(self.exponent)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A [`Money`] whose currency is known and whose size is bounded: the one to compute with.
///
/// ```
/// use tollgate_sdk::{Amount, Currency, MoneyError};
///
/// let yen = Currency::from_code("JPY")?;
/// assert_eq!(Amount::parse("1050", yen)?.minor(), 1050);
/// assert_eq!(Amount::parse("10.5", yen), Err(MoneyError::TooPrecise { currency: yen }));
/// # Ok::<(), MoneyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    minor: i64,
    currency: Currency,
}

impl Amount {
    /// # Errors
    /// [`MoneyError::TooLarge`] past [`AMOUNT_MINOR_MAX`] in either direction.
    pub fn new(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor.unsigned_abs() > AMOUNT_MINOR_MAX.unsigned_abs() {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// In minor units: 1050 is EUR 10.50, JPY 1050, KWD 1.050.
    #[must_use]
    pub fn minor(self) -> i64 {
        self.minor
    }

    #[must_use]
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Reads what a person or a file wrote: ASCII digits and at most one point; zero is an amount, less is not.
    ///
    /// # Errors
    /// What to mend, as [`MoneyError`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(MoneyError::Empty);
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(decimals) {
            return Err(MoneyError::NotANumber);
        }
        if digits.len() != text.len() {
            return Err(MoneyError::Negative);
        }
        if text.len() > AMOUNT_TEXT_BYTES_MAX {
            return Err(MoneyError::TooLarge);
        }
        let value = Decimal::from_str_exact(text).map_err(|_| MoneyError::TooLarge)?;
        Self::from_decimal(value, currency)
    }

    /// # Errors
    /// [`MoneyError::TooPrecise`] where the currency has fewer decimals, [`MoneyError::TooLarge`].
    pub fn from_decimal(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let value = value.normalize();
        if value.scale() > currency.exponent() {
            return Err(MoneyError::TooPrecise { currency });
        }
        let unit = Decimal::from(10_i64.pow(currency.exponent()));
        let scaled = value.checked_mul(unit).ok_or(MoneyError::TooLarge)?;
        Self::new(scaled.to_i64().ok_or(MoneyError::TooLarge)?, currency)
    }

    /// In currency units, with exactly the currency's decimals.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], [`MoneyError::TooLarge`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::new(self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?, self.currency)
    }

    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], [`MoneyError::TooLarge`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(Self { minor: -other.minor, ..other })
    }

    /// # Errors
    /// [`MoneyError::CurrencyMismatch`].
    pub fn compare(self, other: Self) -> Result<std::cmp::Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
        }
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {self}", self.currency)
    }
}

/// `10.50`, `1050`, `1.050`: digits, a point and the currency's decimals, as [`Amount::parse`] reads it.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_decimal())
    }
}

impl TryFrom<&Money> for Amount {
    type Error = MoneyError;

    fn try_from(money: &Money) -> Result<Self, Self::Error> {
        Self::new(money.minor, Currency::from_code(&money.currency)?)
    }
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self { minor: amount.minor, currency: amount.currency.code().into() }
    }
}
