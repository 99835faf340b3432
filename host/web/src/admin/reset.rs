//! Somebody of staff forgot the password.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use tollgate_billing::people::Side;

use crate::door::Peer;
use crate::errors::WebError;
use crate::frame::{Posted, Visitor};
use crate::reset::Place;
use crate::state::WebState;

pub(crate) const PLACE: Place = Place {
    side: Side::Staff,
    login: "/admin/login",
    forgot: "/admin/forgot-password",
    new: "/admin/new-password",
    forgot_template: "admin/forgot-password",
    new_template: "admin/new-password",
    start: Some("/admin"),
};

pub(crate) async fn ask(State(state): State<WebState>, visitor: Visitor) -> Result<Response, WebError> {
    PLACE.ask(&state, &visitor)
}

pub(crate) async fn asked(
    State(state): State<WebState>,
    peer: Peer,
    headers: HeaderMap,
    form: Posted<Visitor>,
) -> Result<Response, WebError> {
    PLACE.asked(&state, &peer, &headers, &form).await
}

pub(crate) async fn open(State(state): State<WebState>, visitor: Visitor) -> Result<Response, WebError> {
    PLACE.open(&state, &visitor)
}

pub(crate) async fn set(
    State(state): State<WebState>,
    peer: Peer,
    headers: HeaderMap,
    form: Posted<Visitor>,
) -> Result<Response, WebError> {
    PLACE.set(&state, &peer, &headers, &form).await
}
