//! What the payer needs to make the transfer: rows to copy, codes to scan, and what happens next.

use tollgate_sdk::gateway::Payment;
use tollgate_sdk::{Amount, Code, CodeStyle, Error, Money, Slip, SlipRow, Text, log};

use crate::account::Account;
use crate::amount::Style;
use crate::epc::{self, Transfer};
use crate::reference::Reference;
use crate::swiss::{self, Bill};
use crate::terms::Terms;

/// Everything about one payment that stands on its slip.
pub struct Request<'a> {
    pub account: &'a Account<'a>,
    pub terms: Terms<'a>,
    pub reference: &'a Reference,
    /// What is left to transfer: more than zero.
    pub due: Amount,
    /// What was asked for and what has been received of it, where anything has.
    pub received: Option<(Amount, Amount)>,
    pub style: Style,
}

/// What is left of a payment.
///
/// # Errors
/// [`Error::Rejected`] where the host's amounts do not go together.
pub fn amount_due(payment: &Payment) -> Result<Amount, Error> {
    Ok(amount(&payment.amount)?.checked_sub(amount(&payment.received)?)?)
}

/// # Errors
/// [`Error::Rejected`] for an unknown currency or an amount out of all bounds.
pub fn amount(money: &Money) -> Result<Amount, Error> {
    Ok(Amount::try_from(money)?)
}

/// The whole slip.
#[must_use]
pub fn slip(request: &Request<'_>) -> Slip {
    Slip { rows: rows(request), codes: codes(request), notes: notes(request) }
}

fn rows(request: &Request<'_>) -> Vec<SlipRow> {
    let Request { account, reference, due, style, .. } = request;
    let mut rows = Vec::with_capacity(7 + account.details.len());
    let amount_label = if request.received.is_some() { "row-amount-left" } else { "row-amount" };
    rows.push(SlipRow::new("amount", Text::msg(amount_label), style.printed(*due)).copying(style.pasted(*due)));
    rows.push(SlipRow::new("holder", Text::msg("row-holder"), account.holder));
    if let Some(iban) = &account.iban {
        rows.push(SlipRow::new("iban", Text::msg("row-iban"), iban.printed()).copying(iban.compact()));
    }
    if let Some(bic) = &account.bic {
        rows.push(SlipRow::new("bic", Text::msg("row-bic"), bic.compact()));
    }
    if !account.bank.is_empty() {
        rows.push(SlipRow::new("bank", Text::msg("row-bank"), account.bank));
    }
    for (position, detail) in account.details.iter().enumerate() {
        rows.push(SlipRow::new(&format!("detail-{position}"), Text::plain(detail.label), detail.value));
    }
    rows.push(SlipRow::new("reference", Text::msg("row-reference"), reference.printed()).copying(reference.compact()));
    if !account.address.is_empty() {
        rows.push(SlipRow::new("address", Text::msg("row-address"), account.address.printed()));
    }
    rows
}

/// A code that cannot be made, such as for a billion euros, is left out: the rows say the same.
fn codes(request: &Request<'_>) -> Vec<Code> {
    let Request { account, reference, due, .. } = request;
    let mut codes = Vec::with_capacity(2);
    if let Some(iban) = account.epc_iban() {
        let (name, bic) = (account.holder, account.bic.as_ref());
        match epc::payload(&Transfer { name, iban, bic, amount_cents: due.minor(), reference }) {
            Ok(payload) => codes.push(Code::new(CodeStyle::Qr, payload, Text::msg("code-epc"))),
            Err(fault) => log::warn!("no EPC code for this payment: {fault:?}"),
        }
    }
    if let Some(iban) = account.swiss_iban() {
        let bill = Bill {
            iban,
            name: account.holder,
            address: account.address,
            amount_minor: due.minor(),
            currency: account.currency.code(),
            reference,
        };
        match swiss::payload(&bill) {
            Ok(payload) => codes.push(Code::new(CodeStyle::SwissQr, payload, Text::msg("code-swiss"))),
            Err(fault) => log::warn!("no Swiss code for this payment: {fault:?}"),
        }
    }
    codes
}

/// At most five, as many as a slip may have.
fn notes(request: &Request<'_>) -> Vec<Text> {
    let mut notes = Vec::with_capacity(5);
    if let Some((asked, received)) = request.received {
        let part = Text::msg("note-part-received")
            .arg("received", request.style.printed(received))
            .arg("asked", request.style.printed(asked));
        notes.push(part);
    }
    notes.push(Text::msg("note-reference-only"));
    notes.push(request.terms.duration());
    notes.push(Text::msg("note-what-next"));
    if !request.terms.note.is_empty() {
        notes.push(Text::plain(request.terms.note));
    }
    notes
}
