//! The second step of a sign-in: what is asked for after the password, of whoever set it up. A code of an authenticator app,
//! a passkey, or one of the recovery codes for whoever lost both.

use crate::authenticator::CODE_DIGITS;
use crate::ids::{AuthenticatorId, PasskeyId, Timestamp};
use crate::people::{ChangedBy, Session, Who};

/// Recovery codes that are made at once; each is used once.
pub const RECOVERY_CODES: usize = 10;
/// Characters of a recovery code without what stands between them: 80 bits, stored as costly hashes.
pub const RECOVERY_CHARS: usize = 16;
/// 32 letters and digits, of which none is mistaken for another: Crockford's.
pub const RECOVERY_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const RECOVERY_GROUP: usize = 4;
/// How long somebody who gave the right password may look for the code.
pub const HALF_MS: i64 = 10 * 60_000;
/// Wrong codes of one such sign-in; then the password is asked for again.
pub const TRIES_MAX: u32 = 5;
/// How long an app may be set up that was begun with.
pub const SET_UP_MS: i64 = 15 * 60_000;

/// What somebody typed as the second step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Of an app: six digits.
    Code(String),
    /// As it was hashed: sixteen characters of [`RECOVERY_ALPHABET`].
    Recovery(String),
    /// Neither: there is nothing to compare it with.
    Other,
}

/// Reads what was typed, however it is grouped, whatever capitals it has, with digits of full width too.
#[must_use]
pub fn read_typed(text: &str) -> Typed {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(narrow).take(64).collect();
    if plain.len() == CODE_DIGITS && plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Typed::Code(plain);
    }
    let code: String = plain.chars().map(|c| alike(c.to_ascii_lowercase())).collect();
    let known = |byte: u8| RECOVERY_ALPHABET.contains(&byte);
    if code.len() == RECOVERY_CHARS && code.bytes().all(known) { Typed::Recovery(code) } else { Typed::Other }
}

/// A digit of full width, as Japanese keyboards type it, as the digit that it is.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        other => other,
    }
}

/// What looks like a character of the alphabet, as that one.
fn alike(c: char) -> char {
    match c {
        'i' | 'l' => '1',
        'o' => '0',
        other => other,
    }
}

/// A recovery code as people see it: `a1b2-c3d4-e5f6-g7h8`.
#[must_use]
pub fn recovery_shown(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(RECOVERY_GROUP).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// What somebody has as a second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondStep {
    /// Since when they have an authenticator app; `None` without one.
    pub app: Option<Timestamp>,
    /// How many they have. At least one where there is no app.
    pub passkeys: u32,
    /// Recovery codes that were not used yet.
    pub codes_left: u32,
}

/// The key of somebody's app as it lies in the database: useless without the key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedAuthenticator {
    pub id: AuthenticatorId,
    pub who: Who,
    /// Which key of the key file opens it; 16 characters.
    pub key_id: String,
    /// Nonce, ciphertext and tag; opaque to the store, at most 1 kB.
    pub sealed: Vec<u8>,
}

/// A key that an app is being set up with, in place of one that was begun with before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuthenticator {
    pub who: Who,
    pub key_id: String,
    pub sealed: Vec<u8>,
    /// SHA-256 of the word that the page of the setting up carries: who has only the session does not see the key again.
    pub page_sha256: [u8; 32],
    pub at: Timestamp,
}

/// Somebody proves the second step in one more way from now on: what goes with each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    pub who: Who,
    /// Hashes of recovery codes; empty where they have a second step already, and so codes.
    pub codes: Vec<String>,
    /// The session that goes on; every other one of theirs ends.
    pub session: [u8; 32],
    /// Whether a mail says so.
    pub tell: bool,
    pub at: Timestamp,
}

/// A code of the app is asked for from now on, because one proved that the app has the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnOn {
    pub gain: Gain,
    pub authenticator: AuthenticatorId,
    /// That of the code, which is not taken a second time.
    pub step: i64,
}

/// Recovery codes in place of those before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCodes {
    pub who: Who,
    /// Hashes.
    pub codes: Vec<String>,
    pub tell: bool,
    pub at: Timestamp,
}

