//! One character of a secret, as it may be written in JSON, in a URL or in HTML.

use std::str::from_utf8;

/// Digits of a character reference: `&#x10FFFF;` has six.
const REFERENCE_DIGITS_MAX: usize = 7;

const HTML_NAMES: [(&str, char); 5] = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\'')];

/// How many bytes the two ways take in which `text` can begin with `wanted`: as it is, and escaped.
pub fn readings(text: &[u8], wanted: char, any_case: bool) -> [Option<usize>; 2] {
    let mut buffer = [0; 4];
    let raw = wanted.encode_utf8(&mut buffer).as_bytes();
    let [first, ..] = text else { return [None, None] };
    let plain = text.starts_with(raw) || (any_case && first.eq_ignore_ascii_case(&raw[0]));
    let escaped = match first {
        b'\\' => json(text, wanted),
        b'%' => percent(text, raw),
        b'&' => html(text, wanted),
        b'+' if wanted == ' ' => Some(1),
        _ => None,
    };
    [plain.then_some(raw.len()), escaped]
}

/// The first byte of what the escape at the beginning of `text` stands for.
pub fn first(text: &[u8]) -> Option<u8> {
    let character = match text {
        [b'+', ..] => return Some(b' '),
        [b'%', ..] => return u8::try_from(number(text.get(1..3)?, 16)?).ok(),
        [b'\\', b'u', ..] => {
            let unit = |at: usize| u16::try_from(number(text.get(at..at + 4)?, 16)?).ok();
            let units = [unit(2)?, unit(8).unwrap_or_default()];
            char::decode_utf16(units).next()?.ok()?
        }
        [b'\\', escaped, ..] => return Some(*escaped),
        [b'&', ..] => reference(text)?.0,
        _ => return None,
    };
    let mut buffer = [0; 4];
    character.encode_utf8(&mut buffer).bytes().next()
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
    reference(text).filter(|(character, _)| *character == wanted).map(|(_, bytes)| bytes)
}

/// The character reference at the beginning of `text`, and how long it is.
fn reference(text: &[u8]) -> Option<(char, usize)> {
    if let Some((name, character)) = HTML_NAMES.iter().find(|(name, _)| text.starts_with(name.as_bytes())) {
        return Some((*character, name.len()));
    }
    let (digits, prefix, radix) = match text.strip_prefix(b"&#")? {
        [b'x' | b'X', digits @ ..] => (digits, 3, 16),
        digits => (digits, 2, 10),
    };
    let length = digits.iter().take(REFERENCE_DIGITS_MAX + 1).position(|byte| *byte == b';')?;
    let character = char::from_u32(number(digits.get(..length)?, radix)?)?;
    Some((character, prefix + length + 1))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    // `from_str_radix` takes a sign.
    if !digits.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    u32::from_str_radix(from_utf8(digits).ok()?, radix).ok()
}
