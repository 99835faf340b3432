//! A module's tab: Add Funds is the first.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use tollgate_billing::billing::{TabAnswer, TabPage, Texts};
use tollgate_billing::text::FieldError;

use super::invoice_view::{ChoiceView, choices};
use super::plugin_page::Region;
use crate::errors::WebError;
use crate::frame::{ClientVisit, FieldMessage, Layout, MoneyView, Page, Posted, message_for, money_of};
use crate::state::WebState;

#[derive(Serialize)]
struct Data {
    tab: TabView,
    errors: Vec<FieldMessage>,
}

#[derive(Serialize)]
struct TabView {
    label: String,
    slug: String,
}

/// What a module's template may know beside its own data.
#[derive(Serialize)]
struct ModuleHost {
    gateways: Vec<ChoiceView>,
    currency: &'static str,
    balance: MoneyView,
    terms_url: String,
}

/// The field that a voucher's code is typed into, as the contract's forms name it.
const VOUCHER_FIELD: &str = "voucher";
/// The field that a gateway is chosen with.
const GATEWAY_FIELD: &str = "gateway";

pub async fn show(
    State(state): State<WebState>,
    visit: ClientVisit,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let page = state.billing().open_tab(visit.client.id, &slug).await?;
    let layout = Layout::for_client(&state, &visit).await?;
    draw(&state, &visit, layout, Shown { slug, page, errors: Vec::new(), typed: BTreeMap::new() })
}

pub async fn submit(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    form: Posted<ClientVisit>,
) -> Result<Response, WebError> {
    let key = form.form_key()?;
    let fields = form.fields.for_plugin();
    let visit = &form.visit;
    let (page, errors) = match state.billing().submit_tab(visit.client.id, &slug, &fields, key).await? {
        TabAnswer::Invoice(invoice) => {
            return Ok(Redirect::to(&format!("/billing/invoices/{invoice}")).into_response());
        }
        TabAnswer::Refused { page, errors } => {
            let errors = errors.iter().map(|error| plugin_message(&state, visit, &page, error)).collect();
            (page, errors)
        }
        TabAnswer::NoSuchVoucher { page, code } => {
            let message = visit.reader.words.say_with("error-voucher-unknown", &[("code", &code)]);
            (page, vec![message_for(VOUCHER_FIELD, message)])
        }
    };
    let layout = Layout::for_client(&state, visit).await?;
    draw(&state, visit, layout, Shown { slug, page, errors, typed: fields.into_iter().collect() })
}

fn plugin_message(state: &WebState, visit: &ClientVisit, page: &TabPage, error: &FieldError) -> FieldMessage {
    let message = state.plugin_texts().text(&page.plugin, &error.message, &visit.reader.words.locale());
    message_for(&error.field, message)
}

/// A module's page and how the form before it went.
struct Shown {
    slug: String,
    page: TabPage,
    errors: Vec<FieldMessage>,
    typed: BTreeMap<String, String>,
}

fn draw(state: &WebState, visit: &ClientVisit, layout: Layout, shown: Shown) -> Result<Response, WebError> {
    let words = &visit.reader.words;
    let url = format!("/billing/{}", shown.slug);
    let view = &shown.page.view;
    let selected = shown.typed.get(GATEWAY_FIELD).cloned();
    let host = ModuleHost {
        gateways: choices(state, words, &view.gateways, selected.as_deref()),
        currency: view.currency.code(),
        balance: money_of(words, view.balance),
        terms_url: view.terms_url.clone(),
    };
    let region = Region {
        plugin: &shown.page.plugin,
        manifest: state.billing().plugins().manifest(&shown.page.plugin),
        page: &shown.page.page,
        action: Some(url.clone()),
        errors: shown.errors.clone(),
        values: shown.typed,
        host,
    };
    let content = region.render(state, &visit.reader)?;
    let label =
        layout.tabs.iter().find(|tab| tab.url == url).map_or_else(|| shown.slug.clone(), |tab| tab.label.clone());
    let status = if shown.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let data = Data { tab: TabView { label, slug: shown.slug }, errors: shown.errors };
    Page::new("portal/tab", layout, data).status(status).content(content).render(state, &visit.reader)
}
