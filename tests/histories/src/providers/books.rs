//! What the two providers hold, as they themselves have it written down.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::Value;
use tollgate_billing::money::Currency;
use tollgate_simulators::stripe::{Books, DisputeStatus, RefundStatus, Status};

use super::{Provider, Providers};

/// What a provider holds about one payment of the host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// Money that was captured: its transaction, minor units of ISO 4217, and the currency.
    pub captured: Vec<(String, i64, String)>,
    /// Money that left again, for now or for good.
    pub returned: Vec<Return>,
    /// Disputes by their ids.
    pub disputes: BTreeMap<String, DisputeEnd>,
    /// Something may still come of it without the host: the payer, a bank, time.
    pub is_open: bool,
}

/// A refund, a reversal, or what a dispute holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    pub transaction: String,
    /// The host's id of the refund, where the host ordered it.
    pub ordered: Option<String>,
    pub minor: i64,
    pub currency: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeEnd {
    Open,
    Won,
    Lost,
}

/// By provider, and by the host's payment as the provider was told it.
pub type Positions = BTreeMap<(Provider, String), Position>;

impl Providers {
    /// What each provider holds.
    ///
    /// # Errors
    /// Books that cannot be read.
    pub fn books(&self) -> anyhow::Result<Positions> {
        let mut books = Positions::new();
        read_paypal(&self.paypal.state(), &mut books)?;
        self.stripe.with(|account| read_stripe(account, &mut books));
        Ok(books)
    }

    /// Captures of PayPal's whose money waits.
    #[must_use]
    pub fn waiting_captures(&self) -> Vec<String> {
        let state = self.paypal.state();
        let waiting = list(&state, "captures").filter(|capture| capture["status"] == "PENDING");
        waiting.filter_map(|capture| capture["id"].as_str().map(str::to_owned)).collect()
    }

    /// Disputes that nobody has decided: at PayPal, and at Stripe.
    #[must_use]
    pub fn open_disputes(&self) -> Vec<(Provider, String)> {
        let state = self.paypal.state();
        let open = list(&state, "disputes").filter(|dispute| dispute["status"] != "RESOLVED");
        let ids = open.filter_map(|dispute| dispute["dispute_id"].as_str());
        let mut found: Vec<_> = ids.map(|id| (Provider::PayPal, id.to_owned())).collect();
        self.stripe.with(|account| {
            let open = account.disputes.values().filter(|dispute| dispute.status == DisputeStatus::NeedsResponse);
            found.extend(open.map(|dispute| (Provider::Stripe, dispute.id.clone())));
        });
        found
    }
}

fn list<'a>(state: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    state[name].as_array().into_iter().flatten()
}

fn read_paypal(state: &Value, books: &mut Positions) -> anyhow::Result<()> {
    for order in list(state, "orders") {
        let Some(payment) = order["purchase_units"][0]["custom_id"].as_str() else { continue };
        let waits = matches!(order["status"].as_str(), Some("CREATED" | "PAYER_ACTION_REQUIRED" | "APPROVED"));
        books.entry((Provider::PayPal, payment.to_owned())).or_default().is_open |= waits;
    }
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for capture in list(state, "captures") {
        let (Some(id), Some(payment)) = (capture["id"].as_str(), capture["custom_id"].as_str()) else { continue };
        owners.insert(id, payment);
        let position = books.entry((Provider::PayPal, payment.to_owned())).or_default();
        match capture["status"].as_str() {
            Some("COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED") => {
                let (minor, currency) = money(&capture["amount"])?;
                position.captured.push((id.to_owned(), minor, currency));
            }
            Some("PENDING") => position.is_open = true,
            _ => {}
        }
    }
    for refund in list(state, "refunds").filter(|refund| refund["status"] == "COMPLETED") {
        let capture = refund["links"].as_array().into_iter().flatten().find(|link| link["rel"] == "up");
        let capture = capture.and_then(|link| link["href"].as_str()?.rsplit('/').next());
        let payment = capture.and_then(|id| owners.get(id)).context("a refund is of a capture")?;
        let position = books.entry((Provider::PayPal, (*payment).to_owned())).or_default();
        let ordered = refund["custom_id"].as_str().and_then(|mark| mark.split_once('.'));
        position.returned.push(returned(&refund["id"], ordered.map(|(_, id)| id), &refund["amount"])?);
    }
    for dispute in list(state, "disputes") {
        let payment = dispute["disputed_transactions"][0]["custom"].as_str().context("a dispute is of a payment")?;
        let position = books.entry((Provider::PayPal, payment.to_owned())).or_default();
        let end = match dispute["dispute_outcome"]["outcome_code"].as_str() {
            None => DisputeEnd::Open,
            Some("RESOLVED_BUYER_FAVOUR") => DisputeEnd::Lost,
            Some(_) => DisputeEnd::Won,
        };
        let id = dispute["dispute_id"].as_str().unwrap_or_default();
        position.disputes.insert(id.to_owned(), end);
        // Of one that is lost, the reversal is among the refunds.
        if end == DisputeEnd::Open {
            position.returned.push(returned(&dispute["dispute_id"], None, &dispute["dispute_amount"])?);
        }
    }
    Ok(())
}

