//! What commands print. `println!` panics where nobody reads any more, as in `tollgate audit list | head`.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

/// A line of a command's answer.
macro_rules! say {
    ($($words:tt)*) => { $crate::say::out(format_args!("{}\n", format_args!($($words)*))) };
}
pub(crate) use say;

/// A piece of it. A reader who went away misses nothing that counts: what the command does, it does to its end. Where the
/// answer cannot be written, as on a full disk, the command has failed.
pub fn out(words: Arguments<'_>) {
    if let Err(error) = std::io::stdout().write_fmt(words)
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _ = writeln!(std::io::stderr(), "tollgate: the answer cannot be written: {error}");
        std::process::exit(1);
    }
}
