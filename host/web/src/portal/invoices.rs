//! The list of a client's invoices.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tollgate_billing::invoice::Invoice;
use tollgate_billing::ports::PageOf;

use super::ROWS;
use super::invoice_view::status_word;
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{ClientVisit, Layout, MoneyView, Page, moment_of, money_of};
use crate::state::WebState;
use crate::texts::Words;

/// Where a list goes on.
#[derive(Debug, Deserialize)]
pub struct Piece {
    before: Option<String>,
}

impl Piece {
    /// What is no position is the beginning.
    pub fn before(&self) -> Option<i64> {
        self.before.as_ref()?.parse().ok().filter(|before: &i64| *before > 0)
    }

    pub fn page(&self) -> PageOf {
        PageOf { before: self.before(), rows_max: ROWS }
    }

    /// The address of the beginning, where this is not it.
    pub fn newest_url(&self, path: &str) -> Option<String> {
        self.before().map(|_| path.to_owned())
    }
}

/// The address of what is older than the last row, where there may be some.
pub fn older_url(path: &str, rows: usize, last: Option<i64>) -> Option<String> {
    let full = rows >= ROWS as usize;
    last.filter(|_| full).map(|last| format!("{path}?before={last}"))
}

#[derive(Serialize)]
struct Row {
    id: i64,
    number: String,
    url: String,
    created: Option<Moment>,
    due: Option<Moment>,
    status: &'static str,
    total: MoneyView,
    amount_due: MoneyView,
}

#[derive(Serialize)]
struct Data {
    invoices: Vec<Row>,
    older_url: Option<String>,
    newest_url: Option<String>,
    add_funds_url: Option<String>,
}

const PATH: &str = "/billing/invoices";

pub async fn list(
    State(state): State<WebState>,
    visit: ClientVisit,
    Query(piece): Query<Piece>,
) -> Result<Response, WebError> {
    let invoices = state.billing().invoices_of(visit.client.id, piece.page()).await?;
    let layout = Layout::for_client(&state, &visit).await?;
    let now = state.billing().now();
    let words = &visit.reader.words;
    let data = Data {
        older_url: older_url(PATH, invoices.len(), invoices.last().map(|invoice| invoice.id.0)),
        newest_url: piece.newest_url(PATH),
        add_funds_url: layout.module_tab(),
        invoices: invoices.iter().map(|invoice| row(words, invoice, now)).collect(),
    };
    Page::new("portal/invoices", layout, data).render(&state, &visit.reader)
}

fn row(words: &Words, invoice: &Invoice, now: tollgate_billing::ids::Timestamp) -> Row {
    Row {
        id: invoice.id.0,
        number: invoice.number.clone(),
        url: format!("{PATH}/{}", invoice.id),
        created: moment_of(words, invoice.created),
        due: moment_of(words, invoice.due),
        status: status_word(invoice, now),
        total: money_of(words, invoice.total),
        amount_due: money_of(words, invoice.amount_due()),
    }
}
