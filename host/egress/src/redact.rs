//! Blacks secrets out of what others wrote: answers, headers, logs. A value is found as it is, and in every clothing in
//! which providers echo what they were sent: JSON, URL and HTML escapes, hexadecimal, base64 (alone, or as a part of
//! something longer such as `user:password`).

mod escape;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

/// What stands in a secret's place. No character that would need an escape in JSON, URLs, HTML or headers.
pub const BLACK: &str = "[secret]";

/// Knows some secrets, and finds them.
#[derive(Default)]
pub struct Redactor {
    patterns: Vec<Pattern>,
    /// Patterns by the first byte of what they find.
    by_first: Vec<Vec<usize>>,
}

struct Pattern {
    text: Zeroizing<String>,
    /// Hexadecimal is written in both cases.
    any_case: bool,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor(…)")
    }
}

impl Redactor {
    pub fn of<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut patterns = Vec::new();
        for value in values.into_iter().filter(|value| !value.is_empty()) {
            patterns.push(Pattern { text: Zeroizing::new(value.to_owned()), any_case: false });
            patterns.push(Pattern { text: hexadecimal(value), any_case: true });
            patterns.extend(base64_cores(value).into_iter().map(|text| Pattern { text, any_case: false }));
        }
        let mut by_first = vec![Vec::new(); 1 << u8::BITS];
        for (index, pattern) in patterns.iter().enumerate() {
            for first in pattern.first_bytes() {
                let Some(list) = by_first.get_mut(usize::from(first)) else { continue };
                list.push(index);
            }
        }
        Self { patterns, by_first }
    }

    /// Whether any secret is in there.
    pub fn finds(&self, text: &[u8]) -> bool {
        (0..text.len()).any(|at| self.end_of_secret(text, at).is_some())
    }

    /// The same with [`BLACK`] in place of every secret.
    pub fn black_out(&self, text: &[u8]) -> Vec<u8> {
        let mut clean = Vec::with_capacity(text.len());
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            if let Some(end) = self.end_of_secret(text, at) {
                clean.extend_from_slice(BLACK.as_bytes());
                at = end;
            } else {
                clean.push(*byte);
                at += 1;
            }
        }
        clean
    }

    pub fn black_out_text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.black_out(text.as_bytes())).into_owned()
    }

    /// Where the longest secret that begins at `at` ends.
    fn end_of_secret(&self, text: &[u8], at: usize) -> Option<usize> {
        let text = text.get(at..)?;
        let raw = self.longest(*text.first()?, text);
        let escaped = escape::first(text).and_then(|first| self.longest(first, text));
        raw.max(escaped).map(|bytes| at + bytes)
    }

    /// How long the longest secret is that begins with `first` and with which the text begins.
    fn longest(&self, first: u8, text: &[u8]) -> Option<usize> {
        let candidates = self.by_first.get(usize::from(first))?;
        candidates.iter().filter_map(|index| self.patterns.get(*index)?.length(text)).max()
    }
}

impl Pattern {
    /// What it can begin with, once it is unescaped.
    fn first_bytes(&self) -> Vec<u8> {
        let first = self.text.bytes().next().unwrap_or_default();
        let other = if self.any_case { first.to_ascii_uppercase() } else { first };
        if first == other { vec![first] } else { vec![first, other] }
    }

    /// How much of the text it takes, which begins with it.
    fn length(&self, text: &[u8]) -> Option<usize> {
        let mut end = 0;
        let mut wanted = self.text.chars();
        while let Some(next) = wanted.next() {
            let readings = escape::readings(text.get(end..)?, next, self.any_case);
            let mut bytes = readings.into_iter().flatten();
            match (bytes.next()?, bytes.next()) {
                (only, None) => end += only,
                _ => return self.longest_of(text, ends_of(readings, end).collect(), wanted),
            }
        }
        Some(end)
    }

    /// The rest, where the text can be read in several ways: all at once, so that hostile text costs no more than other
    /// text.
    fn longest_of(&self, text: &[u8], mut ends: Vec<usize>, rest: std::str::Chars<'_>) -> Option<usize> {
        for wanted in rest {
            let mut next = Vec::with_capacity(ends.len() + 1);
            for end in ends {
                next.extend(ends_of(escape::readings(text.get(end..)?, wanted, self.any_case), end));
            }
            next.sort_unstable();
            next.dedup();
            ends = next;
        }
        ends.into_iter().max()
    }
}

/// Where each of the readings ends that begin at `from`.
fn ends_of(readings: [Option<usize>; 3], from: usize) -> impl Iterator<Item = usize> {
    readings.into_iter().flatten().map(move |bytes| from + bytes)
}

fn hexadecimal(value: &str) -> Zeroizing<String> {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    let mut text = Zeroizing::new(String::with_capacity(value.len() * 2));
    for byte in value.bytes() {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 0xf));
    }
    text
}

