//! Which addresses are the public internet. Everything else (the machine itself, its network, its provider's metadata
//! service, tunnels that lead back to them) is never connected to, whatever a name resolves to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ranges of IPv4 that are not the public internet: first address and length of the prefix.
const CLOSED_V4: [(Ipv4Addr, u32); 18] = [
    // This network.
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Carriers' NAT.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local: clouds' metadata services too.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    // Protocol assignments.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation.
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    // AS112, which answers for private names.
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    // Automatic multicast tunnels.
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    // Relays of 6to4.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    // Benchmarks.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, and broadcast.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// Only this is given out as global unicast: loopback, mapped and compatible IPv4, NAT64, discard, unique local,
/// link-local, site-local and multicast all lie outside.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What of [`GLOBAL_V6`] is closed all the same.
const CLOSED_V6: [(Ipv6Addr, u32); 5] = [
    // Protocol assignments: Teredo, benchmarks, ORCHID.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation.
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4: an IPv4 address in disguise.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    // AS112.
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    // Documentation.
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether a provider on the public internet can have this address.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !CLOSED_V4.iter().any(|range| within_v4(address, *range)),
        IpAddr::V6(address) => {
            within_v6(address, GLOBAL_V6) && !CLOSED_V6.iter().any(|range| within_v6(address, *range))
        }
    }
}

/// Both lengths are 1 to the width, so that the shift stays below it.
fn within_v4(address: Ipv4Addr, (first, prefix_bits): (Ipv4Addr, u32)) -> bool {
    (address.to_bits() ^ first.to_bits()) >> (u32::BITS - prefix_bits) == 0
}