fn read_stripe(account: &Books, books: &mut Positions) {
    for intent in account.intents.values() {
        let Some(payment) = intent.metadata.get("payment") else { continue };
        let position = books.entry((Provider::Stripe, payment.clone())).or_default();
        position.is_open |= !intent.status.is_terminal();
        let currency = intent.currency.to_ascii_uppercase();
        if intent.status == Status::Succeeded {
            let minor = minor_of_stripe(intent.received, &currency);
            position.captured.push((intent.id.clone(), minor, currency.clone()));
        }
        let through = |status| status == RefundStatus::Succeeded;
        for refund in account.refunds.values().filter(|refund| refund.intent == intent.id && through(refund.status)) {
            let ordered = refund.metadata.get("refund").cloned();
            let minor = minor_of_stripe(refund.amount, &currency);
            let (transaction, currency) = (refund.id.clone(), currency.clone());
            position.returned.push(Return { transaction, ordered, minor, currency });
        }
        for dispute in account.disputes.values().filter(|dispute| dispute.intent == intent.id) {
            let end = match dispute.status {
                DisputeStatus::NeedsResponse => DisputeEnd::Open,
                DisputeStatus::Won => DisputeEnd::Won,
                DisputeStatus::Lost => DisputeEnd::Lost,
            };
            position.disputes.insert(dispute.id.clone(), end);
            if end != DisputeEnd::Won {
                let minor = minor_of_stripe(dispute.amount, &currency);
                let (transaction, currency) = (dispute.id.clone(), currency.clone());
                position.returned.push(Return { transaction, ordered: None, minor, currency });
            }
        }
    }
}

fn returned(id: &Value, ordered: Option<&str>, amount: &Value) -> anyhow::Result<Return> {
    let (minor, currency) = money(amount)?;
    let transaction = id.as_str().context("it has an id")?.to_owned();
    Ok(Return { transaction, ordered: ordered.map(str::to_owned), minor, currency })
}

/// An amount of PayPal's. Read here and not by the gateway's own reader, which is judged by it.
fn money(amount: &Value) -> anyhow::Result<(i64, String)> {
    let text = |value: &Value| value.as_str().map(str::to_owned).context("an amount has texts");
    let (code, value) = (text(&amount["currency_code"])?, text(&amount["value"])?);
    let (whole, places) = value.split_once('.').unwrap_or((&value, ""));
    let digits = Currency::from_code(&code)?.exponent() as usize;
    anyhow::ensure!(places.len() <= digits, "{value} {code} is more exact than the currency");
    Ok((format!("{whole}{places:0<digits$}").parse()?, code))
}

/// Stripe counts the króna in hundredths, which ISO 4217 does not have. The other currencies of the histories are the same.
fn minor_of_stripe(units: i64, currency: &str) -> i64 {
    if currency == "ISK" { units / 100 } else { units }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_of_the_books_are_minor_units_of_iso_4217() {
        let read =
            |value: &str, code: &str| money(&json!({ "value": value, "currency_code": code })).map(|read| read.0);
        assert_eq!(read("10.50", "EUR").unwrap(), 1_050);
        assert_eq!(read("1050", "JPY").unwrap(), 1_050);
        assert_eq!(read("1050", "HUF").unwrap(), 105_000);
        assert!(read("1.5", "JPY").is_err());
        assert_eq!(minor_of_stripe(12_300, "ISK"), 123);
        assert_eq!(minor_of_stripe(12_300, "KWD"), 12_300);
    }
}
