//! Where a request goes: the URL as the guest wrote it, held against what was granted. Nothing is sent before this.

use std::net::IpAddr;

use tollgate_billing::ports::EgressCaller;
use url::{Host, Url};

use crate::stage::Denied;

/// Past this no provider reads a URL.
const URL_BYTES_MAX: usize = 8 << 10;
/// The one name for this machine that is known without asking anybody.
pub const LOCALHOST: &str = "localhost";

/// A URL that may be asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    pub url: Url,
    /// Host, with its port where that is not the scheme's own: what error texts say, in place of the URL.
    pub name: String,
}

impl Target {
    /// # Errors
    /// Where the text is no URL that the host asks, or its host is not granted to the caller.
    pub fn parse(text: &str, caller: &EgressCaller) -> Result<Self, Denied> {
        plain(text)?;
        let mut url = Url::parse(text).map_err(|_| Denied::new("the address is no URL"))?;
        url.set_fragment(None);
        let host = url.host().ok_or_else(|| Denied::new("the address has no host"))?;
        let default_port = match url.scheme() {
            "https" => named(&host)?,
            "http" => loopback(&host, caller.loopback_http)?,
            _ => return Err(Denied::new("the address is not https")),
        };
        let host = host.to_string();
        let port = url.port().unwrap_or(default_port);
        let name = if port == default_port { host.clone() } else { format!("{host}:{port}") };
        if !caller.hosts.iter().any(|granted| same(granted, &host, port, default_port)) {
            return Err(Denied::new(format!("{name} is not granted to {}", caller.instance)));
        }
        Ok(Self { url, name })
    }
}

/// Parsers of URLs drop or turn some characters silently: two readers could read two addresses.
fn plain(text: &str) -> Result<(), Denied> {
    if text.len() > URL_BYTES_MAX {
        return Err(Denied::new(format!("the address has more than {} kB", URL_BYTES_MAX >> 10)));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(Denied::new("the address has a space, a control character or a backslash in it"));
    }
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(Denied::new("the address has user information in it; credentials go into `auth`"));
    }
    Ok(())
}

/// https goes to names alone, and never to this machine: certificates prove names.
fn named(host: &Host<&str>) -> Result<u16, Denied> {
    match host {
        Host::Domain(name) if is_localhost(name) => Err(Denied::new("https never goes to this machine itself")),
        Host::Domain(_) => Ok(443),
        Host::Ipv4(_) | Host::Ipv6(_) => Err(Denied::new("the address has a number in place of a host's name")),
    }
}

