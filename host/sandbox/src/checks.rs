//! Small checks of what a plugin answers. Each names the field and the limit, so that an author can mend it.

use std::fmt;

use tollgate_billing::ids::Timestamp;
use tollgate_billing::money::{Currency, Money};
use url::{Host, Url};

/// 9999-12-31: later than any date that a page or a bank statement can show.
const TIMESTAMP_MS_MAX: u64 = 253_402_300_799_999;
/// The longest address: what old browsers and proxies carry.
pub const URL_BYTES_MAX: usize = 2_000;

/// Where an answer leaves the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    field: String,
    rule: String,
}

impl Breach {
    /// `rule` may repeat what was answered, which staff then read in a terminal: it stays one line.
    pub fn new(field: &str, rule: impl fmt::Display) -> Self {
        Self { field: field.to_owned(), rule: rule.to_string().replace(char::is_control, " ") }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "answered what the contract forbids: `{}` {}", self.field, self.rule)
    }
}

/// Says where in an answer a breach is: `claims[3].transaction`.
pub trait Inside {
    fn inside(self, outer: &str) -> Self;
    fn entry(self, list: &str, index: usize) -> Self;
}

impl<T> Inside for Result<T, Breach> {
    fn inside(self, outer: &str) -> Self {
        self.map_err(|breach| Breach { field: format!("{outer}.{}", breach.field), rule: breach.rule })
    }

    fn entry(self, list: &str, index: usize) -> Self {
        self.map_err(|breach| {
            let dot = if breach.field.is_empty() { "" } else { "." };
            Breach { field: format!("{list}[{index}]{dot}{}", breach.field), rule: breach.rule }
        })
    }
}

/// At most `bytes_max` bytes.
pub fn bounded(field: &str, text: String, bytes_max: usize) -> Result<String, Breach> {
    if text.len() > bytes_max {
        return Err(Breach::new(field, format_args!("is longer than {bytes_max} bytes")));
    }
    Ok(text)
}

/// At most `bytes_max` bytes, and at least one.
pub fn named(field: &str, text: String, bytes_max: usize) -> Result<String, Breach> {
    if text.is_empty() {
        return Err(Breach::new(field, "is empty"));
    }
    bounded(field, text, bytes_max)
}

pub fn optional(field: &str, text: Option<String>, bytes_max: usize) -> Result<Option<String>, Breach> {
    text.map(|text| bounded(field, text, bytes_max)).transpose()
}

/// An id of the provider's that need not be there. An empty one names nothing: kept as an id, it would be that of every payment
/// of which the provider said none.
pub fn optional_id(field: &str, text: Option<String>, bytes_max: usize) -> Result<Option<String>, Breach> {
    Ok(optional(field, text, bytes_max)?.filter(|id| !id.is_empty()))
}

/// Lower-case letters, digits and `-`; one to `bytes_max` of them.
pub fn slug(field: &str, text: String, bytes_max: usize) -> Result<String, Breach> {
    let text = named(field, text, bytes_max)?;
    if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        Ok(text)
    } else {
        Err(Breach::new(field, "has other characters than lower-case letters, digits and `-`"))
    }
}

/// Converts every entry of a list of at most `entries_max`.
pub fn list<T, U>(
    field: &str,
    entries: Vec<T>,
    entries_max: usize,
    convert: impl Fn(T) -> Result<U, Breach>,
) -> Result<Vec<U>, Breach> {
    if entries.len() > entries_max {
        return Err(Breach::new(field, format_args!("has {} entries; at most {entries_max}", entries.len())));
    }
    entries.into_iter().enumerate().map(|(index, entry)| convert(entry).entry(field, index)).collect()
}

/// No two of these are the same.
pub fn unique<'a>(field: &str, names: impl IntoIterator<Item = &'a str>) -> Result<(), Breach> {
    let mut seen = std::collections::BTreeSet::new();
    match names.into_iter().find(|name| !seen.insert(*name)) {
        Some(twice) => Err(Breach::new(field, format_args!("names `{twice}` twice"))),
        None => Ok(()),
    }
}

pub fn currency(field: &str, code: &str) -> Result<Currency, Breach> {
    Currency::from_code(code).map_err(|error| Breach::new(field, format_args!("is no currency: {error}")))
}

pub fn money(field: &str, minor: i64, code: &str) -> Result<Money, Breach> {
    let currency = currency(field, code)?;
    Money::new(minor, currency).map_err(|error| Breach::new(field, format_args!("is no amount: {error}")))
}

/// An amount that may be zero but not less.
pub fn money_not_negative(field: &str, minor: i64, code: &str) -> Result<Money, Breach> {
    let amount = money(field, minor, code)?;
    if amount.is_negative() { Err(Breach::new(field, "is negative")) } else { Ok(amount) }
}

