//! One held claim: what was expected beside what came, what may be done about it, and what was decided.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::HeldPage;
use tollgate_billing::claim::PaymentKey;
use tollgate_billing::ids::{HeldId, InstanceId};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::refund::REASON_CHARS_MAX;
use tollgate_billing::settlement::HeldRow;

use super::decided::{DecidedView, decided_view};
use super::held_sides::{SideView, sides};
use super::held_wanted::{Typed, refusal_word};
use super::menu;
use super::returns_view::{RefundView, refund_view};
use crate::errors::WebError;
use crate::format::{self, Moment};
use crate::frame::{FieldMessage, MoneyView, Page, StaffVisit, moment_of, money_of};
use crate::state::WebState;
use crate::texts::Words;

/// Where the list is.
pub(super) const LIST: &str = "/admin/attention";

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    url: String,
    seq: i64,
    at: Option<Moment>,
    gateway: String,
    /// Words of the texts.
    state: String,
    reason: String,
    /// What was said when a refund of it failed; empty for nothing.
    said: String,
    amount: MoneyView,
    fee: Option<MoneyView>,
    transaction: String,
    /// What the claim names its payment by.
    names: String,
    sides: Vec<SideView>,
    own: Option<OwnView>,
    /// Why its money cannot be booked; `None` where it can.
    refusal: Option<&'static str>,
    /// Why it cannot be sent back from here; `None` where it can.
    no_refund: Option<&'static str>,
    refund_reason_chars_max: usize,
    typed: Typed,
    decided: Option<DecidedView>,
    refund: Option<RefundView>,
}

/// The payment that the claim is about.
#[derive(Serialize)]
struct OwnView {
    payment: String,
    payment_state: &'static str,
    invoice_number: String,
    invoice_url: String,
    invoice_due: MoneyView,
    client_name: String,
    client_email: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let page = state.billing().held_claim(held_id(&id)?).await?;
    let typed = Typed::usual(&page);
    draw(&state, &visit, page, typed, Vec::new()).await
}

/// The page of the claim, with what was typed and what is wrong with it.
pub(super) async fn draw(
    state: &WebState,
    visit: &StaffVisit,
    page: HeldPage,
    typed: Typed,
    errors: Vec<FieldMessage>,
) -> Result<Response, WebError> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = view(state, visit, &page, typed, errors);
    let layout = menu::layout(state, visit).await?;
    let mut response = Page::new("admin/held", layout, view).render(state, &visit.reader)?;
    *response.status_mut() = status;
    Ok(response)
}

fn view(state: &WebState, visit: &StaffVisit, page: &HeldPage, typed: Typed, errors: Vec<FieldMessage>) -> View {
    let words = &visit.reader.words;
    let instance: &InstanceId = &page.held.row.instance;
    // What a provider sent may repeat what it was sent.
    let clean = |text: &str| state.billing().redact(instance, text);
    let names = match &page.held.claim.payment {
        PaymentKey::Payment(id) => clean(id.as_str()),
        PaymentKey::Provider(name) | PaymentKey::Reference(name) => clean(name),
    };
    let own = page.own.as_ref().map(|own| OwnView {
        payment: own.payment.id.to_string(),
        payment_state: own.payment.state.code(),
        invoice_number: own.invoice.number.clone(),
        invoice_url: format!("/admin/invoices/{}", own.invoice.id),
        invoice_due: money_of(words, own.invoice.amount_due()),
        client_name: own.client.name.clone(),
        client_email: own.client.email.clone(),
    });
    let row = &page.held.row;
    let refund = page.refund.as_ref().zip(page.own.as_ref());
    View {
        errors,
        url: format!("{LIST}/{}", row.seq),
        seq: row.seq,
        at: moment_of(words, row.at),
        state: row.state.clone(),
        reason: row.reason.clone(),
        said: expected_and_said(words, row, clean).1,
        amount: money_of(words, row.amount),
        fee: page.held.claim.fee.filter(|fee| fee.is_positive()).map(|fee| money_of(words, fee)),
        transaction: clean(&row.transaction),
        names,
        sides: sides(words, page, clean),
        own,
        refusal: page.refusal.as_ref().map(refusal_word),
        no_refund: page.no_refund.as_ref().map(refusal_word),
        refund_reason_chars_max: REASON_CHARS_MAX,
        refund: refund.map(|(refund, own)| refund_view(state, words, refund, &own.payment.plugin, &BTreeMap::new())),
        typed,
        decided: page.decided.as_ref().map(|row| decided_view(words, row, page.gateway.clone(), clean)),
        gateway: page.gateway.clone(),
    }
}

/// What was expected where that is a value, or what was said when a refund of it failed. `clean` blacks secrets out.
pub(super) fn expected_and_said(words: &Words, row: &HeldRow, clean: impl Fn(&str) -> String) -> (String, String) {
    match row.reason.as_str() {
        "refund-failed" => (String::new(), clean(&row.expected)),
        "amount" => (as_money(words, &row.expected).unwrap_or_else(|| clean(&row.expected)), String::new()),
        _ => (clean(&row.expected), String::new()),
    }
}

/// An amount as it is kept (`EUR 25.00`), in the words of the page.
fn as_money(words: &Words, kept: &str) -> Option<String> {
    let (code, amount) = kept.split_once(' ')?;
    let amount = Money::parse(amount, Currency::from_code(code).ok()?).ok()?;
    Some(format::money(words, amount))
}

pub(super) fn held_id(text: &str) -> Result<HeldId, WebError> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain).map(HeldId).ok_or(WebError::NotFound)
}
