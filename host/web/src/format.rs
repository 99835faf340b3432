//! Money and time as people of a language write them. Patterns come from the language's own file.

use fluent_bundle::FluentArgs;
use tollgate_billing::ids::Timestamp;
use tollgate_billing::money::Money;

use crate::texts::Words;

/// Currencies whose sign names them and no other; all others are written with their code.
const SIGNED: [&str; 6] = ["EUR", "GBP", "INR", "JPY", "KRW", "USD"];
/// Digits between two group signs.
const GROUP_DIGITS: usize = 3;
/// Stands for the sign and the number while a pattern is read.
const MARK_UNIT: char = '\u{1}';
const MARK_NUMBER: char = '\u{2}';

/// How a language writes numbers and money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberStyle {
    decimal: String,
    group: String,
    with_sign: String,
    with_code: String,
}

impl NumberStyle {
    /// Reads `number-decimal`, `number-group`, `money-with-sign` and `money-with-code`.
    pub fn from_messages(say: impl Fn(&str, &FluentArgs<'_>) -> Option<String>) -> Self {
        let mut args = FluentArgs::new();
        args.set("unit", MARK_UNIT.to_string());
        args.set("number", MARK_NUMBER.to_string());
        let read = |id: &str, english: &str| say(id, &args).unwrap_or_else(|| english.to_owned());
        Self {
            decimal: read("number-decimal", "."),
            group: read("number-group", ","),
            with_sign: read("money-with-sign", "\u{1}\u{2}"),
            with_code: read("money-with-code", "\u{1}\u{a0}\u{2}"),
        }
    }

    fn money(&self, money: Money) -> String {
        let currency = money.currency();
        let number = self.number(money.minor().unsigned_abs(), currency.exponent() as usize);
        let (pattern, unit) = if SIGNED.contains(&currency.code()) {
            (&self.with_sign, currency.symbol())
        } else {
            (&self.with_code, currency.code().to_owned())
        };
        let mut words = String::with_capacity(number.len() + 8);
        if money.is_negative() {
            words.push('−');
        }
        for part in pattern.chars() {
            match part {
                MARK_UNIT => words.push_str(&unit),
                MARK_NUMBER => words.push_str(&number),
                other => words.push(other),
            }
        }
        words
    }

    /// `minor` units as a number with `exponent` decimals.
    fn number(&self, minor: u64, exponent: usize) -> String {
        let digits = format!("{minor:0width$}", width = exponent + 1);
        let (whole, decimals) = digits.split_at(digits.len() - exponent);
        let mut text = String::with_capacity(digits.len() * 2);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(GROUP_DIGITS) {
                text.push_str(&self.group);
            }
            text.push(digit);
        }
        if exponent > 0 {
            text.push_str(&self.decimal);
            text.push_str(decimals);
        }
        text
    }
}

/// `€1,234.50`, `CHF 12.00`, `−€3.00`.
#[must_use]
pub fn money(words: &Words, money: Money) -> String {
    words.number_style().map_or_else(|| money.to_string(), |style| style.money(money))
}

/// The same with `+` before what is above zero: for a ledger.
#[must_use]
pub fn signed_money(words: &Words, amount: Money) -> String {
    let plus = if amount.is_positive() { "+" } else { "" };
    format!("{plus}{}", money(words, amount))
}

/// A moment, in UTC, as pages need it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Moment {
    pub ms: i64,
    /// For `<time datetime>`.
    pub iso: String,
    /// Date and time in words.
    pub text: String,
    /// The date in words.
    pub date: String,
}

/// `None` where the milliseconds are beyond the calendar.
#[must_use]
pub fn moment(words: &Words, at: Timestamp) -> Option<Moment> {
    let at = jiff::Timestamp::from_millisecond(at.0).ok()?.round(jiff::Unit::Second).ok()?;
    let civil = at.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    let month = words.say(&format!("month-{}", civil.month()));
    let (day, year) = (civil.day().to_string(), civil.year().to_string());
    let date = words.say_with("date-pattern", &[("day", &day), ("month", &month), ("year", &year)]);
    let time = format!("{:02}:{:02}", civil.hour(), civil.minute());
    let text = words.say_with("datetime-pattern", &[("date", &date), ("time", &time)]);
    Some(Moment { ms: at.as_millisecond(), iso: at.to_string(), text, date })
}

/// The same where no language is known: `2026-11-22T10:30:00Z`, and the milliseconds beyond the calendar.
#[must_use]
pub fn plain_moment(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}

/// The month that ends at or before a moment, as cards are printed: `12/28`. `None` beyond the calendar.
#[must_use]
pub fn month_before(at: Timestamp) -> Option<String> {
    let last = jiff::Timestamp::from_millisecond(at.0.checked_sub(1)?).ok()?;
    let date = last.to_zoned(jiff::tz::TimeZone::UTC).date();
    Some(format!("{:02}/{:02}", date.month(), date.year().rem_euclid(100)))
}

/// "5 minutes ago", "just now"; past a month the date.
#[must_use]
pub fn ago(words: &Words, at: Timestamp, now: Timestamp) -> String {
    let seconds = now.0.saturating_sub(at.0) / 1_000;
    let (id, count) = match seconds {
        ..60 => return words.say("ago-now"),
        60..3_600 => ("ago-minutes", seconds / 60),
        3_600..86_400 => ("ago-hours", seconds / 3_600),
        86_400..2_592_000 => ("ago-days", seconds / 86_400),
        _ => return moment(words, at).map_or_else(String::new, |moment| moment.date),
    };
    let mut args = FluentArgs::new();
    args.set("count", count);
    words.tell(id, Some(&args))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_billing::money::Currency;

    fn style(decimal: &str, group: &str, with_sign: &str) -> NumberStyle {
        NumberStyle {
            decimal: decimal.to_owned(),
            group: group.to_owned(),
            with_sign: with_sign.to_owned(),
            with_code: "\u{1} \u{2}".to_owned(),
        }
    }

    #[test]
    fn a_card_works_to_the_end_of_the_month_that_is_printed_on_it() {
        let check = |ms: i64, expected: Option<&str>| assert_eq!(month_before(Timestamp(ms)).as_deref(), expected);
        check(1_861_920_000_000, Some("12/28"));
        check(1_861_920_000_001, Some("01/29"));
        check(1_835_481_600_000, Some("02/28"));
        check(i64::MIN, None);
        check(i64::MAX, None);
    }

    #[test]
    fn money_has_exactly_its_currencys_decimals() {
        let english = style(".", ",", "\u{1}\u{2}");
        let german = style(",", ".", "\u{2} \u{1}");
        let check = |style: &NumberStyle, minor: i64, code: &str, expected: &str| {
            let currency = Currency::from_code(code).expect("a currency of the table");
            let money = Money::new(minor, currency).expect("an amount of the table");
            assert_eq!(style.money(money), expected);
        };
        check(&english, 0, "EUR", "€0.00");
        check(&english, 5, "EUR", "€0.05");
        check(&english, 123_456_789, "EUR", "€1,234,567.89");
        check(&english, -1_050, "USD", "−$10.50");
        check(&english, 1_050, "JPY", "¥1,050");
        check(&english, 1_050, "KWD", "KWD 1.050");
        check(&english, 100_000, "CHF", "CHF 1,000.00");
        check(&german, 123_456, "EUR", "1.234,56 €");
        check(&english, 1_000_000_000_000_000, "EUR", "€10,000,000,000,000.00");
    }
}
