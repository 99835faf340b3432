//! Staff come in and go.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::second_step::StaffDoor;
use crate::door::{Attempt, Entry, Peer, let_in};
use crate::errors::WebError;
use crate::frame::{FieldMessage, Flash, FlashKind, Layout, Page, Posted, Reader, StaffVisit, Visitor};
use crate::frame::{message_for, redirect};
use crate::guard::{Door, clear_browser, end_session};
use crate::portal::local_path;
use crate::second_step::HasPlace;
use crate::state::WebState;

/// Where a login leads.
pub(super) const START: &str = "/admin";
/// Characters of a wrong address that are shown again.
const EMAIL_SHOWN_CHARS: usize = 200;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    next: Option<String>,
    expired: Option<String>,
}

#[derive(Default, Serialize)]
struct View {
    email: String,
    next: String,
    errors: Vec<FieldMessage>,
}

pub(crate) async fn form(
    State(state): State<WebState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let mut layout = layout(&state, &visitor.reader);
    if asked.expired.is_some() {
        layout.tell(FlashKind::Info, visitor.reader.words.say("flash-session-expired"));
    }
    let view = View { next: back_office_path(&asked.next.unwrap_or_default()).to_owned(), ..View::default() };
    Page::new("admin/login", layout, view).render(&state, &visitor.reader)
}

pub(crate) async fn log_in(
    State(state): State<WebState>,
    peer: Peer,
    headers: HeaderMap,
    form: Posted<Visitor>,
) -> Result<Response, WebError> {
    let attempt = Attempt {
        door: Door::Staff,
        email: form.text("email")?.to_owned(),
        password: form.fields.one("password")?.unwrap_or_default().to_owned(),
        address: peer.address(&state, &headers),
        browser: form.visit.reader.secret().to_owned(),
    };
    let next = back_office_path(form.text("next")?);
    let (field, id) = match attempt.missing() {
        Some(field) => (field, format!("error-login-{field}")),
        None => match let_in(&state, &headers, &attempt).await? {
            Entry::HalfWay(cookie) => return Ok(StaffDoor::PLACE.go_on(cookie, next)),
            Entry::In(cookies) => {
                let mut response = Redirect::to(if next.is_empty() { START } else { next }).into_response();
                for cookie in cookies {
                    response.headers_mut().append(header::SET_COOKIE, cookie);
                }
                return Ok(response);
            }
            Entry::Refused => ("", "error-login".to_owned()),
        },
    };
    let reader = &form.visit.reader;
    let view = View {
        email: attempt.email.chars().take(EMAIL_SHOWN_CHARS).collect(),
        next: next.to_owned(),
        errors: vec![message_for(field, reader.words.say(&id))],
    };
    let page = Page::new("admin/login", layout(&state, reader), view).status(StatusCode::UNPROCESSABLE_ENTITY);
    page.render(&state, reader)
}

pub(crate) async fn log_out(State(state): State<WebState>, form: Posted<StaffVisit>) -> Result<Response, WebError> {
    end_session(&state, &form.visit.token).await?;
    let mut response = redirect(&state, "/admin/login", Some(Flash::new(FlashKind::Info, "logged-out")));
    if let Some(cookie) = state.cookies().forget_session(Door::Staff) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    clear_browser(response.headers_mut());
    Ok(response)
}

fn layout(state: &WebState, reader: &Reader) -> Layout {
    let mut layout = Layout::for_visitor(state, reader);
    START.clone_into(&mut layout.brand.url);
    layout
}

/// Where a login of staff may lead to: a path of the back office.
pub(super) fn back_office_path(next: &str) -> &str {
    let path = local_path(next);
    let within = path.strip_prefix(START).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    if within { path } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_of_staff_leads_to_the_back_office_only() {
        let check = |next: &str, expected: &str| assert_eq!(back_office_path(next), expected, "{next}");
        check("/admin", "/admin");
        check("/admin/invoices/7", "/admin/invoices/7");
        check("/admin?x=1", "/admin?x=1");
        check("/administrator", "");
        check("/billing/invoices", "");
        check("//evil.example/admin", "");
        check("https://evil.example/admin", "");
    }
}
