//! Amounts as PayPal writes them: a decimal string with as many places as PayPal gives the currency.

use serde_json::{Value, json};

/// Hundredths in "999999999999999.99", the largest amount that the contract takes.
const MINOR_MAX: i64 = 99_999_999_999_999_999;
/// The longest value that the contract takes.
const VALUE_CHARS_MAX: usize = 32;

/// One currency that PayPal takes.
#[derive(Debug, PartialEq, Eq)]
pub struct Currency {
    /// ISO 4217.
    pub code: &'static str,
    /// Places after the point at PayPal, which are not always those of ISO 4217 (HUF and TWD have two there).
    pub decimals: u32,
    /// What a payment costs beside its share, in minor units.
    fee_fixed_minor: i64,
}

const fn two(code: &'static str, fee_fixed_minor: i64) -> Currency {
    Currency { code, decimals: 2, fee_fixed_minor }
}

const fn none(code: &'static str, fee_fixed_minor: i64) -> Currency {
    Currency { code, decimals: 0, fee_fixed_minor }
}

/// Every currency of PayPal's currency page.
pub const CURRENCIES: [Currency; 24] = [
    two("AUD", 30),
    two("BRL", 60),
    two("CAD", 30),
    two("CHF", 55),
    two("CNY", 160),
    two("CZK", 1000),
    two("DKK", 260),
    two("EUR", 35),
    two("GBP", 30),
    two("HKD", 235),
    none("HUF", 90),
    two("ILS", 120),
    none("JPY", 40),
    two("MXN", 400),
    two("MYR", 200),
    two("NOK", 280),
    two("NZD", 45),
    two("PHP", 1500),
    two("PLN", 135),
    two("SEK", 325),
    two("SGD", 50),
    two("THB", 1100),
    none("TWD", 10),
    two("USD", 49),
];

/// An amount in minor units of its currency. Never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    pub currency: &'static Currency,
    pub minor: i64,
}

/// Why an amount is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyFault {
    /// Not a decimal number at all.
    Syntax,
    /// PayPal does not take the currency.
    Currency,
    /// More than two places.
    Precision,
    /// Places in a currency that has none.
    Decimals,
    Negative,
    TooMuch,
}

impl Currency {
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        CURRENCIES.iter().find(|currency| currency.code == code)
    }
}

impl Money {
    /// # Errors
    /// Where the text is not an amount of that currency at PayPal; zero is one.
    pub fn read(code: &str, value: &str) -> Result<Self, MoneyFault> {
        let (negative, unsigned) = value.strip_prefix('-').map_or((false, value), |rest| (true, rest));
        let (whole, places) = match unsigned.split_once('.') {
            Some((whole, places)) if !places.is_empty() => (whole, Some(places)),
            Some(_) => return Err(MoneyFault::Syntax),
            None if unsigned.is_empty() => return Err(MoneyFault::Syntax),
            None => (unsigned, None),
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if value.len() > VALUE_CHARS_MAX || !digits(whole) || !places.is_none_or(digits) {
            return Err(MoneyFault::Syntax);
        }
        let currency = Currency::of(code).ok_or(MoneyFault::Currency)?;
        if negative {
            return Err(MoneyFault::Negative);
        }
        let places = places.unwrap_or_default();
        if places.len() > currency.decimals as usize {
            return Err(if currency.decimals == 0 { MoneyFault::Decimals } else { MoneyFault::Precision });
        }
        let text = format!("0{whole}{places:0<width$}", width = currency.decimals as usize);
        let minor = text.parse::<i64>().ok().filter(|minor| *minor <= MINOR_MAX).ok_or(MoneyFault::TooMuch)?;
        Ok(Self { currency, minor })
    }

    #[must_use]
    pub fn zero(currency: &'static Currency) -> Self {
        Self { currency, minor: 0 }
    }

    /// The same currency, another number.
    #[must_use]
    pub fn with(self, minor: i64) -> Self {
        Self { minor, ..self }
    }

    /// The decimal text, with all places of the currency.
    #[must_use]
    pub fn value(self) -> String {
        let scale = 10_i64.pow(self.currency.decimals);
        if scale == 1 {
            return self.minor.to_string();
        }
        format!("{}.{:02}", self.minor / scale, self.minor % scale)
    }

    /// As the API writes it.
    #[must_use]
    pub fn json(self) -> Value {
        json!({ "currency_code": self.currency.code, "value": self.value() })
    }

    /// What PayPal keeps of a payment: 2.99 % and a fixed part, never more than the payment.
    #[must_use]
    pub fn fee(self) -> Self {
        let share = i64::try_from(i128::from(self.minor) * 299 / 10_000).unwrap_or(self.minor);
        self.with((share + self.currency.fee_fixed_minor).min(self.minor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_places_that_paypal_gives_their_currency() {
        let table = [
            ("EUR", "10.00", Ok((1000, "10.00"))),
            ("EUR", "10", Ok((1000, "10.00"))),
            ("EUR", "10.5", Ok((1050, "10.50"))),
            ("EUR", ".05", Ok((5, "0.05"))),
            ("EUR", "0", Ok((0, "0.00"))),
            ("EUR", "10.005", Err(MoneyFault::Precision)),
            ("EUR", "10.000", Err(MoneyFault::Precision)),
            ("JPY", "1000", Ok((1000, "1000"))),
            ("JPY", "1000.00", Err(MoneyFault::Decimals)),
            ("HUF", "1000", Ok((1000, "1000"))),
            ("HUF", "1000.5", Err(MoneyFault::Decimals)),
            ("TWD", "7", Ok((7, "7"))),
            ("TWD", "7.0", Err(MoneyFault::Decimals)),
            ("KWD", "1.000", Err(MoneyFault::Currency)),
            ("eur", "1.00", Err(MoneyFault::Currency)),
            ("EUR", "-1.00", Err(MoneyFault::Negative)),
            ("EUR", "1,00", Err(MoneyFault::Syntax)),
            ("EUR", "1.", Err(MoneyFault::Syntax)),
            ("EUR", "", Err(MoneyFault::Syntax)),
            ("EUR", "1e3", Err(MoneyFault::Syntax)),
            ("EUR", "+1", Err(MoneyFault::Syntax)),
            ("EUR", "999999999999999.99", Ok((MINOR_MAX, "999999999999999.99"))),
            ("EUR", "1000000000000000.00", Err(MoneyFault::TooMuch)),
            ("EUR", "99999999999999999999999999999.0", Err(MoneyFault::TooMuch)),
            ("EUR", "00000000000000000000000000000001.00", Err(MoneyFault::Syntax)),
        ];
        for (code, value, expected) in table {
            let read = Money::read(code, value);
            assert_eq!(
                read.map(|money| (money.minor, money.value())),
                expected.map(|(m, t)| (m, t.to_owned())),
                "{code} {value}"
            );
        }
    }

    #[test]
    fn a_fee_is_never_more_than_the_payment() {
        for currency in &CURRENCIES {
            for minor in [0, 1, 5, 40, 1000, MINOR_MAX] {
                let fee = Money { currency, minor }.fee().minor;
                assert!((0..=minor).contains(&fee), "{} {minor}: {fee}", currency.code);
            }
        }
        assert_eq!(Money::read("EUR", "100.00").expect("an amount").fee().value(), "3.34");
        assert_eq!(Money::read("JPY", "1000").expect("an amount").fee().value(), "69");
    }
}
