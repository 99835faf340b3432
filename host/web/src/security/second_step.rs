//! Setting an authenticator app up, new recovery codes, and the end of the second step. Each asks for the password once more.

use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tollgate_billing::billing::Confirmed;
use tollgate_billing::passkey::PASSKEYS_MAX;
use tollgate_billing::people::ChangedBy;
use tollgate_billing::ports::{KeyLabel, ShownKey};
use tollgate_billing::second_step::{Gain, NewCodes, TurnOff, TurnOn, Typed, read_typed, recovery_shown};

use super::page;
use super::passkeys::{self, PasskeyView};
use super::password::prove_again;
use super::person::Person;
use crate::door::Peer;
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{FieldMessage, Flash, FlashKind, Page, Posted, message_for, moment_of, redirect};
use crate::guard::{Door, RecoveryCodes, SECRET_CHARS, random_secret};
use crate::state::WebState;

/// Recovery codes that are left when the page says that there are few.
const FEW_CODES: u32 = 3;
/// The field of the section's password.
const PASSWORD: &str = "second-password";

/// The section of the security page.
#[derive(Serialize)]
pub(super) struct SecondView {
    on: bool,
    /// Since when there is an app.
    app: Option<Moment>,
    passkeys: Vec<PasskeyView>,
    offer: PasskeyOffer,
    codes_left: u32,
    few: bool,
    /// Nothing else can be done before it is set up.
    must: bool,
}

/// Whether a passkey may be added.
#[derive(Serialize)]
pub(super) struct PasskeyOffer {
    more: bool,
    /// Browsers make none for this portal's address; said to staff, who can change it.
    nowhere: bool,
}

/// The page on which an app is set up. What it shows of the key it shows once.
#[derive(Serialize)]
struct SetUpView {
    url: &'static str,
    key: String,
    address: String,
    /// The page's own word: whoever has only the session does not see the key again.
    page: String,
    errors: Vec<FieldMessage>,
}

#[derive(Serialize)]
struct CodesView {
    url: &'static str,
    codes: Vec<String>,
    /// One below the other, to be copied.
    all: String,
    /// They came with a new second step, and not in place of others.
    first: bool,
    errors: Vec<FieldMessage>,
}

pub(super) async fn view<P: Person>(state: &WebState, person: &P) -> Result<SecondView, WebError> {
    let second = state.billing().store().second_step(person.who()).await?;
    let passkeys = passkeys::list(state, person).await?;
    let codes_left = second.map_or(0, |second| second.codes_left);
    let required = P::DOOR == Door::Staff && state.config().staff_second_step_required;
    let (here, words) = (state.billing().passkeys().is_some(), &person.reader().words);
    Ok(SecondView {
        on: second.is_some(),
        app: second.and_then(|second| second.app).and_then(|since| moment_of(words, since)),
        offer: PasskeyOffer {
            more: here && passkeys.len() < PASSKEYS_MAX as usize,
            nowhere: !here && P::DOOR == Door::Staff,
        },
        passkeys,
        codes_left,
        few: second.is_some() && codes_left <= FEW_CODES,
        must: required && second.is_none(),
    })
}

/// The password is right: shows a new key, for an app to take it.
pub(crate) async fn begin<P: Person>(
    State(state): State<WebState>,
    Proved(person): Proved<P>,
) -> Result<Response, WebError> {
    let person = &person;
    let word = random_secret().map_err(|error| WebError::failed(error.to_string()))?;
    let begun = state.billing().begin_authenticator(person.who(), sha256(&word), label(&state, person)).await?;
    match begun {
        Some(shown) => set_up_page(&state, person, word, &shown, None).await,
        None => Ok(redirect(&state, P::PAGE, Some(Flash::new(FlashKind::Info, "second-step-on-already")))),
    }
}

/// A code of the app: from now on it is asked for.
pub(crate) async fn confirm<P: Person>(State(state): State<WebState>, form: Posted<P>) -> Result<Response, WebError> {
    let (person, word, typed) = (&form.visit, form.text("page")?, form.text("code")?);
    if word.len() != SECRET_CHARS {
        return Err(WebError::BadRequest);
    }
    let code = match read_typed(typed) {
        Typed::Code(code) => code,
        Typed::Recovery(_) | Typed::Other => String::new(),
    };
    let label = label(&state, person);
    let (authenticator, step) = match state.billing().check_begun_code(person.who(), sha256(word), &code, label).await?
    {
        Confirmed::Right { authenticator, step } => (authenticator, step),
        Confirmed::WrongCode(shown) => {
            let wrong = if typed.is_empty() { "error-second-step-empty" } else { "error-set-up-code" };
            return set_up_page(&state, person, word.to_owned(), &shown, Some(wrong)).await;
        }
        Confirmed::Gone => return Ok(gone::<P>(&state)),
    };
    let (codes, gain) = gain(&state, person).await?;
    if !state.billing().store().turn_on(TurnOn { gain, authenticator, step }).await? {
        return Ok(gone::<P>(&state));
    }
    gained(&state, person, codes, "app-added").await
}

