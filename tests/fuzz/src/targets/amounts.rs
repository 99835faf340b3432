//! Amounts as people type them and as providers write them: a currency's code, a space, the amount.

use tollgate_billing::money::{Currency, Money};
use tollgate_sdk::{Amount, Currency as GuestCurrency};

use super::hold;

pub fn run(input: &[u8]) -> Result<String, String> {
    let text = String::from_utf8_lossy(input);
    let (code, amount) = text.split_once(' ').unwrap_or(("EUR", &text));
    let guest = GuestCurrency::from_code(code).map(|currency| Amount::parse(amount, currency));
    let Ok(currency) = Currency::from_code(code) else { return Ok(format!("no currency, {}", guest.is_ok())) };
    let read = Money::parse(amount, currency);
    if let Ok(money) = read {
        let written = money.to_decimal().to_string();
        let again = Money::parse(&written, currency);
        hold(again == Ok(money), || format!("{amount:?} is {money}, which is read back as {again:?}"))?;
        hold(Money::new(money.minor(), currency) == Ok(money), || format!("{amount:?} is beyond what money may be"))?;
    }
    // The host and the plugins read the same text as the same amount, but for what only one of them takes: less than nothing.
    if let (Ok(money), Ok(Ok(amount))) = (&read, &guest) {
        hold(money.minor() == amount.minor(), || {
            format!("{text:?} is {money} to the host and {amount:?} to a plugin")
        })?;
    }
    Ok(format!("{} {:?} {:?}", currency.exponent(), read.map(|_| ()), guest.ok().map(|guest| guest.map(|_| ()))))
}
