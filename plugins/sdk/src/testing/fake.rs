//! The imports themselves, as the fake host answers them.

use super::{Kept, current};
use crate::log::Level;

/// As the contract says.
const RANDOM_BYTES_MAX: u32 = 1_024;

pub(crate) fn clock_now() -> u64 {
    current().inner.borrow().now_ms
}

/// Counts up from zero, so that a test sees the same bytes every time.
pub(crate) fn random_bytes(count: u32) -> Vec<u8> {
    let host = current();
    let mut inner = host.inner.borrow_mut();
    let mut next = || {
        let byte = inner.random_next;
        inner.random_next = byte.wrapping_add(1);
        byte
    };
    (0..count.min(RANDOM_BYTES_MAX)).map(|_| next()).collect()
}

pub(crate) fn log_write(level: Level, message: &str) {
    current().inner.borrow_mut().lines.push((level, message.into()));
}

#[allow(clippy::unnecessary_wraps)] // the shape of the imports
pub(crate) mod state {
    use super::{Kept, current};
    use crate::state::StateError;

    /// The contract's bounds.
    const KEYS_MAX: usize = 1_000;
    const KEY_BYTES_MAX: usize = 128;
    const VALUE_BYTES_MAX: usize = 4_096;

    pub(crate) fn get(key: &str) -> Result<Option<Vec<u8>>, StateError> {
        let host = current();
        let inner = host.inner.borrow();
        let living = inner.state.get(key).filter(|kept| kept.lives_at(inner.now_ms));
        Ok(living.map(|kept| kept.value.clone()))
    }

    pub(crate) fn put(key: &str, value: &[u8], expires_in_s: Option<u64>) -> Result<(), StateError> {
        if key.len() > KEY_BYTES_MAX || value.len() > VALUE_BYTES_MAX {
            return Err(StateError::TooLarge);
        }
        let host = current();
        let mut inner = host.inner.borrow_mut();
        let now_ms = inner.now_ms;
        inner.state.retain(|_, kept| kept.lives_at(now_ms));
        if inner.state.len() >= KEYS_MAX && !inner.state.contains_key(key) {
            return Err(StateError::Full);
        }
        let expires_ms = expires_in_s.map(|seconds| now_ms.saturating_add(seconds.saturating_mul(1_000)));
        inner.state.insert(key.into(), Kept { value: value.into(), expires_ms });
        Ok(())
    }

    pub(crate) fn put_if_absent(key: &str, value: &[u8], expires_in_s: Option<u64>) -> Result<bool, StateError> {
        if get(key)?.is_some() {
            return Ok(false);
        }
        put(key, value, expires_in_s).map(|()| true)
    }

    pub(crate) fn delete(key: &str) -> Result<(), StateError> {
        current().inner.borrow_mut().state.remove(key);
        Ok(())
    }
}

#[cfg(feature = "gateway")]
pub(crate) mod http {
    use super::current;
    use crate::http::{Request, Response, SendError};

    pub(crate) fn send(request: &Request) -> Result<Response, SendError> {
        let host = current();
        let mut inner = host.inner.borrow_mut();
        inner.provider.requests.push(request.clone());
        let unscripted = || Err(SendError::Unavailable(format!("no answer is scripted for {}", request.url)));
        inner.provider.answers.pop_front().unwrap_or_else(unscripted)
    }
}

#[cfg(feature = "gateway")]
pub(crate) mod signing {
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Digest;

    use super::current;
    use crate::signing::{Algorithm, Data, SigningError};

    /// The contract's bound over all parts.
    const PARTS_BYTES_MAX: usize = 2 * 1_024 * 1_024;

    pub(crate) fn digest(algorithm: Algorithm, parts: &[Data]) -> Result<Vec<u8>, SigningError> {
        let message = joined(parts)?;
        Ok(match algorithm {
            Algorithm::Sha256 => sha2::Sha256::digest(&message).to_vec(),
            Algorithm::Sha512 => sha2::Sha512::digest(&message).to_vec(),
            Algorithm::Sha1 => sha1::Sha1::digest(&message).to_vec(),
            Algorithm::Md5 => md5::Md5::digest(&message).to_vec(),
        })
    }

    pub(crate) fn hmac(algorithm: Algorithm, key: &Data, parts: &[Data]) -> Result<Vec<u8>, SigningError> {
        let (key, message) = (bytes(key)?, joined(parts)?);
        match algorithm {
            Algorithm::Sha256 => mac::<Hmac<sha2::Sha256>>(&key, &message),
            Algorithm::Sha512 => mac::<Hmac<sha2::Sha512>>(&key, &message),
            Algorithm::Sha1 => mac::<Hmac<sha1::Sha1>>(&key, &message),
            Algorithm::Md5 => mac::<Hmac<md5::Md5>>(&key, &message),
        }
    }

    /// A test has nobody to hide the time from.
    pub(crate) fn equal(left: &[u8], right: &[u8]) -> bool {
        left == right
    }

    fn mac<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let mut mac = <M as KeyInit>::new_from_slice(key).map_err(|_| SigningError::TooLarge)?;
        mac.update(message);
        Ok(mac.finalize().into_bytes().to_vec())
    }

    fn joined(parts: &[Data]) -> Result<Vec<u8>, SigningError> {
        let mut message = Vec::new();
        for part in parts {
            message.extend(bytes(part)?);
        }
        if message.len() > PARTS_BYTES_MAX { Err(SigningError::TooLarge) } else { Ok(message) }
    }

    fn bytes(data: &Data) -> Result<Vec<u8>, SigningError> {
        match data {
            Data::Bytes(bytes) => Ok(bytes.clone()),
            Data::Secret(key) => {
                let secret = current().inner.borrow().provider.secrets.get(key).cloned();
                secret.filter(|secret| !secret.is_empty()).ok_or_else(|| SigningError::NoSecret(key.clone()))
            }
        }
    }
}
