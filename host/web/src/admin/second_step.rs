//! The second step of somebody of staff, after the password.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::login::{START, back_office_path};
use crate::door::Peer;
use crate::errors::WebError;
use crate::frame::{Posted, Visitor};
use crate::guard::Door;
use crate::second_step::{Asked, Place};
use crate::state::WebState;

pub(crate) const PLACE: Place = Place {
    door: Door::Staff,
    login: "/admin/login",
    page: "/admin/login/second-step",
    template: "admin/second-step",
    start: START,
    within: back_office_path,
    brand: Some(START),
};

pub(crate) async fn show(
    State(state): State<WebState>,
    headers: HeaderMap,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    PLACE.show(&state, &headers, &visitor, &asked).await
}

pub(crate) async fn submit(
    State(state): State<WebState>,
    peer: Peer,
    headers: HeaderMap,
    form: Posted<Visitor>,
) -> Result<Response, WebError> {
    PLACE.submit(&state, &peer, &headers, &form).await
}
