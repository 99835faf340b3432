//! Passwords: argon2id, as costly for a name that does not exist as for one that does.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;
use tollgate_billing::password::{PASSWORD_BYTES_MAX, PasswordRefusal, judge_password};
use zxcvbn::{Score, zxcvbn};

/// Memory, passes and lanes as OWASP recommends for argon2id: 19 MiB, 2, 1.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Characters of a password that are judged: looking for patterns takes longer than the square of their number.
const JUDGED_CHARS: usize = 64;
/// Words of this trade, which a guesser tries first.
const CONTEXT: [&str; 8] = ["tollgate", "whmcs", "hosting", "billing", "portal", "invoice", "payment", "gateway"];
/// Checked at once: each takes 19 MiB and a core for some 20 ms, so a flood of logins waits here and takes no more.
const AT_ONCE: usize = 2;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error(transparent)]
    Refused(#[from] PasswordRefusal),
    #[error("the password could not be hashed: {0}")]
    Failed(String),
}

/// The PHC string to store for a new password of somebody with this address. Takes some 20 ms of a core.
///
/// # Errors
/// [`PasswordError`], in words for whoever chose the password.
pub fn hash_password(email: &str, password: &str) -> Result<String, PasswordError> {
    judge_password(email, password)?;
    if is_guessable(email, password) {
        return Err(PasswordRefusal::Guessable.into());
    }
    hash(password)
}

/// Whether common passwords, names, patterns of the keyboard, dates and what everybody knows of this account lead to it in fewer
/// than a hundred million guesses.
fn is_guessable(email: &str, password: &str) -> bool {
    let name: String = email.split('@').take(1).flat_map(str::chars).filter(|c| c.is_alphanumeric()).collect();
    let known: Vec<&str> =
        email.split(|c: char| !c.is_alphanumeric()).chain([name.as_str(), email]).chain(CONTEXT).collect();
    // What stands behind cannot make it weaker.
    let judged: String = password.chars().take(JUDGED_CHARS).collect();
    zxcvbn(&judged, &known).score() < Score::Three
}

fn hash(password: &str) -> Result<String, PasswordError> {
    let failed = |why: String| PasswordError::Failed(why);
    let hasher = hasher().map_err(|error| failed(error.to_string()))?;
    Ok(hasher.hash_password(password.as_bytes()).map_err(|error| failed(error.to_string()))?.to_string())
}

pub(super) fn hasher() -> Result<Argon2<'static>, argon2::Error> {
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

    /// [`hash_password`], off the async threads.
    ///
    /// # Errors
    /// As [`hash_password`].
    pub async fn hash(&self, email: String, password: String) -> Result<String, PasswordError> {
        self.aside(move || hash_password(&email, &password)).await?
    }

    /// Costly work, off the async threads and a few pieces at once.
    pub(super) async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let slot =
            self.slots.clone().acquire_owned().await.map_err(|error| PasswordError::Failed(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            work()
        });
        done.await.map_err(|_| PasswordError::Failed("it was broken off".to_owned()))
    }

    /// Whether the password is that of the stored hash. `None`: nobody has that name, which takes as long and is wrong.
    pub async fn check(&self, stored: Option<String>, password: String) -> Verdict {
        let Ok(slot) = self.slots.clone().acquire_owned().await else {
            return Verdict::Wrong;
        };
        let checked = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            let known = stored.is_some();
            let stored = stored.as_deref().unwrap_or_else(|| nobody());
            let right = password.len() <= PASSWORD_BYTES_MAX && matches(stored, &password);
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
        let stored = hash_password("a@example.com", "correct horse").expect("a long password");
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
    fn what_is_tried_first_is_refused_and_words_that_do_not_belong_together_are_taken() {
        let guessable = |password: &str| is_guessable("anna.meier@example.com", password);
        for common in [
            "password1234",
            "Passw0rd1234!",
            "123456789012",
            "qwertyuiopas",
            "aaaaaaaaaaaa",
            "iloveyou12345",
            "annameier1990",
            "anna.meier@example.com1",
            "hosting12345",
            "tollgate2026",
        ] {
            assert!(guessable(common), "{common}");
        }
        for fine in [
            "correct horse battery",
            "twelve chars",
            "十二文字以上の合言葉です。",
            "x7!kQpz02mVw",
            "a long client password",
        ] {
            assert!(!guessable(fine), "{fine}");
        }
        let long = format!("correct horse battery{}", "a".repeat(PASSWORD_BYTES_MAX - 21));
        assert!(!guessable(&long));
    }

    #[test]
    fn a_password_that_is_refused_is_not_hashed() {
        let refused = |password: &str| hash_password("anna@example.com", password).map_err(|error| error.to_string());
        for (password, why) in [("too short", "at least 12"), (&"x".repeat(2_000), "1024 bytes")] {
            assert!(refused(password).is_err_and(|said| said.contains(why)), "{why}");
        }
        assert!(refused("Anna@example.com").is_err_and(|said| said.contains("e-mail address")));
    }
}
