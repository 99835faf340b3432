//! The second step of a sign-in: a code of an authenticator app, a passkey or a recovery code, after the right password. The same
//! for clients and staff. Until it is right there is no session, only a short word of its own in a cookie of its own.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use tollgate_billing::people::{Login, Side, Who};
use tollgate_billing::ports::Ceremony;
use tollgate_billing::second_step::{HALF_MS, HalfSignIn, Proof, SecondSignIn, TRIES_MAX, Typed, read_typed};

use crate::door::{Peer, account, device, session_cookie, visitor_cookie};
use crate::errors::{WebError, percent_encoded};
use crate::frame::session_token;
use crate::frame::{FieldMessage, Flash, FlashKind, Layout, Page, Posted, Reader, Visitor, message_for, redirect};
use crate::guard::{AccountAt, Door, SessionToken, log_entry, new_session};
use crate::state::WebState;

/// What differs between clients and staff.
pub(crate) struct Place {
    pub door: Door,
    pub login: &'static str,
    pub page: &'static str,
    pub template: &'static str,
    /// Where a login leads that says nothing else.
    pub start: &'static str,
    /// Where a login may lead; empty for what it may not.
    pub within: fn(&str) -> &str,
    /// Where the logo leads; as configured where `None`.
    pub brand: Option<&'static str>,
}

/// One of both doors, for the routes.
pub(crate) trait HasPlace: 'static {
    const PLACE: Place;
}

pub(crate) async fn show<A: HasPlace>(
    State(state): State<WebState>,
    headers: HeaderMap,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    A::PLACE.show(&state, &headers, &visitor, &asked).await
}

pub(crate) async fn submit<A: HasPlace>(
    State(state): State<WebState>,
    peer: Peer,
    headers: HeaderMap,
    form: Posted<Visitor>,
) -> Result<Response, WebError> {
    A::PLACE.submit(&state, &peer, &headers, &form).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    next: Option<String>,
}

#[derive(Serialize)]
struct View {
    url: &'static str,
    login: &'static str,
    next: String,
    /// They have an authenticator app.
    app: bool,
    /// What the browser is asked for a passkey; empty where they have none that could be used.
    question: String,
    errors: Vec<FieldMessage>,
}

/// What is to prove it.
enum Said<'a> {
    /// Of an app, or a recovery code, as it was typed.
    Typed(&'a str),
    /// A browser's answer for a passkey.
    Passkey(&'a str),
}

impl Said<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Typed(text) | Self::Passkey(text) => text,
        }
    }

    /// The field, and what is said where it is empty, and where it is wrong.
    fn messages(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Typed(_) => ("code", "error-second-step-empty", "error-second-step-wrong"),
            Self::Passkey(_) => ("passkey", "error-passkey-empty", "error-passkey-wrong"),
        }
    }
}

/// A sign-in that waits for its second step, and the cookie that goes on with it; `None` where the password is another one since
/// it was proved.
///
/// # Errors
/// Store errors, and where the system gives no randomness.
pub(crate) async fn begin_half(state: &WebState, door: Door, login: &Login) -> Result<Option<HeaderValue>, WebError> {
    let (token, now) = (SessionToken::random()?, state.billing().now());
    let half = HalfSignIn { token_sha256: token.sha256(), who: login.who, expires: now.plus_ms(HALF_MS), tries: 0 };
    if !state.billing().store().put_half(half, &login.password_hash, now).await? {
        return Ok(None);
    }
    let seconds = u32::try_from(HALF_MS / 1_000).unwrap_or_default();
    let cookie = state.cookies().set_half(door, token.as_str(), seconds);
    cookie.map(Some).ok_or_else(|| WebError::failed("the cookie of a half sign-in cannot be written"))
}

impl Place {
    /// To the page of the second step, with what the login was to lead to.
    pub fn go_on(&self, cookie: HeaderValue, next: &str) -> Response {
        let query = if next.is_empty() { String::new() } else { format!("?next={}", percent_encoded(next)) };
        let mut response = Redirect::to(&format!("{}{query}", self.page)).into_response();
        response.headers_mut().append(header::SET_COOKIE, cookie);
        response
    }

