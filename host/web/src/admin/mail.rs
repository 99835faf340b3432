//! Mails that could not be sent: those that are tried again, and those that were given up.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::mail::UnsentMail;

use super::menu;
use super::paging::{Asked, Paging, cut};
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{FieldMessage, Page, StaffVisit, moment_of};
use crate::state::WebState;
use crate::texts::Words;

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    /// Whether a server is configured.
    configured: bool,
    mails: Vec<MailView>,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Serialize)]
struct MailView {
    written: Option<Moment>,
    kind: String,
    to: String,
    tries: u32,
    reason: String,
    next_try: Option<Moment>,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let mut rows = state.billing().store().unsent_mails(asked.page()?).await?;
    let paging = cut(&mut rows, |row| row.id.0, &asked, "/admin/mail?");
    let mails = rows.into_iter().map(|row| mail_view(&visit.reader.words, row)).collect();
    let layout = menu::layout(&state, &visit).await?;
    let view = View { errors: Vec::new(), configured: state.config().mail, mails, paging };
    Page::new("admin/mail", layout, view).render(&state, &visit.reader)
}

fn mail_view(words: &Words, row: UnsentMail) -> MailView {
    MailView {
        written: moment_of(words, row.created),
        kind: row.kind,
        to: row.to,
        tries: row.attempts,
        reason: row.reason,
        next_try: row.next_try.and_then(|at| moment_of(words, at)),
    }
}
