//! An answer that carries a page, or leads to one.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Serialize;

use super::flash::Flash;
use super::layout::Layout;
use super::visit::Reader;
use crate::engine::scope::Scope;
use crate::errors::WebError;
use crate::guard::page_policy;
use crate::state::WebState;

/// Seconds that a login form may stay open.
const VISITOR_SECONDS: u32 = 86_400;

/// One page: a template, its data, and what may be different about it.
pub struct Page<'a, T> {
    pub template: &'a str,
    pub layout: Layout,
    /// Its fields stand at the root of the template's data, beside `layout`.
    pub data: T,
    status: StatusCode,
    content: String,
    form_targets: Vec<String>,
    framed: Option<String>,
    refresh: Option<String>,
}

#[derive(Serialize)]
struct Root<'a, T> {
    layout: &'a Layout,
    #[serde(flatten)]
    data: &'a T,
}

impl<'a, T: Serialize> Page<'a, T> {
    pub fn new(template: &'a str, layout: Layout, data: T) -> Self {
        Self {
            template,
            layout,
            data,
            status: StatusCode::OK,
            content: String::new(),
            form_targets: Vec::new(),
            framed: None,
            refresh: None,
        }
    }

    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// What `{{content}}` writes: the page of a plugin, rendered before.
    #[must_use]
    pub fn content(mut self, content: String) -> Self {
        self.content = content;
        self
    }

    /// Origins that a form of this page may post to, beside this host.
    #[must_use]
    pub fn form_targets(mut self, origins: Vec<String>) -> Self {
        self.form_targets = origins;
        self
    }

    /// The one origin whose pages may stand in a frame of this page.
    #[must_use]
    pub fn framed(mut self, origin: String) -> Self {
        self.framed = Some(origin);
        self
    }

    /// Where the browser goes on by itself. Not a redirect: after a form was sent, browsers hold those to the policy of
    /// the form's page, which allows this host only.
    #[must_use]
    pub fn refresh(mut self, url: Option<String>) -> Self {
        self.refresh = url;
        self
    }

    /// Renders it for its reader.
    ///
    /// # Errors
    /// Where the template fails.
    pub fn render(self, state: &WebState, reader: &Reader) -> Result<Response, WebError> {
        let engine = state.engine();
        let scope = Scope {
            words: reader.words.clone(),
            now: state.billing().now(),
            assets: engine.assets.clone(),
            csrf: reader.csrf(),
            form_action: None,
            content: self.content,
            budget: None,
        };
        let root = Root { layout: &self.layout, data: &self.data };
        let html = engine.render(self.template, &root, scope)?;
        let mut response = (self.status, Html(html)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, page_policy(&self.form_targets, self.framed.as_deref()));
        if let Some(refresh) = self.refresh.and_then(|url| HeaderValue::from_str(&format!("0;url={url}")).ok()) {
            headers.insert(header::REFRESH, refresh);
        }
        let cookies = state.cookies();
        let seen = reader.flash.as_ref().and_then(|_| cookies.forget_flash());
        let secret = reader.new_secret.then(|| cookies.set_visitor(reader.secret(), VISITOR_SECONDS)).flatten();
        for cookie in seen.into_iter().chain(secret) {
            headers.append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }
}

/// To another page, by GET, with something to say there.
#[must_use]
pub fn redirect(state: &WebState, path: &str, flash: Option<Flash>) -> Response {
    let mut response = Redirect::to(path).into_response();
    if let Some(cookie) = flash.and_then(|flash| state.cookies().set_flash(&flash.to_cookie())) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