fn loopback(host: &Host<&str>, allowed: bool) -> Result<u16, Denied> {
    let here = match host {
        Host::Domain(name) => *name == LOCALHOST,
        Host::Ipv4(address) => IpAddr::V4(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::V6(*address).is_loopback(),
    };
    if !allowed {
        return Err(Denied::new("the address is not https"));
    }
    if !here {
        return Err(Denied::new("plain http goes to this machine itself alone, in test mode"));
    }
    Ok(80)
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == LOCALHOST || name.ends_with(".localhost")
}

/// Exactly the granted name and port. URL hosts are in lower case and ASCII already.
fn same(granted: &str, host: &str, port: u16, default_port: u16) -> bool {
    let (name, granted_port) = match granted.rsplit_once(':') {
        // The colons of a bare `::1` are none before a port.
        Some((name, digits)) if !name.contains(':') || name.ends_with(']') => match digits.parse() {
            Ok(granted_port) => (name, granted_port),
            Err(_) => return false,
        },
        _ => (granted, default_port),
    };
    name.eq_ignore_ascii_case(host) && granted_port == port
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tollgate_billing::ids::InstanceId;

    use super::*;

    fn caller(hosts: &[&str], loopback_http: bool) -> EgressCaller {
        EgressCaller {
            instance: InstanceId::new("example"),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            loopback_http,
            remaining: Duration::from_secs(5),
            requests_left: 5,
            may_keep: Vec::new(),
        }
    }

    const GRANTED: [&str; 5] =
        ["api.example.com", "PAY.example.com:8443", "127.0.0.1:8420", "[::1]:8420", "localhost:8420"];

    #[test]
    fn a_granted_host_is_asked_and_named_without_path_and_query() {
        let table = [
            ("https://api.example.com/v1/orders?key=hidden", "api.example.com"),
            ("https://API.Example.COM", "api.example.com"),
            ("https://api.example.com:443/", "api.example.com"),
            ("https://pay.example.com:8443/x", "pay.example.com:8443"),
            ("http://127.0.0.1:8420/x", "127.0.0.1:8420"),
            ("http://localhost:8420/x", "localhost:8420"),
            ("http://[::1]:8420/x", "[::1]:8420"),
        ];
        for (url, name) in table {
            let target =
                Target::parse(url, &caller(&GRANTED, true)).unwrap_or_else(|denied| panic!("{url}: {denied:?}"));
            assert_eq!(target.name, name, "{url}");
        }
    }

    #[test]
    fn everything_else_is_denied_by_its_reason() {
        let table = [
            ("https://other.example.com/", "not granted"),
            ("https://api.example.com.evil.example/", "not granted"),
            ("https://api.example.com./", "not granted"),
            ("https://evil-api.example.com/", "not granted"),
            ("https://api.example.com:8443/", "not granted"),
            ("https://pay.example.com/", "not granted"),
            ("http://127.0.0.1:8421/", "not granted"),
            ("http://127.0.0.2:8420/", "not granted"),
            ("http://api.example.com/", "plain http"),
            ("http://10.0.0.1/", "plain http"),
            ("http://[::ffff:127.0.0.1]:8420/", "plain http"),
            ("http://localhost.example.com:8420/", "plain http"),
            ("https://127.0.0.1:8420/", "a number"),
            ("https://2130706433:8420/", "a number"),
            ("https://0x7f.1:8420/", "a number"),
            ("https://[::1]:8420/", "a number"),
            ("https://8.8.8.8/", "a number"),
            ("https://localhost:8420/", "never goes to this machine"),
            ("https://a.localhost/", "never goes to this machine"),
            ("https://user:word@api.example.com/", "user information"),
            ("https://@api.example.com/", "user information"),
            ("https://api.example.com@evil.example/", "user information"),
            ("https://api.example.com\\@evil.example/", "backslash"),
            ("https://api.exa\tmple.com/", "control"),
            (" https://api.example.com/", "space"),
            ("https://api.example.com/\r\nx: y", "space"),
            ("ftp://api.example.com/", "not https"),
            ("file:///etc/passwd", "no host"),
            ("data:text/plain,x", "no host"),
            ("api.example.com", "no URL"),
            ("", "no URL"),
        ];
        for (url, why) in table {
            let Err(denied) = Target::parse(url, &caller(&GRANTED, true)) else { panic!("{url} was allowed") };
            assert!(denied.text().contains(why), "{url}: {denied:?}");
        }
        let long = format!("https://api.example.com/{}", "a".repeat(URL_BYTES_MAX));
        assert!(Target::parse(&long, &caller(&GRANTED, true)).is_err());
    }

    #[test]
    fn plain_http_is_for_test_mode_alone() {
        for url in ["http://127.0.0.1:8420/", "http://localhost:8420/", "http://api.example.com/"] {
            assert!(Target::parse(url, &caller(&GRANTED, false)).is_err(), "{url}");
        }
    }

    #[test]
    fn a_broken_grant_grants_nothing() {
        for granted in [
            "",
            ":",
            "api.example.com:",
            "api.example.com:x",
            "*.example.com",
            "https://api.example.com",
            "api.example.com/",
        ] {
            assert!(Target::parse("https://api.example.com/", &caller(&[granted], true)).is_err(), "{granted}");
        }
    }
}
