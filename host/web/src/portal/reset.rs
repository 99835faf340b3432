//! A client forgot the password.

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
    side: Side::Client,
    login: "/login",
    forgot: "/forgot-password",
    new: "/new-password",
    forgot_template: "portal/forgot-password",
    new_template: "portal/new-password",
    start: None,
};

pub async fn ask(State(state): State<WebState>, visitor: Visitor) -> Result<Response, WebError> {
    PLACE.ask(&state, &visitor)
}

pub async fn asked(
    State(state): State<WebState>,
    peer: Peer,
    headers: HeaderMap,
    form: Posted<Visitor>,
) -> Result<Response, WebError> {
    PLACE.asked(&state, &peer, &headers, &form).await
}

pub async fn open(State(state): State<WebState>, visitor: Visitor) -> Result<Response, WebError> {
    PLACE.open(&state, &visitor)
}

pub async fn set(
    State(state): State<WebState>,
    peer: Peer,
    headers: HeaderMap,
    form: Posted<Visitor>,
) -> Result<Response, WebError> {
    PLACE.set(&state, &peer, &headers, &form).await
}
