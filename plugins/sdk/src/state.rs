//! A small memory of the instance, kept by the host between calls: 1,000 keys of at most 128 bytes, values of at most
//! 4 kB. Never a place for what a claim can be made of.

pub use crate::bindings::shared::tollgate::plugin::state::StateError;

#[cfg(target_arch = "wasm32")]
use crate::bindings::shared::tollgate::plugin::state as host;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::fake::state as host;

/// The value, where the key is there and has not expired.
///
/// # Errors
/// [`StateError::Unavailable`].
pub fn get(key: &str) -> Result<Option<Vec<u8>>, StateError> {
    host::get(key)
}

/// Puts a value in place of the last one. `expires_in_s` of `None` keeps it until it is deleted.
///
/// # Errors
/// [`StateError::Full`], [`StateError::TooLarge`], [`StateError::Unavailable`].
pub fn put(key: &str, value: &[u8], expires_in_s: Option<u64>) -> Result<(), StateError> {
    host::put(key, value, expires_in_s)
}

/// True where it was put, false where the key was there already; decided in one step.
///
/// # Errors
/// As [`put`].
pub fn put_if_absent(key: &str, value: &[u8], expires_in_s: Option<u64>) -> Result<bool, StateError> {
    host::put_if_absent(key, value, expires_in_s)
}

/// Deletes the key, where it is there.
///
/// # Errors
/// [`StateError::Unavailable`].
pub fn delete(key: &str) -> Result<(), StateError> {
    host::delete(key)
}

impl From<StateError> for crate::Error {
    fn from(error: StateError) -> Self {
        match error {
            StateError::Full => Self::Rejected("the plugin's state has no room for another key".into()),
            StateError::TooLarge => Self::Rejected("a key or a value of the plugin's state is too large".into()),
            StateError::Unavailable(why) => Self::Unavailable(why),
        }
    }
}
