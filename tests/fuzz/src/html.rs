//! Reads HTML as a browser takes it apart, to see what a page would do. Written apart from the host's own checks.

/// A tag as it stands in a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Tag {
    /// In small letters.
    pub name: String,
    pub is_end: bool,
    /// Names in small letters, values without their escapes.
    pub attributes: Vec<(String, String)>,
}

/// Every tag, in order. Comments and declarations are tags called `!`.
#[must_use]
pub fn tags(html: &str) -> Vec<Tag> {
    let (mut tags, mut rest) = (Vec::new(), html);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let is_end = rest.starts_with('/');
        let inside = rest.strip_prefix('/').unwrap_or(rest);
        match inside.chars().next() {
            Some('!' | '?') => tags.push(Tag { name: "!".to_owned(), is_end, attributes: Vec::new() }),
            Some(first) if first.is_ascii_alphabetic() => {
                let end = inside.find(|letter: char| is_space(letter) || matches!(letter, '/' | '>'));
                let (name, mut after) = inside.split_at(end.unwrap_or(inside.len()));
                let mut attributes = Vec::new();
                while let Some((attribute, left)) = attribute(after) {
                    attributes.push(attribute);
                    after = left;
                }
                tags.push(Tag { name: name.to_ascii_lowercase(), is_end, attributes });
                rest = after;
            }
            _ => {}
        }
    }
    tags
}

/// The next attribute of a tag and what follows it; `None` at the tag's end.
fn attribute(text: &str) -> Option<((String, String), &str)> {
    let text = text.trim_start_matches(|letter| is_space(letter) || letter == '/');
    if text.is_empty() || text.starts_with('>') {
        return None;
    }
    let end = text.char_indices().skip(1).find(|(_, letter)| is_space(*letter) || matches!(letter, '/' | '>' | '='));
    let (name, after) = text.split_at(end.map_or(text.len(), |(at, _)| at));
    let name = name.to_ascii_lowercase();
    let Some(value) = after.trim_start_matches(is_space).strip_prefix('=') else {
        return Some(((name, String::new()), after));
    };
    let value = value.trim_start_matches(is_space);
    let (value, left) = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
        _ => value.split_at(value.find(|letter: char| is_space(letter) || letter == '>').unwrap_or(value.len())),
    };
    Some(((name, unescaped(value)), left))
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// With the escapes by which a script could hide in an address.
fn unescaped(value: &str) -> String {
    let (mut text, mut rest) = (String::new(), value);
    while let Some((before, from)) = rest.split_once('&') {
        text.push_str(before);
        let (letter, length) = escape(from).unwrap_or(('&', 0));
        text.push(letter);
        rest = &from[length..];
    }
    text + rest
}

/// The letter of an escape, and how long it is behind its `&`.
fn escape(from: &str) -> Option<(char, usize)> {
    for (name, letter) in [("colon;", ':'), ("Tab;", '\t'), ("NewLine;", '\n'), ("lpar;", '('), ("sol;", '/')] {
        if from.starts_with(name) {
            return Some((letter, name.len()));
        }
    }
    let number = from.strip_prefix('#')?;
    let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |hex| (hex, 16));
    let length = digits.find(|letter: char| !letter.is_digit(radix)).unwrap_or(digits.len());
    let letter = char::from_u32(u32::from_str_radix(&digits[..length], radix).ok()?)?;
    let semicolon = usize::from(digits[length..].starts_with(';'));
    Some((letter, from.len() - digits.len() + length + semicolon))
}

/// Whether a browser would run what an address says, or draw it as a page.
#[must_use]
pub fn runs(address: &str) -> bool {
    let bare: String = address.chars().filter(|letter| !letter.is_control() && *letter != ' ').collect();
    let bare = bare.to_ascii_lowercase();
    ["javascript:", "vbscript:", "data:", "blob:", "filesystem:"].iter().any(|scheme| bare.starts_with(scheme))
}
