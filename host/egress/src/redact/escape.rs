//! One character of a secret, as it may be written in JSON, in a URL or in HTML.

use std::str::from_utf8;

/// Digits of a character reference: `&#x10FFFF;` has six.
const REFERENCE_DIGITS_MAX: usize = 7;

const HTML_NAMES: [(&str, char); 5] = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\'')];

/// Backslashes that are taken for one escape: seven stand before a quotation mark in JSON within JSON within JSON.
const BACKSLASHES_MAX: usize = 8;
/// Backslashes that stand for one, once and twice over.
const OF_BACKSLASH: [usize; 2] = [2, 4];

/// How many bytes the ways take in which `text` can begin with `wanted`: as it is, escaped, and escaped twice over.
pub fn readings(text: &[u8], wanted: char, any_case: bool) -> [Option<usize>; 3] {
    let mut buffer = [0; 4];
    let raw = wanted.encode_utf8(&mut buffer).as_bytes();
    let [first, ..] = text else { return [None; 3] };
    let plain = text.starts_with(raw) || (any_case && first.eq_ignore_ascii_case(&raw[0]));
    let plain = plain.then_some(raw.len());
    let escaped = match first {
        b'\\' if wanted == '\\' && unicode(text).is_none() => {
            let [once, twice] = OF_BACKSLASH.map(|count| (backslashes(text) >= count).then_some(count));
            return [plain, once, twice];
        }
        b'\\' => json(text, wanted),
        b'%' => percent(text, raw),
        b'&' => html(text, wanted),
        b'+' if wanted == ' ' => Some(1),
        _ => None,
    };
    [plain, escaped, None]
}

/// The first byte of what the escape at the beginning of `text` stands for.
pub fn first(text: &[u8]) -> Option<u8> {
    let character = match text {
        [b'+', ..] => return Some(b' '),
        [b'%', ..] => return u8::try_from(number(text.get(1..3)?, 16)?).ok(),
        [b'\\', ..] => match unicode(text) {
            Some((unit, bytes)) => {
                let second = text.get(bytes..).and_then(unicode).unwrap_or_default().0;
                char::decode_utf16([unit, second]).next()?.ok()?
            }
            None => return text.get(backslashes(text)).copied(),
        },
        [b'&', ..] => reference(text)?.0,
        _ => return None,
    };
    let mut buffer = [0; 4];
    character.encode_utf8(&mut buffer).bytes().next()
}

/// How many backslashes `text` begins with, up to so many.
fn backslashes(text: &[u8]) -> usize {
    text.iter().take(BACKSLASHES_MAX).take_while(|byte| **byte == b'\\').count()
}

/// The UTF-16 unit of the escape at the beginning of `text`, and how long it is: `\u0041`, and in JSON within JSON
/// `\\u0041`.
fn unicode(text: &[u8]) -> Option<(u16, usize)> {
    let before = backslashes(text);
    let digits = text.get(before..)?.strip_prefix(b"u")?.get(..4)?;
    let unit = u16::try_from(number(digits, 16)?).ok()?;
    (before > 0).then_some((unit, before + 5))
}

fn json(text: &[u8], wanted: char) -> Option<usize> {
    if unicode(text).is_some() {
        let mut units = [0; 2];
        let mut at = 0;
        for wanted in wanted.encode_utf16(&mut units).iter() {
            let (unit, bytes) = unicode(text.get(at..)?)?;
            if unit != *wanted {
                return None;
            }
            at += bytes;
        }
        return Some(at);
    }
    let before = backslashes(text);
    let escaped = char::from(*text.get(before)?);
    let is_escape = escaped == wanted && matches!(wanted, '"' | '/' | '\'');
    is_escape.then_some(before + 1)
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
