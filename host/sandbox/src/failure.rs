//! Why a call ended without an answer, in sentences that staff understand.

use wasmtime::Trap;

/// The longest that an engine's own words are quoted; they may repeat names out of a hostile file.
const QUOTE_CHARS_MAX: usize = 200;

/// The host ended the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    #[error("ran past its deadline")]
    Deadline,
    #[error("needed more than {} of memory", megabytes(*.bytes_max))]
    Memory { bytes_max: usize },
    #[error("needed a table of more than {elements_max} entries")]
    Table { elements_max: usize },
    #[error("called the host too often")]
    HostCalls,
    #[error("called {0} where the contract gives it nothing to call")]
    OutOfReach(&'static str),
    #[error("asked for {count} random bytes at once; the contract gives at most {count_max}")]
    RandomBytes { count: u32, count_max: u32 },
    #[error("the system gave no random bytes")]
    NoRandomness,
}

/// Says what went wrong, after "the plugin X is broken: `pay-now` ".
pub fn sentence(error: &wasmtime::Error, stack_bytes_max: usize, copied_bytes_max: usize) -> String {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return stop.to_string();
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return trapped(*trap, stack_bytes_max);
    }
    let words = error.root_cause().to_string();
    if words.contains("hostcalls has been exhausted") {
        return format!("handed over more than {} at once", megabytes(copied_bytes_max));
    }
    format!("did not keep to the contract: {}", quoted(&words))
}

fn trapped(trap: Trap, stack_bytes_max: usize) -> String {
    match trap {
        Trap::StackOverflow => format!("used up its stack of {} kB", stack_bytes_max >> 10),
        Trap::UnreachableCodeReached => "gave up in the middle (it panicked, or ran out of memory)".to_owned(),
        Trap::Interrupt => Stop::Deadline.to_string(),
        other => format!("crashed: {other}"),
    }
}

/// One line, bounded, without control characters.
pub fn quoted(words: &str) -> String {
    words.chars().take(QUOTE_CHARS_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

pub fn megabytes(bytes: usize) -> String {
    if bytes >= 1 << 20 { format!("{} MB", bytes >> 20) } else { format!("{} kB", bytes >> 10) }
}
