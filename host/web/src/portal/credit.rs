//! The client's credit: what there is, and the ledger as they read it.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::ledger::CreditEntry;

use super::invoices::{Piece, older_url};
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{ClientVisit, Layout, MoneyView, Page, moment_of, money_of};
use crate::state::WebState;
use crate::texts::Words;

#[derive(Serialize)]
struct Data {
    entries: Vec<Row>,
    balances: Vec<MoneyView>,
    older_url: Option<String>,
    newest_url: Option<String>,
    add_funds_url: Option<String>,
}

#[derive(Serialize)]
struct Row {
    at: Option<Moment>,
    amount: MoneyView,
    rose: bool,
    balance: MoneyView,
    reason: &'static str,
    invoice: InvoiceLink,
}

#[derive(Serialize)]
struct InvoiceLink {
    number: String,
    url: String,
}

const PATH: &str = "/billing/credit";

pub async fn show(
    State(state): State<WebState>,
    visit: ClientVisit,
    Query(piece): Query<Piece>,
) -> Result<Response, WebError> {
    let entries = state.billing().credit_history(visit.client.id, piece.page()).await?;
    let balances = state.billing().available_credit(&visit.client).await?;
    let layout = Layout::for_client(&state, &visit).await?;
    let words = &visit.reader.words;
    let data = Data {
        older_url: older_url(PATH, entries.len(), entries.last().map(|entry| entry.seq)),
        newest_url: piece.newest_url(PATH),
        add_funds_url: layout.module_tab(),
        balances: balances.into_iter().map(|credit| money_of(words, credit)).collect(),
        entries: entries.iter().map(|entry| row(words, entry)).collect(),
    };
    Page::new("portal/credit", layout, data).render(&state, &visit.reader)
}

fn row(words: &Words, entry: &CreditEntry) -> Row {
    Row {
        at: moment_of(words, entry.at),
        amount: money_of(words, entry.amount),
        rose: entry.amount.is_positive(),
        balance: money_of(words, entry.balance),
        reason: entry.reason.code(),
        invoice: InvoiceLink {
            number: entry.invoice_number.clone(),
            url: format!("/billing/invoices/{}", entry.invoice),
        },
    }
}
