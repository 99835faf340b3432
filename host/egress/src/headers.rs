//! Headers: which of them a guest may send, and what it gets back.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use crate::redact::Redactor;
use crate::stage::Denied;

/// The contract's numbers.
const REQUEST_HEADERS_MAX: usize = 50;
pub const RESPONSE_HEADERS_MAX: usize = 100;
/// Past this servers answer 431; a secret of the largest size fits in.
const VALUE_BYTES_MAX: usize = 8 << 10;
const ALL_BYTES_MAX: usize = 32 << 10;

/// What frames the message, belongs to the connection or decides how the answer is encoded is the host's.
const HOSTS_OWN: [&str; 13] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];
const PROXY: &str = "proxy-";
/// Said of the connection and of the body as it came, before secrets were blacked out of it.
const NOT_ANSWERED: [&str; 4] = ["connection", "content-length", "keep-alive", "transfer-encoding"];

/// The guest's headers, checked. `reserved` is what its `auth` fills.
///
/// # Errors
/// For the first header that cannot be sent. Values are not quoted.
pub fn checked(headers: &[(String, String)], reserved: Option<&HeaderName>) -> Result<HeaderMap, Denied> {
    if headers.len() > REQUEST_HEADERS_MAX {
        return Err(Denied::new(format!("a request has at most {REQUEST_HEADERS_MAX} headers")));
    }
    let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > ALL_BYTES_MAX {
        return Err(Denied::new(format!("a request's headers have at most {} kB", ALL_BYTES_MAX >> 10)));
    }
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = header_name(name)?;
        if reserved == Some(&name) {
            return Err(Denied::new(format!("the header {name} is filled by `auth` already")));
        }
        let value = plain_value(&name, value)?;
        map.append(name, value);
    }
    Ok(map)
}

/// # Errors
/// Where it is no name of a header, or one that the host alone fills.
pub fn header_name(name: &str) -> Result<HeaderName, Denied> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Denied::new("a header's name is empty or has characters that no name has"))?;
    let text = parsed.as_str();
    if HOSTS_OWN.contains(&text) || text.starts_with(PROXY) {
        return Err(Denied::new(format!("the header {text} is the host's")));
    }
    Ok(parsed)
}

fn plain_value(name: &HeaderName, value: &str) -> Result<HeaderValue, Denied> {
    if value.len() > VALUE_BYTES_MAX || !is_plain(value) {
        return Err(Denied::new(format!(
            "the header {name} has more than {} kB, a control character, or a letter that is not ASCII",
            VALUE_BYTES_MAX >> 10
        )));
    }
    HeaderValue::from_str(value).map_err(|_| Denied::new(format!("the header {name} cannot be sent")))
}

/// A header that carries a secret. The HTTP client is told, so that it never prints it.
///
/// # Errors
/// Where the value cannot stand in a header.
pub fn secret_value(name: &HeaderName, value: &Zeroizing<String>) -> Result<HeaderValue, Denied> {
    if value.len() > VALUE_BYTES_MAX || !is_plain(value) {
        let why = "with its secrets put in, it is too long or has characters that no header can carry";
        return Err(Denied::new(format!("the header {name}: {why}")));
    }
    let mut value =
        HeaderValue::from_str(value).map_err(|_| Denied::new(format!("the header {name} cannot be sent")))?;
    value.set_sensitive(true);
    Ok(value)
}

fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// The answer's headers with every secret blacked out; one whose very name holds a secret is left out. `None` where
/// there are too many.
pub fn answered(headers: &HeaderMap, redactor: &Redactor) -> Option<Vec<(String, String)>> {
    if headers.len() > RESPONSE_HEADERS_MAX {
        return None;
    }
    let shown = |name: &str| !NOT_ANSWERED.contains(&name) && !redactor.finds(name.as_bytes());
    let clean = headers.iter().filter(|(name, _)| shown(name.as_str()));
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = redactor.black_out(value.as_bytes());
        (name.as_str().to_owned(), String::from_utf8_lossy(&value).into_owned())
    };
    Some(clean.map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, value: &str) -> Result<HeaderMap, Denied> {
        checked(&[(name.to_owned(), value.to_owned())], None)
    }

    #[test]
    fn headers_of_the_host_are_refused_in_any_case() {
        let more =
            ["Host", "Content-Length", "CONNECTION", "Proxy-Authorization", "proxy-connection", "Transfer-Encoding"];
        for name in HOSTS_OWN.iter().chain(&more) {
            let denied = one(name, "x").expect_err("the host's header");
            assert!(denied.text().contains("is the host's"), "{name}: {denied:?}");
        }
    }

    #[test]
    fn what_would_end_the_header_or_is_no_name_is_refused() {
        for (name, value) in [
            ("x-a", "b\r\nx-c: d"),
            ("x-a", "b\nc"),
            ("x-a", "b\0c"),
            ("x-a", "b\tc"),
            ("x-a", "b\x7f"),
            ("x-a", "ü"),
            ("", "b"),
            ("x a", "b"),
            ("x-a:", "b"),
            ("x-a\r\nhost", "b"),
        ] {
            assert!(one(name, value).is_err(), "{name:?}: {value:?}");
        }
        assert!(one("x-a", &"b".repeat(VALUE_BYTES_MAX + 1)).is_err());
        assert!(one("x-a", "b c \"d\"; e=f").is_ok());
    }

    #[test]
    fn fifty_headers_are_sent_and_one_more_is_not() {
        let header = ("x-a".to_owned(), "b".to_owned());
        assert_eq!(checked(&vec![header.clone(); REQUEST_HEADERS_MAX], None).map(|map| map.len()), Ok(50));
        assert!(checked(&vec![header; REQUEST_HEADERS_MAX + 1], None).is_err());
        let large = vec![("x-a".to_owned(), "b".repeat(VALUE_BYTES_MAX)); 5];
        assert!(checked(&large, None).is_err());
    }

    #[test]
    fn what_auth_fills_is_not_filled_twice() {
        let own = [("Authorization".to_owned(), "Bearer mine".to_owned())];
        assert!(checked(&own, Some(&reqwest::header::AUTHORIZATION)).is_err());
        assert!(checked(&own, None).is_ok());
    }

    #[test]
    fn a_header_with_a_secret_is_not_printed() {
        let name = HeaderName::from_static("x-key");
        let value = secret_value(&name, &Zeroizing::new("planted-secret".to_owned())).expect("a value");
        assert!(!format!("{value:?}").contains("planted"));
        let broken = secret_value(&name, &Zeroizing::new("planted\nsecret".to_owned())).expect_err("a line break");
        assert!(!broken.text().contains("planted"));
    }

    #[test]
    fn answered_headers_show_no_secret_in_value_or_name() {
        let mut map = HeaderMap::new();
        map.insert("x-echo", HeaderValue::from_static("Bearer planted-secret!"));
        map.insert("x-planted-secret", HeaderValue::from_static("b"));
        map.insert("location", HeaderValue::from_static("https://example.com/?k=planted%2Dsecret"));
        let redactor = Redactor::of(["planted-secret"]);
        let headers = answered(&map, &redactor).expect("few headers");
        assert_eq!(headers.len(), 2);
        assert!(
            headers.iter().all(|(_, value)| value.contains("[secret]") && !value.contains("planted")),
            "{headers:?}"
        );
    }

    #[test]
    fn an_answer_has_at_most_a_hundred_headers() {
        let mut map = HeaderMap::new();
        for _ in 0..RESPONSE_HEADERS_MAX {
            map.append("x-a", HeaderValue::from_static("b"));
        }
        assert_eq!(answered(&map, &Redactor::default()).map(|headers| headers.len()), Some(100));
        map.append("x-a", HeaderValue::from_static("b"));
        assert_eq!(answered(&map, &Redactor::default()), None);
    }
}
