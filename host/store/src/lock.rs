//! One server per database: an operating-system lock on a file beside it, which a crash gives back by itself.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::open_error::OpenError;

/// Held until it is dropped. The file stays: removing it would let two servers lock two files of one name.
pub(crate) struct ServerLock {
    _file: File,
}

impl ServerLock {
    /// # Errors
    /// [`OpenError::SecondServer`] where somebody holds it.
    pub fn take(path: &Path) -> Result<Self, OpenError> {
        let lock_path = beside(path, ".lock");
        // The file has no content; a file that is there is only opened.
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(&lock_path);
        let file = file.map_err(|error| OpenError::of_io(path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::SecondServer { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(OpenError::of_io(path, &error)),
        }
    }
}

/// The file itself where the path is a link, so that its lock and its log stand beside it whatever it is called by.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The path with something after its name: `tollgate.db` and `.lock` make `tollgate.db.lock`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
