//! The forms of a held claim: first what would be booked is said, then it is booked once.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::{DecideError, Foretold, Resolved, Wanted};
use tollgate_billing::ids::HeldId;

use super::held::{LIST, draw, held_id};
use super::held_wanted::{Typed, refusal_message};
use super::{menu, refund};
use crate::errors::WebError;
use crate::format;
use crate::frame::{FieldMessage, Flash, FlashKind, MoneyView, Page, Posted, StaffVisit, money_of, redirect};
use crate::state::WebState;

/// What is about to be booked, in values for sentences.
#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    url: String,
    typed: Typed,
    /// `payer` where money is sent back, else `book`: the ends of ids of texts.
    kind: &'static str,
    to_invoice: Option<MoneyView>,
    to_credit: Option<MoneyView>,
    to_payer: Option<MoneyView>,
    fee: Option<MoneyView>,
    pays_invoice: bool,
    ends_payment: bool,
    gateway: String,
    client: String,
    email: String,
    invoice: String,
    mark: String,
}

/// Says what a decision would book. Nothing changes.
pub(crate) async fn review(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let (id, typed) = (held_id(&id)?, Typed::posted(&posted)?);
    let wanted = typed.wanted()?;
    confirm(&state, &posted.visit, (id, &wanted), typed, Vec::new()).await
}

/// Decides. Where something else would be booked by now than was shown, it is shown again.
pub(crate) async fn decide(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let visit = &posted.visit;
    let (id, typed) = (held_id(&id)?, Typed::posted(&posted)?);
    let wanted = typed.wanted()?;
    match state.billing().decide_held(visit.staff.id, id, &wanted, posted.text("mark")?).await {
        Ok(resolved) => Ok(redirect(&state, LIST, Some(told(visit, &wanted, &resolved)))),
        Err(error @ DecideError::Changed) => {
            let errors = vec![refusal_message(&visit.reader.words, error)?];
            confirm(&state, visit, (id, &wanted), typed, errors).await
        }
        Err(error) => refuse(&state, visit, id, typed, error).await,
    }
}

fn told(visit: &StaffVisit, wanted: &Wanted, resolved: &Resolved) -> Flash {
    let money = |foretold: &Foretold| {
        let credit = foretold.booking.to_credit.map(|(_, amount)| amount);
        let amount = foretold.booking.to_invoice.map(|(_, amount)| amount).or(credit);
        amount.map_or_else(String::new, |amount| format::money(&visit.reader.words, amount))
    };
    match (resolved, wanted) {
        (Resolved::Before(row), _) => Flash::new(FlashKind::Info, "admin-held-before").with(row.by.clone()),
        (Resolved::Asked(refund), _) => refund::told(&visit.reader.words, refund, "admin-held-refund-failed"),
        (Resolved::Decided(foretold), Wanted::Credit { .. }) => {
            Flash::new(FlashKind::Success, "admin-held-credit").with(money(foretold))
        }
        (Resolved::Decided(foretold), Wanted::Invoice { .. }) => {
            Flash::new(FlashKind::Success, "admin-held-invoice").with(money(foretold))
        }
        (Resolved::Decided(_), _) => Flash::new(FlashKind::Success, "admin-held-dismissed"),
    }
}

async fn refuse(
    state: &WebState,
    visit: &StaffVisit,
    id: HeldId,
    typed: Typed,
    error: DecideError,
) -> Result<Response, WebError> {
    let errors = vec![refusal_message(&visit.reader.words, error)?];
    let page = state.billing().held_claim(id).await?;
    draw(state, visit, page, typed, errors).await
}

async fn confirm(
    state: &WebState,
    visit: &StaffVisit,
    (id, wanted): (HeldId, &Wanted),
    typed: Typed,
    errors: Vec<FieldMessage>,
) -> Result<Response, WebError> {
    let foretold = match state.billing().foretell_decision(visit.staff.id, id, wanted).await {
        Ok(foretold) => foretold,
        Err(error) => return refuse(state, visit, id, typed, error).await,
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let words = &visit.reader.words;
    let Foretold { booking, gateway, client, invoice } = foretold;
    let view = View {
        errors,
        url: format!("{LIST}/{id}"),
        typed,
        kind: if booking.to_payer.is_some() { "payer" } else { "book" },
        to_invoice: booking.to_invoice.map(|(_, amount)| money_of(words, amount)),
        to_credit: booking.to_credit.map(|(_, amount)| money_of(words, amount)),
        to_payer: booking.to_payer.map(|amount| money_of(words, amount)),
        gateway,
        fee: booking.fee.map(|fee| money_of(words, fee)),
        pays_invoice: booking.pays_invoice,
        ends_payment: booking.ends_payment,
        mark: booking.mark(),
        email: client.as_ref().map_or_else(String::new, |client| client.email.clone()),
        client: client.map_or_else(String::new, |client| client.name),
        invoice: invoice.map_or_else(String::new, |invoice| invoice.number),
    };
    let layout = menu::layout(state, visit).await?;
    let mut response = Page::new("admin/held-confirm", layout, view).render(state, &visit.reader)?;
    *response.status_mut() = status;
    Ok(response)
}
