//! The policy of a confined document: what its manifest asked for in this environment, and nothing else.
//!
//! No nonce: a script could read it and load others under it from anywhere. Every script is named by its address, the
//! host's and the plugin's own by their whole path, and none stands in the document itself.

use axum::http::HeaderValue;
use tollgate_billing::plugin::{GatewayManifest, OriginRequest};

use super::SANDBOX;

/// What a document needs besides its manifest.
pub struct Reach<'a> {
    /// Of the portal, which alone may frame it.
    pub portal: &'a str,
    /// Of the document itself.
    pub pages: &'a str,
    /// Addresses of the scripts that the host serves.
    pub own_scripts: &'a [String],
    /// Origins of this machine itself that the page's scripts come from, in test mode: they count for every use.
    pub simulators: &'a [String],
    pub live: bool,
}

/// # Errors
/// An origin of the manifest that is no origin: it would say something else in a policy.
pub fn policy(manifest: &GatewayManifest, reach: &Reach<'_>) -> Result<HeaderValue, String> {
    let here = manifest.browser_origins.iter().filter(|asked| asked.environment.is_of(reach.live));
    let here: Vec<&OriginRequest> = here.collect();
    if let Some(wrong) = here.iter().find(|asked| !is_origin(&asked.origin)) {
        return Err(format!("its manifest asks for “{}”, which is no origin", wrong.origin));
    }
    let list = |used: fn(&OriginRequest) -> bool, first: &[String]| {
        let asked = here.iter().filter(|asked| used(asked)).map(|asked| &asked.origin);
        let all: Vec<&str> = first.iter().chain(asked).chain(reach.simulators).map(String::as_str).collect();
        if all.is_empty() { "'none'".to_owned() } else { all.join(" ") }
    };
    let pages = [reach.pages.to_owned()];
    let text = format!(
        "default-src 'none'; script-src {scripts}; style-src {pages}; font-src {pages}; img-src {images}; \
         connect-src {connects}; frame-src {frames}; form-action {forms}; worker-src 'none'; base-uri 'none'; \
         frame-ancestors {portal}; sandbox {SANDBOX}",
        scripts = list(|asked| asked.script, reach.own_scripts),
        pages = reach.pages,
        images = list(|asked| asked.image, &pages),
        connects = list(|asked| asked.connect, &[]),
        frames = list(|asked| asked.frame, &[]),
        forms = list(|asked| asked.form, &[]),
        portal = reach.portal,
    );
    HeaderValue::from_str(&text).map_err(|_| "its policy cannot be written".to_owned())
}

/// `https://js.example.com`, with a port where it is not 443: no path, no wildcard, nothing that a policy reads otherwise.
fn is_origin(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':');
    text.strip_prefix("https://").is_some_and(|host| !host.is_empty() && host.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_origins_stand_in_a_policy() {
        let check = |text: &str, expected: bool| assert_eq!(is_origin(text), expected, "{text}");
        check("https://js.example.com", true);
        check("https://js.example.com:8443", true);
        check("http://js.example.com", false);
        check("https://", false);
        check("https://*.example.com", false);
        check("https://a.example; script-src *", false);
        check("https://a.example 'unsafe-inline'", false);
        check("https://a.example/path", false);
        check("*", false);
    }
}
