//! The list of invoices: by status, or the one of a number.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::ids::ClientId;
use tollgate_billing::invoice::{Invoice, InvoiceStatus};
use tollgate_billing::ports::PageOf;

use super::menu;
use super::paging::{Asked, Paging, cut};
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{FieldMessage, MoneyView, Page, StaffVisit, message_for, moment_of, money_of, redirect};
use crate::portal::status_word;
use crate::state::WebState;

/// Longest number that is looked for; prefix and sequence are shorter.
const NUMBER_CHARS_MAX: usize = 60;

/// The filters, in their order.
const FILTERS: [(&str, Option<InvoiceStatus>); 4] = [
    ("all", None),
    ("unpaid", Some(InvoiceStatus::Unpaid)),
    ("paid", Some(InvoiceStatus::Paid)),
    ("cancelled", Some(InvoiceStatus::Cancelled)),
];

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    number: String,
    filters: Vec<FilterView>,
    invoices: Vec<RowView>,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Serialize)]
struct FilterView {
    id: &'static str,
    url: String,
    active: bool,
}

/// A row of a list of invoices.
#[derive(Serialize)]
pub(crate) struct RowView {
    number: String,
    url: String,
    client: String,
    created: Option<Moment>,
    due: Option<Moment>,
    status: &'static str,
    total: MoneyView,
    amount_due: MoneyView,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let number = asked.number.as_deref().unwrap_or_default().trim().to_owned();
    let mut errors = Vec::new();
    if !number.is_empty() {
        if let Some(invoice) = find(&state, &number).await? {
            return Ok(redirect(&state, &format!("/admin/invoices/{}", invoice.id), None));
        }
        let message = visit.reader.words.say_with("admin-error-no-invoice", &[("number", &number)]);
        errors.push(message_for("number", message));
    }
    let (filter, status) = filter_of(asked.status.as_deref())?;
    let mut rows = state.billing().invoices(status, asked.page()?).await?;
    let paging = cut(&mut rows, |invoice| invoice.id.0, &asked, &format!("{}&", filter_url(filter)));
    let filters = FILTERS.iter().map(|(id, _)| FilterView { id, url: filter_url(id), active: *id == filter });
    let view =
        View { errors, number, filters: filters.collect(), invoices: row_views(&state, &visit, rows).await?, paging };
    let layout = menu::layout(&state, &visit).await?;
    Page::new("admin/invoices", layout, view).render(&state, &visit.reader)
}

async fn find(state: &WebState, number: &str) -> Result<Option<Invoice>, WebError> {
    if number.chars().count() > NUMBER_CHARS_MAX {
        return Ok(None);
    }
    Ok(state.billing().store().invoice_by_number(number).await?)
}

fn filter_of(asked: Option<&str>) -> Result<(&'static str, Option<InvoiceStatus>), WebError> {
    let asked = asked.filter(|word| !word.is_empty()).unwrap_or("all");
    FILTERS.into_iter().find(|(id, _)| *id == asked).ok_or(WebError::BadRequest)
}

fn filter_url(id: &str) -> String {
    format!("/admin/invoices?status={id}")
}

/// The newest unpaid ones.
pub(crate) async fn newest_unpaid(
    state: &WebState,
    visit: &StaffVisit,
    rows_max: u32,
) -> Result<Vec<RowView>, WebError> {
    let rows = state.billing().invoices(Some(InvoiceStatus::Unpaid), PageOf::first(rows_max)).await?;
    row_views(state, visit, rows).await
}

async fn row_views(state: &WebState, visit: &StaffVisit, rows: Vec<Invoice>) -> Result<Vec<RowView>, WebError> {
    let mut names: HashMap<ClientId, String> = HashMap::new();
    for invoice in &rows {
        if !names.contains_key(&invoice.client) {
            let client = state.billing().client(invoice.client).await?;
            names.insert(client.id, if client.company.is_empty() { client.name } else { client.company });
        }
    }
    let now = state.billing().now();
    let words = &visit.reader.words;
    let view = |invoice: Invoice| RowView {
        url: format!("/admin/invoices/{}", invoice.id),
        client: names.get(&invoice.client).cloned().unwrap_or_default(),
        created: moment_of(words, invoice.created),
        due: moment_of(words, invoice.due),
        status: status_word(&invoice, now),
        total: money_of(words, invoice.total),
        amount_due: money_of(words, invoice.amount_due()),
        number: invoice.number,
    };
    Ok(rows.into_iter().map(view).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_filters_are_taken() {
        for (asked, expected) in [(None, "all"), (Some(""), "all"), (Some("paid"), "paid"), (Some("unpaid"), "unpaid")]
        {
            assert_eq!(filter_of(asked).map(|(id, _)| id).ok(), Some(expected), "{asked:?}");
        }
        assert!(matches!(filter_of(Some("overdue' OR 1=1")), Err(WebError::BadRequest)));
    }
}
