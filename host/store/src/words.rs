//! Values that rows hold as JSON text. Billing knows no JSON, so their shapes are written down here.

use serde::{Deserialize, Serialize};
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::settlement::HoldReason;
use tollgate_billing::text::{Message, Text};

use crate::fault::Fault;
use crate::row::Place;

/// `{"plain":"words"}` or `{"translated":{"id":"waiting","args":[["days","2"]]}}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum TextRow {
    Plain(String),
    Translated { id: String, args: Vec<(String, String)> },
}

impl From<&Text> for TextRow {
    fn from(text: &Text) -> Self {
        match text {
            Text::Plain(words) => Self::Plain(words.clone()),
            Text::Translated(message) => Self::Translated { id: message.id.clone(), args: message.args.clone() },
        }
    }
}

/// A claim as it was said, kept for whoever has to decide about it.
#[derive(Serialize)]
struct ClaimRow<'a> {
    payment: KeyRow<'a>,
    transaction: &'a str,
    amount_minor: i64,
    currency: &'static str,
    state: StateRow<'a>,
    fee: Option<(i64, &'static str)>,
    live: bool,
    merchant: Option<&'a str>,
    at: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum KeyRow<'a> {
    Payment(&'a str),
    Provider(&'a str),
    Reference(&'a str),
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum StateRow<'a> {
    Pending(Option<TextRow>),
    Authorized,
    Paid,
    Failed { client: TextRow, staff: &'a str },
    Cancelled,
    Refunded(Option<&'a str>),
    Disputed(TextRow),
    DisputeWon,
    DisputeLost,
}

/// JSON text of anything that rows hold; none of these values can fail to be written.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::corrupt(format!("a value that JSON cannot hold: {error}")))
}

pub(crate) fn from_json<T: for<'a> Deserialize<'a>>(place: Place<'_>, text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| place.corrupt(format!("JSON that cannot be read: {error}")))
}

pub(crate) fn text_json(text: Option<&Text>) -> Result<Option<String>, Fault> {
    text.map(|text| json(&TextRow::from(text))).transpose()
}

pub(crate) fn text_from_json(place: Place<'_>, json: Option<&str>) -> Result<Option<Text>, Fault> {
    let row = json.map(|json| from_json::<TextRow>(place, json)).transpose()?;
    Ok(row.map(|row| match row {
        TextRow::Plain(words) => Text::Plain(words),
        TextRow::Translated { id, args } => Text::Translated(Message { id, args }),
    }))
}

pub(crate) fn claim_json(claim: &Claim) -> Result<String, Fault> {
    let payment = match &claim.payment {
        PaymentKey::Payment(id) => KeyRow::Payment(id.as_str()),
        PaymentKey::Provider(id) => KeyRow::Provider(id),
        PaymentKey::Reference(words) => KeyRow::Reference(words),
    };
    json(&ClaimRow {
        payment,
        transaction: &claim.transaction,
        amount_minor: claim.amount.minor(),
        currency: claim.amount.currency().code(),
        state: state_row(&claim.state),
        fee: claim.fee.map(|fee| (fee.minor(), fee.currency().code())),
        live: claim.live,
        merchant: claim.merchant.as_deref(),
        at: claim.at.0,
    })
}

fn state_row(state: &ClaimState) -> StateRow<'_> {
    match state {
        ClaimState::Pending(note) => StateRow::Pending(note.as_ref().map(TextRow::from)),
        ClaimState::Authorized => StateRow::Authorized,
        ClaimState::Paid => StateRow::Paid,
        ClaimState::Failed { client, staff } => StateRow::Failed { client: client.into(), staff },
        ClaimState::Cancelled => StateRow::Cancelled,
        ClaimState::Refunded(id) => StateRow::Refunded(id.as_deref()),
        ClaimState::Disputed(why) => StateRow::Disputed(why.into()),
        ClaimState::DisputeWon => StateRow::DisputeWon,
        ClaimState::DisputeLost => StateRow::DisputeLost,
    }
}

/// The reason's word, and what was expected where that is a value.
pub(crate) fn hold_words(reason: &HoldReason) -> (&'static str, String) {
    match reason {
        HoldReason::NoPayment => ("no-payment", String::new()),
        HoldReason::Currency { expected } => ("currency", expected.clone()),
        HoldReason::Amount { expected } => ("amount", expected.to_string()),
        HoldReason::Environment => ("environment", String::new()),
        HoldReason::Merchant { expected } => ("merchant", expected.clone()),
        HoldReason::AlreadyPaid => ("already-paid", String::new()),
        HoldReason::NeedsDecision => ("needs-decision", String::new()),
        HoldReason::NotPositive => ("not-positive", String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'static> = Place { table: "payments", id: &"P1" };

    #[test]
    fn texts_are_read_back_as_they_were_written() {
        let message = Message { id: "waiting".to_owned(), args: vec![("days".to_owned(), "2".to_owned())] };
        for text in [None, Some(Text::plain("„Grüße“ \"x\"\n")), Some(Text::Translated(message))] {
            let json = text_json(text.as_ref()).expect("written");
            assert_eq!(text_from_json(HERE, json.as_deref()).expect("read"), text);
        }
    }

    #[test]
    fn json_of_another_hand_is_refused_with_table_and_row() {
        for json in ["", "null", "{}", "{\"plain\":1}", "{\"other\":\"x\"}", "{\"plain\":\"a\",\"more\":1}", "["] {
            let error = text_from_json(HERE, Some(json)).expect_err(json).to_string();
            assert!(error.contains("table payments, row P1"), "{json}: {error}");
        }
    }
}
