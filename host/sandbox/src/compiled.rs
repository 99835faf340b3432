//! The one place where the repository trusts bytes as machine code.

use wasmtime::Engine;
use wasmtime::component::Component;

/// Makes compiled code callable again.
///
/// # Errors
/// Where the engine did not make it, in wasmtime's words.
#[allow(unsafe_code)] // wasmtime can only run compiled code from a cache through an unsafe function.
pub fn component_from_cache(engine: &Engine, compiled: &crate::cache::Verified) -> Result<Component, wasmtime::Error> {
    // SAFETY: `deserialize` runs what it is given, so the bytes must be what `Engine::precompile_component` made.
    // `Verified` is only made by the cache, out of code that this process has just compiled or out of a file of the
    // cache's directory whose SHA-256 over component, engine and code is intact. Intact is not the same as ours: who can
    // write that directory can have Tollgate run any code. So the directory belongs to the account that Tollgate runs
    // as, nobody else may enter it (mode 0700), which the cache checks and mends before it reads anything, and nobody
    // but that account may ever write there: it is to be guarded like the tollgate binary itself.
    unsafe { Component::deserialize(engine, compiled.code()) }
}