    /// The page, for whoever gave the right password lately; everybody else logs in first.
    async fn show(
        &self,
        state: &WebState,
        headers: &HeaderMap,
        visitor: &Visitor,
        asked: &Asked,
    ) -> Result<Response, WebError> {
        let next = (self.within)(asked.next.as_deref().unwrap_or_default());
        match self.half(state, headers).await? {
            Some(half) => self.draw(state, &visitor.reader, &half, next, None).await,
            None => Ok(self.over(state, headers, "second-step-over")),
        }
    }

    /// Makes the sign-in whole where what was typed is right.
    async fn submit(
        &self,
        state: &WebState,
        peer: &Peer,
        headers: &HeaderMap,
        form: &Posted<Visitor>,
    ) -> Result<Response, WebError> {
        let reader = &form.visit.reader;
        let said = match form.fields.one("passkey")? {
            Some(answer) => Said::Passkey(answer),
            None => Said::Typed(form.text("code")?),
        };
        let (field, empty, wrong) = said.messages();
        let next = (self.within)(form.text("next")?);
        let Some(half) = self.half(state, headers).await? else {
            return Ok(self.over(state, headers, "second-step-over"));
        };
        if said.text().is_empty() {
            return self.draw(state, reader, &half, next, Some((field, empty))).await;
        }
        let address = peer.address(state, headers);
        let tries = Tries::of(state, self.door, half.who, reader).await?;
        tries.take(state, &address)?;
        let (store, now) = (state.billing().store(), state.billing().now());
        let Some(half) = store.take_try(half.token_sha256, now).await? else {
            return Ok(self.over(state, headers, "second-step-over"));
        };
        if let Some(proof) = prove(state, &half, &said).await? {
            let (token, session) = new_session(state, half.who, device(headers, &address))?;
            let replaces = session_token(state, headers, self.door).map(|old| old.sha256());
            let tell = state.config().mail;
            let second =
                SecondSignIn { token_sha256: half.token_sha256, proof, session: session.clone(), replaces, tell };
            if store.sign_in(second).await? {
                log_entry(&session);
                tries.forget(state);
                return self.enter(state, reader, &token, next);
            }
        }
        tracing::info!(address, door = self.door.name(), "a second step was wrong");
        if half.tries >= TRIES_MAX {
            store.end_half(half.token_sha256).await?;
            return Ok(self.over(state, headers, "second-step-tries"));
        }
        self.draw(state, reader, &half, next, Some((field, wrong))).await
    }

    async fn half(&self, state: &WebState, headers: &HeaderMap) -> Result<Option<HalfSignIn>, WebError> {
        let Some(token) = state.cookies().half(headers, self.door).map(SessionToken::from_cookie) else {
            return Ok(None);
        };
        let half = state.billing().store().half(token.sha256(), state.billing().now()).await?;
        let side = match self.door {
            Door::Client => Side::Client,
            Door::Staff => Side::Staff,
        };
        Ok(half.filter(|half| Side::of(half.who) == side))
    }

