//! An amount as the payer reads it and as it is pasted into a bank's form.

use tollgate_sdk::Amount;

const NO_BREAK_SPACE: char = '\u{a0}';
const APOSTROPHE: char = '’';

/// How the languages of the gateway's translations write numbers. Others read English, numbers included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    thousands: char,
    decimal: char,
    code_first: bool,
}

impl Style {
    /// By a BCP 47 tag, such as `de-CH`.
    #[must_use]
    pub fn of(locale: &str) -> Self {
        let mut parts = locale.split('-');
        let german = parts.next().is_some_and(|language| language.eq_ignore_ascii_case("de"));
        let swiss = parts.any(|part| part.eq_ignore_ascii_case("CH") || part.eq_ignore_ascii_case("LI"));
        match (german, swiss) {
            (true, true) => Self { thousands: APOSTROPHE, decimal: '.', code_first: true },
            (true, false) => Self { thousands: '.', decimal: ',', code_first: false },
            (false, _) => Self { thousands: ',', decimal: '.', code_first: true },
        }
    }

    /// With the currency's code, which unlike a sign means one currency only: `EUR 1,234.50`.
    #[must_use]
    pub fn printed(self, amount: Amount) -> String {
        let code = amount.currency().code();
        let mut printed = String::with_capacity(24);
        if self.code_first {
            printed.push_str(code);
            printed.push(NO_BREAK_SPACE);
        }
        self.push_number(&mut printed, amount, Some(self.thousands));
        if !self.code_first {
            printed.push(NO_BREAK_SPACE);
            printed.push_str(code);
        }
        printed
    }

    /// For a bank's form: without code and separators, with the reader's own decimal sign, because a form that expects
    /// the other one may take `10.50` for 1050.
    #[must_use]
    pub fn pasted(self, amount: Amount) -> String {
        let mut pasted = String::with_capacity(16);
        self.push_number(&mut pasted, amount, None);
        pasted
    }

    fn push_number(self, text: &mut String, amount: Amount, thousands: Option<char>) {
        let decimals = amount.currency().exponent() as usize;
        let digits = format!("{:0>width$}", amount.minor().unsigned_abs(), width = decimals + 1);
        let whole_digits = digits.len() - decimals;
        if amount.minor() < 0 {
            text.push('-');
        }
        for (position, digit) in digits.chars().enumerate() {
            if position == whole_digits {
                text.push(self.decimal);
            } else if let Some(separator) = thousands
                && position > 0
                && position < whole_digits
                && (whole_digits - position).is_multiple_of(3)
            {
                text.push(separator);
            }
            text.push(digit);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tollgate_sdk::{AMOUNT_MINOR_MAX, Currency};

    use super::*;

    fn amount(minor: i64, currency: &str) -> Amount {
        Amount::new(minor, Currency::from_code(currency).expect(currency)).expect("within the bounds")
    }

    #[test]
    fn an_amount_is_written_as_the_reader_s_language_does() {
        let table = [
            (123_450, "EUR", "en", "EUR\u{a0}1,234.50", "1234.50"),
            (123_450, "EUR", "de", "1.234,50\u{a0}EUR", "1234,50"),
            (123_450, "EUR", "de-AT", "1.234,50\u{a0}EUR", "1234,50"),
            (123_450, "CHF", "de-CH", "CHF\u{a0}1’234.50", "1234.50"),
            (5, "EUR", "en", "EUR\u{a0}0.05", "0.05"),
            (100_000, "EUR", "", "EUR\u{a0}1,000.00", "1000.00"),
            (1_234_567, "JPY", "ja", "JPY\u{a0}1,234,567", "1234567"),
            (999, "JPY", "zh-Hans", "JPY\u{a0}999", "999"),
            (1_050, "KWD", "fr", "KWD\u{a0}1.050", "1.050"),
            (-123_456, "USD", "en", "USD\u{a0}-1,234.56", "-1234.56"),
        ];
        for (minor, currency, locale, printed, pasted) in table {
            let style = Style::of(locale);
            let amount = amount(minor, currency);
            assert_eq!((style.printed(amount), style.pasted(amount)), (printed.into(), pasted.into()));
        }
    }

    proptest! {
        #[test]
        fn what_is_pasted_is_the_very_amount(minor in 0..=AMOUNT_MINOR_MAX, currency in "EUR|JPY|KWD") {
            let amount = amount(minor, &currency);
            prop_assert_eq!(Amount::parse(&Style::of("en").pasted(amount), amount.currency()), Ok(amount));
            let digits: String = Style::of("de").printed(amount).chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(digits.parse(), Ok(minor));
        }
    }
}
