//! Where PayPal is: its live or its test system, or in test mode a stand-in on this machine.

use tollgate_sdk::{Error, Instance};

pub const LIVE_API: &str = "api-m.paypal.com";
pub const TEST_API: &str = "api-m.sandbox.paypal.com";
pub const LIVE_PAGES: &str = "https://www.paypal.com";
pub const TEST_PAGES: &str = "https://www.sandbox.paypal.com";

/// An address is at most this long.
const URL_BYTES_MAX: usize = 2_000;

/// The system that an instance speaks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Live,
    Test,
    /// `http://127.0.0.1:8421`, without a slash at the end.
    Loopback(String),
}

impl Place {
    /// The field `test-api` counts in test mode only.
    ///
    /// # Errors
    /// [`Error::Rejected`] where that field is no loopback address.
    pub fn of(instance: &Instance) -> Result<Self, Error> {
        let address = instance.settings().text("test-api");
        match (instance.test_mode, address) {
            (false, _) => Ok(Self::Live),
            (true, "") => Ok(Self::Test),
            (true, address) => loopback_address(address).map(Self::Loopback).ok_or_else(|| {
                Error::rejected("the API address of this gateway must be like http://127.0.0.1:8421: save it again")
            }),
        }
    }

    /// The whole address of an API path, which begins with `/`.
    #[must_use]
    pub fn api(&self, path: &str) -> String {
        match self {
            Self::Live => format!("https://{LIVE_API}{path}"),
            Self::Test => format!("https://{TEST_API}{path}"),
            Self::Loopback(base) => format!("{base}{path}"),
        }
    }

    /// Where payers approve an order whose link PayPal did not repeat.
    #[must_use]
    pub fn approval(&self, order: &str) -> String {
        let pages = match self {
            Self::Live => LIVE_PAGES,
            Self::Test => TEST_PAGES,
            Self::Loopback(base) => base,
        };
        format!("{pages}/checkoutnow?token={order}")
    }

    /// Whether payers may be sent to this address.
    #[must_use]
    pub fn has_page(&self, url: &str) -> bool {
        let Some(origin) = Origin::of(url) else { return false };
        match self {
            Self::Live => origin.is(LIVE_PAGES),
            Self::Test => origin.is(TEST_PAGES),
            Self::Loopback(_) => origin.is_loopback(),
        }
    }

    /// Whether a webhook's certificate may lie at this address. PayPal fetches it, not we.
    #[must_use]
    pub fn has_certificate(&self, url: &str) -> bool {
        let Some(origin) = Origin::of(url) else { return false };
        let one_of =
            |hosts: [&str; 2]| origin.scheme == "https" && origin.port.is_none() && hosts.contains(&origin.host);
        match self {
            Self::Live => one_of([LIVE_API, "api.paypal.com"]),
            Self::Test => one_of([TEST_API, "api.sandbox.paypal.com"]),
            Self::Loopback(_) => one_of([TEST_API, "api.sandbox.paypal.com"]) || origin.is_loopback(),
        }
    }
}

/// The address without a slash at its end, where it is plain http to this machine and has no path.
#[must_use]
pub fn loopback_address(text: &str) -> Option<String> {
    let base = text.strip_suffix('/').unwrap_or(text);
    let origin = Origin::of(base)?;
    let has_no_path = base.len() == origin.length;
    (has_no_path && origin.is_loopback()).then(|| base.to_owned())
}

/// What stands before an address's path. Stricter than browsers: what they might read in another way is no address.
struct Origin<'a> {
    scheme: &'a str,
    host: &'a str,
    port: Option<&'a str>,
    /// Bytes of the address that it takes up.
    length: usize,
}

impl<'a> Origin<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>' | b'`');
        if url.len() > URL_BYTES_MAX || !url.bytes().all(plain) {
            return None;
        }
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        let named = host == "[::1]" || (!host.is_empty() && host.bytes().all(lower));
        let numbered = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port));
        let length = scheme.len() + "://".len() + authority.len();
        (named && numbered).then_some(Self { scheme, host, port, length })
    }

    fn is(&self, origin: &str) -> bool {
        self.port.is_none() && origin.split_once("://") == Some((self.scheme, self.host))
    }

    fn is_loopback(&self) -> bool {
        self.scheme == "http" && matches!(self.host, "127.0.0.1" | "localhost" | "[::1]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_is_on_this_machine_alone() {
        for good in ["http://127.0.0.1:8421", "http://127.0.0.1:8421/", "http://localhost:1", "http://[::1]:8421"] {
            assert_eq!(loopback_address(good).as_deref(), Some(good.trim_end_matches('/')));
        }
        let bad = [
            "",
            "127.0.0.1:8421",
            "https://127.0.0.1:8421",
            "http://127.0.0.1:8421/v2",
            "http://127.0.0.1:8421?x",
            "http://127.0.0.1:99999",
            "http://127.0.0.1:08421",
            "http://127.0.0.1:",
            "http://127.0.0.2:8421",
            "http://127.0.0.1.example.com",
            "http://a@127.0.0.1:8421",
            "http://127.0.0.1:8421@example.com",
            "http://example.com\\@127.0.0.1",
            "http://LOCALHOST:1",
            "file://127.0.0.1",
        ];
        for bad in bad {
            assert_eq!(loopback_address(bad), None, "{bad}");
        }
    }

    #[test]
    fn payers_are_sent_to_paypal_alone() {
        let loopback = Place::Loopback("http://127.0.0.1:8421".into());
        let table = [
            ("https://www.paypal.com/checkoutnow?token=1", [true, false, false]),
            ("https://www.sandbox.paypal.com/checkoutnow?token=1", [false, true, false]),
            ("http://127.0.0.1:9/checkoutnow", [false, false, true]),
            ("http://www.paypal.com/", [false; 3]),
            ("https://www.paypal.com:444/", [false; 3]),
            ("https://www.paypal.com.example.com/", [false; 3]),
            ("https://www.paypal.com@example.com/", [false; 3]),
            ("https://example.com/https://www.paypal.com", [false; 3]),
            ("https://www.paypal.com\\.example.com", [false; 3]),
            ("//www.paypal.com", [false; 3]),
            ("javascript:alert(1)", [false; 3]),
        ];
        for (url, expected) in table {
            assert_eq!([&Place::Live, &Place::Test, &loopback].map(|place| place.has_page(url)), expected, "{url}");
        }
    }

    #[test]
    fn certificates_lie_at_paypal() {
        let loopback = Place::Loopback("http://127.0.0.1:8421".into());
        let table = [
            ("https://api.paypal.com/v1/notifications/certs/CERT-1", [true, false, false]),
            ("https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1", [false, true, true]),
            ("http://127.0.0.1:8421/cert", [false, false, true]),
            ("https://api.paypal.com.example.com/cert", [false; 3]),
            ("http://api.paypal.com/cert", [false; 3]),
            ("https://example.com/cert", [false; 3]),
        ];
        for (url, expected) in table {
            let places = [&Place::Live, &Place::Test, &loopback];
            assert_eq!(places.map(|place| place.has_certificate(url)), expected, "{url}");
        }
    }
}