    fn enter(&self, state: &WebState, reader: &Reader, token: &SessionToken, next: &str) -> Result<Response, WebError> {
        let mut response = Redirect::to(if next.is_empty() { self.start } else { next }).into_response();
        let session = session_cookie(state, self.door, token)?;
        let forget = state.cookies().forget_half(self.door);
        for cookie in [session].into_iter().chain(visitor_cookie(state, reader.secret())).chain(forget) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// Back to the password. Whoever never gave one is not told of a second step.
    fn over(&self, state: &WebState, headers: &HeaderMap, why: &str) -> Response {
        if state.cookies().half(headers, self.door).is_none() {
            return Redirect::to(self.login).into_response();
        }
        let mut response = redirect(state, self.login, Some(Flash::new(FlashKind::Info, why)));
        if let Some(cookie) = state.cookies().forget_half(self.door) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// `wrong` is a field and what is wrong with it.
    async fn draw(
        &self,
        state: &WebState,
        reader: &Reader,
        half: &HalfSignIn,
        next: &str,
        wrong: Option<(&str, &str)>,
    ) -> Result<Response, WebError> {
        let mut layout = Layout::for_visitor(state, reader);
        if let Some(brand) = self.brand {
            brand.clone_into(&mut layout.brand.url);
        }
        let second = state.billing().store().second_step(half.who).await?;
        let errors = wrong.map(|(field, id)| message_for(field, reader.words.say(id))).into_iter().collect();
        let view = View {
            url: self.page,
            login: self.login,
            next: next.to_owned(),
            app: second.is_some_and(|second| second.app.is_some()),
            question: question(state, half).await?,
            errors,
        };
        let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Page::new(self.template, layout, view).status(status).render(state, reader)
    }
}

/// What the browser is asked for a passkey. Empty where there is none to ask for: whoever comes then has another way in.
async fn question(state: &WebState, half: &HalfSignIn) -> Result<String, WebError> {
    let Some(passkeys) = state.billing().passkeys() else { return Ok(String::new()) };
    let known = state.billing().store().passkeys(half.who).await?;
    if known.is_empty() {
        return Ok(String::new());
    }
    let asked = passkeys.ask(ceremony(half), &known, state.billing().now());
    Ok(asked.unwrap_or_else(|error| {
        tracing::error!(%error, "no passkey was asked for");
        String::new()
    }))
}

fn ceremony(half: &HalfSignIn) -> Ceremony {
    Ceremony { who: half.who, token_sha256: half.token_sha256 }
}

/// What it proves, before it is used up; `None` where it is wrong.
async fn prove(state: &WebState, half: &HalfSignIn, said: &Said<'_>) -> Result<Option<Proof>, WebError> {
    let typed = match said {
        Said::Typed(text) => read_typed(text),
        Said::Passkey(answer) => return prove_passkey(state, half, answer).await,
    };
    match typed {
        Typed::Code(code) => Ok(state.billing().prove_code(half.who, &code).await?),
        Typed::Recovery(code) => {
            let Some(stored) = state.billing().store().recovery_hash(half.who).await? else {
                return Ok(None);
            };
            let hash = state.passwords().recovery_hash(stored, code).await;
            Ok(Some(Proof::Recovery { hash: hash.map_err(|error| WebError::failed(error.to_string()))? }))
        }
        Typed::Other => Ok(None),
    }
}

async fn prove_passkey(state: &WebState, half: &HalfSignIn, answer: &str) -> Result<Option<Proof>, WebError> {
    let Some(passkeys) = state.billing().passkeys() else { return Ok(None) };
    let known = state.billing().store().passkeys(half.who).await?;
    let proof = passkeys.prove(ceremony(half), &known, answer, state.billing().now());
    Ok(proof.inspect_err(|error| tracing::info!(%error, "a passkey proved nothing")).ok())
}

/// How second steps of one person are counted: by the person, and apart for a browser that got in before.
struct Tries {
    here: AccountAt,
    key: String,
}

impl Tries {
    async fn of(state: &WebState, door: Door, who: Who, reader: &Reader) -> Result<Self, WebError> {
        let store = state.billing().store();
        let email = match who {
            Who::Client(id) => store.client(id).await?.map(|client| client.email),
            Who::Staff(id) => store.staff(id).await?.map(|staff| staff.email),
        };
        let account = account(door, &email.unwrap_or_default());
        let here = AccountAt::new(&account, reader.secret());
        let known = state.known_browsers().knows(here, state.billing().now());
        let key = if known { format!("{} {account}", reader.secret()) } else { account };
        Ok(Self { here, key })
    }

    fn take(&self, state: &WebState, address: &str) -> Result<(), WebError> {
        let taken = state.limits().second_steps.take(&self.key, state.billing().now());
        taken.map_err(|retry_after_s| {
            if state.logs_refusal_of(address) {
                tracing::warn!(address, "a second step was not looked at: too many were tried");
            }
            WebError::TooMany { retry_after_s }
        })
    }

    /// It proved to be right, and so this browser is known.
    fn forget(&self, state: &WebState) {
        state.limits().second_steps.forget(&self.key);
        state.known_browsers().remember(self.here, state.billing().now());
    }
}
