//! What staff decided about held claims: who, when and what, newest first.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::decision::{DecidedRow, Decision};

use super::attention::gateway_names;
use super::held::LIST;
use super::menu;
use super::paging::{Asked, Paging, cut};
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{FieldMessage, MoneyView, Page, StaffVisit, moment_of, money_of};
use crate::state::WebState;
use crate::texts::Words;

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    decided: Vec<DecidedView>,
    #[serde(flatten)]
    paging: Paging,
}

/// A decision, on the list and on its claim's page.
#[derive(Serialize)]
pub(super) struct DecidedView {
    url: String,
    at: Option<Moment>,
    by: String,
    /// `credit`, `invoice`, `refund` or `dismiss`.
    kind: &'static str,
    /// Whose credit it became; empty where it did not.
    client: String,
    /// The number of the invoice that it went towards, or beside which it is written; empty where it was dismissed.
    invoice: String,
    invoice_url: Option<String>,
    /// Why it was sent back or dismissed; empty where it was not.
    reason: String,
    gateway: String,
    amount: MoneyView,
    transaction: String,
    /// The words of why it was held, for the page to translate.
    held_reason: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let mut rows = state.billing().decisions(asked.page()?).await?;
    let paging = cut(&mut rows, |row| row.seq, &asked, "/admin/attention/decided?");
    let names = gateway_names(&state).await?;
    let view = |row: &DecidedRow| {
        let instance = &row.held.instance;
        let gateway = names.get(instance).cloned().unwrap_or_else(|| instance.to_string());
        decided_view(&visit.reader.words, row, gateway, |text| state.billing().redact(instance, text))
    };
    let data = View { errors: Vec::new(), decided: rows.iter().map(view).collect(), paging };
    let layout = menu::layout(&state, &visit).await?;
    Page::new("admin/decided", layout, data).render(&state, &visit.reader)
}

/// `clean` blacks the instance's secrets out.
pub(super) fn decided_view(
    words: &Words,
    row: &DecidedRow,
    gateway: String,
    clean: impl Fn(&str) -> String,
) -> DecidedView {
    let (reason, invoice) = match &row.decision {
        Decision::Refund(reason) | Decision::Dismiss(reason) => (clean(reason), None),
        Decision::Invoice(invoice) => (String::new(), Some(invoice)),
        Decision::Credit(_) => (String::new(), None),
    };
    DecidedView {
        url: format!("{LIST}/{}", row.held.seq),
        at: moment_of(words, row.at),
        by: row.by.clone(),
        kind: row.decision.code(),
        client: row.client.clone().unwrap_or_default(),
        invoice: row.invoice.clone().unwrap_or_default(),
        invoice_url: invoice.map(|invoice| format!("/admin/invoices/{invoice}")),
        reason,
        gateway,
        amount: money_of(words, row.held.amount),
        transaction: clean(&row.held.transaction),
        held_reason: row.held.reason.clone(),
    }
}
