//! A writer that ends a rendering whose output grows past a page.

use std::io::{self, Write};

/// What a plugin's page may come to: twenty times the largest page that people wrote.
pub const PLUGIN_PAGE_BYTES_MAX: usize = 256 * 1024;

pub struct BoundedWriter {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl BoundedWriter {
    #[must_use]
    pub fn new(bytes_max: usize) -> Self {
        Self { bytes: Vec::with_capacity(8 * 1024), bytes_max }
    }

    /// What was written; templates and helpers write text only.
    #[must_use]
    pub fn into_text(self) -> String {
        String::from_utf8(self.bytes).unwrap_or_default()
    }
}

impl Write for &mut BoundedWriter {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(piece.len()) > self.bytes_max {
            let why = format!("writes more than {} bytes", self.bytes_max);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
