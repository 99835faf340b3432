//! Which passwords are taken, wherever they are chosen: in the browser and at the command line.

/// Short passwords are guessed; this is the least that stands against a patient guesser behind a limit of tries.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Longer than any password manager writes, and far below what Argon2 takes; hashing more would only keep the host busy.
pub const PASSWORD_BYTES_MAX: usize = 1_024;

/// Why a password is not taken, in words for whoever chose it. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    #[error(
        "the password has {chars} characters and needs at least {PASSWORD_CHARS_MIN}; a few words in a row are fine"
    )]
    TooShort { chars: usize },
    #[error("the password is longer than {PASSWORD_BYTES_MAX} bytes; use a shorter one")]
    TooLong,
    #[error("the password has a line break or another control character; give it on one line")]
    Control,
    #[error("the password is the e-mail address, which everybody knows; choose another one")]
    IsEmail,
    #[error("the password is among those that are tried first; use a few words that do not belong together")]
    Guessable,
}

/// Whether somebody of this address may have this password.
///
/// # Errors
/// [`PasswordRefusal`], the first that applies.
pub fn judge_password(email: &str, password: &str) -> Result<(), PasswordRefusal> {
    let chars = password.chars().count();
    if chars < PASSWORD_CHARS_MIN {
        return Err(PasswordRefusal::TooShort { chars });
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordRefusal::TooLong);
    }
    if password.chars().any(char::is_control) {
        return Err(PasswordRefusal::Control);
    }
    let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    if same(email, password) { Err(PasswordRefusal::IsEmail) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_refused_with_the_reason_and_without_showing_them() {
        let long = "x".repeat(PASSWORD_BYTES_MAX + 1);
        let table = [
            ("", "has 0 characters"),
            ("elevenchars", "has 11 characters"),
            ("twelve\nchars-and-more", "control character"),
            (long.as_str(), "longer than 1024 bytes"),
            (" Client@Example.COM ", "is the e-mail address"),
        ];
        for (password, expected) in table {
            let error = judge_password("client@example.com", password).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
            assert!(password.is_empty() || !error.contains(password), "the password is shown: {error}");
        }
        for fine in
            ["twelve chars", "十二文字以上の合言葉です。", "client@example.com and more", &long[..PASSWORD_BYTES_MAX]]
        {
            assert_eq!(judge_password("client@example.com", fine), Ok(()), "characters count, not bytes: {fine}");
        }
    }
}