/// One of the ways in which somebody proves the second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    App,
    Passkey(PasskeyId),
}

/// A way that is lost or no longer wanted. With the last one there is no second step any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoveFactor {
    pub who: Who,
    pub factor: Factor,
    pub tell: bool,
    pub at: Timestamp,
}

/// No second step is asked for any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnOff {
    pub who: Who,
    pub by: ChangedBy,
    pub tell: bool,
    pub at: Timestamp,
}

/// A sign-in of which the password was right and the second step is missing. Opens nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfSignIn {
    pub token_sha256: [u8; 32],
    pub who: Who,
    /// After this it is as if it were not there.
    pub expires: Timestamp,
    /// Second steps that were tried with it.
    pub tries: u32,
}

/// What was right about a second step, and is used up by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A code of this key, in this time step: none of it and of earlier ones is taken again.
    Code { authenticator: AuthenticatorId, step: i64 },
    /// The hash of a recovery code.
    Recovery { hash: String },
    /// An answer that this passkey signed: `was` is what was stored of it, and `is` what is from now on.
    Passkey { passkey: PasskeyId, was: String, is: String },
}

/// A sign-in that becomes whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondSignIn {
    pub token_sha256: [u8; 32],
    pub proof: Proof,
    pub session: Session,
    /// The session that this browser had before, which ends.
    pub replaces: Option<[u8; 32]>,
    /// Whether a mail says so, where a recovery code was used.
    pub tell: bool,
}

/// What changed about a second step, for the mail that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondStepChange {
    On,
    Off,
    NewCodes,
    CodeUsed,
    AppAdded,
    AppRemoved,
    PasskeyAdded,
    PasskeyRemoved,
}

impl SecondStepChange {
    pub const ALL: [Self; 8] = [
        Self::On,
        Self::Off,
        Self::NewCodes,
        Self::CodeUsed,
        Self::AppAdded,
        Self::AppRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
    ];

    /// As it is written in the database and in the names of templates.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::On => "second-step-on",
            Self::Off => "second-step-off",
            Self::NewCodes => "recovery-codes-new",
            Self::CodeUsed => "recovery-code-used",
            Self::AppAdded => "app-added",
            Self::AppRemoved => "app-removed",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
        }
    }

    /// `None` for what is no word of these.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_however_it_is_written() {
        let code = |text: &str| Typed::Code(text.to_owned());
        let recovery = Typed::Recovery("a1b2c3d4e5f6g7h0".to_owned());
        let table = [
            ("123456", code("123456")),
            (" 123 456 ", code("123456")),
            ("１２３４５６", code("123456")),
            ("a1b2-c3d4-e5f6-g7h0", recovery.clone()),
            ("AIB2 C3D4 E5F6 G7HO", recovery),
            ("", Typed::Other),
            ("12345", Typed::Other),
            ("1234567", Typed::Other),
            ("a1b2-c3d4-e5f6-g7h", Typed::Other),
            ("a1b2-c3d4-e5f6-g7hu", Typed::Other),
            ("a1b2-c3d4-e5f6-g7h8-", Typed::Recovery("a1b2c3d4e5f6g7h8".to_owned())),
            ("パスワード", Typed::Other),
        ];
        for (text, expected) in table {
            assert_eq!(read_typed(text), expected, "{text:?}");
        }
        assert_eq!(read_typed(&"9".repeat(1_000_000)), Typed::Other);
    }

    #[test]
    fn a_recovery_code_is_shown_in_groups_and_read_back() {
        let shown = recovery_shown("a1b2c3d4e5f6g7h8");
        assert_eq!(shown, "a1b2-c3d4-e5f6-g7h8");
        assert_eq!(read_typed(&shown), Typed::Recovery("a1b2c3d4e5f6g7h8".to_owned()));
    }

    #[test]
    fn every_change_is_read_back_by_its_word() {
        for change in SecondStepChange::ALL {
            assert_eq!(SecondStepChange::from_word(change.word()), Some(change));
        }
    }
}
