//! The order that a payment becomes at PayPal, and whether an order is that of a payment.

use serde_json::{Value, json};
use tollgate_sdk::gateway::Payment;
use tollgate_sdk::{Amount, Error, Settings};

use crate::api::short;
use crate::claims;
use crate::value;
use crate::wire::{Money, Order};
use crate::words;

/// PayPal's bound for names, descriptions and ids of ours.
const TEXT_CHARS_MAX: usize = 127;

/// The languages of PayPal's pages that need a country, with the one that is meant where the payer names none.
const COUNTRIES: [(&str, &str); 25] = [
    ("ar", "EG"),
    ("cs", "CZ"),
    ("da", "DK"),
    ("de", "DE"),
    ("el", "GR"),
    ("en", "US"),
    ("es", "ES"),
    ("fi", "FI"),
    ("fr", "FR"),
    ("he", "IL"),
    ("hu", "HU"),
    ("id", "ID"),
    ("it", "IT"),
    ("ja", "JP"),
    ("ko", "KR"),
    ("nb", "NO"),
    ("nl", "NL"),
    ("no", "NO"),
    ("pl", "PL"),
    ("pt", "PT"),
    ("ru", "RU"),
    ("sk", "SK"),
    ("sv", "SE"),
    ("th", "TH"),
    ("zh", "CN"),
];

/// What PayPal is asked for.
///
/// # Errors
/// [`Error::Declined`] for an amount that PayPal does not take as it is.
pub fn request(payment: &Payment, settings: &Settings<'_>) -> Result<Vec<u8>, Error> {
    let mut unit = json!({
        "reference_id": payment.reference,
        "custom_id": payment.id,
        "invoice_id": invoice_id(payment),
        "amount": asked(payment)?,
    });
    put(&mut unit, "description", &payment.description);
    let mut experience = json!({
        "return_url": payment.links.return_url,
        "cancel_url": payment.links.cancel_url,
        "user_action": "PAY_NOW",
        "shipping_preference": "NO_SHIPPING",
    });
    put(&mut experience, "brand_name", settings.text("brand-name"));
    put(&mut experience, "locale", &locale(&payment.payer.locale).unwrap_or_default());
    let order = json!({
        "intent": "CAPTURE",
        "purchase_units": [unit],
        "payment_source": { "paypal": { "experience_context": experience } },
    });
    Ok(order.to_string().into_bytes())
}

/// The invoice's reference for people, and the payment's id because PayPal takes an invoice id once. It is the
/// payment's, not the order's: were two orders of one payment ever approved, PayPal itself would refuse to take the
/// second.
fn invoice_id(payment: &Payment) -> String {
    format!("{}-{}", payment.reference, payment.id)
}

fn asked(payment: &Payment) -> Result<Money, Error> {
    let amount = Amount::try_from(&payment.amount)?;
    value::asked(amount)
        .map_err(|fault| Error::declined(words::value(fault), format!("PayPal does not take {amount:?} as it is")))
}

/// PayPal refuses empty texts.
fn put(object: &mut Value, key: &str, text: &str) {
    let text: String = text.trim().chars().take(TEXT_CHARS_MAX).collect();
    if !text.is_empty() {
        object[key] = Value::String(text);
    }
}

/// `de-DE` for `de`, `zh-TW` for `zh-Hant`; `None` where PayPal has no pages in the language.
fn locale(tag: &str) -> Option<String> {
    let mut parts = tag.split('-');
    let language = parts.next()?.to_ascii_lowercase();
    let usual = COUNTRIES.into_iter().find(|(known, _)| *known == language).map(|(_, country)| country)?;
    let parts: Vec<_> = parts.collect();
    let is_country = |part: &&&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let country = match parts.iter().find(is_country) {
        Some(country) => country.to_ascii_uppercase(),
        None if parts.contains(&"Hant") => "TW".to_owned(),
        None => usual.to_owned(),
    };
    Some(format!("{language}-{country}"))
}

/// Looks once more before money moves: the order must be of this very payment, amount and merchant.
///
/// # Errors
/// [`Error::Rejected`] with both sides, where anything differs.
pub fn must_be_of(order: &Order, payment: &Payment, merchant: &str) -> Result<(), Error> {
    let wrong = |what: String| Err(Error::rejected(format!("nothing was taken: PayPal's order {} {what}", order.id)));
    let [unit] = order.purchase_units.as_slice() else {
        return wrong(format!("has {} purchase units and not one", order.purchase_units.len()));
    };
    if unit.custom_id.as_ref() != Some(&payment.id) {
        return wrong(format!("is of “{}” and not of {}", short(unit.custom_id.as_deref().unwrap_or("")), payment.id));
    }
    // Nothing was sent yet, so that an answer that cannot be read leaves nothing open.
    let amount =
        claims::amount(unit.amount.as_ref()).map_err(|unreadable| Error::Unavailable(unreadable.to_string()))?;
    if amount != payment.amount {
        let (said, expected) = (&amount, &payment.amount);
        return wrong(format!(
            "is for {} {} and not for {} {} (minor units)",
            said.minor, said.currency, expected.minor, expected.currency
        ));
    }
    match claims::merchant(unit.payee.as_ref()) {
        Some(paid) if !merchant.is_empty() && paid != merchant => {
            wrong(format!("pays the merchant {} and not {merchant}", short(&paid)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_written_as_paypal_knows_it() {
        let table = [
            ("en", Some("en-US")),
            ("en-GB", Some("en-GB")),
            ("de", Some("de-DE")),
            ("DE-ch", Some("de-CH")),
            ("ja", Some("ja-JP")),
            ("zh-Hans", Some("zh-CN")),
            ("zh-Hant", Some("zh-TW")),
            ("zh-Hant-HK", Some("zh-HK")),
            ("tlh", None),
            ("", None),
            ("en-\u{e9}\u{e9}", Some("en-US")),
        ];
        for (tag, expected) in table {
            assert_eq!(locale(tag).as_deref(), expected, "{tag}");
        }
    }
}
