//! What a person types becomes an amount, or a sentence that says how to mend it.

use proptest::prelude::*;
use rust_decimal::Decimal;
use tollgate_billing::money::{AMOUNT_MINOR_MAX, Currency, Money, MoneyError};

fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a known code")
}

fn parse(text: &str, code: &str) -> Result<i64, MoneyError> {
    Money::parse(text, currency(code)).map(Money::minor)
}

#[test]
fn lesson_15_amounts_are_read_by_the_currencys_own_decimals() {
    let table = [
        ("10", "USD", 1000),
        ("10.5", "USD", 1050),
        ("10.50", "USD", 1050),
        ("10.500", "USD", 1050),
        (" 0.01 ", "USD", 1),
        ("10", "JPY", 10),
        ("10.0", "JPY", 10),
        ("1.234", "KWD", 1234),
        ("-5", "EUR", -500),
        ("0", "EUR", 0),
        ("10000000000000.00", "EUR", AMOUNT_MINOR_MAX),
    ];
    for (text, code, minor) in table {
        assert_eq!(parse(text, code), Ok(minor), "{text} {code}");
    }
}

#[test]
fn what_is_no_plain_number_is_refused() {
    let table = [
        "1e9",
        "NaN",
        "inf",
        "１０",
        "٣",
        "1,000",
        "1.000,00",
        "1 000",
        "10.",
        ".5",
        "+5",
        "--5",
        "0x10",
        "1_000",
        "10.5.1",
        "−5",
        "ten",
        "$10",
        "10 EUR",
        "1\u{200b}0",
    ];
    for text in table {
        assert_eq!(parse(text, "USD"), Err(MoneyError::NotANumber), "{text}");
    }
    assert_eq!(parse("", "USD"), Err(MoneyError::Empty));
    assert_eq!(parse("   ", "USD"), Err(MoneyError::Empty));
}

#[test]
fn more_decimals_than_the_currency_has_are_refused() {
    for (text, code, exponent) in [("10.005", "USD", 2), ("10.5", "JPY", 0), ("1.2345", "KWD", 3)] {
        assert_eq!(
            parse(text, code),
            Err(MoneyError::TooPrecise { currency: currency(code), exponent }),
            "{text} {code}"
        );
    }
}

#[test]
fn forty_digits_and_more_are_too_large() {
    for text in ["1".repeat(40), "9".repeat(41), "1".repeat(5000), "10000000000000.01".to_owned()] {
        assert_eq!(parse(&text, "EUR"), Err(MoneyError::TooLarge), "{} characters", text.len());
    }
}

#[test]
fn codes_that_are_no_money_are_unknown() {
    for code in ["", "eur", "EURO", "XXX", "XAU", "ZZZ", "€", "EU\u{0}"] {
        assert!(matches!(Currency::from_code(code), Err(MoneyError::UnknownCurrency(_))), "{code}");
    }
}

#[test]
fn different_currencies_never_mix() {
    let (eur, usd) = (Money::zero(currency("EUR")), Money::zero(currency("USD")));
    for mixed in [eur.checked_add(usd), eur.checked_sub(usd), eur.min(usd)] {
        assert!(matches!(mixed, Err(MoneyError::CurrencyMismatch { .. })));
    }
}

fn codes() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["EUR", "USD", "JPY", "KWD", "CHF", "CLF", "ISK"]).prop_map(currency)
}

proptest! {
    #[test]
    fn printing_and_reading_an_amount_gives_the_same_amount(
        minor in -AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX,
        currency in codes(),
    ) {
        let money = Money::new(minor, currency).unwrap();
        prop_assert_eq!(Money::parse(&money.to_decimal().to_string(), currency), Ok(money));
        prop_assert_eq!(Money::from_decimal(money.to_decimal(), currency), Ok(money));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,60}", currency in codes()) {
        if let Ok(money) = Money::parse(&text, currency) {
            prop_assert!(text.trim().parse::<Decimal>().unwrap() == money.to_decimal());
        }
    }

    #[test]
    fn sums_are_exact_or_refused(left in -AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX, right in -AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX) {
        let eur = currency("EUR");
        let sum = Money::new(left, eur).unwrap().checked_add(Money::new(right, eur).unwrap());
        let exact = i128::from(left) + i128::from(right);
        match sum {
            Ok(sum) => prop_assert_eq!(i128::from(sum.minor()), exact),
            Err(error) => {
                prop_assert_eq!(error, MoneyError::TooLarge);
                prop_assert!(exact.abs() > i128::from(AMOUNT_MINOR_MAX));
            }
        }
    }
}