/// What base64 makes of the value wherever it stands in something longer: the characters that its neighbours have no part
/// in, for each of the three ways in which bytes and characters can be aligned, in both alphabets.
fn base64_cores(value: &str) -> Vec<Zeroizing<String>> {
    let mut cores = Vec::new();
    // Bytes before the value, and characters that they have a part in.
    for (before, mixed_chars) in [(0, 0), (1, 2), (2, 3)] {
        let mut bytes = Zeroizing::new(vec![0; before]);
        bytes.extend_from_slice(value.as_bytes());
        let encoded = Zeroizing::new(STANDARD_NO_PAD.encode(&*bytes));
        // The last character also holds bits of what follows, unless the bytes fill it.
        let end = if bytes.len() % 3 == 0 { encoded.len() } else { encoded.len() - 1 };
        let Some(core) = encoded.get(mixed_chars..end).filter(|core| !core.is_empty()) else { continue };
        let core = Zeroizing::new(core.to_owned());
        if core.contains(['+', '/']) {
            cores.push(Zeroizing::new(core.replace('+', "-").replace('/', "_")));
        }
        cores.push(core);
    }
    cores
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "s3/+&\"k%y'ü<7\\é😀z";

    fn blacked(text: &str) -> String {
        Redactor::of([SECRET]).black_out_text(text)
    }

    fn each<T>(parts: impl Iterator<Item = T>, written: impl Fn(T) -> String) -> String {
        parts.map(written).collect::<Vec<_>>().concat()
    }

    #[test]
    fn a_secret_is_found_in_every_clothing() {
        let hex = hexadecimal(SECRET).to_string();
        let percent = each(SECRET.bytes(), |byte| format!("%{byte:02X}"));
        let unicode = each(SECRET.encode_utf16(), |unit| format!("\\u{unit:04x}"));
        let numbers = each(SECRET.chars(), |c| format!("&#{};", u32::from(c)));
        let hex_numbers = each(SECRET.chars(), |c| format!("&#x{:X};", u32::from(c)));
        let json = serde_json::to_string(SECRET).expect("a string");
        let twice = serde_json::to_string(json.trim_matches('"')).expect("a string");
        let clothings = [
            SECRET.to_owned(),
            hex.to_uppercase(),
            hex,
            percent.to_lowercase(),
            percent,
            unicode.to_uppercase().replace("\\U", "\\u"),
            unicode.replace('\\', "\\\\"),
            unicode,
            numbers,
            hex_numbers,
            json.trim_matches('"').to_owned(),
            twice.trim_matches('"').to_owned(),
            json.trim_matches('"').replace('/', "\\/"),
            url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect(),
            SECRET.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&apos;"),
            SECRET.replace('&', "\\u0026").replace('<', "\\u003C"),
        ];
        for clothing in clothings {
            assert_eq!(blacked(&format!("{{\"a\":\"{clothing}\"}}")), "{\"a\":\"[secret]\"}", "{clothing}");
        }
    }

    #[test]
    fn base64_is_found_wherever_the_secret_stands_in_it() {
        for before in ["", "a", "ab", "abc", "client:"] {
            for after in ["", "x", "xy", "xyz"] {
                let whole = format!("{before}{SECRET}{after}");
                for engine in [&STANDARD, &URL_SAFE, &URL_SAFE_NO_PAD] {
                    let text = engine.encode(&whole);
                    assert!(blacked(&text).contains(BLACK), "{before} {after}");
                    let escaped: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
                    assert!(blacked(&escaped).contains(BLACK), "{before} {after}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_secret_stays_byte_for_byte() {
        let redactor = Redactor::of(["planted-secret", "other-secret"]);
        let bytes: Vec<u8> = (0..=u8::MAX).chain(*b"planted-secre planted\\u00 %70lanted +&#112;& \\").collect();
        assert_eq!(redactor.black_out(&bytes), bytes);
        assert!(!redactor.finds(&bytes));
        assert_eq!(Redactor::default().black_out(&bytes), bytes);
    }

    #[test]
    fn several_secrets_and_one_inside_another_are_all_blacked_out() {
        let redactor = Redactor::of(["secret-1", "secret-1-longer", "second"]);
        assert_eq!(redactor.black_out_text("secret-1-longer second,secret-1!"), "[secret] [secret],[secret]!");
    }

    #[test]
    fn a_redactor_says_nothing_of_what_it_knows() {
        assert!(!format!("{:?}", Redactor::of(["planted-secret"])).contains("planted"));
    }

    proptest! {
        #[test]
        fn no_secret_survives_and_valid_json_stays_valid(
            secret in "[ -~]{6,40}", before in "[a-z\",:\\\\/ ]{0,20}", after in "\\PC{0,20}",
        ) {
            // What JSON itself consists of cannot be a secret of any worth.
            prop_assume!(!secret.trim_matches([' ', '"', '\\', '/', ':', ',']).is_empty());
            let body = serde_json::json!({ "k": format!("{before}{secret}{after}") }).to_string();
            let clean = Redactor::of([secret.as_str()]).black_out_text(&body);
            prop_assert!(clean.contains(BLACK));
            if !BLACK.contains(&secret) {
                let read = serde_json::from_str::<serde_json::Value>(&clean);
                if let Ok(read) = read {
                    prop_assert!(!read["k"].as_str().unwrap_or_default().contains(&secret));
                }
            }
        }

        #[test]
        fn hostile_text_is_survived(text: Vec<u8>, secret in "\\PC{6,20}") {
            let clean = Redactor::of([secret.as_str()]).black_out(&text);
            prop_assert!(clean.len() <= text.len() + BLACK.len() * text.len());
        }
    }
}
