//! Who a request comes from, where proxies of our own stand in between. Only what such a proxy says is believed: everybody
//! else writes into `X-Forwarded-For` whatever they like.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// One address, or a range of them: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    first: IpAddr,
    /// How many bits all its addresses share.
    bits: u8,
}

impl Network {
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => same_bits(first.to_bits(), address.to_bits(), 32 - self.bits),
            (IpAddr::V6(first), IpAddr::V6(address)) => same_bits(first.to_bits(), address.to_bits(), 128 - self.bits),
            _ => false,
        }
    }

    fn longest(address: IpAddr) -> u8 {
        if address.is_ipv4() { 32 } else { 128 }
    }
}

/// Whether two numbers are the same but for their last `free` bits.
fn same_bits<T: Into<u128>>(first: T, second: T, free: u8) -> bool {
    (first.into() ^ second.into()).checked_shr(u32::from(free)).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("“{text}” is not an address such as 192.0.2.7 or a range such as 10.0.0.0/8");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| wrong())?;
        if first != first.to_canonical() {
            return Err(format!("“{text}” is an IPv4 address in IPv6's clothes; write {}", first.to_canonical()));
        }
        let longest = Self::longest(first);
        let bits = match bits {
            None => longest,
            Some(bits) if !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                bits.parse().ok().filter(|bits| *bits <= longest).ok_or_else(wrong)?
            }
            Some(_) => return Err(wrong()),
        };
        if bits == 0 {
            return Err(format!("“{text}” is everybody: then anybody could say to be anybody"));
        }
        let number: u128 = match first {
            IpAddr::V4(first) => first.to_bits().into(),
            IpAddr::V6(first) => first.to_bits(),
        };
        let rest = u32::from(longest - bits);
        if number.trailing_zeros() < rest {
            return Err(format!("“{text}” is one address within a range; write the range's first, or no /{bits}"));
        }
        Ok(Self { first, bits })
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bits == Self::longest(self.first) {
            write!(out, "{}", self.first)
        } else {
            write!(out, "{}/{}", self.first, self.bits)
        }
    }
}

/// The client's address: the connection's, or where that is a trusted proxy the right-most one of `X-Forwarded-For` that is
/// none. Each proxy adds to the right whom it heard, so nothing to the left of that address is anybody's word but the client's.
/// Where it cannot be read, the proxy that passed it on counts.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut nearest = peer.to_canonical();
    if !is_trusted(nearest) {
        return nearest;
    }
    for line in headers.get_all(FORWARDED_FOR).iter().rev() {
        // A line that is no text is an unreadable address.
        for part in line.to_str().unwrap_or("?").rsplit(',') {
            let Some(address) = address_of(part) else { return nearest };
            nearest = address;
            if !is_trusted(nearest) {
                return nearest;
            }
        }
    }
    nearest
}

