//! The client's stored ways to pay: the list, the default, and their removal.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::ids::MethodId;

use super::method_view::{METHODS, MethodView, method_view};
use crate::errors::WebError;
use crate::frame::{ClientVisit, Flash, FlashKind, Layout, Page, Posted, redirect};
use crate::state::WebState;

#[derive(Serialize)]
struct ListData {
    methods: Vec<MethodView>,
    /// A gateway that is switched on stores them.
    can_store: bool,
}

#[derive(Serialize)]
struct RemovalData {
    method: MethodView,
}

/// An id out of a path; what is no id is nothing that there is.
pub fn method_id(text: &str) -> Result<MethodId, WebError> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain).map(MethodId).ok_or(WebError::NotFound)
}

pub async fn list(State(state): State<WebState>, visit: ClientVisit) -> Result<Response, WebError> {
    let methods = state.billing().methods(visit.client.id).await?;
    let layout = Layout::for_client(&state, &visit).await?;
    let now = state.billing().now();
    let data = ListData {
        methods: methods.iter().map(|facts| method_view(&visit.reader.words, facts, now)).collect(),
        can_store: state.billing().stores_methods().await?,
    };
    Page::new("portal/methods", layout, data).render(&state, &visit.reader)
}

pub async fn make_default(
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted<ClientVisit>,
) -> Result<Response, WebError> {
    let facts = state.billing().set_default_method(form.visit.client.id, method_id(&id)?).await?;
    let flash = Flash::new(FlashKind::Success, "method-default").with(facts.stored.method.label);
    Ok(redirect(&state, METHODS, Some(flash)))
}

/// Asks once more before it is removed.
pub async fn confirm_removal(
    State(state): State<WebState>,
    visit: ClientVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let facts = state.billing().method(visit.client.id, method_id(&id)?).await?;
    let layout = Layout::for_client(&state, &visit).await?;
    let method = method_view(&visit.reader.words, &facts, state.billing().now());
    Page::new("portal/method-remove", layout, RemovalData { method }).render(&state, &visit.reader)
}

pub async fn remove(
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted<ClientVisit>,
) -> Result<Response, WebError> {
    let facts = state.billing().remove_method(form.visit.client.id, method_id(&id)?).await?;
    let flash = Flash::new(FlashKind::Success, "method-removed").with(facts.stored.method.label);
    Ok(redirect(&state, METHODS, Some(flash)))
}
