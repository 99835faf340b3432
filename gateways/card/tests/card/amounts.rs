//! Amounts by currency, against Stripe's published rules.

use proptest::prelude::*;
use tollgate_card::currency::{AmountFault, CURRENCIES, UNITS_MAX, chargeable, money, units};
use tollgate_sdk::{Amount, Currency, Money};

/// Stripe's zero-decimal currencies, as its page lists them, without UGX, which it lists again as a special case.
const ZERO_DECIMAL: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
const THREE_DECIMAL: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

fn amount(minor: i64, code: &str) -> Amount {
    Amount::new(minor, Currency::from_code(code).expect(code)).expect("within the bounds")
}

/// Decimals that Stripe counts in.
fn decimals(code: &str) -> u32 {
    if ZERO_DECIMAL.contains(&code) {
        0
    } else if THREE_DECIMAL.contains(&code) {
        3
    } else {
        2
    }
}

#[test]
fn every_currency_is_counted_as_stripe_says() {
    for code in CURRENCIES {
        let exponent = Currency::from_code(code).expect(code).exponent();
        let one = 10_i64.pow(exponent);
        assert_eq!(units(amount(one * 1_000, code)), Ok(10_i64.pow(decimals(code)) * 1_000), "1000 {code}");
    }
    let mut sorted = CURRENCIES.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted, CURRENCIES);
}

#[test]
fn the_special_currencies_are_exact_or_refused() {
    let table = [
        (500, "JPY", Some(500)),
        (5, "ISK", Some(500)),
        (5, "UGX", Some(500)),
        (500, "MGA", Some(5)),
        (550, "MGA", None),
        (5_120, "KWD", Some(5_120)),
        (5_124, "KWD", None),
        (1_045, "HUF", Some(1_045)),
        (80_045, "TWD", Some(80_045)),
        (2_500, "EUR", Some(2_500)),
        (0, "EUR", None),
        (-1, "EUR", None),
    ];
    for (minor, code, expected) in table {
        assert_eq!(units(amount(minor, code)).ok(), expected, "{minor} {code}");
    }
    let Err(AmountFault::TooExact { step }) = units(amount(5_124, "KWD")) else { panic!("it is too exact") };
    assert_eq!(step.to_string(), "0.010");
}

#[test]
fn minimum_and_maximum_are_named() {
    let table = [
        (49, "EUR", Some("0.50")),
        (50, "EUR", None),
        (29, "GBP", Some("0.30")),
        (49, "JPY", Some("50")),
        (17_499, "HUF", Some("175.00")),
        (399, "HKD", Some("4.00")),
        (99_999_999, "EUR", None),
        (100_000_000, "EUR", Some("999999.99")),
        (1_000_000, "ISK", Some("999999")),
        (99_999_999, "JPY", None),
        (100_000_000, "JPY", Some("99999999")),
        (100_000_000, "KWD", Some("99999.990")),
    ];
    for (minor, code, bound) in table {
        let named = match chargeable(amount(minor, code)) {
            Ok(_) => None,
            Err(AmountFault::TooSmall { minimum: bound } | AmountFault::TooLarge { maximum: bound }) => {
                Some(bound.to_string())
            }
            Err(other) => panic!("{minor} {code}: {other:?}"),
        };
        assert_eq!(named.as_deref(), bound, "{minor} {code}");
    }
}

proptest! {
    #[test]
    fn what_goes_to_stripe_comes_back_the_same(minor in 1_i64..1_000_000_000_000, index in 0..CURRENCIES.len()) {
        let amount = amount(minor, CURRENCIES[index]);
        match units(amount) {
            Ok(units) => prop_assert_eq!(money(units, &CURRENCIES[index].to_lowercase()), Ok(Money::from(amount))),
            Err(fault) => {
                let exact = matches!(fault, AmountFault::TooExact { step } if minor % step.minor() != 0);
                prop_assert!(exact, "{:?}", fault);
            }
        }
    }

    #[test]
    fn what_is_charged_keeps_the_limits(minor in 1_i64..1_000_000_000_000, index in 0..CURRENCIES.len()) {
        if let Ok(units) = chargeable(amount(minor, CURRENCIES[index])) {
            prop_assert!((1..=UNITS_MAX).contains(&units));
        }
    }

    #[test]
    fn no_answer_makes_an_amount_panic(units in any::<i64>(), code in "[a-zA-Z]{0,5}|\\PC{0,3}") {
        if let Ok(money) = money(units, &code) {
            prop_assert!(Currency::from_code(&money.currency).is_ok());
        }
    }
}