pub fn timestamp(field: &str, ms: u64) -> Result<Timestamp, Breach> {
    match i64::try_from(ms) {
        Ok(signed) if ms <= TIMESTAMP_MS_MAX => Ok(Timestamp(signed)),
        _ => Err(Breach::new(field, "is later than the year 9999")),
    }
}

/// `https://js.example.com`, exactly as a browser writes an origin: it goes into a header of the page.
pub fn origin(field: &str, text: String) -> Result<String, Breach> {
    let text = named(field, text, URL_BYTES_MAX)?;
    match https(&text) {
        Some(url) if url.origin().ascii_serialization() == text && plain_host(&url) => Ok(text),
        _ => Err(Breach::new(field, "is no origin like `https://js.example.com`")),
    }
}

/// `api.example.com`, with `:port` only where it is not 443.
pub fn host(field: &str, text: String) -> Result<String, Breach> {
    let text = named(field, text, URL_BYTES_MAX)?;
    let whole = format!("https://{text}");
    match https(&whole) {
        Some(url) if url.origin().ascii_serialization() == whole && plain_host(&url) => Ok(text),
        _ => Err(Breach::new(field, "is no host name like `api.example.com`")),
    }
}

/// A name of letters, digits, `-` and points: URLs allow more, such as `*`, that means something else elsewhere.
fn plain_host(url: &Url) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    matches!(url.host(), Some(Host::Domain(name)) if name.bytes().all(plain))
}

/// An https address without user information, as browsers read it.
pub fn https(text: &str) -> Option<Url> {
    if text.len() > URL_BYTES_MAX {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (url.scheme() == "https" && plain && url.has_host()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breach_names_the_whole_way_to_the_field_and_the_limit() {
        let breach = bounded("transaction", "x".repeat(129), 128).entry("claims", 3).inside("outcome");
        let words = breach.map(|_| ()).map_err(|breach| breach.to_string());
        let expected = "answered what the contract forbids: `outcome.claims[3].transaction` is longer than 128 bytes";
        assert_eq!(words, Err(expected.to_owned()));
    }

    #[test]
    fn a_breach_is_one_line_whatever_was_answered() {
        let breach = currency("currencies", "E\r\n\u{1b}[2J").map_err(|breach| breach.to_string());
        let words = breach.expect_err("no currency");
        assert!(
            words.ends_with("`currencies` is no currency: “E   [2J” is not an ISO 4217 currency code, such as EUR"),
            "{words:?}"
        );
    }

    #[test]
    fn an_empty_id_is_none() {
        let read = |id: Option<&str>| optional_id("merchant", id.map(str::to_owned), 4);
        assert_eq!((read(None), read(Some("")), read(Some("M-1"))), (Ok(None), Ok(None), Ok(Some("M-1".to_owned()))));
        assert!(read(Some("M-123")).is_err());
    }

    #[test]
    fn only_plain_https_origins_are_origins() {
        for good in ["https://js.example.com", "https://js.example.com:8443", "https://xn--bcher-kva.example"] {
            assert_eq!(origin("o", good.to_owned()), Ok(good.to_owned()));
        }
        let bad = [
            "",
            "js.example.com",
            "http://js.example.com",
            "https://",
            "https://js.example.com/",
            "https://js.example.com:443",
            "https://JS.example.com",
            "https://a@js.example.com",
            "https://js.example.com; script-src *",
            "https://*.example.com",
            "https://js.example.com\n",
            "javascript:alert(1)",
        ];
        for bad in bad {
            assert!(origin("o", bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_dns_names_are_hosts() {
        for good in ["api.example.com", "api.example.com:8443"] {
            assert_eq!(host("h", good.to_owned()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "*.example.com",
            "127.0.0.1",
            "[::1]",
            "api.example.com:443",
            "api.example.com/v1",
            "a@b.example",
            "API.example",
        ] {
            assert!(host("h", bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_and_times_keep_to_their_bounds() {
        assert!(money("a", 1_000_000_000_000_000, "EUR").is_ok());
        assert!(money("a", 1_000_000_000_000_001, "EUR").is_err());
        assert!(money("a", i64::MIN, "EUR").is_err());
        assert!(money("a", 1, "eur").is_err());
        assert!(money("a", 1, "XXX").is_err());
        assert!(money_not_negative("a", -1, "EUR").is_err());
        assert!(timestamp("t", 253_402_300_799_999).is_ok());
        assert!(timestamp("t", 253_402_300_800_000).is_err());
        assert!(timestamp("t", u64::MAX).is_err());
    }

    #[test]
    fn slugs_are_short_and_plain() {
        assert!(slug("s", "pay-now-2".to_owned(), 40).is_ok());
        for bad in ["", "Pay", "pay_now", "../x", "pay now", "päy"] {
            assert!(slug("s", bad.to_owned(), 40).is_err(), "{bad}");
        }
        assert!(slug("s", "a".repeat(41), 40).is_err());
    }
}
