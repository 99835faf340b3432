//! Lines that a plugin writes for its author and for staff. They go where the host's own log goes.

use crate::abi::v1_0_0::bindings::tollgate::plugin::log::{Host, Level};
use crate::guest::Guest;

/// The contract's number.
const LINE_BYTES_MAX: usize = 1_000;
/// What is looked at for secrets, before the line is cut: a secret that begins within the line ends within this, however
/// it is written.
const LOOK_BYTES_MAX: usize = 32 << 10;

impl Host for Guest {
    fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        if !self.may_log()? {
            return Ok(());
        }
        let message = cut(&message, LOOK_BYTES_MAX);
        let message = match &self.instance {
            Some(instance) => self.services.redact.black_out(instance, message),
            None => message.to_owned(),
        };
        let (plugin, instance, line) = (self.plugin.as_str(), self.name(), line(&message));
        match level {
            Level::Debug => tracing::debug!(target: "plugin", plugin, instance, "{line}"),
            Level::Info => tracing::info!(target: "plugin", plugin, instance, "{line}"),
            Level::Warn => tracing::warn!(target: "plugin", plugin, instance, "{line}"),
            Level::Error => tracing::error!(target: "plugin", plugin, instance, "{line}"),
        }
        Ok(())
    }
}

/// One line of the contract's length: a plugin must not be able to write lines that look like the host's.
fn line(message: &str) -> String {
    cut(message, LINE_BYTES_MAX).chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_is_one_line_of_bounded_length() {
        assert_eq!(line("plain"), "plain");
        assert_eq!(line("a\nb\x1b[31m\0"), "a\u{fffd}b\u{fffd}[31m\u{fffd}");
        assert_eq!(line(&"x".repeat(1_001)).len(), 1_000);
        assert_eq!(line(&"é".repeat(501)).chars().count(), 500);
    }
}