fn within_v6(address: Ipv6Addr, (first, prefix_bits): (Ipv6Addr, u32)) -> bool {
    (address.to_bits() ^ first.to_bits()) >> (u128::BITS - prefix_bits) == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// First and last address of every range that is closed, and what lies just outside where that is open.
    const TABLE: [(&str, bool); 118] = [
        ("0.0.0.0", false),
        ("0.0.0.1", false),
        ("0.255.255.255", false),
        ("1.0.0.0", true),
        ("1.1.1.1", true),
        ("8.8.8.8", true),
        ("9.255.255.255", true),
        ("10.0.0.0", false),
        ("10.255.255.255", false),
        ("11.0.0.0", true),
        ("100.63.255.255", true),
        ("100.64.0.0", false),
        ("100.100.100.200", false),
        ("100.127.255.255", false),
        ("100.128.0.0", true),
        ("126.255.255.255", true),
        ("127.0.0.0", false),
        ("127.0.0.1", false),
        ("127.255.255.255", false),
        ("128.0.0.0", true),
        ("169.253.255.255", true),
        ("169.254.0.0", false),
        ("169.254.169.254", false),
        ("169.254.255.255", false),
        ("169.255.0.0", true),
        ("172.15.255.255", true),
        ("172.16.0.0", false),
        ("172.31.255.255", false),
        ("172.32.0.0", true),
        ("191.255.255.255", true),
        ("192.0.0.0", false),
        ("192.0.0.8", false),
        ("192.0.0.170", false),
        ("192.0.0.255", false),
        ("192.0.1.0", true),
        ("192.0.2.0", false),
        ("192.0.2.255", false),
        ("192.0.3.0", true),
        ("192.31.195.255", true),
        ("192.31.196.0", false),
        ("192.31.196.255", false),
        ("192.31.197.0", true),
        ("192.52.193.0", false),
        ("192.52.193.255", false),
        ("192.88.98.255", true),
        ("192.88.99.0", false),
        ("192.88.99.1", false),
        ("192.88.99.255", false),
        ("192.88.100.0", true),
        ("192.167.255.255", true),
        ("192.168.0.0", false),
        ("192.168.255.255", false),
        ("192.169.0.0", true),
        ("192.175.48.0", false),
        ("192.175.48.255", false),
        ("192.175.49.0", true),
        ("198.17.255.255", true),
        ("198.18.0.0", false),
        ("198.19.255.255", false),
        ("198.20.0.0", true),
        ("198.51.99.255", true),
        ("198.51.100.0", false),
        ("198.51.100.255", false),
        ("198.51.101.0", true),
        ("203.0.112.255", true),
        ("203.0.113.0", false),
        ("203.0.113.255", false),
        ("203.0.114.0", true),
        ("223.255.255.255", true),
        ("224.0.0.0", false),
        ("239.255.255.255", false),
        ("240.0.0.0", false),
        ("255.255.255.254", false),
        ("255.255.255.255", false),
        ("::", false),
        ("::1", false),
        ("::2", false),
        // Compatible and mapped IPv4, of private and of public addresses.
        ("::127.0.0.1", false),
        ("::8.8.8.8", false),
        ("::ffff:127.0.0.1", false),
        ("::ffff:10.0.0.1", false),
        ("::ffff:169.254.169.254", false),
        ("::ffff:8.8.8.8", false),
        ("::ffff:0:127.0.0.1", false),
        // NAT64, both prefixes.
        ("64:ff9b::127.0.0.1", false),
        ("64:ff9b::8.8.8.8", false),
        ("64:ff9b:1::1", false),
        // Discard only.
        ("100::1", false),
        ("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
        ("2000::", true),
        ("2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true),
        // Teredo, benchmarks, ORCHID.
        ("2001::1", false),
        ("2001:0:7f00:1::", false),
        ("2001:2::1", false),
        ("2001:10::1", false),
        ("2001:20::1", false),
        ("2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", false),
        ("2001:200::", true),
        ("2001:4860:4860::8888", true),
        ("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", true),
        ("2001:db8::1", false),
        ("2001:db9::", true),
        // 6to4 of 127.0.0.1 and of 8.8.8.8.
        ("2002:7f00:1::", false),
        ("2002:808:808::1", false),
        ("2003::1", true),
        ("2606:4700:4700::1111", true),
        ("2620:4f:8000::1", false),
        ("2a00:1450:4001:81b::200e", true),
        ("3ffe:ffff::1", true),
        ("3fff::1", false),
        ("3fff:fff:ffff::1", false),
        ("3fff:1000::1", true),
        ("4000::", false),
        ("5f00::1", false),
        ("fc00::1", false),
        ("fd00:ec2::254", false),
        ("fe80::1", false),
        ("ff02::1", false),
    ];

    #[test]
    fn every_closed_range_is_closed_to_its_edges_and_nothing_beside_it() {
        for (text, public) in TABLE {
            let address: IpAddr = text.parse().expect("an address");
            assert_eq!(is_public(address), public, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_the_standard_library_knows_to_be_closed_is_closed(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let closed = address.is_private() || address.is_loopback() || address.is_link_local()
                || address.is_multicast() || address.is_broadcast() || address.is_documentation()
                || address.is_unspecified();
            prop_assert!(!closed || !is_public(IpAddr::V4(address)));
        }

        #[test]
        fn no_ipv4_address_gets_out_in_ipv6_clothes(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let low = u128::from(bits);
            let nat64 = (0x0064_ff9b_u128 << 96) | low;
            let six_to_four = (0x2002_u128 << 112) | (low << 80);
            prop_assert!(!is_public(IpAddr::V6(address.to_ipv6_mapped())));
            prop_assert!(!is_public(IpAddr::V6(address.to_ipv6_compatible())));
            prop_assert!(!is_public(IpAddr::V6(Ipv6Addr::from_bits(nat64))));
            prop_assert!(!is_public(IpAddr::V6(Ipv6Addr::from_bits(six_to_four))));
        }

        #[test]
        fn what_the_standard_library_knows_to_be_closed_in_ipv6_is_closed(bits: u128) {
            let address = Ipv6Addr::from_bits(bits);
            let closed = address.is_loopback() || address.is_multicast() || address.is_unicast_link_local()
                || address.is_unique_local() || address.is_unspecified();
            prop_assert!(!closed || !is_public(IpAddr::V6(address)));
        }
    }
}
