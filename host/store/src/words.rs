//! Values that rows hold as JSON text. Billing knows no JSON, so their shapes are written down here.

mod text;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::{PaymentId, Timestamp};
use tollgate_billing::settlement::HoldReason;
use tollgate_billing::text::Text;

use crate::fault::Fault;
use crate::row::Place;
use text::TextRow;

/// A claim as it was said, kept for whoever has to decide about it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimRow<'a> {
    payment: KeyRow<'a>,
    transaction: Cow<'a, str>,
    amount_minor: i64,
    currency: Cow<'a, str>,
    state: StateRow<'a>,
    fee: Option<(i64, Cow<'a, str>)>,
    live: bool,
    merchant: Option<Cow<'a, str>>,
    // Claims that were held before there was such a thing have none.
    #[serde(default)]
    provider_reference: Option<Cow<'a, str>>,
    at: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KeyRow<'a> {
    Payment(Cow<'a, str>),
    Provider(Cow<'a, str>),
    Reference(Cow<'a, str>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StateRow<'a> {
    Pending(Option<TextRow>),
    Authorized,
    Paid,
    Failed { client: TextRow, staff: Cow<'a, str> },
    Cancelled,
    Refunded(Option<Cow<'a, str>>),
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
    row.map(|row| row.read(place)).transpose()
}

pub(crate) fn claim_json(claim: &Claim) -> Result<String, Fault> {
    let payment = match &claim.payment {
        PaymentKey::Payment(id) => KeyRow::Payment(id.as_str().into()),
        PaymentKey::Provider(id) => KeyRow::Provider(id.into()),
        PaymentKey::Reference(words) => KeyRow::Reference(words.into()),
    };
    json(&ClaimRow {
        payment,
        transaction: (&claim.transaction).into(),
        amount_minor: claim.amount.minor(),
        currency: claim.amount.currency().code().into(),
        state: state_row(&claim.state),
        fee: claim.fee.map(|fee| (fee.minor(), fee.currency().code().into())),
        live: claim.live,
        merchant: claim.merchant.as_deref().map(Cow::from),
        provider_reference: claim.provider_reference.as_deref().map(Cow::from),
        at: claim.at.0,
    })
}

fn state_row(state: &ClaimState) -> StateRow<'_> {
    match state {
        ClaimState::Pending(note) => StateRow::Pending(note.as_ref().map(TextRow::from)),
        ClaimState::Authorized => StateRow::Authorized,
        ClaimState::Paid => StateRow::Paid,
        ClaimState::Failed { client, staff } => StateRow::Failed { client: client.into(), staff: staff.into() },
        ClaimState::Cancelled => StateRow::Cancelled,
        ClaimState::Refunded(id) => StateRow::Refunded(id.as_deref().map(Cow::from)),
        ClaimState::Disputed(why) => StateRow::Disputed(why.into()),
        ClaimState::DisputeWon => StateRow::DisputeWon,
        ClaimState::DisputeLost => StateRow::DisputeLost,
    }
}

/// The claim as it was said, but for a saved way to pay, which is never kept with it.
pub(crate) fn claim_from_json(place: Place<'_>, text: &str) -> Result<Claim, Fault> {
    let row: ClaimRow<'_> = from_json(place, text)?;
    let money = |minor: i64, code: &str| place.money(minor, place.currency(code)?);
    let payment = match row.payment {
        KeyRow::Payment(id) => PaymentKey::Payment(PaymentId::new(id)),
        KeyRow::Provider(id) => PaymentKey::Provider(id.into_owned()),
        KeyRow::Reference(words) => PaymentKey::Reference(words.into_owned()),
    };
    Ok(Claim {
        payment,
        transaction: row.transaction.into_owned(),
        amount: money(row.amount_minor, &row.currency)?,
        state: state_of(place, row.state)?,
        fee: row.fee.map(|(minor, code)| money(minor, &code)).transpose()?,
        live: row.live,
        merchant: row.merchant.map(Cow::into_owned),
        provider_reference: row.provider_reference.map(Cow::into_owned),
        at: Timestamp(row.at),
        saved: None,
    })
}

fn state_of(place: Place<'_>, row: StateRow<'_>) -> Result<ClaimState, Fault> {
    Ok(match row {
        StateRow::Pending(note) => ClaimState::Pending(note.map(|note| note.read(place)).transpose()?),
        StateRow::Authorized => ClaimState::Authorized,
        StateRow::Paid => ClaimState::Paid,
        StateRow::Failed { client, staff } => {
            ClaimState::Failed { client: client.read(place)?, staff: staff.into_owned() }
        }
        StateRow::Cancelled => ClaimState::Cancelled,
        StateRow::Refunded(id) => ClaimState::Refunded(id.map(Cow::into_owned)),
        StateRow::Disputed(why) => ClaimState::Disputed(why.read(place)?),
        StateRow::DisputeWon => ClaimState::DisputeWon,
        StateRow::DisputeLost => ClaimState::DisputeLost,
    })
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
        HoldReason::RefundFailed { said } => ("refund-failed", said.clone()),
        HoldReason::NotPositive => ("not-positive", String::new()),
    }
}

#[cfg(test)]
mod tests {
    use tollgate_billing::text::{Argument, Message};

    use super::*;

    const HERE: Place<'static> = Place { table: "payments", id: &"P1" };

    #[test]
    fn texts_are_read_back_as_they_were_written() {
        let values = [
            Argument::Text("„Grüße“ \"x\"".to_owned()),
            Argument::Text("2".to_owned()),
            Argument::Number(-2),
            Argument::Money(HERE.money(1_050, HERE.currency("KWD").expect("a currency")).expect("an amount")),
            Argument::Time(Timestamp(1_700_000_000_000)),
        ];
        let args = (1..).zip(values).map(|(number, value)| (format!("v{number}"), value)).collect();
        let message = Message { id: "waiting".to_owned(), args };
        for text in [None, Some(Text::plain("„Grüße“ \"x\"\n")), Some(Text::Translated(message))] {
            let json = text_json(text.as_ref()).expect("written");
            assert_eq!(text_from_json(HERE, json.as_deref()).expect("read"), text);
        }
    }

    #[test]
    fn claims_are_read_back_as_they_were_said() {
        let eur = |minor| HERE.money(minor, HERE.currency("EUR").expect("a currency")).expect("an amount");
        let claim = |payment, state| Claim {
            payment,
            transaction: "T \"1\" „\n".to_owned(),
            amount: eur(-7),
            state,
            fee: Some(eur(3)),
            live: true,
            merchant: Some("M\\".to_owned()),
            provider_reference: Some("pi-1".to_owned()),
            at: Timestamp(5),
            saved: None,
        };
        let table = [
            claim(PaymentKey::Payment(PaymentId::new("P")), ClaimState::Paid),
            claim(PaymentKey::Provider("O\"".to_owned()), ClaimState::Pending(None)),
            claim(PaymentKey::Reference("RF1".to_owned()), ClaimState::Pending(Some(Text::plain("soon")))),
            claim(PaymentKey::Reference(String::new()), ClaimState::Authorized),
            claim(PaymentKey::Provider("x".to_owned()), ClaimState::Cancelled),
            claim(
                PaymentKey::Provider("x".to_owned()),
                ClaimState::Failed { client: Text::plain("no"), staff: "51".to_owned() },
            ),
            claim(PaymentKey::Provider("x".to_owned()), ClaimState::Refunded(Some("R".to_owned()))),
            claim(PaymentKey::Provider("x".to_owned()), ClaimState::Refunded(None)),
            claim(PaymentKey::Provider("x".to_owned()), ClaimState::Disputed(Text::plain("why"))),
            claim(PaymentKey::Provider("x".to_owned()), ClaimState::DisputeWon),
            Claim {
                fee: None,
                merchant: None,
                live: false,
                ..claim(PaymentKey::Provider("x".to_owned()), ClaimState::DisputeLost)
            },
        ];
        for said in table {
            let json = claim_json(&said).expect("written");
            assert_eq!(claim_from_json(HERE, &json).expect("read"), said, "{json}");
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
