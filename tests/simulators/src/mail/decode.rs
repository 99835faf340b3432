//! Letters out of what mail makes of them: quoted-printable, base64, and words in headers (RFC 2045, 2047).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A body by its transfer encoding, with plain line ends and without those at its end.
pub fn body(encoding: &str, content: &str) -> String {
    let text = match encoding.trim().to_ascii_lowercase().as_str() {
        "quoted-printable" => String::from_utf8_lossy(&quoted(&content.replace("=\r\n", ""))).into_owned(),
        "base64" => {
            let letters: String = content.split_whitespace().collect();
            String::from_utf8_lossy(&STANDARD.decode(letters).unwrap_or_default()).into_owned()
        }
        _ => content.to_owned(),
    };
    text.replace("\r\n", "\n").trim_end().to_owned()
}

fn quoted(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        if let Some(byte) = hex.filter(|_| *first == b'=') {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}

/// A header's value with its encoded words written out; space between two of them is none.
pub fn words(value: &str) -> String {
    let mut text = String::new();
    let mut after_word = false;
    let mut rest = value;
    while let Some((before, from)) = rest.split_once("=?") {
        let decoded = from.split_once("?=").and_then(|(inside, after)| Some((word(inside)?, after)));
        // The end of a word in Q that begins with `=` would be found too early; there the word is `X?Q?=…`.
        let decoded = decoded.or_else(|| {
            let (head, tail) = from.split_once("?Q?").or_else(|| from.split_once("?q?"))?;
            let (inside, after) = tail.split_once("?=")?;
            Some((word(&format!("{head}?Q?{inside}"))?, after))
        });
        let Some((decoded, after)) = decoded else { break };
        if !(after_word && before.trim().is_empty()) {
            text.push_str(before);
        }
        text.push_str(&decoded);
        (after_word, rest) = (true, after);
    }
    text.push_str(rest);
    text
}

/// `utf-8?B?…` or `utf-8?Q?…`.
fn word(inside: &str) -> Option<String> {
    let mut parts = inside.splitn(3, '?');
    let (charset, encoding, letters) = (parts.next()?, parts.next()?, parts.next()?);
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => STANDARD.decode(letters).ok()?,
        "Q" | "q" => quoted(&letters.replace('_', " ")),
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_headers_are_written_out() {
        for (value, expected) in [
            ("plain", "plain"),
            ("=?utf-8?b?44OR44K5?=", "パス"),
            ("a =?utf-8?Q?=C3=BC_b?= c", "a ü b c"),
            ("=?utf-8?b?44OR?= =?utf-8?b?44K5?=", "パス"),
            ("=?broken", "=?broken"),
        ] {
            assert_eq!(words(value), expected, "{value}");
        }
    }

    #[test]
    fn bodies_are_read_by_their_encoding() {
        assert_eq!(body("7bit", "a\r\nb\r\n"), "a\nb");
        assert_eq!(body("quoted-printable", "a=3Db =C3=BC=\r\n c\r\n"), "a=b ü c");
        assert_eq!(body("base64", "w7wg\r\nYg==\r\n"), "ü b");
    }
}
