//! What needs attention: claims that were held, events that wait, plugins that do not load.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::ids::{InstanceId, PaymentId};
use tollgate_billing::invoice::Invoice;
use tollgate_billing::plugin::PluginState;
use tollgate_billing::ports::PageOf;
use tollgate_billing::settlement::{Event, HeldRow, Pending};

use super::menu;
use super::paging::{Asked, Paging, cut};
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{FieldMessage, MoneyView, Page, StaffVisit, moment_of, money_of};
use crate::state::WebState;

/// Rows that are counted: beyond it the number no longer matters.
const COUNTED_MAX: u32 = 100;

/// Everything that waits for somebody of staff, as far as it is counted.
pub(crate) struct Attention {
    pub(crate) held: usize,
    pub(crate) stuck: Vec<Pending>,
    pub(crate) broken: Vec<BrokenView>,
}

/// A file of the plugins' directory that does not load.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct BrokenView {
    pub(crate) file: String,
    pub(crate) error: String,
}

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    held: Vec<HeldView>,
    stuck: Vec<StuckView>,
    broken: Vec<BrokenView>,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Serialize)]
struct HeldView {
    seq: i64,
    url: String,
    at: Option<Moment>,
    gateway: String,
    transaction: String,
    amount: MoneyView,
    state: String,
    reason: String,
    expected: String,
    /// What was said when a refund of it failed; empty for nothing.
    said: String,
    /// Of the payment that the claim names, where there is one.
    invoice_number: Option<String>,
    invoice_url: Option<String>,
}

#[derive(Serialize)]
struct StuckView {
    event: &'static str,
    attempts: u32,
    error: String,
    invoice_url: String,
}

impl Attention {
    pub(crate) async fn read(state: &WebState) -> Result<Self, WebError> {
        let billing = state.billing();
        let held = billing.held(PageOf::first(COUNTED_MAX)).await?.len();
        let stuck = billing.store().stuck(COUNTED_MAX).await?;
        let broken = billing.plugins().rows().into_iter().filter_map(|row| match row.state {
            PluginState::Broken(error) => Some(BrokenView { file: row.file, error }),
            PluginState::Loaded(_) => None,
        });
        Ok(Self { held, stuck, broken: broken.collect() })
    }

    pub(crate) fn count(&self) -> u64 {
        u64::try_from(self.held + self.stuck.len() + self.broken.len()).unwrap_or(u64::MAX)
    }
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let attention = Attention::read(&state).await?;
    let mut rows = state.billing().held(asked.page()?).await?;
    let paging = cut(&mut rows, |row| row.seq, &asked, "/admin/attention?");
    let names = gateway_names(&state).await?;
    let mut held = Vec::with_capacity(rows.len());
    for row in rows {
        let invoice = invoice_of(&state, row.payment.as_ref()).await?;
        held.push(held_view(&state, &visit, &names, row, invoice));
    }
    let view = View {
        errors: Vec::new(),
        held,
        stuck: attention.stuck.into_iter().map(stuck_view).collect(),
        broken: attention.broken,
        paging,
    };
    let layout = menu::layout(&state, &visit).await?;
    Page::new("admin/attention", layout, view).render(&state, &visit.reader)
}

/// What each instance is called in front of clients.
pub(crate) async fn gateway_names(state: &WebState) -> Result<HashMap<InstanceId, String>, WebError> {
    let instances = state.billing().instances().await?;
    let named = |instance: tollgate_billing::plugin::Instance| {
        let manifest = state.billing().plugins().manifest(&instance.plugin);
        (instance.id.clone(), super::gateways::label_of(&instance, manifest.as_deref()))
    };
    Ok(instances.into_iter().map(named).collect())
}

async fn invoice_of(state: &WebState, payment: Option<&PaymentId>) -> Result<Option<Invoice>, WebError> {
    let store = state.billing().store();
    let Some(id) = payment else { return Ok(None) };
    match store.payment(id).await? {
        Some(payment) => Ok(store.invoice(payment.invoice).await?),
        None => Ok(None),
    }
}

fn held_view(
    state: &WebState,
    visit: &StaffVisit,
    names: &HashMap<InstanceId, String>,
    row: HeldRow,
    invoice: Option<Invoice>,
) -> HeldView {
    let words = &visit.reader.words;
    let clean = |text: &str| state.billing().redact(&row.instance, text);
    let (expected, said) = super::held::expected_and_said(words, &row, clean);
    HeldView {
        seq: row.seq,
        url: format!("{}/{}", super::held::LIST, row.seq),
        at: moment_of(words, row.at),
        gateway: names.get(&row.instance).cloned().unwrap_or_else(|| row.instance.to_string()),
        transaction: clean(&row.transaction),
        amount: money_of(words, row.amount),
        state: row.state,
        reason: row.reason,
        expected,
        said,
        invoice_url: invoice.as_ref().map(|invoice| format!("/admin/invoices/{}", invoice.id)),
        invoice_number: invoice.map(|invoice| invoice.number),
    }
}

fn stuck_view(row: Pending) -> StuckView {
    let (event, invoice) = match row.event {
        Event::InvoicePaid(invoice) => ("invoice-paid", invoice),
        Event::InvoiceCancelled(invoice) => ("invoice-cancelled", invoice),
    };
    StuckView {
        event,
        attempts: row.attempts,
        error: row.last_error.unwrap_or_default(),
        invoice_url: format!("/admin/invoices/{invoice}"),
    }
}
