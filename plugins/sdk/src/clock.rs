//! The host's clock: a guest has none of its own.

/// Milliseconds since 1970-01-01T00:00:00Z.
#[must_use]
pub fn now() -> u64 {
    #[cfg(target_arch = "wasm32")]
    return crate::bindings::shared::tollgate::plugin::clock::now();
    #[cfg(not(target_arch = "wasm32"))]
    crate::testing::fake::clock_now()
}
