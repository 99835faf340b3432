//! Why a database was not opened. Each sentence says what to do.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the directory of the database {} does not exist: create it, or configure another path", path.display())]
    NoDirectory { path: PathBuf },
    #[error("{} is not a file: configure the path of a database file", path.display())]
    NotAFile { path: PathBuf },
    #[error("{} is not a database: move it away, or configure another path", path.display())]
    NotADatabase { path: PathBuf },
    #[error("{} is the database of another program: configure another path", path.display())]
    NotOurs { path: PathBuf },
    #[error(
        "the database {} is damaged ({detail}): keep a copy of it and of the files beside it, then restore the last backup",
        path.display()
    )]
    Damaged { path: PathBuf, detail: String },
    #[error(
        "the database {} or its directory is read-only: make both writable for the user that runs Tollgate",
        path.display()
    )]
    ReadOnly { path: PathBuf },
    #[error("the disk with the database {} is full: free some space, then start again", path.display())]
    Full { path: PathBuf },
    #[error(
        "the database {} is locked by another program: close it (a backup, a database browser), then start again",
        path.display()
    )]
    Locked { path: PathBuf },
    #[error(
        "another Tollgate server runs on the database {}: stop it first, or give this one a database of its own",
        path.display()
    )]
    SecondServer { path: PathBuf },
    #[error(
        "the database {} has version {found}, and this Tollgate knows versions up to {known}: start the newer Tollgate \
        that wrote it, or restore a backup from before",
        path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error(
        "the database {} has version {found}, this Tollgate needs {known}, and an older server runs on it: stop that \
        server and start the new one, which brings the database up to date",
        path.display()
    )]
    Older { path: PathBuf, found: i64, known: i64 },
    #[error("the database {} cannot be opened: {detail}", path.display())]
    Disk { path: PathBuf, detail: String },
}

impl OpenError {
    pub(crate) fn of_sql(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path },
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::NotADatabase) => Self::NotADatabase { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, detail: error.to_string() },
            _ => Self::Disk { path, detail: error.to_string() },
        }
    }

    pub(crate) fn of_io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Disk { path, detail: error.to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn what_sqlite_says_while_opening_becomes_a_sentence_that_names_the_file() {
        let table = [
            (ffi::SQLITE_BUSY, "locked by another program"),
            (ffi::SQLITE_READONLY_DIRECTORY, "read-only"),
            (ffi::SQLITE_FULL, "free some space"),
            (ffi::SQLITE_NOTADB, "is not a database"),
            (ffi::SQLITE_CORRUPT, "restore the last backup"),
            (ffi::SQLITE_IOERR_READ, "cannot be opened"),
        ];
        for (code, words) in table {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            let sentence = OpenError::of_sql(Path::new("/srv/tollgate.db"), &error).to_string();
            assert!(sentence.contains(words) && sentence.contains("/srv/tollgate.db"), "{code}: {sentence}");
        }
    }

    #[test]
    fn what_the_system_says_becomes_a_sentence_that_names_the_file() {
        let table = [
            (io::ErrorKind::PermissionDenied, "writable"),
            (io::ErrorKind::ReadOnlyFilesystem, "writable"),
            (io::ErrorKind::StorageFull, "free some space"),
            (io::ErrorKind::Interrupted, "cannot be opened"),
        ];
        for (kind, words) in table {
            let sentence = OpenError::of_io(Path::new("/srv/tollgate.db"), &kind.into()).to_string();
            assert!(sentence.contains(words) && sentence.contains("/srv/tollgate.db"), "{kind}: {sentence}");
        }
    }
}
