//! What every answer tells the browser about how far it may be trusted.

use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

/// For every answer, where it does not say otherwise itself.
const ALWAYS: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ),
];

/// A page: nothing from elsewhere, no script but the theme's own files, forms to this host only.
const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                    connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// The policy of a page. `form_targets` are origins that a form of this page may post to, beside this host; `framed` is the
/// one origin whose pages may stand in this page.
pub fn page_policy(form_targets: &[String], framed: Option<&str>) -> HeaderValue {
    let mut policy = PAGE.to_owned();
    for target in form_targets {
        policy.push(' ');
        policy.push_str(target);
    }
    if let Some(origin) = framed {
        policy.push_str("; frame-src ");
        policy.push_str(origin);
    }
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(PAGE))
}

/// Marks an answer of the pages' origin that may stand in the portal's frame; its own policy says whose.
#[derive(Clone, Copy)]
pub struct Framed;

/// An answer of the pages' origin that brings no policy: opened as a page, it has no origin and runs nothing, so that no
/// script of a confined page reaches out through it.
const BARE: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// Adds what is not there to an answer of the pages' origin, and takes away every cookie. `hsts_seconds` as in [`secure`].
pub fn secure_confined(response: &mut Response, hsts_seconds: Option<u64>) {
    let framed = response.extensions().get::<Framed>().is_some();
    let headers = response.headers_mut();
    headers.remove(header::SET_COOKIE);
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(BARE));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    secure(headers, hsts_seconds);
    if framed {
        headers.remove(header::X_FRAME_OPTIONS);
    }
}

/// At the end of a session: the browser forgets what pages of this host left in it. Cookies stay, because the one of this
/// session goes by itself, and the others are of other doors.
pub fn clear_browser(headers: &mut HeaderMap) {
    let what = HeaderValue::from_static("\"cache\", \"storage\"");
    headers.insert(HeaderName::from_static("clear-site-data"), what);
}

/// Adds what is not there. For `hsts_seconds` browsers come back by https only; `None` where that is not said.
pub fn secure(headers: &mut HeaderMap, hsts_seconds: Option<u64>) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(PAGE));
    // Without other host names of the domain: what answers there is not ours to know.
    if let Some(Ok(line)) = hsts_seconds.map(|seconds| HeaderValue::from_str(&format!("max-age={seconds}"))) {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(line);
    }
}
