//! Recovery codes: made here, shown once, and kept as hashes that are as costly as those of passwords. Those of one person
//! share a salt, so that one costly look finds a code among them.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use tollgate_billing::second_step::{RECOVERY_ALPHABET, RECOVERY_CHARS, RECOVERY_CODES};

use super::passwords::{PasswordError, Passwords, hasher};

const SALT_BYTES: usize = 16;

/// Fresh recovery codes. The codes go to their owner, once, and the hashes to the store.
pub struct RecoveryCodes {
    pub codes: Vec<String>,
    pub hashes: Vec<String>,
}

impl Passwords {
    /// New codes for somebody. Takes some 200 ms of a core.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub async fn new_recovery_codes(&self) -> Result<RecoveryCodes, PasswordError> {
        let codes = (0..RECOVERY_CODES).map(|_| random_code()).collect::<Result<Vec<_>, _>>();
        let codes = codes.map_err(|error| PasswordError::Failed(error.to_string()))?;
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|error| PasswordError::Failed(error.to_string()))?;
        let plain = codes.clone();
        let hashes = self.aside(move || plain.iter().map(|code| hash_of(code, &salt)).collect::<Result<Vec<_>, _>>());
        Ok(RecoveryCodes { hashes: hashes.await??, codes })
    }

    /// What a typed code is stored as, where it is one of those to which this stored hash belongs.
    ///
    /// # Errors
    /// Where the stored hash cannot be read.
    pub async fn recovery_hash(&self, stored: String, code: String) -> Result<String, PasswordError> {
        self.aside(move || hash_like(&stored, &code)).await?
    }
}

/// 80 bits: one of 32 letters for five bits of each byte.
fn random_code() -> Result<String, getrandom::Error> {
    let mut bytes = [0; RECOVERY_CHARS];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| char::from(RECOVERY_ALPHABET[usize::from(byte & 31)])).collect())
}

fn hash_of(code: &str, salt: &[u8]) -> Result<String, PasswordError> {
    let failed = |why: String| PasswordError::Failed(why);
    let hasher = hasher().map_err(|error| failed(error.to_string()))?;
    let hash: PasswordHash =
        hasher.hash_password_with_salt(code.as_bytes(), salt).map_err(|error| failed(error.to_string()))?;
    Ok(hash.to_string())
}

/// With the salt and the costs of a hash that is stored.
fn hash_like(stored: &str, code: &str) -> Result<String, PasswordError> {
    let unreadable = || PasswordError::Failed("a stored recovery code cannot be read".to_owned());
    let parsed = PasswordHash::new(stored).map_err(|_| unreadable())?;
    let params = Params::try_from(&parsed).map_err(|_| unreadable())?;
    let salt = parsed.salt.ok_or_else(unreadable)?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = hasher.hash_password_with_salt(code.as_bytes(), &salt).map_err(|_| unreadable())?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tollgate_billing::second_step::{Typed, read_typed, recovery_shown};

    use super::*;

    #[tokio::test]
    async fn codes_are_found_among_the_hashes_and_others_are_not() {
        let passwords = Passwords::new();
        let RecoveryCodes { codes, hashes } = passwords.new_recovery_codes().await.expect("randomness");
        assert_eq!((codes.len(), hashes.len()), (RECOVERY_CODES, RECOVERY_CODES));
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), RECOVERY_CODES);
        for code in &codes {
            assert_eq!(read_typed(&recovery_shown(code)), Typed::Recovery(code.clone()));
            assert!(hashes.iter().all(|hash| !hash.contains(code)));
        }
        let found = passwords.recovery_hash(hashes[3].clone(), codes[7].clone()).await.expect("a hash");
        assert_eq!(found, hashes[7]);
        let other = passwords.recovery_hash(hashes[0].clone(), "a1b2c3d4e5f6g7h8".to_owned()).await.expect("a hash");
        assert!(!hashes.contains(&other));
        let again = passwords.new_recovery_codes().await.expect("randomness");
        assert!(again.codes.iter().all(|code| !codes.contains(code)));
        assert!(passwords.recovery_hash("not a hash".to_owned(), codes[0].clone()).await.is_err());
    }
}
