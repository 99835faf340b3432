//! A stored card: its token, what the client reads of it, and until when it works.

use tollgate_sdk::Error;
use tollgate_sdk::gateway::SavedMethod;

use crate::wire::{Card, is_id};

/// What the contract takes.
const TOKEN_BYTES_MAX: usize = 255;
/// The epoch's year, and one that no card reaches.
const YEARS: std::ops::RangeInclusive<u32> = 1970..=2199;

/// `customer/payment method`: Stripe charges a stored card only for the customer who keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    pub customer: &'a str,
    pub method: &'a str,
}

impl<'a> Token<'a> {
    /// # Errors
    /// [`Error::Rejected`] for what this gateway never gave out.
    pub fn read(token: &'a str) -> Result<Self, Error> {
        let parts = token.split_once('/').filter(|(customer, method)| is_id("cus_", customer) && is_method(method));
        let (customer, method) =
            parts.ok_or_else(|| Error::rejected("the token of the stored card is none of this gateway's"))?;
        Ok(Self { customer, method })
    }
}

/// Payment methods, and the cards and sources that old integrations stored.
#[must_use]
pub fn is_method(id: &str) -> bool {
    ["pm_", "card_", "src_"].iter().any(|prefix| is_id(prefix, id))
}

/// `None` where Stripe left out what a stored card needs.
#[must_use]
pub fn saved(customer: &str, method: &str, card: &Card) -> Option<SavedMethod> {
    let token = format!("{customer}/{method}");
    let usable = is_id("cus_", customer) && is_method(method) && token.len() <= TOKEN_BYTES_MAX;
    usable.then(|| SavedMethod { token, label: label(card), expires: expires(card) })
}

/// "Visa ending 4242, 12/28"
#[must_use]
pub fn label(card: &Card) -> String {
    let brand = brand(card.brand.as_deref().unwrap_or_default());
    let last4 = card.last4.as_deref().filter(|digits| is_last4(digits));
    let end = last4.map(|digits| format!(" ending {digits}")).unwrap_or_default();
    let until = expiry(card).map(|(month, year)| format!(", {month:02}/{:02}", year % 100)).unwrap_or_default();
    format!("{brand}{end}{until}")
}

fn is_last4(digits: &str) -> bool {
    digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn brand(code: &str) -> &'static str {
    match code {
        "amex" => "American Express",
        "cartes_bancaires" => "Cartes Bancaires",
        "diners" => "Diners Club",
        "discover" => "Discover",
        "eftpos_au" => "eftpos",
        "jcb" => "JCB",
        "mastercard" => "Mastercard",
        "unionpay" => "UnionPay",
        "visa" => "Visa",
        _ => "Card",
    }
}

fn expiry(card: &Card) -> Option<(u32, u32)> {
    let (month, year) = (card.exp_month?, card.exp_year?);
    ((1..=12).contains(&month) && YEARS.contains(&year)).then_some((month, year))
}

/// A card works to the end of its month: the first moment of the next one, in milliseconds.
#[must_use]
pub fn expires(card: &Card) -> Option<u64> {
    let (month, year) = expiry(card)?;
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let leap = |year: u32| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let years: u64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months: u64 = lengths.iter().take(month as usize - 1).sum();
    Some((years + months) * 86_400_000)
}
