//! One invoice for staff, and the form that records a bank payment for it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::{InvoicePage, Recorded};
use tollgate_billing::people::Client;

use super::charge::{ChargeView, charge_view};
use super::menu;
use super::record::{Typed, refusal};
use super::returns_view::{ReceivedView, received};
use crate::errors::WebError;
use crate::format;
use crate::frame::{FieldMessage, Flash, FlashKind, Page, Posted, StaffVisit, redirect};
use crate::portal::{InvoiceView, invoice_id, invoice_view};
use crate::state::WebState;

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    client: ClientView,
    recordable: Vec<RecordableView>,
    record: Typed,
    received: Vec<ReceivedView>,
    charge: ChargeView,
    #[serde(flatten)]
    page: InvoiceView,
}

#[derive(Serialize)]
struct ClientView {
    name: String,
    email: String,
}

#[derive(Serialize)]
struct RecordableView {
    instance: String,
    label: String,
    selected: bool,
}

/// The invoice and whose it is.
struct Subject {
    page: InvoicePage,
    client: Client,
}

impl Subject {
    async fn find(state: &WebState, id: &str) -> Result<Self, WebError> {
        let page = state.billing().invoice_for_staff(invoice_id(id)?).await?;
        let client = state.billing().client(page.invoice.client).await?;
        Ok(Self { page, client })
    }

    fn url(&self) -> String {
        format!("/admin/invoices/{}", self.page.invoice.id)
    }
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let subject = Subject::find(&state, &id).await?;
    let typed = Typed::usual(&subject.page.invoice, state.billing().now());
    draw(&state, &visit, &subject, typed, Vec::new()).await
}

/// "Record bank payment": a claim of staff, which is settled as every other claim.
pub(crate) async fn record(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let visit = &posted.visit;
    let words = &visit.reader.words;
    let subject = Subject::find(&state, &id).await?;
    let typed = Typed::posted(&posted)?;
    let payment = match typed.read(&subject.page.invoice, words) {
        Ok(payment) => payment,
        Err(errors) => return draw(&state, visit, &subject, typed, errors).await,
    };
    let amount = payment.amount;
    match state.billing().record_bank_payment(visit.staff.id, payment).await {
        Ok(Recorded::Booked) => {
            let flash = Flash::new(FlashKind::Success, "admin-recorded").with(format::money(words, amount));
            Ok(redirect(&state, &subject.url(), Some(flash)))
        }
        Ok(Recorded::Before) => {
            let flash = Flash::new(FlashKind::Info, "admin-recorded-before");
            Ok(redirect(&state, &subject.url(), Some(flash)))
        }
        Err(error) => draw(&state, visit, &subject, typed, vec![refusal(words, error)?]).await,
    }
}

async fn draw(
    state: &WebState,
    visit: &StaffVisit,
    subject: &Subject,
    typed: Typed,
    errors: Vec<FieldMessage>,
) -> Result<Response, WebError> {
    let recordable = state.billing().recordable_instances().await?;
    let recordable = recordable.into_iter().map(|(instance, label)| RecordableView {
        selected: instance.id.as_str() == typed.instance,
        instance: instance.id.to_string(),
        label,
    });
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = View {
        errors,
        client: ClientView { name: subject.client.name.clone(), email: subject.client.email.clone() },
        recordable: recordable.collect(),
        record: typed,
        received: received(state, &visit.reader.words, &subject.page).await?,
        charge: charge_view(state, &visit.reader.words, &subject.page).await?,
        page: invoice_view(state, &visit.reader.words, &subject.page, &subject.client, subject.url())?,
    };
    let layout = menu::layout(state, visit).await?;
    Page::new("admin/invoice", layout, view).status(status).render(state, &visit.reader)
}
