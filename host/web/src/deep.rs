//! A stack that is deep enough for parsers that recurse once for each level of nesting.

use std::io;

/// The parsers of templates and translations recurse for each level that a text nests, and a stack that runs out takes
/// the whole process with it. Callers bound the levels to [`LEVELS_MAX`]; unoptimised code takes some 10 kB for each.
const STACK_BYTES: usize = 128 * 1024 * 1024;

/// Brackets that one text may open at all, nested or not: far more than people write in 64 kB.
pub const LEVELS_MAX: usize = 4_000;

/// Runs `work` to its end on a thread of its own with a deep stack. Called when files are loaded, never for a page.
///
/// # Errors
/// Where the system gives no thread.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work)?;
        match thread.join() {
            Ok(value) => Ok(value),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
