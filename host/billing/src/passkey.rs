//! Passkeys: keys that a phone, a computer or a security key keeps for this portal alone, and signs with after its owner proved
//! to it who they are. The portal has the public half; nothing that it stores lets anybody in.

use crate::ids::{PasskeyId, Timestamp};
use crate::second_step::Gain;

/// Passkeys of one person.
pub const PASSKEYS_MAX: u32 = 10;
/// Characters of the name that its owner gives it.
pub const NAME_CHARS_MAX: usize = 40;

/// A passkey of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    pub id: PasskeyId,
    /// As its owner calls it.
    pub name: String,
    /// Its public half, as the `Passkeys` port wrote it; opaque to everybody else, at most 4 kB.
    pub credential: String,
    pub created: Timestamp,
    /// When somebody logged in with it.
    pub last_used: Option<Timestamp>,
}

/// A passkey that was just made, as the `Passkeys` port read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCredential {
    /// What its device calls it: at most 1,023 bytes, and of no other passkey.
    pub credential_id: Vec<u8>,
    /// See [`Passkey::credential`].
    pub credential: String,
}

/// A passkey to be kept. It is asked for from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    pub gain: Gain,
    /// One line, 1 to [`NAME_CHARS_MAX`] characters.
    pub name: String,
    pub made: NewCredential,
}

/// The name of a passkey as it was typed, on one line and not too long; `None` where nothing is left.
#[must_use]
pub fn read_name(typed: &str) -> Option<String> {
    let plain: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(NAME_CHARS_MAX).collect();
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_one_line() {
        let table = [
            ("  My phone ", Some("My phone")),
            ("a\nb\tc\u{0}d", Some("a b c d")),
            ("", None),
            (" \n ", None),
            ("鍵", Some("鍵")),
        ];
        for (typed, expected) in table {
            assert_eq!(read_name(typed).as_deref(), expected, "{typed:?}");
        }
        let cut = format!("{} b", "a".repeat(NAME_CHARS_MAX - 1));
        assert_eq!(read_name(&cut), Some("a".repeat(NAME_CHARS_MAX - 1)), "no blank at its end");
    }

    proptest! {
        #[test]
        fn what_is_kept_fits_and_is_read_as_itself(typed in any::<String>()) {
            if let Some(name) = read_name(&typed) {
                prop_assert!((1..=NAME_CHARS_MAX).contains(&name.chars().count()));
                prop_assert!(!name.contains(char::is_control));
                prop_assert_eq!(read_name(&name), Some(name));
            }
        }
    }
}
