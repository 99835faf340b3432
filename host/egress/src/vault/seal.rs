//! One secret, sealed: XChaCha20-Poly1305 with a random nonce of 192 bits. The ciphertext is bound to its place, so that a
//! row that somebody moves to another instance, field or person does not open.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use tollgate_billing::ids::InstanceId;
use tollgate_billing::people::{Side, Who};
use tollgate_billing::ports::{SealedRow, SecretText};
use tollgate_billing::second_step::SealedAuthenticator;
use zeroize::Zeroizing;

use crate::vault::keyring::{Keyring, SealingKey};

const NONCE_BYTES: usize = 24;
/// Names the use of the key, so that no other use could ever be mistaken for it.
const PURPOSE: &[u8] = b"tollgate secret 1";
/// The same for keys of authenticator apps.
const KEY_PURPOSE: &[u8] = b"tollgate authenticator 1";

/// Why a row does not open. Says nothing of what is inside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("the key {0} that it was sealed with is not in the key file")]
    NoKey(String),
    #[error("it was changed, or moved here from another place")]
    Broken,
    #[error("the system gave no randomness")]
    NoRandomness,
}

/// # Errors
/// Where the system gives no randomness.
pub fn seal(
    key: &SealingKey,
    (instance, name): (&InstanceId, &str),
    value: &SecretText,
) -> Result<SealedRow, SealError> {
    let place = place(PURPOSE, [instance.as_str(), name, &key.id]);
    let sealed = sealed(key, &place, value.expose().as_bytes())?;
    Ok(SealedRow { instance: instance.clone(), key: name.to_owned(), key_id: key.id.clone(), sealed })
}

/// The key of somebody's app: the id of the sealing key, and what it sealed.
///
/// # Errors
/// Where the system gives no randomness.
pub fn seal_key(key: &SealingKey, who: Who, value: &[u8]) -> Result<(String, Vec<u8>), SealError> {
    Ok((key.id.clone(), sealed(key, &key_place(who, &key.id), value)?))
}

fn sealed(key: &SealingKey, place: &[u8], value: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandomness)?;
    let payload = Payload { msg: value, aad: place };
    let ciphertext = cipher(key).encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Broken)?;
    Ok([nonce.as_slice(), &ciphertext].concat())
}

/// # Errors
/// Where its key is missing, or one bit of the row is not as it was sealed.
pub fn open(keyring: &Keyring, row: &SealedRow) -> Result<SecretText, SealError> {
    let place = place(PURPOSE, [row.instance.as_str(), &row.key, &row.key_id]);
    let value = opened(keyring, (&row.key_id, &row.sealed), &place)?;
    String::from_utf8(value).map(SecretText::new).map_err(|_| SealError::Broken)
}

/// # Errors
/// As [`open`].
pub fn open_key(keyring: &Keyring, row: &SealedAuthenticator) -> Result<Zeroizing<Vec<u8>>, SealError> {
    opened(keyring, (&row.key_id, &row.sealed), &key_place(row.who, &row.key_id)).map(Zeroizing::new)
}

fn opened(keyring: &Keyring, (key_id, sealed): (&str, &[u8]), place: &[u8]) -> Result<Vec<u8>, SealError> {
    let key = keyring.key(key_id).ok_or_else(|| SealError::NoKey(shown(key_id)))?;
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Broken)?;
    let payload = Payload { msg: ciphertext, aad: place };
    cipher(key).decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::Broken)
}

fn cipher(key: &SealingKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&*key.bytes).into())
}

/// Each part behind its length, so that no two places read alike.
fn place(purpose: &[u8], parts: [&str; 3]) -> Vec<u8> {
    let mut place = purpose.to_vec();
    for part in parts {
        place.extend_from_slice(&(part.len() as u64).to_le_bytes());
        place.extend_from_slice(part.as_bytes());
    }
    place
}

fn key_place(who: Who, key_id: &str) -> Vec<u8> {
    let number = match who {
        Who::Client(id) => id.0,
        Who::Staff(id) => id.0,
    };
    place(KEY_PURPOSE, [Side::of(who).word(), &number.to_string(), key_id])
}

/// The row may be anybody's work: its words are cut to what an id can be.
fn shown(key_id: &str) -> String {
    key_id.chars().filter(char::is_ascii_alphanumeric).take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(keyring: &Keyring) -> SealedRow {
        let value = SecretText::new("planted-secret".to_owned());
        seal(keyring.current(), (&InstanceId::new("example"), "token"), &value).expect("randomness")
    }

    #[test]
    fn what_was_sealed_opens_and_shows_nothing() {
        let keyring = Keyring::random().expect("randomness");
        let row = sealed(&keyring);
        assert_eq!(open(&keyring, &row).expect("it opens").expose(), "planted-secret");
        assert!(!row.sealed.windows(7).any(|bytes| bytes == b"planted"));
        assert_ne!(row.sealed, sealed(&keyring).sealed, "a nonce is used once");
    }

    #[test]
    fn a_row_does_not_open_in_another_place_or_with_one_bit_changed() {
        let keyring = Keyring::random().and_then(|one| one.with_new_current()).expect("randomness");
        let row = sealed(&keyring);
        let moved = SealedRow { instance: InstanceId::new("other"), ..row.clone() };
        let renamed = SealedRow { key: "password".to_owned(), ..row.clone() };
        let shifted = SealedRow { instance: InstanceId::new("examplet"), key: "oken".to_owned(), ..row.clone() };
        let short = SealedRow { sealed: row.sealed[..20].to_vec(), ..row.clone() };
        for wrong in [moved, renamed, shifted, short] {
            assert_eq!(open(&keyring, &wrong), Err(SealError::Broken));
        }
        for at in 0..row.sealed.len() {
            let mut changed = row.clone();
            changed.sealed[at] ^= 1;
            assert_eq!(open(&keyring, &changed), Err(SealError::Broken), "{at}");
        }
    }

    #[test]
    fn a_row_of_a_missing_key_names_the_key() {
        let row = sealed(&Keyring::random().expect("randomness"));
        let other = Keyring::random().expect("randomness");
        assert_eq!(open(&other, &row), Err(SealError::NoKey(row.key_id.clone())));
        let hostile = SealedRow { key_id: "\u{1b}[31m<b>x".repeat(9), ..row };
        let error = open(&other, &hostile).expect_err("no key").to_string();
        assert!(!error.contains(['\u{1b}', '<']), "{error}");
    }
}
