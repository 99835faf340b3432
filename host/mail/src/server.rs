//! Which server, and how it is spoken to.

use std::net::IpAddr;
use std::str::FromStr;

use lettre::message::Mailbox;
use zeroize::Zeroizing;

/// How a connection is kept from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Plain at first, then TLS before anything else is said; a server that does not offer it gets no mail.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Nothing at all: for a server on this machine.
    Plain,
}

/// The mail server as it is configured.
pub struct MailServer {
    /// A name or an address. Its certificate must be for it.
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password; `None` where the server asks for none. Never sent before TLS, but with [`Security::Plain`].
    pub login: Option<(String, Zeroizing<String>)>,
    pub from: Sender,
    /// What we call ourselves to the server: the portal's host name.
    pub hello: String,
    /// Certificates, in DER, that are trusted beside those of the system; empty but for tests.
    pub also_trusted: Vec<Vec<u8>>,
}

/// Who mails come from: a bare address, or a name with the address in angle brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(pub(crate) Mailbox);

impl FromStr for Sender {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "is not an address such as billing@example.com or Example Hosting <billing@example.com>";
        if text.chars().any(char::is_control) {
            return Err(wrong);
        }
        text.trim().parse().map(Self).map_err(|_| wrong)
    }
}

/// Whether a host is this machine, by its own name or address; nothing is looked up.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_one_mailbox() {
        for right in ["billing@example.com", "Example Hosting <billing@example.com>", " a@b.example "] {
            assert!(right.parse::<Sender>().is_ok(), "{right}");
        }
        for wrong in ["", "billing", "@example.com", "a@b.example, c@d.example", "A\r\nBcc: x@y.example <a@b.example>"]
        {
            assert!(wrong.parse::<Sender>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for own in ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "LOCALHOST"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in ["", "192.0.2.1", "localhost.example.com", "127.0.0.1.example.com", "0.0.0.0", "::"] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
