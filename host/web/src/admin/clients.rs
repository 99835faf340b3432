//! The clients, with what they have on credit.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::people::Client;

use super::menu;
use super::paging::{Asked, Paging, cut};
use crate::errors::WebError;
use crate::format::{self, Moment};
use crate::frame::{FieldMessage, Page, StaffVisit, moment_of};
use crate::state::WebState;

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    clients: Vec<ClientView>,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Serialize)]
struct ClientView {
    name: String,
    company: String,
    email: String,
    country: String,
    created: Option<Moment>,
    credit: Vec<String>,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let mut rows = state.billing().store().clients(asked.page()?).await?;
    let paging = cut(&mut rows, |client| client.id.0, &asked, "/admin/clients?");
    let mut clients = Vec::with_capacity(rows.len());
    for client in rows {
        clients.push(client_view(&state, &visit, client).await?);
    }
    let layout = menu::layout(&state, &visit).await?;
    Page::new("admin/clients", layout, View { errors: Vec::new(), clients, paging }).render(&state, &visit.reader)
}

async fn client_view(state: &WebState, visit: &StaffVisit, client: Client) -> Result<ClientView, WebError> {
    let words = &visit.reader.words;
    let credit = state.billing().available_credit(&client).await?;
    Ok(ClientView {
        credit: credit.into_iter().map(|credit| format::money(words, credit)).collect(),
        created: moment_of(words, client.created),
        name: client.name,
        company: client.company,
        email: client.email,
        country: client.country,
    })
}
