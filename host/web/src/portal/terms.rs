//! The terms of account credit. Providers write their own into the template.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use crate::errors::WebError;
use crate::frame::{ClientVisit, Layout, Page};
use crate::state::WebState;

#[derive(Serialize)]
struct Data {
    company: Company,
}

#[derive(Serialize)]
struct Company {
    name: String,
    email: String,
}

pub async fn show(State(state): State<WebState>, visit: ClientVisit) -> Result<Response, WebError> {
    let layout = Layout::for_client(&state, &visit).await?;
    let company = &state.billing().policy().company;
    let data = Data { company: Company { name: company.name.clone(), email: company.email.clone() } };
    Page::new("portal/terms", layout, data).render(&state, &visit.reader)
}
