//! Paying an invoice with a stored way to pay: one page to confirm it, and what came of it.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tollgate_billing::billing::{BillingError, ChargeOrder, Charged, InvoicePage};
use tollgate_billing::saved::ChargedBy;

use super::invoice::{Refused, draw};
use super::invoice_id;
use super::method_view::{MethodView, method_view};
use super::methods::method_id;
use crate::errors::{WebError, refusal_words};
use crate::frame::{ClientVisit, Flash, FlashKind, Layout, MoneyView, Page, Posted, message_for, money_of, redirect};
use crate::state::WebState;
use crate::texts::Words;

#[derive(Debug, Deserialize)]
pub struct Chosen {
    method: Option<String>,
}

#[derive(Serialize)]
struct Data {
    invoice: InvoiceToPay,
    method: MethodView,
}

#[derive(Serialize)]
struct InvoiceToPay {
    number: String,
    url: String,
    amount_due: MoneyView,
}

/// What an invoice's page offers of the client's stored ways to pay.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SavedView {
    pub saved: Vec<MethodView>,
    /// The page on which the client's bank lets them confirm a payment that was begun without them.
    pub invitation: Option<String>,
}

/// # Errors
/// Where the store cannot answer.
pub async fn saved_view(state: &WebState, words: &Words, page: &InvoicePage) -> Result<SavedView, WebError> {
    let now = state.billing().now();
    let methods = state.billing().methods_for(&page.invoice).await?;
    let invitation = state.billing().invitation(page).await?;
    Ok(SavedView {
        saved: methods.iter().map(|facts| method_view(words, facts, now)).collect(),
        invitation: invitation.map(|payment| format!("/billing/payments/{payment}")),
    })
}

/// The page that asks before anything is charged.
pub async fn confirm(
    State(state): State<WebState>,
    visit: ClientVisit,
    Path(id): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, WebError> {
    let page = state.billing().invoice_page(visit.client.id, invoice_id(&id)?).await?;
    let facts = state.billing().method(visit.client.id, method_id(&chosen.method.unwrap_or_default())?).await?;
    let fits = state.billing().methods_for(&page.invoice).await?;
    if !fits.iter().any(|fit| fit.stored.id == facts.stored.id) {
        let due = page.invoice.amount_due().is_positive();
        let error = if due { BillingError::MethodNotUsable } else { BillingError::NothingDue };
        return refuse(&state, &visit, &id, error).await;
    }
    let words = &visit.reader.words;
    let data = Data {
        invoice: InvoiceToPay {
            number: page.invoice.number.clone(),
            url: format!("/billing/invoices/{}", page.invoice.id),
            amount_due: money_of(words, page.invoice.amount_due()),
        },
        method: method_view(words, &facts, state.billing().now()),
    };
    let layout = Layout::for_client(&state, &visit).await?;
    Page::new("portal/charge", layout, data).render(&state, &visit.reader)
}

pub async fn charge(
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted<ClientVisit>,
) -> Result<Response, WebError> {
    let client = form.visit.client.id;
    let order = ChargeOrder {
        invoice: invoice_id(&id)?,
        method: method_id(form.text("method")?)?,
        by: ChargedBy::Client(client),
        form_key: form.form_key()?.to_owned(),
    };
    let invoice = format!("/billing/invoices/{}", order.invoice);
    let (kind, word) = match state.billing().charge(&order).await {
        Ok(Charged::Paid) => (FlashKind::Success, "payment-received"),
        Ok(Charged::Waits) => (FlashKind::Info, "payment-noted"),
        Ok(Charged::AsksClient(payment)) => {
            return Ok(redirect(&state, &format!("/billing/payments/{payment}"), None));
        }
        Ok(Charged::Declined(_)) => (FlashKind::Error, "charge-declined"),
        Ok(Charged::Unavailable) => (FlashKind::Error, "charge-unavailable"),
        Ok(Charged::Unknown) => (FlashKind::Info, "charge-unknown"),
        Err(error) => return refuse(&state, &form.visit, &id, error).await,
    };
    Ok(redirect(&state, &invoice, Some(Flash::new(kind, word))))
}

/// The invoice's page, which says why nothing was charged.
async fn refuse(state: &WebState, visit: &ClientVisit, id: &str, error: BillingError) -> Result<Response, WebError> {
    match refusal_words(&visit.reader.words, &error) {
        Some(message) => {
            let errors = vec![message_for("", message)];
            draw(state, visit, id, Refused { errors, ..Refused::default() }).await
        }
        None => Err(WebError::from(error).back_to(&format!("/billing/invoices/{id}"))),
    }
}
