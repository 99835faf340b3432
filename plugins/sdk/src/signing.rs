//! Digests over parts, of which some are secrets that stay outside of the guest.

pub use crate::bindings::gateway::tollgate::plugin::signing::{Algorithm, Data, SigningError};

#[cfg(target_arch = "wasm32")]
use crate::bindings::gateway::tollgate::plugin::signing as host;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::fake::signing as host;

impl Data {
    /// A secret, by the key of its configuration field.
    #[must_use]
    pub fn secret(key: &str) -> Self {
        Self::Secret(key.into())
    }

    /// Bytes that the guest holds.
    #[must_use]
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(bytes.into())
    }
}

/// Digest of all parts in order; together at most 2 MB.
///
/// # Errors
/// [`SigningError::NoSecret`], [`SigningError::TooLarge`].
pub fn digest(algorithm: Algorithm, parts: &[Data]) -> Result<Vec<u8>, SigningError> {
    host::digest(algorithm, parts)
}

/// HMAC of all parts in order.
///
/// # Errors
/// [`SigningError::NoSecret`], [`SigningError::TooLarge`].
pub fn hmac(algorithm: Algorithm, key: &Data, parts: &[Data]) -> Result<Vec<u8>, SigningError> {
    host::hmac(algorithm, key, parts)
}

/// Compares without telling by time where they differ. The only way to compare signatures.
#[must_use]
pub fn equal(left: &[u8], right: &[u8]) -> bool {
    host::equal(left, right)
}

impl From<SigningError> for crate::Error {
    fn from(error: SigningError) -> Self {
        match error {
            SigningError::NoSecret(key) => Self::Rejected(format!("the secret “{key}” is not set")),
            SigningError::TooLarge => Self::Rejected("there is too much to sign".into()),
        }
    }
}
