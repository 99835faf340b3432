//! One invoice: its page, its PDF, and the word that changes when it does.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::charge::{SavedView, saved_view};
use super::invoice_id;
use super::invoice_view::{InvoiceView, invoice_view, state_word};
use crate::errors::WebError;
use crate::frame::{ClientVisit, FieldMessage, Layout, Page};
use crate::state::WebState;

#[derive(Serialize)]
pub struct Data {
    #[serde(flatten)]
    view: InvoiceView,
    #[serde(flatten)]
    methods: SavedView,
    errors: Vec<FieldMessage>,
    credit_amount: String,
}

/// What a form of this page got wrong.
#[derive(Default)]
pub struct Refused {
    pub errors: Vec<FieldMessage>,
    /// As it was typed.
    pub credit_amount: String,
}

pub async fn show(
    State(state): State<WebState>,
    visit: ClientVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    draw(&state, &visit, &id, Refused::default()).await
}

/// The page, with what was wrong where something was.
pub async fn draw(state: &WebState, visit: &ClientVisit, id: &str, refused: Refused) -> Result<Response, WebError> {
    let page = state.billing().invoice_page(visit.client.id, invoice_id(id)?).await?;
    let layout = Layout::for_client(state, visit).await?;
    let status = if refused.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let url = format!("/billing/invoices/{}", page.invoice.id);
    let data = Data {
        view: invoice_view(state, &visit.reader.words, &page, &visit.client, url)?,
        methods: saved_view(state, &visit.reader.words, &page).await?,
        errors: refused.errors,
        credit_amount: refused.credit_amount,
    };
    Page::new("portal/invoice", layout, data).status(status).render(state, &visit.reader)
}

pub async fn pdf(
    State(state): State<WebState>,
    visit: ClientVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let pdf = state.billing().invoice_pdf(visit.client.id, invoice_id(&id)?).await?;
    Ok(pdf_response(&pdf))
}

/// A download that no browser shows in a frame of ours.
pub(crate) fn pdf_response(pdf: &tollgate_billing::billing::InvoicePdf) -> Response {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let name: String = pdf.file_name.chars().map(|letter| if plain(letter) { letter } else { '-' }).collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition.unwrap_or(HeaderValue::from_static("attachment; filename=\"invoice.pdf\"")),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    (headers, pdf.bytes.to_vec()).into_response()
}

#[derive(Serialize)]
struct InvoiceState {
    state: String,
}

/// For the page's script; reads only.
pub async fn state_of(
    State(state): State<WebState>,
    visit: ClientVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let page = state.billing().invoice_page(visit.client.id, invoice_id(&id)?).await?;
    let text = serde_json::to_string(&InvoiceState { state: state_word(&page) });
    let text = text.map_err(|error| WebError::failed(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
