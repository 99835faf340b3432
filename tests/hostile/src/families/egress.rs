//! Requests to where no request may go, and requests that are more than one.

use std::net::IpAddr;
use std::sync::Arc;

use tollgate_billing::ports::SendFailure;
use tollgate_guests::value::{Value, pair};

use crate::attack::Attack;
use crate::ground::{Careless, Ground};
use crate::rooms::{Plan, Rooms};
use crate::senders::{GRANTED, Senders, request, sender};
use crate::trap::Trap;

pub fn attacks() -> Vec<Attack> {
    let mut attacks: Vec<Attack> = ADDRESSES.iter().enumerate().map(|(number, row)| address(number, *row)).collect();
    attacks.extend(HEADERS.iter().enumerate().map(|(number, row)| header(ADDRESSES.len() + number, *row)));
    attacks.extend(NAMES.iter().map(|row| rebinding(*row)));
    attacks.extend([redirect(), live(), ungranted()]);
    attacks
}

/// Each: name, what it tries, the address (PORT is the trap's), what the refusal says.
type Row = (&'static str, &'static str, &'static str, &'static str);

const ADDRESSES: [Row; 36] = [
    ("ip-decimal", "writes 127.0.0.1 as one number", "https://2130706433:PORT/", "a number"),
    ("ip-hexadecimal", "writes 127.0.0.1 in hexadecimal", "https://0x7f000001:PORT/", "a number"),
    ("ip-octal", "writes 127.0.0.1 in octal", "https://0177.0.0.01:PORT/", "a number"),
    ("ip-short", "writes 127.0.0.1 as 127.1", "https://127.1:PORT/", "a number"),
    ("ip-wide-digits", "writes 127.0.0.1 in full-width digits", "https://１２７.０.０.１:PORT/", "a number"),
    ("ip-other-dots", "writes 127.0.0.1 with ideographic points", "https://127。0。0。1:PORT/", "a number"),
    ("ip-escaped", "writes 127.0.0.1 percent-encoded", "https://%31%32%37.0.0.1:PORT/", "a number"),
    ("ip-trailing-dot", "writes 127.0.0.1 with a point behind it", "https://127.0.0.1.:PORT/", "a number"),
    ("ipv6-loopback", "asks this machine by IPv6", "https://[::1]:PORT/", "a number"),
    (
        "ipv6-mapped",
        "asks this machine by an IPv4 address within IPv6",
        "http://[::ffff:127.0.0.1]:PORT/",
        "plain http",
    ),
    ("ipv6-mapped-hexadecimal", "the same in hexadecimal", "http://[::ffff:7f00:1]:PORT/", "plain http"),
    ("ipv6-translated", "asks this machine through NAT64", "https://[64:ff9b::7f00:1]:PORT/", "a number"),
    ("ipv6-unspecified", "asks this machine as no address", "http://[::]:PORT/", "plain http"),
    ("ip-unspecified", "asks this machine as 0.0.0.0", "http://0.0.0.0:PORT/", "plain http"),
    ("other-loopback", "asks this machine as 127.0.0.2", "http://127.0.0.2:PORT/", "not granted"),
    ("same-loopback", "asks another service of this machine", "http://127.0.0.1:PORT/", "not granted"),
    ("cloud-metadata", "asks the cloud's metadata", "http://169.254.169.254/latest/meta-data/", "plain http"),
    ("cloud-metadata-ipv6", "asks the cloud's metadata by IPv6", "https://[fd00:ec2::254]/latest/", "a number"),
    ("private-network", "asks a neighbour in the network", "https://10.0.0.1/", "a number"),
    ("localhost", "asks localhost over TLS", "https://localhost:PORT/", "never goes to this machine"),
    ("localhost-trailing-dot", "asks localhost with a point behind it", "http://localhost.:PORT/", "plain http"),
    ("localhost-beneath", "asks a name beneath localhost", "https://a.localhost:PORT/", "never goes to this machine"),
    (
        "userinfo",
        "puts the granted name before the real one",
        "https://api.example.com@127.0.0.1:PORT/",
        "user information",
    ),
    (
        "userinfo-with-password",
        "the same with a password",
        "https://api.example.com:443@evil.example/",
        "user information",
    ),
    ("backslash", "lets two readers find two hosts", "https://evil.example\\@api.example.com/", "backslash"),
    ("mixed-case", "writes a stranger's name in mixed case", "https://EVIL.Example/", "not granted"),
    ("other-port", "asks the granted name at another port", "https://api.example.com:8443/", "not granted"),
    ("trailing-dot", "writes the granted name with a point behind it", "https://api.example.com./", "not granted"),
    ("suffix", "puts the granted name before its own", "https://api.example.com.evil.example/", "not granted"),
    ("prefix", "puts its own before the granted name", "https://evil-api.example.com/", "not granted"),
    ("look-alike", "writes the granted name with a Cyrillic letter", "https://аpi.example.com/", "not granted"),
    ("no-tls", "asks the granted name without TLS", "http://api.example.com/", "plain http"),
    ("file-scheme", "reads a file of the host", "file:///etc/passwd", "no host"),
    ("gopher-scheme", "speaks another protocol through a URL", "gopher://127.0.0.1:PORT/_GET", "not https"),
    (
        "crlf-in-url",
        "ends the request within the address",
        "https://api.example.com/ HTTP/1.1\r\nhost: evil",
        "a space",
    ),
    ("tab-in-host", "hides a tab in the host", "https://api.exam\tple.com.evil.example/", "a space"),
];

