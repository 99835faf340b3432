//! Amounts over every currency.

use proptest::prelude::*;
use tollgate_sdk::{AMOUNT_MINOR_MAX, Amount, Currency, Money, MoneyError};

/// Every code of three letters that ISO 4217 counts money in.
fn currencies() -> Vec<Currency> {
    let letters = || 'A'..='Z';
    let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
    codes.filter_map(|code| Currency::from_code(&String::from_iter(code)).ok()).collect()
}

fn currency(code: &str) -> Currency {
    Currency::from_code(code).unwrap()
}

#[test]
fn the_known_currencies_have_their_own_exponents() {
    let all = currencies();
    assert!(all.len() > 150, "{}", all.len());
    for (code, exponent) in [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("CHF", 2), ("ISK", 0)] {
        assert_eq!(currency(code).exponent(), exponent, "{code}");
    }
}

#[test]
fn what_is_no_currency_is_refused() {
    for code in ["", "eur", "EURO", "EU", "XAU", "XXX", "XTS", "€", "ＥＵＲ", "EUR "] {
        assert!(matches!(Currency::from_code(code), Err(MoneyError::UnknownCurrency(_))), "{code:?}");
    }
}

#[test]
fn text_that_is_no_amount_is_refused_with_what_to_mend() {
    let (eur, jpy, kwd) = (currency("EUR"), currency("JPY"), currency("KWD"));
    let digits_40 = "9".repeat(40);
    let table = [
        (eur, "", MoneyError::Empty),
        (eur, " \t ", MoneyError::Empty),
        (eur, "1e9", MoneyError::NotANumber),
        (eur, "NaN", MoneyError::NotANumber),
        (eur, "Infinity", MoneyError::NotANumber),
        (eur, "１０", MoneyError::NotANumber),
        (eur, "1,50", MoneyError::NotANumber),
        (eur, "1'000", MoneyError::NotANumber),
        (eur, "10 EUR", MoneyError::NotANumber),
        (eur, "-1e9", MoneyError::NotANumber),
        (eur, "-5", MoneyError::Negative),
        (eur, "-0", MoneyError::Negative),
        (eur, "10.005", MoneyError::TooPrecise { currency: eur }),
        (jpy, "10.5", MoneyError::TooPrecise { currency: jpy }),
        (kwd, "1.0005", MoneyError::TooPrecise { currency: kwd }),
        (eur, &digits_40, MoneyError::TooLarge),
        (eur, "10000000000000.01", MoneyError::TooLarge),
        (jpy, "1000000000000001", MoneyError::TooLarge),
    ];
    for (currency, text, error) in table {
        assert_eq!(Amount::parse(text, currency), Err(error), "{currency} {text}");
    }
}

#[test]
fn the_largest_amount_is_an_amount() {
    assert_eq!(Amount::parse("10000000000000", currency("EUR")).map(Amount::minor), Ok(AMOUNT_MINOR_MAX));
    assert_eq!(Amount::new(AMOUNT_MINOR_MAX + 1, currency("EUR")), Err(MoneyError::TooLarge));
    assert_eq!(Amount::new(i64::MIN, currency("EUR")), Err(MoneyError::TooLarge));
}

#[test]
fn two_currencies_are_never_added_or_compared() {
    let (euro, yen) = (Amount::zero(currency("EUR")), Amount::zero(currency("JPY")));
    assert!(matches!(euro.checked_add(yen), Err(MoneyError::CurrencyMismatch { .. })));
    assert!(matches!(euro.checked_sub(yen), Err(MoneyError::CurrencyMismatch { .. })));
    assert!(matches!(euro.compare(yen), Err(MoneyError::CurrencyMismatch { .. })));
}

#[test]
fn a_number_of_the_host_in_an_unknown_currency_is_no_amount() {
    let money = Money { minor: 1, currency: "ZZZ".into() };
    assert_eq!(Amount::try_from(&money), Err(MoneyError::UnknownCurrency("ZZZ".into())));
}

#[test]
fn every_error_says_something_that_a_person_can_do() {
    let eur = currency("EUR");
    for error in [MoneyError::Empty, MoneyError::NotANumber, MoneyError::TooPrecise { currency: eur }] {
        assert!(!error.to_string().is_empty());
    }
    assert_eq!(MoneyError::TooPrecise { currency: currency("JPY") }.to_string(), "JPY has no decimals");
    assert_eq!(MoneyError::TooPrecise { currency: eur }.to_string(), "EUR has 2 decimals at most");
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(minor in 0..=AMOUNT_MINOR_MAX) {
        for currency in currencies_once() {
            let amount = Amount::new(minor, *currency).unwrap();
            prop_assert_eq!(Amount::parse(&amount.to_string(), *currency), Ok(amount));
            prop_assert_eq!(Amount::from_decimal(amount.to_decimal(), *currency), Ok(amount));
            prop_assert_eq!(Amount::try_from(&Money::from(amount)), Ok(amount));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![any::<String>(), "-?[0-9]{0,30}\\.?[0-9]{0,30}"]) {
        for code in ["EUR", "JPY", "KWD", "CLF"] {
            if let Ok(amount) = Amount::parse(&text, currency(code)) {
                prop_assert!((0..=AMOUNT_MINOR_MAX).contains(&amount.minor()));
            }
        }
    }

    #[test]
    fn sums_stay_within_the_bounds_and_undo(
        left in -AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX,
        right in -AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX,
    ) {
        let amount = |minor| Amount::new(minor, currency("EUR")).unwrap();
        match amount(left).checked_add(amount(right)) {
            Ok(sum) => prop_assert_eq!(sum.checked_sub(amount(right)), Ok(amount(left))),
            Err(error) => {
                prop_assert_eq!(error, MoneyError::TooLarge);
                prop_assert!((left + right).abs() > AMOUNT_MINOR_MAX);
            }
        }
    }
}

fn currencies_once() -> &'static [Currency] {
    static ALL: std::sync::OnceLock<Vec<Currency>> = std::sync::OnceLock::new();
    ALL.get_or_init(currencies)
}
