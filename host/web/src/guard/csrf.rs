//! Forms are taken only from our own pages: a token that another site cannot know, and what the browser says of the sender.

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::engine::assets::hex;

/// A form that did not come from one of our pages, or from a page of another session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forged;

/// The token of a session's or visitor's secret. It tells nothing of the secret.
#[must_use]
pub fn csrf_token(secret: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"tollgate csrf\0");
    hash.update(secret.as_bytes());
    hex(&hash.finalize())
}

/// # Errors
/// [`Forged`] where the token is missing or another's.
pub fn check_csrf(secret: &str, token: Option<&str>) -> Result<(), Forged> {
    let expected = csrf_token(secret);
    let same = expected.as_bytes().ct_eq(token.unwrap_or_default().as_bytes());
    if bool::from(same) { Ok(()) } else { Err(Forged) }
}

/// What browsers say of where a form came from. Silence is left to the token: old browsers and tools send neither header.
///
/// # Errors
/// [`Forged`] where the browser names another site.
pub fn same_origin(headers: &HeaderMap) -> Result<(), Forged> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return Err(Forged);
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else {
        return Ok(());
    };
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let sender = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    match sender {
        Some(sender) if !host.is_empty() && sender.eq_ignore_ascii_case(host) => Ok(()),
        _ => Err(Forged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sessions_own_token_is_taken() {
        let token = csrf_token("secret");
        assert_eq!(check_csrf("secret", Some(&token)), Ok(()));
        for wrong in [None, Some(""), Some("secret"), Some(&csrf_token("other")[..]), Some(&token[1..])] {
            assert_eq!(check_csrf("secret", wrong), Err(Forged), "{wrong:?}");
        }
    }

    #[test]
    fn a_form_of_another_site_is_forged() {
        let check = |pairs: &[(&'static str, &str)], expected: Result<(), Forged>| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().expect("a header of the table"));
            }
            assert_eq!(same_origin(&headers), expected, "{pairs:?}");
        };
        check(&[("host", "pay.example")], Ok(()));
        check(&[("host", "pay.example"), ("origin", "https://pay.example")], Ok(()));
        check(&[("host", "localhost:8080"), ("origin", "http://localhost:8080")], Ok(()));
        check(&[("host", "pay.example"), ("sec-fetch-site", "same-origin")], Ok(()));
        check(&[("host", "pay.example"), ("origin", "https://evil.example")], Err(Forged));
        check(&[("host", "pay.example"), ("origin", "https://pay.example.evil.example")], Err(Forged));
        check(&[("host", "pay.example"), ("origin", "null")], Err(Forged));
        check(
            &[("host", "pay.example"), ("origin", "https://pay.example"), ("sec-fetch-site", "cross-site")],
            Err(Forged),
        );
        check(&[("host", "pay.example"), ("sec-fetch-site", "same-site")], Err(Forged));
        check(&[("origin", "https://")], Err(Forged));
    }
}
