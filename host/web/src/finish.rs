//! The outermost layer: draws the page of an error, and puts the security headers on every answer.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;

use crate::door::Peer;
use crate::engine::scope::Scope;
use crate::errors::ErrorPage;
use crate::frame::Layout;
use crate::guard::{page_policy, secure};
use crate::hooks;
use crate::state::WebState;

/// Characters of a path that the log gets: whoever asks decides how long it is.
const LOGGED_PATH_CHARS: usize = 200;

/// What is remembered of a request for the case that it fails.
struct Asked {
    method: Method,
    path: String,
    address: String,
    accept_language: Option<HeaderValue>,
    /// The script, tools and providers ask for no page.
    wants_page: bool,
}

pub(crate) async fn finish(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asked = Asked {
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        address: Peer::of_extensions(request.extensions()).address(&state, request.headers()),
        accept_language: request.headers().get(header::ACCEPT_LANGUAGE).cloned(),
        wants_page: !accepts.starts_with("application/json") && !request.uri().path().starts_with(hooks::PREFIX),
    };
    let mut response = next.run(request).await;
    if response.status() == StatusCode::FORBIDDEN && state.logs_refusal_of(&asked.address) {
        let Asked { method, path, address, .. } = &asked;
        // Without the query, where people's secrets are.
        let path: String = path.chars().take(LOGGED_PATH_CHARS).collect();
        tracing::warn!(%method, path, address, "somebody was refused: for the role, or a form of another site");
    }
    if let Some(page) = error_page(&response).filter(|_| asked.wants_page) {
        response = draw(&state, &asked, &page, response);
    }
    secure(response.headers_mut(), state.config().hsts_seconds());
    response
}

/// The error that a route left, or that of an answer which no route made.
fn error_page(response: &Response) -> Option<ErrorPage> {
    let left = response.extensions().get::<ErrorPage>().cloned();
    left.or_else(|| ErrorPage::of_status(response.status()).filter(|_| !response.headers().contains_key(HTML.0)))
}

/// A page that a route drew itself, such as a form with its errors, says what it is.
const HTML: (header::HeaderName, &str) = (header::CONTENT_TYPE, "text/html");

#[derive(Serialize)]
struct Root<'a> {
    layout: &'a Layout,
    code: &'static str,
    reference: Option<String>,
    retry_after_s: Option<u64>,
    back_url: String,
    plugin: Option<String>,
    errors: [u8; 0],
}

/// The same answer with a page. Where even that fails, the status and the reference are told in plain text.
fn draw(state: &WebState, asked: &Asked, page: &ErrorPage, response: Response) -> Response {
    let (parts, _) = response.into_parts();
    let mut headers = HeaderMap::new();
    headers.extend(asked.accept_language.clone().map(|value| (header::ACCEPT_LANGUAGE, value)));
    let words = state.words(None, &headers);
    let engine = state.engine();
    let staff = asked.path.starts_with("/admin") && engine.has_template("admin/error");
    let template = if staff { "admin/error" } else { "portal/error" };
    let layout = Layout::bare(state, &words, &asked.path);
    let scope = Scope {
        words,
        now: state.billing().now(),
        assets: engine.assets.clone(),
        csrf: String::new(),
        form_action: None,
        content: String::new(),
        budget: None,
    };
    let root = Root {
        layout: &layout,
        code: page.code,
        reference: page.reference.clone(),
        retry_after_s: page.retry_after_s,
        back_url: if staff { "/admin".to_owned() } else { page.back_url.clone() },
        plugin: None,
        errors: [],
    };
    let mut drawn = match engine.render(template, &root, scope) {
        Ok(html) => (parts.status, Html(html)).into_response(),
        Err(problem) => {
            tracing::error!(%problem, "the error page failed");
            let reference = page.reference.as_deref().unwrap_or_default();
            (parts.status, format!("{} {reference}\n", parts.status)).into_response()
        }
    };
    let kept = parts.headers.into_iter().filter_map(|(name, value)| Some((name?, value)));
    for (name, value) in kept.filter(|(name, _)| *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE) {
        drawn.headers_mut().insert(name, value);
    }
    drawn.headers_mut().insert(header::CONTENT_SECURITY_POLICY, page_policy(&[], None));
    drawn
}
