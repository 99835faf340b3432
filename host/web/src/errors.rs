//! Every status code of a failure, and what the reader is told. The reason itself goes to the log, under a reference.

use std::fmt::Write;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use tollgate_billing::billing::{BillingError, SecondStepError};
use tollgate_billing::money::{Money, MoneyError};
use tollgate_billing::plugin::PluginError;
use tollgate_billing::ports::StoreError;

use crate::engine::RenderProblem;
use crate::format;
use crate::guard::{FilesRefusal, Forged, FormRefusal, random_token};
use crate::texts::Words;

/// Why a request came to nothing.
#[derive(Debug)]
pub enum WebError {
    /// No such page, or another client's.
    NotFound,
    /// No session, or it has expired. The path is where the login leads back to; empty for the start.
    LoggedOut { next: String, expired: bool },
    /// Staff must set a second step up before anything else.
    SecondStepFirst,
    /// The role does not include it.
    Forbidden,
    /// A form that did not come from our page.
    Forged,
    /// Longer than any form.
    TooLarge,
    /// A form that did not come in time.
    TooSlow,
    /// Not what a page of ours sends.
    BadRequest,
    /// Too often.
    TooMany { retry_after_s: u64 },
    /// A plugin did not do what it must. Staff get the reason; the client goes back.
    Plugin { reason: String, back_url: String },
    /// The store cannot answer now.
    Unavailable { reason: String },
    /// Ours. Staff get the reason.
    Failed { reason: String },
}

/// What the page of an error shows.
#[derive(Debug, Clone)]
pub(crate) struct ErrorPage {
    pub code: &'static str,
    pub reference: Option<String>,
    pub retry_after_s: Option<u64>,
    pub back_url: String,
}

/// Where somebody goes on after most errors.
const START: &str = "/billing/invoices";

/// Where staff set their second step up.
const OWN_ACCESS_OF_STAFF: &str = "/admin/security";

impl WebError {
    #[must_use]
    pub fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into() }
    }

    /// The same error, with a place to go back to.
    #[must_use]
    pub fn back_to(self, url: &str) -> Self {
        match self {
            Self::Plugin { reason, .. } => Self::Plugin { reason, back_url: url.to_owned() },
            other => other,
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::LoggedOut { .. } | Self::SecondStepFirst => StatusCode::SEE_OTHER,
            Self::Forbidden | Self::Forged => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Plugin { .. } => StatusCode::BAD_GATEWAY,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The word by which the page's texts are found: `error-<code>-title`.
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Forbidden => "forbidden",
            Self::Forged => "csrf",
            Self::TooLarge => "too-large",
            Self::TooSlow => "too-slow",
            Self::BadRequest | Self::LoggedOut { .. } | Self::SecondStepFirst => "bad-request",
            Self::TooMany { .. } => "too-many",
            Self::Plugin { .. } => "plugin",
            Self::Unavailable { .. } => "unavailable",
            Self::Failed { .. } => "failed",
        }
    }

    /// Writes the reason into the log, and answers the reference under which staff find it.
    fn log(&self) -> Option<String> {
        let reference = || random_token().map_or_else(|_| "unknown".to_owned(), |token| token[..8].to_uppercase());
        match self {
            Self::Plugin { reason, .. } => {
                let reference = reference();
                tracing::error!(reference, reason, "a plugin failed");
                Some(reference)
            }
            Self::Unavailable { reason } => {
                let reference = reference();
                tracing::error!(reference, reason, "the store cannot answer");
                Some(reference)
            }
            Self::Failed { reason } => {
                let reference = reference();
                tracing::error!(reference, reason, "a page failed");
                Some(reference)
            }
            _ => None,
        }
    }
}

impl ErrorPage {
    /// For an answer that no route of ours made: a path or a method that there is not.
    pub(crate) fn of_status(status: StatusCode) -> Option<Self> {
        let code = match status {
            StatusCode::NOT_FOUND => "not-found",
            StatusCode::METHOD_NOT_ALLOWED => "bad-request",
            StatusCode::PAYLOAD_TOO_LARGE => "too-large",
            status if status.is_client_error() => "bad-request",
            status if status.is_server_error() => "failed",
            _ => return None,
        };
        Some(Self { code, reference: None, retry_after_s: None, back_url: START.to_owned() })
    }
}

/// An answer without a page yet: the outermost layer, which knows the reader's language, draws it.
impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        if let Self::LoggedOut { next, expired } = &self {
            return to_login(next, *expired);
        }
        if matches!(self, Self::SecondStepFirst) {
            return Redirect::to(OWN_ACCESS_OF_STAFF).into_response();
        }
        let mut response = self.status().into_response();
        let mut page =
            ErrorPage { code: self.code(), reference: self.log(), retry_after_s: None, back_url: START.to_owned() };
        match self {
            Self::TooMany { retry_after_s } => {
                page.retry_after_s = Some(retry_after_s);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
            }
            Self::Plugin { back_url, .. } => page.back_url = back_url,
            // The rest of the body is not waited for.
            Self::TooSlow => {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response.extensions_mut().insert(page);
        response
    }
}

