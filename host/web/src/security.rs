//! Somebody's own access: the password, the second step, and where they are signed in. One page each for clients and staff, which do the same.

mod factor;
mod passkeys;
mod password;
mod person;
mod second_step;
mod sessions;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use crate::errors::WebError;
use crate::frame::{FieldMessage, Page};
use crate::state::WebState;

pub(crate) use factor::{ask as ask_to_remove_factor, remove as remove_factor};
pub(crate) use passkeys::{add as add_passkey, begin as begin_passkey};
pub(crate) use password::{change as change_password, refused_word};
use person::Person;
use second_step::SecondView;
pub(crate) use second_step::{begin as begin_second_step, confirm as confirm_second_step};
pub(crate) use second_step::{end as end_second_step, renew_codes as new_recovery_codes};
use sessions::SessionView;
pub(crate) use sessions::{end as end_session, end_others as end_other_sessions};

#[derive(Serialize)]
struct View {
    /// Where the page is, and its forms below it.
    url: &'static str,
    email: String,
    second: SecondView,
    sessions: Vec<SessionView>,
    /// There are others than the one that the page was asked for with.
    elsewhere: bool,
    errors: Vec<FieldMessage>,
}

pub(crate) async fn show<P: Person>(State(state): State<WebState>, person: P) -> Result<Response, WebError> {
    page(&state, &person, Vec::new()).await?.render(&state, person.reader())
}

/// The whole page, with what is wrong with a form of it.
async fn page<P: Person>(
    state: &WebState,
    person: &P,
    errors: Vec<FieldMessage>,
) -> Result<Page<'static, impl Serialize>, WebError> {
    let sessions = sessions::list(state, person).await?;
    let elsewhere = sessions.len() > 1;
    let second = second_step::view(state, person).await?;
    let view = View { url: P::PAGE, email: person.email().to_owned(), second, sessions, elsewhere, errors };
    Ok(Page::new(P::TEMPLATE, person.layout(state).await?, view))
}
