//! What the frame around a gateway's page shows.

use std::net::Ipv4Addr;

use serde::Serialize;
use tollgate_billing::billing::{Answer, PayNow, Texts};
use tollgate_billing::plugin::{Manifest, NextStep, Redirect};

use super::invoice_view::WatchView;
use crate::frame::{FieldMessage, MoneyView, money_of};
use crate::state::WebState;
use crate::texts::Words;

#[derive(Serialize)]
pub struct PayData {
    pub invoice: PayInvoice,
    pub payment: PayPayment,
    pub answer: &'static str,
    pub message: Option<String>,
    pub redirect: Option<RedirectView>,
    pub confined: Option<ConfinedView>,
    pub watch: Option<WatchView>,
    pub errors: Vec<FieldMessage>,
}

#[derive(Serialize)]
pub struct PayInvoice {
    pub number: String,
    pub url: String,
    pub amount_due: MoneyView,
}

#[derive(Serialize)]
pub struct PayPayment {
    pub id: String,
    pub url: String,
    pub amount: MoneyView,
    pub reference: String,
    pub gateway: String,
}

/// The frame of a page that runs scripts.
#[derive(Serialize)]
pub struct ConfinedView {
    /// Opens once.
    pub url: String,
    pub sandbox: &'static str,
}

#[derive(Serialize)]
pub struct RedirectView {
    pub url: String,
    /// Shown, so that the client knows where they go.
    pub host: String,
    pub fields: Vec<RedirectField>,
}

#[derive(Serialize)]
pub struct RedirectField {
    pub name: String,
    pub value: String,
}

pub fn pay_data(state: &WebState, words: &Words, shown: &PayNow) -> PayData {
    let locale = words.locale();
    let says = |text| state.plugin_texts().text(&shown.payment.plugin, text, &locale);
    let (answer, message) = match &shown.answer {
        Answer::Next(NextStep::Page(_)) => ("page", None),
        Answer::Next(NextStep::Confined(_)) => ("confined", None),
        Answer::Next(NextStep::Redirect(_)) => ("redirect", None),
        Answer::Next(NextStep::Wait(text)) => ("wait", Some(says(text))),
        Answer::Declined(text) => ("declined", Some(says(text))),
        Answer::Unavailable => ("unavailable", None),
        Answer::Unknown => ("unknown", None),
        Answer::Closed => ("closed", None),
    };
    PayData {
        invoice: PayInvoice {
            number: shown.invoice.number.clone(),
            url: format!("/billing/invoices/{}", shown.invoice.id),
            amount_due: money_of(words, shown.invoice.amount_due()),
        },
        payment: PayPayment {
            id: shown.payment.id.to_string(),
            url: format!("/billing/payments/{}", shown.payment.id),
            amount: money_of(words, shown.payment.amount),
            reference: shown.payment.reference.clone(),
            gateway: shown.gateway.clone(),
        },
        answer,
        message,
        redirect: None,
        confined: None,
        watch: None,
        errors: Vec::new(),
    }
}

/// Where a gateway may send clients: its own hosts, and the origins that it asked for forms; in test mode also to this
/// machine itself, which the sandbox held against what staff granted.
pub fn may_go_to(manifest: &Manifest, redirect: &Redirect, live: bool) -> Result<Destination, String> {
    let Manifest::Gateway(gateway) = manifest else {
        return Err("only gateways send clients away".to_owned());
    };
    let destination =
        Destination::read(&redirect.url).ok_or_else(|| format!("“{}” is no https address", redirect.url))?;
    let hosts = manifest.hosts(live).map(|request| request.host.as_str());
    let origins = gateway.browser_origins.iter().filter(|origin| origin.environment.is_of(live) && origin.form);
    let origins = origins.filter_map(|origin| origin.origin.strip_prefix("https://"));
    if destination.is_loopback() && !live {
        return Ok(destination);
    }
    if destination.scheme == "http" {
        return Err(format!("“{}” is no https address", redirect.url));
    }
    if hosts.chain(origins).any(|granted| granted.eq_ignore_ascii_case(&destination.host)) {
        Ok(destination)
    } else {
        Err(format!("it sends clients to {}, which its manifest does not name", destination.host))
    }
}

/// An address at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub url: String,
    pub scheme: &'static str,
    /// With the port where it is not 443.
    pub host: String,
}

/// The longest address that browsers and proxies carry.
const URL_BYTES_MAX: usize = 4_000;

impl Destination {
    /// `None` for everything but plain https and http addresses: no user, no control characters, no spaces.
    pub fn read(url: &str) -> Option<Self> {
        let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\'));
        let (scheme, rest) = ["https", "http"]
            .into_iter()
            .find_map(|scheme| Some((scheme, url.strip_prefix(scheme)?.strip_prefix("://")?)))
            .filter(|_| plain && url.len() <= URL_BYTES_MAX)?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = if scheme == "https" { authority.strip_suffix(":443") } else { None }.unwrap_or(authority);
        let named = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
        (named && !host.is_empty()).then(|| Self { url: url.to_owned(), scheme, host: host.to_owned() })
    }

    /// For the page's policy.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }

    pub fn is_loopback(&self) -> bool {
        let name = self.host.split_once(':').map_or(self.host.as_str(), |(name, _)| name);
        name == "localhost" || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_read() {
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(Destination::read(url).map(|to| to.host).as_deref(), expected, "{url}");
        };
        check("https://pay.example/checkout?id=1", Some("pay.example"));
        check("https://pay.example:443/", Some("pay.example"));
        check("https://pay.example:8443/", Some("pay.example:8443"));
        check("http://pay.example/", Some("pay.example"));
        check("ftp://pay.example/", None);
        check("https://user@pay.example/", None);
        check("https://pay.example\\@evil.example/", None);
        check("javascript:alert(1)", None);
        check("https:///path", None);
        check("https://pay.example/\r\nset-cookie: a=b", None);
        check("//pay.example/", None);
    }

    #[test]
    fn this_machine_is_a_destination_in_test_mode_alone() {
        let to = |url: &str| Destination::read(url).expect("an address");
        for here in ["http://127.0.0.1:8421/pay", "https://localhost:8421/", "http://127.9.9.9/"] {
            assert!(to(here).is_loopback(), "{here}");
        }
        for away in ["http://127.0.0.1.evil.example/", "https://localhost.evil.example:1/", "http://10.0.0.1/"] {
            assert!(!to(away).is_loopback(), "{away}");
        }
        assert_eq!(to("http://127.0.0.1:8421/pay").origin(), "http://127.0.0.1:8421");
    }
}