fn to_login(next: &str, expired: bool) -> Response {
    let door = if next.starts_with("/admin") { "/admin/login" } else { "/login" };
    let mut query = Vec::new();
    if !next.is_empty() {
        query.push(format!("next={}", percent_encoded(next)));
    }
    if expired {
        query.push("expired=yes".to_owned());
    }
    let mark = if query.is_empty() { "" } else { "?" };
    Redirect::to(&format!("{door}{mark}{}", query.join("&"))).into_response()
}

/// For a value in a query: everything but letters, digits and what never means anything there.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => encoded.push(char::from(byte)),
            other => {
                let _ = write!(encoded, "%{other:02X}");
            }
        }
    }
    encoded
}

impl From<BillingError> for WebError {
    fn from(error: BillingError) -> Self {
        match error {
            BillingError::NotFound => Self::NotFound,
            BillingError::Store(error) => error.into(),
            BillingError::Plugin(error) => error.into(),
            BillingError::Documents(error) => Self::failed(error.to_string()),
            // Refusals that a form's page says beside its field; without such a page the request itself was wrong.
            BillingError::NothingDue
            | BillingError::GatewayNotOffered
            | BillingError::NoGateway
            | BillingError::MethodNotUsable
            | BillingError::ChargeUnderWay
            | BillingError::CreditNotApplicable
            | BillingError::TooMuchCredit { .. }
            | BillingError::Money(_)
            | BillingError::BadInvoice(_) => Self::BadRequest,
        }
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        let reason = error.to_string();
        match error {
            StoreError::Unavailable(_) | StoreError::Conflict => Self::Unavailable { reason },
            StoreError::Exists(_) | StoreError::Insufficient | StoreError::Corrupt(_) => Self::Failed { reason },
        }
    }
}

impl From<SecondStepError> for WebError {
    fn from(error: SecondStepError) -> Self {
        match error {
            SecondStepError::Store(error) => error.into(),
            SecondStepError::Secrets(error) => Self::Unavailable { reason: error.to_string() },
        }
    }
}

impl From<PluginError> for WebError {
    fn from(error: PluginError) -> Self {
        Self::Plugin { reason: error.to_string(), back_url: START.to_owned() }
    }
}

impl From<RenderProblem> for WebError {
    fn from(problem: RenderProblem) -> Self {
        Self::failed(problem.to_string())
    }
}

impl From<FormRefusal> for WebError {
    fn from(refusal: FormRefusal) -> Self {
        match refusal {
            FormRefusal::TooLarge => Self::TooLarge,
            FormRefusal::TooSlow => Self::TooSlow,
            FormRefusal::Unreadable => Self::BadRequest,
        }
    }
}

impl From<FilesRefusal> for WebError {
    fn from(refusal: FilesRefusal) -> Self {
        match refusal {
            FilesRefusal::Forged => Self::Forged,
            FilesRefusal::TooLarge(_) => Self::TooLarge,
            FilesRefusal::TooSlow => Self::TooSlow,
            FilesRefusal::Unreadable => Self::BadRequest,
        }
    }
}

impl IntoResponse for FormRefusal {
    fn into_response(self) -> Response {
        WebError::from(self).into_response()
    }
}

impl From<Forged> for WebError {
    fn from(_: Forged) -> Self {
        Self::Forged
    }
}

/// What is wrong with an amount that somebody typed.
#[must_use]
pub fn money_words(words: &Words, error: &MoneyError) -> String {
    match error {
        MoneyError::Empty => words.say("error-amount-empty"),
        MoneyError::NotANumber => words.say("error-amount-not-a-number"),
        MoneyError::TooPrecise { currency, exponent } => words.say_with(
            "error-amount-too-precise",
            &[("currency", currency.code()), ("exponent", &exponent.to_string())],
        ),
        MoneyError::TooLarge => words.say("error-amount-too-large"),
        MoneyError::CurrencyMismatch { .. } | MoneyError::UnknownCurrency(_) => words.say("error-amount-currency"),
    }
}

/// What a form's page says of a refusal; `None` for what is no fault of the form.
#[must_use]
pub fn refusal_words(words: &Words, error: &BillingError) -> Option<String> {
    Some(match error {
        BillingError::NothingDue => words.say("error-nothing-due"),
        BillingError::GatewayNotOffered => words.say("error-gateway-not-offered"),
        BillingError::NoGateway => words.say("error-gateway-none"),
        BillingError::MethodNotUsable => words.say("error-method-not-usable"),
        BillingError::ChargeUnderWay => words.say("error-charge-under-way"),
        BillingError::CreditNotApplicable => words.say("error-credit-not-applicable"),
        BillingError::TooMuchCredit { most } => too_much(words, *most),
        BillingError::Money(error) => money_words(words, error),
        _ => return None,
    })
}

fn too_much(words: &Words, most: Money) -> String {
    words.say_with("error-credit-too-much", &[("most", &format::money(words, most))])
}
