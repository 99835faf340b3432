//! Removing a plugin: first what that does is said, then it is done. Open payments stand in its way, and are named.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::LifeError;
use tollgate_billing::ids::PluginId;
use tollgate_billing::ports::OpenPayment;

use super::page::{InstanceView, instance_views};
use super::page_of;
use super::problems::life_words;
use crate::admin::gateways::LIST;
use crate::admin::{by, menu};
use crate::errors::{WebError, percent_encoded};
use crate::frame::{FieldMessage, Flash, FlashKind, Page, Posted, StaffVisit, message_for, redirect};
use crate::state::WebState;

/// Open payments that the page names, the newest ones.
const OPEN_MAX: u32 = 20;

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    id: String,
    name: String,
    url: String,
    open: Vec<OpenView>,
    instances: Vec<InstanceView>,
    /// Its id belongs to the publisher who signed it.
    owned: bool,
}

#[derive(Serialize)]
struct OpenView {
    payment: String,
    invoice: String,
    url: String,
}

pub(super) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let plugin = PluginId::new(id);
    let open = state.billing().store().open_payments_of(&plugin, OPEN_MAX).await?;
    draw(&state, &visit, &plugin, open, None).await
}

pub(super) async fn submit(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let (visit, plugin) = (&posted.visit, PluginId::new(id));
    let forget = posted.text("forget")? == "true";
    let (open, words) = match state.billing().remove_plugin(by(visit), &plugin, forget).await {
        Ok(()) => {
            let flash = Flash::new(FlashKind::Success, "admin-plugin-removed").with(plugin.as_str());
            return Ok(redirect(&state, LIST, Some(flash)));
        }
        Err(LifeError::OpenPayments(open)) => {
            (open.clone(), life_words(&visit.reader.words, LifeError::OpenPayments(open))?)
        }
        Err(error) => (Vec::new(), life_words(&visit.reader.words, error)?),
    };
    draw(&state, visit, &plugin, open, Some(words)).await
}

async fn draw(
    state: &WebState,
    visit: &StaffVisit,
    plugin: &PluginId,
    open: Vec<OpenPayment>,
    refusal: Option<String>,
) -> Result<Response, WebError> {
    let installed = state.billing().installed_plugins().await?.into_iter().find(|one| one.id == *plugin);
    let installed = installed.ok_or(WebError::NotFound)?;
    let manifest = state.billing().plugins().manifest(plugin);
    let instances = state.billing().instances().await?;
    let open_view = |open: OpenPayment| OpenView {
        payment: open.id.to_string(),
        url: format!("/admin/invoices?number={}", percent_encoded(&open.invoice_number)),
        invoice: open.invoice_number,
    };
    let status = if refusal.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = View {
        errors: refusal.into_iter().map(|words| message_for("", words)).collect(),
        id: plugin.to_string(),
        name: manifest.map_or_else(|| plugin.to_string(), |manifest| manifest.identity().name.clone()),
        url: page_of(plugin),
        open: open.into_iter().map(open_view).collect(),
        instances: instance_views(&instances, plugin, state),
        owned: installed.publisher.is_some(),
    };
    let layout = menu::layout(state, visit).await?;
    Page::new("admin/plugin-remove", layout, view).status(status).render(state, &visit.reader)
}