/// The password is right: other recovery codes, and those before are worth nothing.
pub(crate) async fn renew_codes<P: Person>(
    State(state): State<WebState>,
    Proved(person): Proved<P>,
) -> Result<Response, WebError> {
    let person = &person;
    let RecoveryCodes { codes, hashes } = new_codes(&state).await?;
    let (tell, at) = (state.config().mail, state.billing().now());
    let change = NewCodes { who: person.who(), codes: hashes, tell, at };
    if state.billing().store().new_codes(change).await? {
        codes_page(&state, person, codes, false).await
    } else {
        Ok(gone::<P>(&state))
    }
}

/// The password is right: nothing else is asked for from now on.
pub(crate) async fn end<P: Person>(
    State(state): State<WebState>,
    Proved(person): Proved<P>,
) -> Result<Response, WebError> {
    let (tell, at) = (state.config().mail, state.billing().now());
    let change = TurnOff { who: person.who(), by: ChangedBy::Themselves, tell, at };
    state.billing().store().turn_off(change).await?;
    Ok(redirect(&state, P::PAGE, Some(Flash::new(FlashKind::Success, "second-step-off"))))
}

/// Somebody whose form of this section came with the right password. Whoever's did not gets the page that says so.
pub(crate) struct Proved<P>(pub P);

impl<P: Person> FromRequest<WebState> for Proved<P> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &WebState) -> Result<Self, Response> {
        let (peer, headers) = (Peer::of_extensions(request.extensions()), request.headers().clone());
        let form = Posted::<P>::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let wrong = wrong_password(state, &peer, &headers, &form).await.map_err(IntoResponse::into_response)?;
        match wrong {
            None => Ok(Self(form.visit)),
            Some(wrong) => Err(refused(state, &form.visit, wrong).await.into_response()),
        }
    }
}

async fn refused<P: Person>(state: &WebState, person: &P, wrong: FieldMessage) -> Result<Response, WebError> {
    let page = page(state, person, vec![wrong]).await?;
    page.status(StatusCode::UNPROCESSABLE_ENTITY).render(state, person.reader())
}

/// What is wrong with the section's password; `None` where it is right.
pub(super) async fn wrong_password<P: Person>(
    state: &WebState,
    peer: &Peer,
    headers: &HeaderMap,
    form: &Posted<P>,
) -> Result<Option<FieldMessage>, WebError> {
    let password = form.fields.one(PASSWORD)?.unwrap_or_default().to_owned();
    let person = &form.visit;
    let wrong = if password.is_empty() {
        "error-password-current-empty"
    } else if prove_again(state, person, (peer, headers), password).await?.is_some() {
        return Ok(None);
    } else {
        "error-password-current-wrong"
    };
    Ok(Some(message_for(PASSWORD, person.reader().words.say(wrong))))
}

/// What goes with one more way to prove the second step, and the recovery codes to be shown; none for whoever has some already.
pub(super) async fn gain<P: Person>(state: &WebState, person: &P) -> Result<(Vec<String>, Gain), WebError> {
    let RecoveryCodes { codes, hashes } = match state.billing().store().second_step(person.who()).await? {
        None => new_codes(state).await?,
        Some(_) => RecoveryCodes { codes: Vec::new(), hashes: Vec::new() },
    };
    let (session, tell, at) = (person.token().sha256(), state.config().mail, state.billing().now());
    Ok((codes, Gain { who: person.who(), codes: hashes, session, tell, at }))
}

/// After one more way to prove the second step: the recovery codes that came with the first one, else that it is there.
pub(super) async fn gained<P: Person>(
    state: &WebState,
    person: &P,
    codes: Vec<String>,
    flash: &str,
) -> Result<Response, WebError> {
    if codes.is_empty() {
        return Ok(redirect(state, P::PAGE, Some(Flash::new(FlashKind::Success, flash))));
    }
    codes_page(state, person, codes, true).await
}

async fn new_codes(state: &WebState) -> Result<RecoveryCodes, WebError> {
    state.passwords().new_recovery_codes().await.map_err(|error| WebError::failed(error.to_string()))
}

async fn set_up_page<P: Person>(
    state: &WebState,
    person: &P,
    page: String,
    shown: &ShownKey,
    wrong: Option<&str>,
) -> Result<Response, WebError> {
    let words = &person.reader().words;
    let view = SetUpView {
        url: P::PAGE,
        key: shown.text.expose().to_owned(),
        address: shown.address.expose().to_owned(),
        page,
        errors: wrong.map(|id| message_for("code", words.say(id))).into_iter().collect(),
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new(P::SET_UP, person.layout(state).await?, view).status(status).render(state, person.reader())
}

async fn codes_page<P: Person>(
    state: &WebState,
    person: &P,
    codes: Vec<String>,
    first: bool,
) -> Result<Response, WebError> {
    let codes: Vec<String> = codes.iter().map(|code| recovery_shown(code)).collect();
    let view = CodesView { url: P::PAGE, all: codes.join("\n"), codes, first, errors: Vec::new() };
    Page::new(P::CODES, person.layout(state).await?, view).render(state, person.reader())
}

pub(super) fn gone<P: Person>(state: &WebState) -> Response {
    redirect(state, P::PAGE, Some(Flash::new(FlashKind::Info, "second-step-gone")))
}

fn label<'a, P: Person>(state: &'a WebState, person: &'a P) -> KeyLabel<'a> {
    KeyLabel { portal: &state.config().brand.name, login: person.email() }
}

pub(super) fn sha256(word: &str) -> [u8; 32] {
    Sha256::digest(word.as_bytes()).into()
}
