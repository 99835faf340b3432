//! Amounts go to PayPal and come back without a unit lost, in every currency that it takes.

use proptest::prelude::*;
use tollgate_paypal::value::{CURRENCIES, ValueFault, asked, said};
use tollgate_paypal::wire::Money;
use tollgate_sdk::{AMOUNT_MINOR_MAX, Amount, Currency};

fn amount(minor: i64, code: &str) -> Amount {
    Amount::new(minor, Currency::from_code(code).expect(code)).expect("within the bounds")
}

#[test]
fn amounts_are_written_as_paypal_wants_them() {
    let table = [
        (1_050, "EUR", "10.50"),
        (5, "USD", "0.05"),
        (100, "GBP", "1.00"),
        (1_050, "JPY", "1050"),
        (105_000, "HUF", "1050"),
        (100, "TWD", "1"),
        (AMOUNT_MINOR_MAX, "EUR", "10000000000000.00"),
    ];
    for (minor, code, expected) in table {
        let asked = asked(amount(minor, code)).expect(code);
        assert_eq!((asked.value.as_str(), asked.currency_code.as_str()), (expected, code));
    }
}

#[test]
fn what_paypal_cannot_take_exactly_is_not_rounded() {
    for code in ["HUF", "TWD"] {
        assert_eq!(asked(amount(105_001, code)).map_err(|fault| matches!(fault, ValueFault::Decimals(_))), Err(true));
    }
    for code in ["KWD", "RUB", "VND", "KRW"] {
        assert!(matches!(asked(amount(1_000, code)), Err(ValueFault::Currency(_))), "{code}");
    }
    for minor in [0, -1, -1_050] {
        assert_eq!(asked(amount(minor, "EUR")), Err(ValueFault::NotPositive));
    }
}

#[test]
fn what_is_no_amount_is_not_read() {
    let table = [
        ("", "EUR"),
        ("10,50", "EUR"),
        ("1e3", "EUR"),
        ("-1.00", "EUR"),
        ("+1.00", "EUR"),
        (".50", "EUR"),
        ("10.505", "EUR"),
        ("10.5", "JPY"),
        ("NaN", "EUR"),
        ("99999999999999999999999999999999", "EUR"),
        ("10.00", "eur"),
        ("10.00", "EURO"),
        ("10.00", ""),
        ("１０", "JPY"),
    ];
    for (value, code) in table {
        assert!(said(&Money { value: value.into(), currency_code: code.into() }).is_err(), "{value} {code}");
    }
    let padded = said(&Money { value: "1050.00".into(), currency_code: "JPY".into() });
    assert_eq!(padded, Ok(amount(1_050, "JPY")));
}

#[test]
fn every_currency_is_one_that_money_can_be_counted_in() {
    for (code, decimals) in CURRENCIES {
        let currency = Currency::from_code(code).expect(code);
        assert!(decimals <= currency.exponent(), "{code}");
    }
}

proptest! {
    #[test]
    fn minor_units_come_back_as_they_went(index in 0..CURRENCIES.len(), units in 1..=AMOUNT_MINOR_MAX / 100) {
        let (code, decimals) = CURRENCIES[index];
        let currency = Currency::from_code(code).expect(code);
        let minor = units * 10_i64.pow(currency.exponent() - decimals);
        let amount = amount(minor, code);
        let asked = asked(amount).expect("whole units of PayPal's");
        prop_assert_eq!(asked.value.contains('.'), decimals > 0);
        prop_assert_eq!(said(&asked), Ok(amount));
    }

    #[test]
    fn an_amount_is_asked_for_exactly_or_not_at_all(minor in any::<i32>(), index in 0..CURRENCIES.len()) {
        let (code, _) = CURRENCIES[index];
        let amount = amount(minor.into(), code);
        match asked(amount) {
            Ok(asked) => prop_assert_eq!(said(&asked), Ok(amount)),
            Err(ValueFault::NotPositive) => prop_assert!(minor <= 0),
            Err(ValueFault::Decimals(_)) => prop_assert!(matches!(code, "HUF" | "TWD") && minor % 100 != 0),
            Err(ValueFault::Currency(_)) => prop_assert!(false),
        }
    }

    #[test]
    fn no_text_of_paypal_s_is_too_strange(value in "\\PC{0,50}", code in "\\PC{0,5}") {
        let _ = said(&Money { value, currency_code: code });
    }
}
