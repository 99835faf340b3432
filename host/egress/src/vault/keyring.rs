//! The keys that seal secrets, and the text that they are kept as:
//!
//! ```text
//! # Lines that begin with # and empty lines say nothing.
//! tollgate-keys 1
//! current 0123456789abcdef
//! key 0123456789abcdef <64 hexadecimal digits>
//! key fedcba9876543210 <64 hexadecimal digits>
//! end
//! ```
//!
//! The first line names the format, `current` the key that seals, each `key` one that opens, and `end` proves that the
//! file is whole. There is more than one key only while a rotation is under way.

use std::fmt::Write as _;

use zeroize::Zeroizing;

pub const KEY_BYTES: usize = 32;
const ID_BYTES: usize = 8;
/// A rotation adds one; the rest is for those that were broken off and begun again.
const KEYS_MAX: usize = 16;
const FORMAT: &str = "tollgate-keys 1";
const PREFACE: &str = "\
# The keys that open Tollgate's stored secrets. Keep a copy, but never beside a copy of the database:
# without this file the secrets have to be typed again, and with both anybody can read them.
";

/// One key. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingKey {
    /// 16 lower-case hexadecimal digits; no secret.
    pub id: String,
    pub bytes: Zeroizing<[u8; KEY_BYTES]>,
}

/// What a key file holds: never without a current key.
#[derive(Clone, PartialEq, Eq)]
pub struct Keyring {
    current: SealingKey,
    others: Vec<SealingKey>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let others: Vec<&str> = self.others.iter().map(|key| key.id.as_str()).collect();
        f.debug_struct("Keyring").field("current", &self.current.id).field("others", &others).finish()
    }
}

/// What is wrong with a key file's text. Quotes nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    #[error("it does not begin with “{FORMAT}”, so it is no key file")]
    Format,
    #[error("line {0} cannot be read")]
    Line(usize),
    #[error("it ends too early; the rest was lost")]
    Truncated,
    #[error("the key that it calls current is not in it")]
    NoCurrent,
    #[error("it holds more than {KEYS_MAX} keys")]
    TooMany,
    #[error("the system gave no randomness for a new key")]
    NoRandomness,
}

impl SealingKey {
    fn random() -> Result<Self, KeyringError> {
        let mut id = [0; ID_BYTES];
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(&mut id).map_err(|_| KeyringError::NoRandomness)?;
        getrandom::fill(&mut *bytes).map_err(|_| KeyringError::NoRandomness)?;
        Ok(Self { id: hexadecimal(&id).to_string(), bytes })
    }
}

impl Keyring {
    /// # Errors
    /// Where the system gives no randomness.
    pub fn random() -> Result<Self, KeyringError> {
        Ok(Self { current: SealingKey::random()?, others: Vec::new() })
    }

    pub fn current(&self) -> &SealingKey {
        &self.current
    }

    pub fn key(&self, id: &str) -> Option<&SealingKey> {
        std::iter::once(&self.current).chain(&self.others).find(|key| key.id == id)
    }

    /// Whether a rotation was begun and not ended.
    pub fn is_rotating(&self) -> bool {
        !self.others.is_empty()
    }

    /// With a fresh current key; the others open what they sealed.
    ///
    /// # Errors
    /// Where the file is full, or the system gives no randomness.
    pub fn with_new_current(&self) -> Result<Self, KeyringError> {
        let others: Vec<SealingKey> = std::iter::once(&self.current).chain(&self.others).cloned().collect();
        if others.len() >= KEYS_MAX {
            return Err(KeyringError::TooMany);
        }
        Ok(Self { current: SealingKey::random()?, others })
    }

    /// With the current key alone.
    pub fn without_old(&self) -> Self {
        Self { current: self.current.clone(), others: Vec::new() }
    }

