//! The audit log, newest first: who did what, and when.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::audit::{Action, AuditRow, Detail};

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
    entries: Vec<EntryView>,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Serialize)]
struct EntryView {
    number: i64,
    at: Option<Moment>,
    who: String,
    what: String,
    subject: String,
    details: Vec<DetailView>,
}

#[derive(Serialize)]
struct DetailView {
    name: String,
    value: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let mut rows = state.billing().store().audit(asked.page()?).await?;
    let paging = cut(&mut rows, |row| row.seq, &asked, "/admin/audit?");
    let entries = rows.into_iter().map(|row| entry_view(&visit.reader.words, row)).collect();
    let layout = menu::layout(&state, &visit).await?;
    Page::new("admin/audit", layout, View { errors: Vec::new(), entries, paging }).render(&state, &visit.reader)
}

fn entry_view(words: &Words, row: AuditRow) -> EntryView {
    let detail = |(name, value): (String, String)| DetailView {
        // A decision is the only detail that is a word of ours.
        value: if name == Detail::Decision.code() { said(words, "admin-audit-decision-", &value) } else { value },
        name: Detail::from_code(&name).map_or(name.clone(), |_| words.say(&format!("admin-audit-detail-{name}"))),
    };
    EntryView {
        number: row.seq,
        at: moment_of(words, row.at),
        who: row.staff.unwrap_or_else(|| said(words, "admin-audit-by-", &row.by)),
        what: Action::from_code(&row.action)
            .map_or(row.action.clone(), |action| words.say(&format!("admin-audit-{}", action.code()))),
        subject: row.subject,
        details: row.details.into_iter().map(detail).collect(),
    }
}

/// One of our words where it is one; else what stands in the log, be it somebody's who was at the file.
fn said(words: &Words, prefix: &str, code: &str) -> String {
    let id = format!("{prefix}{code}");
    let told = words.say(&id);
    if told == id { code.to_owned() } else { told }
}
