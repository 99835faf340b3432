//! A browser without a screen: keeps cookies, reads forms, follows nothing by itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use tower::ServiceExt;

pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// The connection's other end, and what stands in `X-Forwarded-For`; `None`: nothing is known of either.
    pub from: Option<(SocketAddr, &'static str)>,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value of the first hidden field of that name.
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.body.split_once(start.as_str()).map_or("", |(_, rest)| rest);
        rest.split_once('"').map_or_else(String::new, |(value, _)| value.to_owned())
    }
}

const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

impl Browser {
    pub fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), from: None }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form as it is: no token is added.
    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let mut request = self.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.join("&"))).expect("a request")).await
    }

    /// Opens `page`, fills a form of it in, and sends it.
    pub async fn post_from(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        let (csrf, key) = (shown.hidden("csrf"), shown.hidden("form_key"));
        let mut all = vec![("csrf", csrf.as_str()), ("form_key", key.as_str())];
        all.extend(fields);
        self.post_raw(path, &all, &[("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")]).await
    }

    /// Opens `page`, chooses files in a form of it, and sends it.
    pub async fn post_files(&mut self, page: &str, path: &str, files: &[(&str, &[u8])]) -> Answer {
        let csrf = self.get(page).await.hidden("csrf");
        let parts = [&[("csrf", csrf.as_bytes())], files].concat();
        self.post_parts(path, &parts, &[("origin", "http://localhost:8080")]).await
    }

    /// Sends a form with files as it is: no token is added.
    pub async fn post_parts(&mut self, path: &str, parts: &[(&str, &[u8])], headers: &[(&str, &str)]) -> Answer {
        let mut body = Vec::new();
        for (name, bytes) in parts {
            let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(b"--cut--\r\n");
        let mut request = self.request("POST", path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    pub async fn log_in(&mut self, email: &str, password: &str) -> Answer {
        self.post_from("/login", "/login", &[("email", email), ("password", password)]).await
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8080");
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        if let Some((peer, forwarded)) = self.from {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.headers_mut().insert("x-forwarded-for", HeaderValue::from_static(forwarded));
        }
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, ANSWER_BYTES_MAX).await.expect("a body");
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("a cookie of ours"));
        }
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn keep(&mut self, line: &str) {
        let pair = line.split(';').next().unwrap_or_default();
        let (name, value) = pair.split_once('=').expect("a cookie has a name");
        if line.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// For a form: everything but letters and digits.
pub fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
