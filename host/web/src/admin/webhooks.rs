//! Webhooks, newest first, with what became of each.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::RefusedWebhooks;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::webhook::WebhookRow;

use super::attention::gateway_names;
use super::menu;
use super::paging::{Asked, Paging, cut};
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{FieldMessage, Page, Reader, StaffVisit, moment_of};
use crate::state::WebState;

/// Where the list is.
pub(super) const LIST: &str = "/admin/webhooks";

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    webhooks: Vec<RowView>,
    refused: Vec<RefusedView>,
    #[serde(flatten)]
    paging: Paging,
}

/// A webhook, on the list and on its own page.
#[derive(Serialize)]
pub(super) struct RowView {
    pub url: String,
    pub received: Option<Moment>,
    pub gateway: String,
    pub event: Option<String>,
    pub state: &'static str,
    pub reason: String,
    pub claims: u32,
    pub tries: u32,
    pub next_try: Option<Moment>,
}

#[derive(Serialize)]
struct RefusedView {
    gateway: String,
    count: u64,
    last: Option<Moment>,
    reason: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let mut rows = state.billing().webhooks(asked.page()?).await?;
    let paging = cut(&mut rows, |row| row.id.0, &asked, "/admin/webhooks?");
    let names = gateway_names(&state).await?;
    let name = |instance: &InstanceId| names.get(instance).cloned();
    let view = |row: WebhookRow| {
        let gateway = name(&row.instance);
        row_view(&state, &visit.reader, &row, gateway)
    };
    let refused = state.billing().refused_webhooks();
    let refused_view = |refused: RefusedWebhooks| RefusedView {
        gateway: name(&refused.instance).unwrap_or_else(|| refused.instance.to_string()),
        count: refused.count,
        last: moment_of(&visit.reader.words, refused.last),
        reason: refused.reason,
    };
    let data = View {
        errors: Vec::new(),
        webhooks: rows.into_iter().map(view).collect(),
        refused: refused.into_iter().map(refused_view).collect(),
        paging,
    };
    let layout = menu::layout(&state, &visit).await?;
    Page::new("admin/webhooks", layout, data).render(&state, &visit.reader)
}

pub(super) fn row_view(state: &WebState, reader: &Reader, row: &WebhookRow, gateway: Option<String>) -> RowView {
    let clean = |text: &str| state.billing().redact(&row.instance, text);
    RowView {
        url: format!("{LIST}/{}", row.id),
        received: moment_of(&reader.words, row.received),
        event: row.event.as_deref().map(clean),
        state: row.state.code(),
        reason: clean(&row.reason),
        claims: row.claims,
        tries: row.tries,
        next_try: row.next_try.and_then(|at| moment_of(&reader.words, at)),
        gateway: gateway.unwrap_or_else(|| row.instance.to_string()),
    }
}
