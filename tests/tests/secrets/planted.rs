//! Secrets that were planted, and the search for them in whatever clothing. It shares nothing with the host's own search,
//! which it is to judge.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shorter pieces are found by chance.
const PATTERN_BYTES_MIN: usize = 8;

#[derive(Clone)]
struct Pattern {
    /// "client-secret in base64".
    name: String,
    text: String,
}

/// Every secret of one installation.
#[derive(Clone, Default)]
pub struct Planted {
    patterns: Vec<Pattern>,
    known: BTreeSet<String>,
}

impl Planted {
    /// One more, which is a secret from now on; a known one changes nothing.
    pub fn add(&mut self, name: &str, secret: &str) {
        assert!(secret.len() >= PATTERN_BYTES_MIN, "{name} is too short to be looked for");
        if self.known.insert(secret.to_owned()) {
            let pattern = |(clothing, text)| Pattern { name: format!("{name} {clothing}"), text };
            self.patterns.extend(clothings(secret).into_iter().map(pattern));
        }
    }

    /// The id and the secret as they stand together in `Authorization: Basic`.
    pub fn add_pair(&mut self, name: &str, (id, secret): (&str, &str)) {
        self.add(name, secret);
        self.add(&format!("{name} behind its id"), &format!("{id}:{secret}"));
    }

    /// What is in there, each once.
    pub fn search(&self, bytes: &[u8]) -> BTreeSet<&str> {
        // The standard library's search in text is quick in a build without optimisation too; what is no text stays apart.
        let text = String::from_utf8_lossy(bytes);
        let found = self.patterns.iter().filter(|pattern| text.contains(&pattern.text));
        found.map(|pattern| pattern.name.as_str()).collect()
    }
}

/// As it is, and as it is written in JSON, HTML, addresses, dumps and headers. Of base64 also what stands in the middle of
/// something longer, for each of the three ways in which bytes can lie in it.
fn clothings(secret: &str) -> Vec<(&'static str, String)> {
    let json = serde_json::to_string(secret).expect("text is JSON");
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let hex = |upper: bool| -> String {
        secret.bytes().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }).collect()
    };
    let mut all = vec![
        ("as it is", secret.to_owned()),
        ("in JSON", json.trim_matches('"').to_owned()),
        ("in HTML", html.replace('\'', "&#x27;")),
        ("in an address", url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()),
        ("percent by percent", secret.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))),
        ("unit by unit", secret.encode_utf16().fold(String::new(), |text, unit| text + &format!("\\u{unit:04x}"))),
        ("in hexadecimal", hex(false)),
        ("in hexadecimal", hex(true)),
    ];
    for before in 0..3 {
        let bytes = [&vec![b'x'; before], secret.as_bytes()].concat();
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(&bytes);
            // The first characters hold bits of what stands before, the last one may hold bits of what follows.
            let (start, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
            all.push(("in base64", text[start..end].to_owned()));
        }
    }
    let mut seen = BTreeSet::new();
    all.retain(|(_, text)| text.len() >= PATTERN_BYTES_MIN && seen.insert(text.clone()));
    all
}
