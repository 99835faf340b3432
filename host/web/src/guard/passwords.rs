//! Passwords: argon2id, as costly for a name that does not exist as for one that does.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

/// Memory, passes and lanes as OWASP recommends for argon2id: 19 MiB, 2, 1.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Checked at once: each takes 19 MiB and a core for some 20 ms, so a flood of logins waits here and takes no more.
const AT_ONCE: usize = 2;
/// Shorter ones are guessed.
const CHARS_MIN: usize = 12;
/// Longer ones are an attempt to keep the host busy.
const BYTES_MAX: usize = 1_024;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("a password needs at least {CHARS_MIN} characters")]
    TooShort,
    #[error("a password has {BYTES_MAX} bytes at most")]
    TooLong,
    #[error("the password could not be hashed: {0}")]
    Failed(String),
}

/// The PHC string to store for a new password. Takes some 20 ms of a core.
///
/// # Errors
/// [`PasswordError`], in words for whoever chose the password.
pub fn hash_password(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < CHARS_MIN {
        return Err(PasswordError::TooShort);
    }
    if password.len() > BYTES_MAX {
        return Err(PasswordError::TooLong);
    }
    hash(password)
}

fn hash(password: &str) -> Result<String, PasswordError> {
    let failed = |why: String| PasswordError::Failed(why);
    let hasher = hasher().map_err(|error| failed(error.to_string()))?;
    Ok(hasher.hash_password(password.as_bytes()).map_err(|error| failed(error.to_string()))?.to_string())
}

fn hasher() -> Result<Argon2<'static>, argon2::Error> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, LANES, None)?))
}

fn matches(stored: &str, password: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else {
        tracing::error!("a stored password hash cannot be read");
        return false;
    };
    hasher().is_ok_and(|hasher| hasher.verify_password(password.as_bytes(), &parsed).is_ok())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Right,
    Wrong,
}

/// Checks passwords off the async threads, a few at once.
pub struct Passwords {
    slots: Arc<Semaphore>,
}

/// What a name that does not exist is compared with, so that it takes as long.
static NOBODY: OnceLock<String> = OnceLock::new();

fn nobody() -> &'static str {
    NOBODY.get_or_init(|| hash("nobody has this name").unwrap_or_default())
}

impl Passwords {
    /// Hashes once, so that the first name that does not exist takes no longer than the next.
    pub fn new() -> Self {
        nobody();
        Self { slots: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// [`hash_password`], off the async threads, a few at once.
    ///
    /// # Errors
    /// As [`hash_password`].
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        let slot = self.slots.clone().acquire_owned().await;
        let slot = slot.map_err(|error| PasswordError::Failed(error.to_string()))?;
        let hashed = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            hash_password(&password)
        });
        hashed.await.unwrap_or_else(|error| Err(PasswordError::Failed(error.to_string())))
    }

    /// Whether the password is that of the stored hash. `None`: nobody has that name, which takes as long and is wrong.
    pub async fn check(&self, stored: Option<String>, password: String) -> Verdict {
        let Ok(slot) = self.slots.clone().acquire_owned().await else {
            return Verdict::Wrong;
        };
        let checked = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            let known = stored.is_some();
            let right =
                password.len() <= BYTES_MAX && matches(stored.as_deref().unwrap_or_else(|| nobody()), &password);
            right && known
        });
        if checked.await.unwrap_or(false) { Verdict::Right } else { Verdict::Wrong }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_somebody_is_right() {
        let stored = hash_password("correct horse").expect("a long password");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let passwords = Passwords::new();
        let cases = [
            (Some(stored.clone()), "correct horse", Verdict::Right),
            (Some(stored.clone()), "correct horsf", Verdict::Wrong),
            (Some(stored), "", Verdict::Wrong),
            (None, "nobody has this name", Verdict::Wrong),
            (Some("not a hash".to_owned()), "correct horse", Verdict::Wrong),
        ];
        for (hash, password, expected) in cases {
            assert_eq!(passwords.check(hash, password.to_owned()).await, expected, "{password}");
        }
    }

    #[test]
    fn short_and_endless_passwords_are_not_stored() {
        assert_eq!(hash_password("too short"), Err(PasswordError::TooShort));
        assert_eq!(hash_password(&"x".repeat(2_000)), Err(PasswordError::TooLong));
    }
}