/// An address as proxies write it: alone, or with the port that the client had.
fn address_of(part: &str) -> Option<IpAddr> {
    let part = part.trim_matches([' ', '\t']);
    let bare = part.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = match bare {
        Some(inside) => inside.parse().ok().filter(IpAddr::is_ipv6),
        None => part.parse().ok().or_else(|| part.parse::<SocketAddr>().ok().map(|address| address.ip())),
    };
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn networks(texts: &[&str]) -> Vec<Network> {
        texts.iter().map(|text| text.parse().expect("a network")).collect()
    }

    #[test]
    fn the_rightmost_address_that_is_no_trusted_proxy_is_the_client() {
        let trusted = ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"];
        let table: &[(&str, &[&str], &[&str], &str)] = &[
            // Nobody is trusted, or not this one: whatever is said is not heard.
            ("198.51.100.7", &[], &[], "198.51.100.7"),
            ("198.51.100.7", &["203.0.113.9"], &[], "198.51.100.7"),
            ("198.51.100.7", &["203.0.113.9"], &trusted, "198.51.100.7"),
            ("192.0.2.2", &["203.0.113.9"], &trusted, "192.0.2.2"),
            ("11.0.0.1", &["203.0.113.9"], &trusted, "11.0.0.1"),
            // One proxy, and what a client said before it.
            ("192.0.2.1", &[], &trusted, "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9"], &trusted, "203.0.113.9"),
            ("192.0.2.1", &["127.0.0.1, 203.0.113.9"], &trusted, "203.0.113.9"),
            ("192.0.2.1", &["127.0.0.1", "203.0.113.9"], &trusted, "203.0.113.9"),
            ("192.0.2.1", &["10.0.0.1, 203.0.113.9"], &trusted, "203.0.113.9"),
            // Several proxies, in one line or in several.
            ("192.0.2.1", &["203.0.113.9, 10.1.2.3,10.9.9.9"], &trusted, "203.0.113.9"),
            ("192.0.2.1", &["203.0.113.9, 10.1.2.3", "10.9.9.9"], &trusted, "203.0.113.9"),
            ("2001:db8::1", &["2001:db9::5, 2001:db8:1::2"], &trusted, "2001:db9::5"),
            // A client within a trusted network: the farthest that was named.
            ("192.0.2.1", &["10.1.2.3, 10.9.9.9"], &trusted, "10.1.2.3"),
            // The same address in another notation.
            ("::ffff:192.0.2.1", &["::ffff:203.0.113.9"], &trusted, "203.0.113.9"),
            ("::ffff:198.51.100.7", &["203.0.113.9"], &trusted, "198.51.100.7"),
            ("192.0.2.1", &["203.0.113.9:4711"], &trusted, "203.0.113.9"),
            ("192.0.2.1", &["[2001:db9::5]:4711"], &trusted, "2001:db9::5"),
            ("192.0.2.1", &["[2001:db9::5]"], &trusted, "2001:db9::5"),
            // What cannot be read is passed over to nobody on its left.
            ("192.0.2.1", &["203.0.113.9, unknown"], &trusted, "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9, "], &trusted, "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9,, 10.1.2.3"], &trusted, "10.1.2.3"),
            ("192.0.2.1", &["203.0.113.9", ""], &trusted, "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9, [192.0.2.9]"], &trusted, "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9, 1.2.3"], &trusted, "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9, 0x7f.1"], &trusted, "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9, 010.0.0.1"], &trusted, "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9, fe80::1%eth0"], &trusted, "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9, 203.0.113.9 x"], &trusted, "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9, \u{e9}"], &trusted, "192.0.2.1"),
        ];
        for (peer, lines, trusted, expected) in table {
            let mut headers = HeaderMap::new();
            for line in *lines {
                let line = HeaderValue::from_bytes(line.as_bytes()).expect("bytes that a header may have");
                headers.append(FORWARDED_FOR, line);
            }
            let client = client_address(peer.parse().expect("an address"), &headers, &networks(trusted));
            assert_eq!(client.to_string(), *expected, "{peer} said {lines:?}");
        }
    }

    #[test]
    fn a_range_has_its_own_addresses_and_no_other() {
        let table = [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("10.0.0.0/8", "::a00:1", false),
            ("192.0.2.128/25", "192.0.2.128", true),
            ("192.0.2.128/25", "192.0.2.127", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7/32", "192.0.2.6", false),
            ("128.0.0.0/1", "255.0.0.1", true),
            ("128.0.0.0/1", "127.0.0.1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::", false),
            ("::1", "::1", true),
            ("::1/128", "::2", false),
            ("8000::/1", "ffff::", true),
        ];
        for (network, address, expected) in table {
            let network: Network = network.parse().expect("a network");
            assert_eq!(network.contains(address.parse().expect("an address")), expected, "{network} {address}");
            assert_eq!(network.to_string().parse(), Ok(network));
        }
    }

    #[test]
    fn what_is_no_network_is_refused_in_words() {
        let table = [
            ("", "is not an address"),
            ("proxy", "is not an address"),
            ("10.0.0.0/", "is not an address"),
            ("10.0.0.0/33", "is not an address"),
            ("10.0.0.0/+8", "is not an address"),
            ("10.0.0.0/256", "is not an address"),
            ("10.0.0.0/8/8", "is not an address"),
            ("::/129", "is not an address"),
            (" 10.0.0.1", "is not an address"),
            ("10.0.0.1:80", "is not an address"),
            ("10.0.0.1/8", "one address within a range"),
            ("2001:db8::1/64", "one address within a range"),
            ("0.0.0.0/0", "is everybody"),
            ("::/0", "is everybody"),
            ("::ffff:10.0.0.1", "write 10.0.0.1"),
        ];
        for (text, expected) in table {
            let said = text.parse::<Network>().expect_err(text);
            assert!(said.contains(expected), "{text}: {said}");
        }
    }
}