/// The requests of all addresses, then of all headers.
fn requests(trap: &Trap) -> Vec<Value> {
    let addresses = ADDRESSES.iter().map(|(_, _, url, _)| request(&url.replace("PORT", &trap.port.to_string())));
    let headers = HEADERS.iter().map(|(_, _, header, value)| {
        request(&format!("http://{}/", trap.host())).with("headers", Value::List(vec![pair(header, value)]))
    });
    addresses.chain(headers).collect()
}

async fn senders(ground: &Ground) -> Arc<Senders> {
    ground.shared("egress", || Senders::of(ground, requests)).await
}

fn address(number: usize, (name, tries, _, words): Row) -> Attack {
    Attack::new("egress", name, tries, move |ground: Ground| async move {
        let senders = senders(&ground).await;
        let mut granted = vec![GRANTED.to_owned()];
        if ground.careless == Careless::Grants {
            granted.push(senders.trap.host());
        }
        senders.send(number, granted).await?.denied(words)
    })
}

/// Each: name, what it tries, header, value.
const HEADERS: [Row; 10] = [
    ("header-host", "asks for another host by its header", "Host", "evil.example"),
    ("header-proxy", "authorises itself at the host's proxy", "Proxy-Authorization", "Basic eDp5"),
    ("header-proxy-connection", "speaks to a proxy on the way", "proxy-connection", "keep-alive"),
    ("header-length", "says another length, to smuggle a second request", "Content-Length", "0"),
    ("header-chunks", "says that its body comes in chunks", "Transfer-Encoding", "chunked"),
    ("header-upgrade", "turns the connection into another protocol", "Upgrade", "websocket"),
    ("header-crlf", "ends the header and begins another", "x-a", "b\r\nhost: evil.example"),
    ("header-newline", "the same with a newline alone", "x-a", "b\nhost: evil.example"),
    ("header-name-crlf", "ends the header in its name", "x-a: b\r\nhost", "evil.example"),
    ("header-zero", "cuts the header with a zero byte", "x-a", "b\0c"),
];

fn header(number: usize, (name, tries, _, _): Row) -> Attack {
    Attack::new("egress", name, tries, move |ground: Ground| async move {
        let senders = senders(&ground).await;
        senders.send(number, vec![senders.trap.host()]).await?.denied("header")
    })
}

/// Each: name, what it tries, the address that the name service answers; the refusal is the same.
const NAMES: [Row; 6] = [
    ("rebind-to-loopback", "lets a granted name lead to this machine", "127.0.0.1", ""),
    ("rebind-to-metadata", "lets a granted name lead to the cloud's metadata", "169.254.169.254", ""),
    ("rebind-to-network", "lets a granted name lead into the network", "192.168.1.1", ""),
    ("rebind-to-mapped", "lets a granted name lead to this machine within IPv6", "::ffff:127.0.0.1", ""),
    ("rebind-to-translated", "lets a granted name lead to this machine through NAT64", "64:ff9b::7f00:1", ""),
    ("rebind-to-tunnel", "lets a granted name lead to this machine through 6to4", "2002:7f00:1::", ""),
];

fn rebinding((name, tries, address, _): Row) -> Attack {
    Attack::new("egress", name, tries, move |ground: Ground| async move {
        let addresses: Vec<IpAddr> = address.parse().into_iter().collect();
        let plan = Plan {
            granted: vec![GRANTED.to_owned()],
            addresses,
            ..Plan::of(ground.patient(), &sender(request("https://api.example.com/")))
        };
        let rooms = Rooms::open(plan).await;
        let shown = rooms.shown().await?;
        let outcome = rooms.egress.outcomes.lock().first().cloned();
        match outcome {
            Some(Err(SendFailure::Unavailable(why))) if why.contains("private network") => {
                Ok(format!("not connected: {why}"))
            }
            other => Err(format!("{other:?}, and the plugin shows {shown}")),
        }
    })
}

fn redirect() -> Attack {
    let tries = "has its provider send the host on to another address";
    Attack::new("egress", "redirect", tries, |ground: Ground| async move {
        let trap = Trap::open().await;
        let guest = sender(request(&format!("http://{}/redirect", trap.host())));
        let rooms = Rooms::with_provider(ground.patient(), &guest, &trap).await;
        rooms.shown().await?;
        let outcome = rooms.egress.outcomes.lock().first().cloned();
        let followed = trap.seen().iter().any(|request| request.contains("/reached"));
        match outcome {
            Some(Ok(response)) if response.status == 302 && !followed => {
                Ok("the redirect is the plugin's answer, 302, and was not followed".to_owned())
            }
            other => Err(format!("followed: {followed}, {other:?}")),
        }
    })
}

fn live() -> Attack {
    Attack::new(
        "egress",
        "request-in-live-mode",
        "asks this machine where money is real",
        |ground: Ground| async move {
            let live = ground.careless != Careless::Environment;
            let senders = Senders::with(&ground, |trap| vec![request(&format!("http://{}/", trap.host()))], live).await;
            senders.send(0, vec![senders.trap.host()]).await?.denied("not https")
        },
    )
}

fn ungranted() -> Attack {
    let tries = "asks a host that it named and staff did not grant";
    Attack::new("egress", "host-that-was-not-granted", tries, |ground: Ground| async move {
        let senders = Senders::of(&ground, |_| vec![request("https://api.example.com/")]).await;
        senders.send(0, Vec::new()).await?.denied("is not granted")
    })
}
