//! Amounts: integers of minor units with their ISO 4217 currency. No float, no bare number.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The largest amount, in minor units, that any single value may have. It leaves room to add nine thousand of them
/// in an `i64`, so that sums over an invoice or a page cannot overflow unseen.
pub const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000_000;

/// Longest text that is read as an amount: sign, 16 digits, point and some room for surrounding spaces.
const AMOUNT_TEXT_BYTES_MAX: usize = 40;

/// What may be wrong with an amount. Each variant is something a person can mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("an amount is needed")]
    Empty,
    #[error(
        "write the amount in plain digits with a point for decimals and no thousands separator, for example 1000.50"
    )]
    NotANumber,
    #[error("{currency} has {exponent} decimals at most")]
    TooPrecise { currency: Currency, exponent: u32 },
    #[error("the amount is too large")]
    TooLarge,
    #[error("{left} and {right} are different currencies")]
    CurrencyMismatch { left: Currency, right: Currency },
    #[error("“{0}” is not an ISO 4217 currency code, such as EUR")]
    UnknownCurrency(String),
}

/// An ISO 4217 currency that money can be counted in (metals and test codes cannot).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    inner: iso_currency::Currency,
    exponent: u32,
}

impl Currency {
    /// The code in capitals, as ISO 4217 has it.
    ///
    /// # Errors
    /// [`MoneyError::UnknownCurrency`] for everything else.
    pub fn from_code(code: &str) -> Result<Self, MoneyError> {
        let unknown = || MoneyError::UnknownCurrency(code.chars().take(12).collect());
        let inner = iso_currency::Currency::from_code(code).ok_or_else(unknown)?;
        let exponent = u32::from(inner.exponent().ok_or_else(unknown)?);
        Ok(Self { inner, exponent })
    }

    #[must_use]
    pub fn code(self) -> &'static str {
        self.inner.code()
    }

    /// Digits after the point: 2 for EUR, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn exponent(self) -> u32 {
        self.exponent
    }

    /// The sign that readers know, `€`; the code where there is none.
    #[must_use]
    pub fn symbol(self) -> String {
        self.inner.symbol().to_string()
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

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::from_code(code)
    }
}

/// An amount in one currency. May be negative where a balance or a difference is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
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

    #[must_use]
    pub fn minor(self) -> i64 {
        self.minor
    }

    #[must_use]
    pub fn currency(self) -> Currency {
        self.currency
    }

    #[must_use]
    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    #[must_use]
    pub fn is_positive(self) -> bool {
        self.minor > 0
    }

    #[must_use]
    pub fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Reads what a person typed: ASCII digits, at most one point, a leading `-`; no exponent, no separators.
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
        if text.len() > AMOUNT_TEXT_BYTES_MAX {
            return Err(MoneyError::TooLarge);
        }
        let value = Decimal::from_str_exact(text).map_err(|_| MoneyError::TooLarge)?;
        Self::from_decimal(value, currency)
    }

    /// # Errors
    /// [`MoneyError::TooPrecise`] where the currency has fewer decimals, [`MoneyError::TooLarge`].
    pub fn from_decimal(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let exponent = currency.exponent();
        let value = value.normalize();
        if value.scale() > exponent {
            return Err(MoneyError::TooPrecise { currency, exponent });
        }
        let scaled = value.checked_mul(Decimal::from(10_i64.pow(exponent))).ok_or(MoneyError::TooLarge)?;
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
        self.checked_add(other.negated())
    }

    #[must_use]
    pub fn negated(self) -> Self {
        Self { minor: -self.minor, currency: self.currency }
    }

    /// The smaller of two.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`].
    pub fn min(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Ok(if self.minor <= other.minor { self } else { other })
    }

    /// The sum of any number of amounts of `currency`.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], [`MoneyError::TooLarge`].
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
        }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `EUR 10.50`: the form of logs, errors and tests. Pages format by language.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.to_decimal())
    }
}
