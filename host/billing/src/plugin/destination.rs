//! Where a gateway may send clients. Decided here alone, before any page knows of it.

use super::{GatewayManifest, is_loopback_host};

/// A plain web address: what was checked is what a browser reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    url: String,
    scheme: &'static str,
    host: String,
}

/// Why clients are not sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DestinationProblem {
    #[error("is no https address")]
    NotHttps,
    #[error("leads to an origin that the manifest does not name")]
    NotNamed,
}

/// What staff and the installation allow an instance.
#[derive(Debug, Clone, Copy)]
pub struct Reach<'a> {
    /// Whether real money moves.
    pub live: bool,
    /// Hosts that staff granted it.
    pub granted: &'a [String],
}

impl Destination {
    /// `None` for everything but plain https and http addresses: no user, no control characters, no spaces, nothing that
    /// one reader takes for the end of the host and another does not.
    #[must_use]
    pub fn read(url: &str) -> Option<Self> {
        let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\'));
        let (scheme, own_port, rest) = [("https", ":443"), ("http", ":80")]
            .into_iter()
            .find_map(|(scheme, port)| Some((scheme, port, url.strip_prefix(scheme)?.strip_prefix("://")?)))
            .filter(|_| plain)?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = authority.strip_suffix(own_port).unwrap_or(authority).to_ascii_lowercase();
        // The one address in brackets that is ever needed is this machine itself.
        let name = host.strip_prefix("[::1]").unwrap_or(&host);
        let named = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
        (named && !host.is_empty()).then(|| Self { url: url.to_owned(), scheme, host })
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// With the port where it is not the scheme's own.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// As a page's policy names it.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    /// Whether it is this machine itself.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback_host(&self.host)
    }
}

impl GatewayManifest {
    /// Where this gateway may send clients: an https origin that it asked for forms, or a host that it calls; in test mode
    /// also a granted address of this machine itself.
    ///
    /// # Errors
    /// [`DestinationProblem`].
    pub fn may_send_to(&self, url: &str, reach: Reach<'_>) -> Result<Destination, DestinationProblem> {
        let to = Destination::read(url).ok_or(DestinationProblem::NotHttps)?;
        if !reach.live && to.is_loopback() && reach.granted.contains(&to.host) {
            return Ok(to);
        }
        if !to.is_https() {
            return Err(DestinationProblem::NotHttps);
        }
        let hosts = self.hosts.iter().filter(|asked| asked.environment.is_of(reach.live)).map(|asked| &*asked.host);
        let origins = self.browser_origins.iter().filter(|asked| asked.form && asked.environment.is_of(reach.live));
        let origins = origins.filter_map(|asked| asked.origin.strip_prefix("https://"));
        let is_named = hosts.chain(origins).any(|named| named == to.host);
        if is_named { Ok(to) } else { Err(DestinationProblem::NotNamed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PluginId;
    use crate::plugin::{Assets, Capabilities, CurrencySupport, Environment, HostRequest, Identity, OriginRequest};
    use crate::text::Text;

    #[test]
    fn only_plain_addresses_are_read() {
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(Destination::read(url).map(|to| to.host).as_deref(), expected, "{url}");
        };
        check("https://pay.example/checkout?id=1", Some("pay.example"));
        check("https://PAY.example:443/", Some("pay.example"));
        check("https://pay.example:8443/", Some("pay.example:8443"));
        check("http://pay.example:80/", Some("pay.example"));
        check("https://pay.example:80/", Some("pay.example:80"));
        check("http://[::1]:8421/", Some("[::1]:8421"));
        check("https://[2001:db8::1]/", None);
        check("ftp://pay.example/", None);
        check("HTTPS://pay.example/", None);
        check("https://user@pay.example/", None);
        check("https://pay.example\\@evil.example/", None);
        check("https://pay.example%2eevil.example/", None);
        check("javascript:alert(1)", None);
        check("https:///path", None);
        check("https://pay.example/\r\nset-cookie: a=b", None);
        check("https://pay.example/ x", None);
        check("//pay.example/", None);
    }

    #[test]
    fn this_machine_is_told_by_its_exact_names() {
        let to = |url: &str| Destination::read(url).expect("an address");
        for here in ["http://127.0.0.1:8421/pay", "https://localhost:8421/", "http://127.9.9.9/", "http://[::1]:8421/"]
        {
            assert!(to(here).is_loopback(), "{here}");
        }
        for away in ["http://127.0.0.1.evil.example/", "https://localhost.evil.example:1/", "http://10.0.0.1/"] {
            assert!(!to(away).is_loopback(), "{away}");
        }
        assert_eq!(to("http://127.0.0.1:8421/pay").origin(), "http://127.0.0.1:8421");
    }

    fn manifest() -> GatewayManifest {
        let origin = |origin: &str, environment, form: bool| OriginRequest {
            origin: origin.to_owned(),
            environment,
            script: !form,
            frame: false,
            form,
            connect: false,
            image: false,
            purpose: Text::plain("To pay"),
        };
        GatewayManifest {
            identity: Identity {
                id: PluginId::new("acme"),
                name: String::new(),
                version: String::new(),
                publisher: String::new(),
                licence: String::new(),
                summary: Text::plain("Pays"),
            },
            help: Text::plain("Pays"),
            configuration: Vec::new(),
            hosts: vec![HostRequest {
                host: "api.example".to_owned(),
                environment: Environment::Both,
                purpose: Text::plain("To pay"),
            }],
            browser_origins: vec![
                origin("https://pay.example", Environment::Both, true),
                origin("https://live.example", Environment::Live, true),
                origin("https://js.example", Environment::Both, false),
            ],
            currencies: CurrencySupport::Any,
            capabilities: Capabilities::default(),
            scripts: Vec::new(),
            assets: Assets::default(),
        }
    }

    #[test]
    fn clients_are_sent_only_where_the_manifest_says_or_staff_granted_a_simulator() {
        use DestinationProblem::{NotHttps, NotNamed};
        let granted = ["127.0.0.1:8421".to_owned(), "evil.example".to_owned()];
        let check = |url: &str, in_test: Option<DestinationProblem>, in_live: Option<DestinationProblem>| {
            for (live, expected) in [(false, in_test), (true, in_live)] {
                let answer = manifest().may_send_to(url, Reach { live, granted: &granted });
                assert_eq!(answer.err(), expected, "{url}, live {live}");
            }
        };
        check("https://pay.example/go?x=1", None, None);
        check("https://api.example/go", None, None);
        check("https://live.example/", Some(NotNamed), None);
        check("https://js.example/", Some(NotNamed), Some(NotNamed));
        check("https://pay.example.evil.example/", Some(NotNamed), Some(NotNamed));
        check("https://pay.example:8443/", Some(NotNamed), Some(NotNamed));
        check("https://evil.example/", Some(NotNamed), Some(NotNamed));
        check("http://pay.example/", Some(NotHttps), Some(NotHttps));
        check("https://pay.example@evil.example/", Some(NotHttps), Some(NotHttps));
        check("javascript:alert(1)", Some(NotHttps), Some(NotHttps));
        check("http://127.0.0.1:8421/pay", None, Some(NotHttps));
        check("https://127.0.0.1:8421/pay", None, Some(NotNamed));
        check("http://127.0.0.1:8422/pay", Some(NotHttps), Some(NotHttps));
        check("http://localhost:8421/pay", Some(NotHttps), Some(NotHttps));
    }
}
