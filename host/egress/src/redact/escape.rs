//! One character of a secret, as it may be written in JSON, in a URL or in HTML.

use std::str::from_utf8;

/// Digits of a character reference: `&#x10FFFF;` has six.
const REFERENCE_DIGITS_MAX: usize = 7;

const HTML_NAMES: [(&str, char); 5] = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\'')];

/// Calls `found` with the length of every way in which `text` begins with `wanted`.
pub fn readings(text: &[u8], wanted: char, any_case: bool, mut found: impl FnMut(usize)) {
    let mut buffer = [0; 4];
    let raw = wanted.encode_utf8(&mut buffer).as_bytes();
    let Some(first) = text.first() else { return };
    if text.starts_with(raw) || (any_case && first.eq_ignore_ascii_case(&raw[0])) {
        found(raw.len());
    }
    match first {
        b'\\' => {
            if let Some(bytes) = json(text, wanted) {
                found(bytes);
            }
        }
        b'%' => {
            if let Some(bytes) = percent(text, raw) {
                found(bytes);
            }
        }
        b'&' => {
            if let Some(bytes) = html(text, wanted) {
                found(bytes);
            }
        }
        b'+' if wanted == ' ' => found(1),
        _ => {}
    }
}

fn json(text: &[u8], wanted: char) -> Option<usize> {
    if text.get(1) == Some(&b'u') {
        let mut units = [0; 2];
        let units = wanted.encode_utf16(&mut units);
        let mut at = 0;
        for unit in units.iter() {
            let escape = text.get(at..at + 6)?;
            let digits = escape.strip_prefix(b"\\u")?;
            if number(digits, 16)? != u32::from(*unit) {
                return None;
            }
            at += escape.len();
        }
        return Some(at);
    }
    let escaped = char::from(*text.get(1)?);
    (escaped == wanted && matches!(wanted, '"' | '\\' | '/' | '\'')).then_some(2)
}

fn percent(text: &[u8], raw: &[u8]) -> Option<usize> {
    for (index, byte) in raw.iter().enumerate() {
        let escape = text.get(index * 3..index * 3 + 3)?;
        if number(escape.strip_prefix(b"%")?, 16)? != u32::from(*byte) {
            return None;
        }
    }
    Some(raw.len() * 3)
}

fn html(text: &[u8], wanted: char) -> Option<usize> {
    if let Some((name, _)) = HTML_NAMES.iter().find(|(name, c)| *c == wanted && text.starts_with(name.as_bytes())) {
        return Some(name.len());
    }
    let (digits, prefix, radix) = match text.strip_prefix(b"&#")? {
        [b'x' | b'X', digits @ ..] => (digits, 3, 16),
        digits => (digits, 2, 10),
    };
    let length = digits.iter().take(REFERENCE_DIGITS_MAX + 1).position(|byte| *byte == b';')?;
    (number(digits.get(..length)?, radix)? == u32::from(wanted)).then_some(prefix + length + 1)
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    // `from_str_radix` takes a sign.
    if !digits.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    u32::from_str_radix(from_utf8(digits).ok()?, radix).ok()
}
