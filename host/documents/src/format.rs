//! Amounts, rates and dates as readers of a language write them. Money stays an integer until it is text.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use tollgate_billing::ids::Timestamp;
use tollgate_billing::invoice::TaxRate;
use tollgate_billing::money::Money;

/// Digits between two thousands separators.
const GROUP_DIGITS: usize = 3;

/// A true minus, which is as wide as a digit and never breaks off.
const MINUS: char = '−';
const NARROW_SPACE: char = '\u{202f}';
const NO_BREAK_SPACE: char = '\u{a0}';

/// How one language writes numbers and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    thousands: char,
    decimal: char,
    code: CodePlace,
    date: DateOrder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CodePlace {
    Before,
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DateOrder {
    Iso,
    /// 22 Nov 2026
    DayMonthName,
    /// Nov 22, 2026
    MonthNameDay,
    /// 22.11.2026
    Dotted,
    /// 22/11/2026
    Slashed,
    /// 2026年11月22日
    Characters,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Format {
    /// By language and region of a BCP 47 tag. What is not listed is written the way that ISO standards do, which
    /// nobody reads wrongly.
    pub fn of(language: &str, region: Option<&str>) -> Self {
        use CodePlace::{After, Before};
        use DateOrder::{Characters, DayMonthName, Dotted, Iso, MonthNameDay, Slashed};
        let (thousands, decimal, code, date) = match (language, region) {
            ("en", Some("US")) => (',', '.', Before, MonthNameDay),
            ("en", _) => (',', '.', Before, DayMonthName),
            ("de", Some("CH" | "LI")) | ("fr" | "it", Some("CH")) => ('’', '.', Before, Dotted),
            ("de", Some("AT")) | ("da" | "nb" | "nn" | "no" | "tr", _) => ('.', ',', Before, Dotted),
            ("de", _) => ('.', ',', After, Dotted),
            ("fr", _) => (NARROW_SPACE, ',', After, Slashed),
            ("it" | "es" | "pt" | "ca" | "gl", _) => ('.', ',', After, Slashed),
            ("nl", _) => ('.', ',', Before, Iso),
            ("pl" | "cs" | "sk" | "fi" | "ru" | "uk" | "bg", _) => (NO_BREAK_SPACE, ',', After, Dotted),
            ("sv" | "hu" | "lt" | "lv" | "et", _) => (NO_BREAK_SPACE, ',', After, Iso),
            ("ja" | "zh", _) => (',', '.', Before, Characters),
            _ => (',', '.', Before, Iso),
        };
        Self { thousands, decimal, code, date }
    }

    /// With the currency's code, which unlike a sign means one currency only: `EUR 1,234.50`, `−EUR 1,234.50`.
    pub fn money(self, money: Money) -> String {
        let number = self.number(money);
        let (sign, digits) = number.strip_prefix(MINUS).map_or(("", number.as_str()), |digits| ("−", digits));
        let code = money.currency().code();
        match self.code {
            CodePlace::Before => format!("{sign}{code}{NO_BREAK_SPACE}{digits}"),
            CodePlace::After => format!("{sign}{digits}{NO_BREAK_SPACE}{code}"),
        }
    }

    /// Without the currency, exactly its decimals: for columns whose head names it.
    pub fn number(self, money: Money) -> String {
        self.decimal_text(&money.to_decimal().to_string())
    }

    /// `7.7%`: no more decimals than the rate has.
    pub fn rate(self, rate: TaxRate) -> String {
        let percent: Decimal = rate.percent().normalize();
        format!("{}%", self.decimal_text(&percent.to_string()))
    }

    /// The day in UTC; `None` for a time that no calendar has.
    pub fn date(self, at: Timestamp) -> Option<String> {
        day_of(at).map(|day| self.day(day))
    }

    fn day(self, day: Date) -> String {
        let (year, month, dom) = (day.year(), day.month(), day.day());
        let name = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
        match self.date {
            DateOrder::Iso => format!("{year:04}-{month:02}-{dom:02}"),
            DateOrder::DayMonthName => format!("{dom} {name} {year}"),
            DateOrder::MonthNameDay => format!("{name} {dom}, {year}"),
            DateOrder::Dotted => format!("{dom:02}.{month:02}.{year}"),
            DateOrder::Slashed => format!("{dom:02}/{month:02}/{year}"),
            DateOrder::Characters => format!("{year}年{month}月{dom}日"),
        }
    }

    /// `-1234.50` with this language's signs.
    fn decimal_text(self, plain: &str) -> String {
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("−", digits));
        let (whole, decimals) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
        let mut text = String::from(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(GROUP_DIGITS) {
                text.push(self.thousands);
            }
            text.push(digit);
        }
        if let Some(decimals) = decimals {
            text.push(self.decimal);
            text.push_str(decimals);
        }
        text
    }
}

/// The day in UTC that a moment falls on.
pub fn day_of(at: Timestamp) -> Option<Date> {
    Some(jiff::Timestamp::from_millisecond(at.0).ok()?.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use tollgate_billing::money::Currency;

    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::from_code(code).unwrap()).unwrap()
    }

    #[test]
    fn an_amount_has_its_currency_s_decimals_and_its_reader_s_signs() {
        let cases = [
            ("en", None, 123_456_789, "EUR", "EUR\u{a0}1,234,567.89"),
            ("en", None, 5, "EUR", "EUR\u{a0}0.05"),
            ("en", None, -100_000, "EUR", "−EUR\u{a0}1,000.00"),
            ("en", None, 999, "JPY", "JPY\u{a0}999"),
            ("ja", None, 1_000_000, "JPY", "JPY\u{a0}1,000,000"),
            ("en", None, 1_234_567, "KWD", "KWD\u{a0}1,234.567"),
            ("de", None, 123_450, "EUR", "1.234,50\u{a0}EUR"),
            ("de", Some("CH"), 123_450, "CHF", "CHF\u{a0}1’234.50"),
            ("fr", None, 123_450, "EUR", "1\u{202f}234,50\u{a0}EUR"),
            ("xx", None, 123_450, "EUR", "EUR\u{a0}1,234.50"),
        ];
        for (language, region, minor, code, expected) in cases {
            assert_eq!(Format::of(language, region).money(money(minor, code)), expected, "{language} {region:?}");
        }
    }

    #[test]
    fn a_rate_has_only_the_decimals_that_it_needs() {
        let rate = |text: &str| TaxRate::from_percent(text.parse().unwrap()).unwrap();
        assert_eq!(Format::of("en", None).rate(rate("20")), "20%");
        assert_eq!(Format::of("en", None).rate(rate("7.70")), "7.7%");
        assert_eq!(Format::of("de", None).rate(rate("7.7")), "7,7%");
        assert_eq!(Format::of("en", None).rate(TaxRate::NONE), "0%");
    }

    #[test]
    fn a_day_is_written_as_its_reader_does_and_in_utc() {
        let at = Timestamp(1_795_391_999_999); // 2026-11-22T23:59:59.999Z
        let cases = [
            ("en", None, "22 Nov 2026"),
            ("en", Some("US"), "Nov 22, 2026"),
            ("de", None, "22.11.2026"),
            ("fr", None, "22/11/2026"),
            ("ja", None, "2026年11月22日"),
            ("sv", None, "2026-11-22"),
            ("xx", None, "2026-11-22"),
        ];
        for (language, region, expected) in cases {
            assert_eq!(Format::of(language, region).date(at).as_deref(), Some(expected), "{language}");
        }
    }

    #[test]
    fn a_time_outside_every_calendar_has_no_day() {
        assert_eq!(Format::of("en", None).date(Timestamp(i64::MAX)), None);
        assert_eq!(Format::of("en", None).date(Timestamp(i64::MIN)), None);
    }
}
