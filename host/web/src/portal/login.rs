//! In and out.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::second_step::ClientDoor;
use crate::door::{Attempt, Entry, Peer, let_in};
use crate::errors::WebError;
use crate::frame::{ClientVisit, FieldMessage, Flash, FlashKind, Layout, Page, Posted, Visitor, message_for, redirect};
use crate::guard::{Door, clear_browser, end_session};
use crate::second_step::HasPlace;
use crate::state::WebState;

/// Where a login leads.
pub(super) const START: &str = "/billing/invoices";

#[derive(Debug, Deserialize)]
pub struct Asked {
    next: Option<String>,
    expired: Option<String>,
}

#[derive(Serialize)]
struct Data {
    email: String,
    next: String,
    errors: Vec<FieldMessage>,
}

pub async fn form(
    State(state): State<WebState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let mut layout = Layout::for_visitor(&state, &visitor.reader);
    if asked.expired.is_some() {
        layout.tell(FlashKind::Info, visitor.reader.words.say("flash-session-expired"));
    }
    let next = local_path(&asked.next.unwrap_or_default()).to_owned();
    let data = Data { email: String::new(), next, errors: Vec::new() };
    Page::new("portal/login", layout, data).render(&state, &visitor.reader)
}

pub async fn log_in(
    State(state): State<WebState>,
    peer: Peer,
    headers: HeaderMap,
    form: Posted<Visitor>,
) -> Result<Response, WebError> {
    let attempt = Attempt {
        door: Door::Client,
        email: form.text("email")?.to_owned(),
        password: form.fields.one("password")?.unwrap_or_default().to_owned(),
        address: peer.address(&state, &headers),
        browser: form.visit.reader.secret().to_owned(),
    };
    let next = local_path(form.text("next")?);
    let refused = match attempt.missing() {
        Some(field) => vec![(field, format!("error-login-{field}"))],
        None => match let_in(&state, &headers, &attempt).await? {
            Entry::HalfWay(cookie) => return Ok(ClientDoor::PLACE.go_on(cookie, next)),
            Entry::In(cookies) => {
                let mut response = Redirect::to(if next.is_empty() { START } else { next }).into_response();
                for cookie in cookies {
                    response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
                }
                return Ok(response);
            }
            Entry::Refused => vec![("", "error-login".to_owned())],
        },
    };
    let words = &form.visit.reader.words;
    let errors = refused.into_iter().map(|(field, id)| message_for(field, words.say(&id))).collect();
    let layout = Layout::for_visitor(&state, &form.visit.reader);
    let data = Data { email: attempt.email.chars().take(200).collect(), next: next.to_owned(), errors };
    Page::new("portal/login", layout, data).status(StatusCode::UNPROCESSABLE_ENTITY).render(&state, &form.visit.reader)
}

pub async fn log_out(State(state): State<WebState>, form: Posted<ClientVisit>) -> Result<Response, WebError> {
    end_session(&state, &form.visit.token).await?;
    let mut response = redirect(&state, "/login", Some(Flash::new(FlashKind::Info, "logged-out")));
    if let Some(cookie) = state.cookies().forget_session(Door::Client) {
        response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
    }
    clear_browser(response.headers_mut());
    Ok(response)
}

/// Where a login may lead to: a path of this host. Everything else leads to the start.
pub(crate) fn local_path(next: &str) -> &str {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let local = next.starts_with('/') && !next.starts_with("//") && next.len() <= 500;
    if plain && local { next } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_to_this_host_only() {
        let check = |next: &str, expected: &str| assert_eq!(local_path(next), expected, "{next}");
        check("/billing/invoices/7?x=1", "/billing/invoices/7?x=1");
        check("", "");
        check("https://evil.example/", "");
        check("//evil.example/", "");
        check("/\\evil.example/", "");
        check("\\\\evil.example", "");
        check("javascript:alert(1)", "");
        check("/a\r\nset-cookie: x=y", "");
        check(&format!("/{}", "a".repeat(600)), "");
    }
}
