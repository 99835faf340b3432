//! A forgotten password: asking for a link by mail, and setting a new one with it. The same for clients and staff.
//!
//! Nobody learns here whose an address is: asking does the same for every address, and who has it is looked up when mail is
//! sent. The token stands behind the `#` of its link, which browsers keep to themselves: no proxy writes it into a log, no
//! other page gets it as a referrer, and no program that opens links of mails uses it up.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tollgate_billing::billing::NewPassword;
use tollgate_billing::people::Side;

use crate::door::{EMAIL_BYTES_MAX, Peer};
use crate::errors::WebError;
use crate::frame::{FieldMessage, Flash, FlashKind, Layout, Page, Posted, Reader, Visitor, message_for, redirect};
use crate::guard::{PasswordError, SECRET_CHARS};
use crate::security::refused_word;
use crate::state::WebState;

/// Characters of a wrong address that are shown again.
const EMAIL_SHOWN_CHARS: usize = 200;

/// What differs between clients and staff.
pub(crate) struct Place {
    pub side: Side,
    pub login: &'static str,
    pub forgot: &'static str,
    pub new: &'static str,
    pub forgot_template: &'static str,
    pub new_template: &'static str,
    /// Where the logo leads; as configured where `None`.
    pub start: Option<&'static str>,
}

#[derive(Serialize)]
struct ForgotView {
    /// Whether this portal sends mail at all.
    mail: bool,
    email: String,
    errors: Vec<FieldMessage>,
}

#[derive(Serialize)]
struct NewView {
    code: String,
    errors: Vec<FieldMessage>,
}

impl Place {
    fn layout(&self, state: &WebState, reader: &Reader) -> Layout {
        let mut layout = Layout::for_visitor(state, reader);
        if let Some(start) = self.start {
            start.clone_into(&mut layout.brand.url);
        }
        layout
    }

    /// Asks for the address; where no mail is sent, says what to do instead.
    pub fn ask(&self, state: &WebState, visitor: &Visitor) -> Result<Response, WebError> {
        self.draw_forgot(state, &visitor.reader, StatusCode::OK, "", Vec::new())
    }

    /// Has a link sent, should the address be somebody's.
    pub async fn asked(
        &self,
        state: &WebState,
        peer: &Peer,
        headers: &HeaderMap,
        form: &Posted<Visitor>,
    ) -> Result<Response, WebError> {
        if !state.config().mail {
            return Err(WebError::NotFound);
        }
        let reader = &form.visit.reader;
        let email = form.text("email")?;
        if !is_address(email) {
            let errors = vec![message_for("email", reader.words.say("error-login-email"))];
            return self.draw_forgot(state, reader, StatusCode::UNPROCESSABLE_ENTITY, email, errors);
        }
        let (now, address) = (state.billing().now(), peer.address(state, headers));
        let too_many = |retry_after_s| {
            if state.logs_refusal_of(&address) {
                tracing::warn!(address, side = self.side.word(), "a link for a new password was not sent: too many");
            }
            WebError::TooMany { retry_after_s }
        };
        state.limits().address_resets.take(&address, now).map_err(too_many)?;
        let account = format!("{} {}", self.side.word(), email.to_ascii_lowercase());
        state.limits().account_resets.take(&account, now).map_err(too_many)?;
        state.billing().ask_reset(self.side, email).await?;
        tracing::info!(address, side = self.side.word(), "a link for a new password was asked for");
        Ok(redirect(state, self.login, Some(Flash::new(FlashKind::Info, "reset-asked"))))
    }

    /// The page that the link leads to. The same for every token, which it does not know.
    pub fn open(&self, state: &WebState, visitor: &Visitor) -> Result<Response, WebError> {
        self.draw_new(state, &visitor.reader, StatusCode::OK, "", Vec::new())
    }

    /// Sets the new password, once.
    pub async fn set(
        &self,
        state: &WebState,
        peer: &Peer,
        headers: &HeaderMap,
        form: &Posted<Visitor>,
    ) -> Result<Response, WebError> {
        let reader = &form.visit.reader;
        // Whoever copied the whole link has the code in it.
        let code = form.text("code")?;
        let code = code.rsplit_once('#').map_or(code, |(_, code)| code);
        let password = form.fields.one("password")?.unwrap_or_default();
        let again = form.fields.one("again")?.unwrap_or_default();
        let refuse = |field: &str, id: &str| {
            let errors = vec![message_for(field, reader.words.say(id))];
            self.draw_new(state, reader, StatusCode::UNPROCESSABLE_ENTITY, code, errors)
        };
        if !is_token(code) {
            return refuse("code", "error-reset-code");
        }
        if password != again {
            return refuse("again", "error-password-again");
        }
        let (now, address) = (state.billing().now(), peer.address(state, headers));
        state
            .limits()
            .new_passwords
            .take(&address, now)
            .map_err(|retry_after_s| WebError::TooMany { retry_after_s })?;
        let hash = match state.passwords().hash(String::new(), password.to_owned()).await {
            Ok(hash) => hash,
            Err(PasswordError::Refused(refused)) => return refuse("password", refused_word(refused)),
            Err(PasswordError::Failed(why)) => return Err(WebError::failed(why)),
        };
        let token = Sha256::digest(code.as_bytes()).into();
        match state.billing().set_password_by_token(self.side, token, hash).await? {
            NewPassword::Set => {
                tracing::info!(address, side = self.side.word(), "a new password was set by a link");
                Ok(redirect(state, self.login, Some(Flash::new(FlashKind::Success, "password-set"))))
            }
            NewPassword::NoToken => refuse("code", "error-reset-code"),
        }
    }

    fn draw_forgot(
        &self,
        state: &WebState,
        reader: &Reader,
        status: StatusCode,
        email: &str,
        errors: Vec<FieldMessage>,
    ) -> Result<Response, WebError> {
        let email = email.chars().take(EMAIL_SHOWN_CHARS).collect();
        let view = ForgotView { mail: state.config().mail, email, errors };
        Page::new(self.forgot_template, self.layout(state, reader), view).status(status).render(state, reader)
    }

    fn draw_new(
        &self,
        state: &WebState,
        reader: &Reader,
        status: StatusCode,
        code: &str,
        errors: Vec<FieldMessage>,
    ) -> Result<Response, WebError> {
        // What is no code is not shown again: it may be a password in the wrong field.
        let code = if is_token(code) { code.to_owned() } else { String::new() };
        let page = Page::new(self.new_template, self.layout(state, reader), NewView { code, errors });
        page.status(status).render(state, reader)
    }
}

fn is_token(code: &str) -> bool {
    code.len() == SECRET_CHARS && code.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// What may be an address. Whether it is one shows when mail is sent there.
fn is_address(email: &str) -> bool {
    let parts = email.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty());
    parts && email.len() <= EMAIL_BYTES_MAX && !email.chars().any(|c| c.is_control() || c.is_whitespace())
}
