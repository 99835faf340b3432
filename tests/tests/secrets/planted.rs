//! Secrets that were planted, and the search for them in whatever clothing. It shares nothing with the host's own search,
//! which it is to judge.

use std::collections::{BTreeSet, HashMap};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shorter pieces are found by chance.
const PATTERN_BYTES_MIN: usize = 16;
/// So many bytes are compared at first.
const GRAM_BYTES: usize = 8;
/// Looking at every ninth place finds all: wherever a pattern lies, one of these places begins a whole gram of it.
const STEP_BYTES: usize = PATTERN_BYTES_MIN - GRAM_BYTES + 1;
const SIEVE_BITS: u32 = 18;

#[derive(Clone)]
struct Pattern {
    /// "client-secret in base64".
    name: String,
    text: String,
}

/// Where a gram stands: in which pattern, and how far from its beginning.
#[derive(Clone, Copy)]
struct Place {
    pattern: usize,
    offset: usize,
}

/// Every secret of one installation. There are thousands of patterns in the end, and looking for one after the other in all
/// that was said took longer than everything else together.
#[derive(Clone)]
pub struct Planted {
    patterns: Vec<Pattern>,
    known: BTreeSet<String>,
    grams: HashMap<u64, Vec<Place>>,
    /// Whether any gram of this slot is known; most of what is looked at is in none.
    sieve: Vec<bool>,
}

impl Default for Planted {
    fn default() -> Self {
        let sieve = vec![false; 1 << SIEVE_BITS];
        Self { patterns: Vec::new(), known: BTreeSet::new(), grams: HashMap::new(), sieve }
    }
}

impl Planted {
    /// One more, which is a secret from now on; a known one changes nothing.
    pub fn add(&mut self, name: &str, secret: &str) {
        assert!(secret.len() >= PATTERN_BYTES_MIN, "{name} is too short to be looked for");
        if self.known.insert(secret.to_owned()) {
            for (clothing, text) in clothings(secret) {
                self.add_pattern(Pattern { name: format!("{name} {clothing}"), text });
            }
        }
    }

    fn add_pattern(&mut self, pattern: Pattern) {
        for offset in 0..STEP_BYTES {
            let gram = gram_at(pattern.text.as_bytes(), offset).expect("a pattern is longer than its first grams");
            self.sieve[slot(gram)] = true;
            self.grams.entry(gram).or_default().push(Place { pattern: self.patterns.len(), offset });
        }
        self.patterns.push(pattern);
    }

    /// The id and the secret as they stand together in `Authorization: Basic`.
    pub fn add_pair(&mut self, name: &str, (id, secret): (&str, &str)) {
        self.add(name, secret);
        self.add(&format!("{name} behind its id"), &format!("{id}:{secret}"));
    }

    /// What is in there, each once.
    pub fn search(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut at = 0;
        while let Some(gram) = gram_at(bytes, at) {
            if self.sieve[slot(gram)] {
                found.extend(self.around(bytes, at, gram));
            }
            at += STEP_BYTES;
        }
        found
    }

    /// Patterns that are there as a whole and have this gram at this place.
    fn around<'a>(&'a self, bytes: &[u8], at: usize, gram: u64) -> impl Iterator<Item = &'a str> {
        let places = self.grams.get(&gram).map(Vec::as_slice).unwrap_or_default().iter();
        places.filter_map(move |place| {
            let Pattern { name, text } = &self.patterns[place.pattern];
            let begins = at.checked_sub(place.offset)?;
            bytes[begins..].starts_with(text.as_bytes()).then_some(name.as_str())
        })
    }
}

fn gram_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + GRAM_BYTES)?.try_into().ok().map(u64::from_le_bytes)
}

fn slot(gram: u64) -> usize {
    // The multiplier is an odd number without a pattern, so that grams which differ anywhere differ in the upper bits.
    let mixed = gram.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - SIEVE_BITS);
    usize::try_from(mixed).expect("fewer bits than any address has")
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
