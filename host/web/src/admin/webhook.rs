//! One webhook for staff, with all that was sent, and the button that processes it again.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::Received;
use tollgate_billing::ids::{InstanceId, WebhookId};
use tollgate_billing::ports::Webhook;

use super::attention::gateway_names;
use super::menu;
use super::webhook_text::body_text;
use super::webhooks::{LIST, RowView, row_view};
use crate::errors::WebError;
use crate::frame::{FieldMessage, Flash, FlashKind, Page, Posted, StaffVisit, redirect};
use crate::state::WebState;

/// Of one header; the rest is left out.
const HEADER_CHARS_MAX: usize = 2_000;
/// Headers whose value opens a door, if only the sender's.
const CREDENTIALS: [&str; 1] = ["authorization"];

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    #[serde(flatten)]
    row: RowView,
    headers: Vec<HeaderView>,
    query: String,
    body: String,
    body_bytes: usize,
    /// More was sent than is shown.
    cut: bool,
}

#[derive(Serialize)]
struct HeaderView {
    name: String,
    /// `None` for credentials.
    value: Option<String>,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let stored = state.billing().webhook(webhook_id(&id)?).await?;
    let instance = stored.row.instance.clone();
    let gateway = gateway_names(&state).await?.remove(&instance);
    let clean = |text: &str| state.billing().redact(&instance, text);
    let body = body_text(&stored.webhook.body, clean);
    let view = View {
        errors: Vec::new(),
        headers: header_views(&state, &instance, &stored.webhook),
        query: clean(&stored.webhook.query),
        body: body.text,
        body_bytes: stored.webhook.body.len(),
        cut: body.cut,
        row: row_view(&state, &visit.reader, &stored.row, gateway),
    };
    let layout = menu::layout(&state, &visit).await?;
    Page::new("admin/webhook", layout, view).render(&state, &visit.reader)
}

fn header_views(state: &WebState, instance: &InstanceId, webhook: &Webhook) -> Vec<HeaderView> {
    let shown = |value: &[u8]| {
        let clean = state.billing().redact(instance, &String::from_utf8_lossy(value));
        clean.chars().take(HEADER_CHARS_MAX).collect::<String>()
    };
    let view = |(name, value): &(String, Vec<u8>)| HeaderView {
        value: (!CREDENTIALS.contains(&name.as_str())).then(|| shown(value)),
        name: name.clone(),
    };
    webhook.headers.iter().map(view).collect()
}

/// "Process again": as if it came now.
pub(crate) async fn process(
    State(state): State<WebState>,
    Path(id): Path<String>,
    _form: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let id = webhook_id(&id)?;
    let flash = match state.billing().process_webhook_again(id).await? {
        Received::Done(_) => Flash::new(FlashKind::Success, "admin-webhook-done"),
        Received::Known => Flash::new(FlashKind::Info, "admin-webhook-known"),
        Received::Refused(_) => Flash::new(FlashKind::Error, "admin-webhook-forged"),
        Received::Malformed(_) => Flash::new(FlashKind::Error, "admin-webhook-malformed"),
        Received::Kept(_) | Received::NoRoom => Flash::new(FlashKind::Error, "admin-webhook-kept"),
    };
    // Its row may be another one's by now: of the same event that came before.
    let there = state.billing().webhook(id).await.is_ok();
    let back = if there { format!("{LIST}/{id}") } else { LIST.to_owned() };
    Ok(redirect(&state, &back, Some(flash)))
}

fn webhook_id(text: &str) -> Result<WebhookId, WebError> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain).map(WebhookId).ok_or(WebError::NotFound)
}
