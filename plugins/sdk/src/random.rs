//! The host's random generator: a guest has none of its own.

/// Bytes from the system's generator, at most 1,024.
#[must_use]
pub fn bytes(count: u32) -> Vec<u8> {
    #[cfg(target_arch = "wasm32")]
    return crate::bindings::shared::tollgate::plugin::random::bytes(count);
    #[cfg(not(target_arch = "wasm32"))]
    crate::testing::fake::random_bytes(count)
}
