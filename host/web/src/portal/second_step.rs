//! A client's second step, after the password.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::login::{START, local_path};
use crate::door::Peer;
use crate::errors::WebError;
use crate::frame::{Posted, Visitor};
use crate::guard::Door;
use crate::second_step::{Asked, Place};
use crate::state::WebState;

pub(crate) const PLACE: Place = Place {
    door: Door::Client,
    login: "/login",
    page: "/login/second-step",
    template: "portal/second-step",
    start: START,
    within: local_path,
    brand: None,
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