    /// The file's text.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(PREFACE.len() + 128 * (self.others.len() + 2)));
        let _ = writeln!(text, "{PREFACE}{FORMAT}\ncurrent {}", self.current.id);
        for key in std::iter::once(&self.current).chain(&self.others) {
            let _ = writeln!(text, "key {} {}", key.id, *hexadecimal(&*key.bytes));
        }
        text.push_str("end\n");
        text
    }

    /// # Errors
    /// For anything that [`Keyring::to_text`] does not write, comments and empty lines aside.
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim_end()));
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        if lines.next().is_none_or(|(_, line)| line != FORMAT) {
            return Err(KeyringError::Format);
        }
        let mut current = None;
        let mut keys: Vec<SealingKey> = Vec::new();
        let mut ended = false;
        for (number, line) in lines {
            let unreadable = KeyringError::Line(number);
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                _ if ended => return Err(unreadable),
                ["current", id] if current.is_none() && is_id(id) => current = Some((*id).to_owned()),
                ["key", id, digits] if is_id(id) && !keys.iter().any(|key| key.id == *id) => {
                    let bytes = key_bytes(digits).ok_or(unreadable)?;
                    keys.push(SealingKey { id: (*id).to_owned(), bytes });
                }
                ["end"] => ended = true,
                _ => return Err(unreadable),
            }
        }
        if !ended || !text.ends_with('\n') {
            return Err(KeyringError::Truncated);
        }
        if keys.len() > KEYS_MAX {
            return Err(KeyringError::TooMany);
        }
        let at = keys.iter().position(|key| Some(&key.id) == current.as_ref()).ok_or(KeyringError::NoCurrent)?;
        let current = keys.remove(at);
        Ok(Self { current, others: keys })
    }
}

fn hexadecimal(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn is_id(text: &str) -> bool {
    text.len() == ID_BYTES * 2 && text.bytes().all(is_digit)
}

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn key_bytes(digits: &str) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    if digits.len() != KEY_BYTES * 2 || !digits.bytes().all(is_digit) {
        return None;
    }
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let one = Keyring::random().expect("randomness");
        let three = one.with_new_current().and_then(|two| two.with_new_current()).expect("randomness");
        for keyring in [&one, &three] {
            assert_eq!(Keyring::parse(&keyring.to_text()).as_ref(), Ok(keyring));
        }
        assert_ne!(one.current().id, three.current().id);
        assert!(three.is_rotating() && three.key(&one.current().id).is_some());
        assert_eq!(three.without_old().key(&one.current().id).map(|key| &key.id), None);
    }

    #[test]
    fn every_truncation_is_refused() {
        let text = Keyring::random().and_then(|one| one.with_new_current()).expect("randomness").to_text();
        for end in 0..text.len() {
            let cut = text.get(..end).expect("ASCII");
            assert!(Keyring::parse(cut).is_err(), "{end}");
        }
    }

    #[test]
    fn garbage_is_refused_by_its_line_and_never_quoted() {
        let id = "0123456789abcdef";
        let key = "ab".repeat(KEY_BYTES);
        let whole = |body: &str| format!("{FORMAT}\n{body}\nend\n");
        let table = [
            (String::new(), KeyringError::Format),
            ("-----BEGIN KEY-----\n".to_owned(), KeyringError::Format),
            ("tollgate-keys 2\nend\n".to_owned(), KeyringError::Format),
            (whole(&format!("current {id}")), KeyringError::NoCurrent),
            (whole(&format!("key {id} {key}")), KeyringError::NoCurrent),
            (whole(&format!("current {id}\nkey {id} {}", "ab".repeat(31))), KeyringError::Line(3)),
            (whole(&format!("current {id}\nkey {id} {}", "AB".repeat(32))), KeyringError::Line(3)),
            (whole(&format!("current {id}\nkey {id} {key}\nkey {id} {key}")), KeyringError::Line(4)),
            (whole(&format!("current {id}\ncurrent {id}\nkey {id} {key}")), KeyringError::Line(3)),
            (whole("current x"), KeyringError::Line(2)),
            (format!("{}key {id} {key}\n", whole(&format!("current {id}\nkey {id} {key}"))), KeyringError::Line(5)),
            (whole("planted-garbage"), KeyringError::Line(2)),
        ];
        for (text, error) in table {
            assert_eq!(Keyring::parse(&text), Err(error.clone()), "{text}");
            assert!(!error.to_string().contains("planted"));
        }
    }

    #[test]
    fn a_file_does_not_grow_without_end() {
        let mut keyring = Keyring::random().expect("randomness");
        for _ in 1..KEYS_MAX {
            keyring = keyring.with_new_current().expect("room");
        }
        assert_eq!(keyring.with_new_current(), Err(KeyringError::TooMany));
        assert_eq!(Keyring::parse(&keyring.to_text()), Ok(keyring));
    }

    #[test]
    fn a_keyring_shows_ids_and_no_keys() {
        let keyring = Keyring::random().expect("randomness");
        let shown = format!("{keyring:?}");
        assert!(shown.contains(&keyring.current().id));
        assert!(!shown.contains(hexadecimal(&*keyring.current().bytes).as_str()));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(?s).{0,300}", body in "((current|key|end) [0-9a-f]{0,70}\n){0,6}") {
            let _ = Keyring::parse(&text);
            let _ = Keyring::parse(&format!("{FORMAT}\n{body}"));
        }
    }
}
