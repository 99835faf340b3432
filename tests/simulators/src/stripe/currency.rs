//! Amounts as the API counts them: which currencies there are, their smallest units and smallest charges, and the fee.

use super::problem::Problem;

/// Amounts have at most eight digits.
const AMOUNT_MAX: i64 = 99_999_999;

/// The currencies in which a card can be charged.
const CURRENCIES: &str = "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn \
    bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg \
    huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur \
    mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd \
    shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw";

/// Amounts are whole units.
const ZERO_DECIMAL: &str = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf";
/// Three decimals, of which the last must be 0.
const THREE_DECIMAL: &str = "bhd jod kwd omr tnd";
/// Written with two decimals that must be 00.
const WHOLE_ONLY: &str = "isk ugx";

/// The smallest charge in the currency's smallest unit, where one is published.
const MINIMUMS: [(&str, i64); 24] = [
    ("usd", 50),
    ("aed", 200),
    ("aud", 50),
    ("bgn", 100),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("czk", 1500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17_500),
    ("inr", 50),
    ("jpy", 50),
    ("mxn", 1000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1000),
];

fn lists(list: &str, currency: &str) -> bool {
    list.split_whitespace().any(|known| known == currency)
}

/// A charge's amount and currency.
///
/// # Errors
/// An unknown currency, or an amount that is too small, too large or not a multiple of what the currency has.
pub fn check(amount: i64, currency: &str) -> Result<(), Problem> {
    if !lists(CURRENCIES, currency) {
        let message =
            format!("Invalid currency: {currency}. Currencies are written in lower case, as ISO 4217 names them");
        return Err(Problem { param: Some("currency".to_owned()), ..Problem::invalid(message) });
    }
    let minimum = MINIMUMS.iter().find(|(known, _)| *known == currency).map_or(1, |(_, minimum)| *minimum);
    if amount < 1 {
        let message = "Invalid positive integer: an amount is at least 1";
        return Err(Problem::parameter("parameter_invalid_integer", "amount", message));
    }
    if amount < minimum {
        let message = format!("Amount must be at least {minimum} in the smallest unit of {currency}");
        return Err(Problem::parameter("amount_too_small", "amount", message));
    }
    if amount > AMOUNT_MAX {
        let message = format!("Amount must be no more than {AMOUNT_MAX} in the smallest unit of {currency}");
        return Err(Problem::parameter("amount_too_large", "amount", message));
    }
    let step = step(currency);
    if amount % step != 0 {
        let message = format!("Invalid amount: in {currency} it must be a multiple of {step}");
        return Err(Problem { param: Some("amount".to_owned()), ..Problem::invalid(message) });
    }
    Ok(())
}

fn step(currency: &str) -> i64 {
    match currency {
        _ if lists(THREE_DECIMAL, currency) => 10,
        _ if lists(WHOLE_ONLY, currency) => 100,
        _ => 1,
    }
}

/// What is kept of a charge: 2.9 % and 30 of the smallest unit, or 3.6 % where amounts are whole units.
#[must_use]
pub fn fee(amount: i64, currency: &str) -> i64 {
    if lists(ZERO_DECIMAL, currency) { (amount * 36 + 500) / 1000 } else { (amount * 29 + 500) / 1000 + 30 }
}

/// What a dispute costs beside its amount: 15 of the currency's units.
#[must_use]
pub fn dispute_fee(currency: &str) -> i64 {
    match currency {
        _ if lists(ZERO_DECIMAL, currency) => 1_500,
        _ if lists(THREE_DECIMAL, currency) => 15_000,
        _ => 1_500,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_bounds_and_steps() {
        let table = [
            (50, "usd", None),
            (49, "usd", Some("amount_too_small")),
            (30, "gbp", None),
            (50, "jpy", None),
            (49, "jpy", Some("amount_too_small")),
            (99_999_999, "eur", None),
            (100_000_000, "eur", Some("amount_too_large")),
            (0, "eur", Some("parameter_invalid_integer")),
            (1_230, "kwd", None),
        ];
        for (amount, currency, code) in table {
            assert_eq!(check(amount, currency).err().and_then(|problem| problem.code), code, "{amount} {currency}");
        }
        for (amount, currency) in [(1_234, "kwd"), (150, "isk"), (100, "EUR"), (100, "xyz")] {
            assert!(check(amount, currency).is_err(), "{amount} {currency}");
        }
    }

    #[test]
    fn fees_are_rounded_to_whole_units() {
        assert_eq!((fee(1_000, "eur"), fee(1_019, "eur"), fee(1_000, "jpy")), (59, 60, 36));
    }
}
