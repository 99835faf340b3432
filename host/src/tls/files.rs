//! The files as the disk has them: whether they changed, whether they can be read, and by whom.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::SystemTime;

use super::TlsFiles;

/// A chain of certificates is a few kilobytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// The permission of everybody who is neither the owner nor of the group.
const READABLE_BY_ALL: u32 = 0o004;

/// Tells whether either file is another one than before. Links are followed: some clients of authorities renew by
/// pointing a link elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp([Option<(SystemTime, u64)>; 2]);

impl Stamp {
    pub fn of(files: &TlsFiles) -> Self {
        let one = |path: &Path| {
            let about = fs::metadata(path).ok()?;
            Some((about.modified().ok()?, about.len()))
        };
        Self([one(&files.certificate), one(&files.key)])
    }
}

/// # Errors
/// Where it cannot be read, or is so large that it is something else.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("it is larger than {FILE_BYTES_MAX} bytes")));
    }
    Ok(bytes)
}

/// Whether everybody on this machine may read it.
pub fn is_readable_by_all(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.permissions().mode() & READABLE_BY_ALL != 0)
}
