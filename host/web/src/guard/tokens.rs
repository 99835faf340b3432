//! Random words that nobody can guess.

use crate::engine::assets::hex;

/// 128 bits: for keys that make a form count once.
const KEY_BYTES: usize = 16;
/// 256 bits: for what lets somebody in.
pub const SECRET_BYTES: usize = 32;
/// The same as it is written.
pub(crate) const SECRET_CHARS: usize = SECRET_BYTES * 2;

/// 32 characters.
///
/// # Errors
/// Where the system gives no random numbers.
pub fn random_token() -> Result<String, getrandom::Error> {
    random_hex::<KEY_BYTES>()
}

/// 64 characters.
pub(crate) fn random_secret() -> Result<String, getrandom::Error> {
    random_hex::<SECRET_BYTES>()
}

fn random_hex<const BYTES: usize>() -> Result<String, getrandom::Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}
