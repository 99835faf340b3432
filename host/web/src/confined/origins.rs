//! Tells the two origins apart, by what the request says it was sent to. Whatever is unclear gets neither.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use tower::ServiceExt;

use crate::guard::secure_confined;

/// How everything begins that is there.
const OWN: &str = "/confined/";

/// The origin of the confined pages and what answers there.
#[derive(Clone)]
pub struct Pages {
    /// `None`: there is one origin only.
    address: Option<Arc<Address>>,
    /// Where the portal is, without a slash at the end.
    portal: Arc<str>,
    router: Router,
    /// How long browsers come back by https only, in seconds.
    hsts_seconds: Option<u64>,
}

#[derive(Debug, PartialEq, Eq)]
struct Address {
    name: String,
    /// `None` for that of the scheme.
    port: Option<String>,
    default_port: &'static str,
}

#[derive(Debug, PartialEq, Eq)]
enum Side {
    Portal,
    Pages,
    Neither,
}

impl Pages {
    /// `url` is `https://pay.example.com`; `router` answers there. `portal` is where people are sent who come there by mistake.
    pub fn new(url: Option<&str>, portal: &str, hsts_seconds: Option<u64>, router: Router) -> Self {
        let address = url.and_then(Address::of_url).map(Arc::new);
        Self { address, portal: portal.into(), router, hsts_seconds }
    }

    /// Somebody who came here for a page of the portal: it is the same server, so a name that was mistaken is all.
    fn to_portal(&self, request: &Request) -> Response {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        Redirect::to(&format!("{}{path}", self.portal)).into_response()
    }

    fn side(&self, request: &Request) -> Side {
        let Some(address) = &self.address else { return Side::Portal };
        // A request may name its host twice: in its target, as requests to proxies do, and in its header.
        let target = request.uri().authority().map(|authority| Ok(authority.as_str()));
        let headers = request.headers().get_all(header::HOST).iter().map(|value| value.to_str());
        let all: Vec<_> =
            target.into_iter().chain(headers).map(|name| name.map_or(Named::Likely, |n| address.named(n))).collect();
        match all.as_slice() {
            [first, rest @ ..] if *first == Named::Exactly && rest.iter().all(|name| *name == Named::Exactly) => {
                Side::Pages
            }
            names if names.iter().all(|name| *name == Named::Not) => Side::Portal,
            _ => Side::Neither,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Exactly,
    /// The same name with another port or another spelling: a browser shares cookies there, or a proxy reads it so.
    Likely,
    Not,
}

impl Address {
    fn of_url(url: &str) -> Option<Self> {
        let (default_port, rest) = match url.split_once("://")? {
            ("https", rest) => ("443", rest),
            ("http", rest) => ("80", rest),
            _ => return None,
        };
        let (name, port) = split(rest);
        let port = port.filter(|port| *port != default_port).map(str::to_owned);
        Some(Self { name: name.to_ascii_lowercase(), port, default_port })
    }

    fn named(&self, text: &str) -> Named {
        let bare = text.rsplit_once('@').map_or(text, |(_, rest)| rest).trim();
        let (name, port) = split(bare);
        if !name.trim_end_matches('.').eq_ignore_ascii_case(&self.name) {
            return Named::Not;
        }
        let exact = bare.len() == text.len() && !name.ends_with('.');
        let port = port.filter(|port| *port != self.default_port);
        if exact && port == self.port.as_deref() { Named::Exactly } else { Named::Likely }
    }
}

/// Name and port. The colons of an IPv6 address stand in brackets.
fn split(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (authority, None),
    }
}

/// Sends a request to the origin that it names. On the pages' own there is nothing but what `router` has, by GET, and the way
/// to the portal, and no cookie goes in or out; on every other there is nothing of it.
pub async fn divide(State(pages): State<Pages>, mut request: Request, next: Next) -> Response {
    let mut response = match pages.side(&request) {
        Side::Portal => return next.run(request).await,
        Side::Pages if request.method() == Method::GET && !request.uri().path().starts_with(OWN) => {
            pages.to_portal(&request)
        }
        Side::Pages if request.method() == Method::GET => {
            request.headers_mut().remove(header::COOKIE);
            let Ok(response) = pages.router.clone().oneshot(request).await;
            response
        }
        Side::Pages | Side::Neither => StatusCode::NOT_FOUND.into_response(),
    };
    secure_confined(&mut response, pages.hsts_seconds);
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn side(url: Option<&str>, target: &str, hosts: &[&str]) -> Side {
        let mut request = Request::builder().uri(target);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        Pages::new(url, "https://billing.example.com", None, Router::new())
            .side(&request.body(Body::empty()).expect("a request of the table"))
    }

    #[test]
    fn only_the_exact_name_is_the_pages_and_nothing_like_it_is_the_portal() {
        let check = |target: &str, hosts: &[&str], expected: Side| {
            assert_eq!(side(Some("https://pay.example.com"), target, hosts), expected, "{target} {hosts:?}");
        };
        check("/", &["pay.example.com"], Side::Pages);
        check("/", &["PAY.Example.com:443"], Side::Pages);
        check("https://pay.example.com/", &["pay.example.com"], Side::Pages);
        check("https://pay.example.com/", &[], Side::Pages);
        check("/", &["billing.example.com"], Side::Portal);
        check("/", &[], Side::Portal);
        check("/", &["evil"], Side::Portal);
        check("/", &["xpay.example.com"], Side::Portal);
        check("/", &["pay.example.com.evil.example"], Side::Portal);
        check("/", &["pay.example.com:80"], Side::Neither);
        check("/", &["pay.example.com."], Side::Neither);
        check("/", &["a@pay.example.com"], Side::Neither);
        check("/", &[" pay.example.com\t:443"], Side::Portal);
        check("/", &["pay.example.com", "billing.example.com"], Side::Neither);
        check("/", &["billing.example.com", "pay.example.com"], Side::Neither);
        check("https://billing.example.com/", &["pay.example.com"], Side::Neither);
        check("https://pay.example.com/", &["billing.example.com"], Side::Neither);
    }

    #[test]
    fn ports_belong_to_an_origin_and_not_to_its_cookies() {
        let check = |host: &str, expected: Side| {
            assert_eq!(side(Some("http://localhost:8080"), "/", &[host]), expected, "{host}");
        };
        check("localhost:8080", Side::Pages);
        check("LOCALHOST:8080", Side::Pages);
        check("localhost", Side::Neither);
        check("localhost:9090", Side::Neither);
        check("127.0.0.1:8080", Side::Portal);
        check("[::1]:8080", Side::Portal);
        assert_eq!(side(Some("http://[::1]:8080"), "/", &["[::1]:8080"]), Side::Pages);
        assert_eq!(side(None, "/", &["localhost:8080"]), Side::Portal);
    }
}
