//! What goes wrong inside a transaction, and the sentence that it becomes for those who called.

use rusqlite::ErrorCode;
use tollgate_billing::ports::StoreError;

/// Inside the store only; every face converts it once, into [`StoreError`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
}

impl Fault {
    /// The rows, or the value that was to become rows, contradict the code.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self::Store(StoreError::Corrupt(what.into()))
    }

    pub fn conflict() -> Self {
        Self::Store(StoreError::Conflict)
    }

    pub fn exists(what: &'static str) -> Self {
        Self::Store(StoreError::Exists(what))
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error,
            Fault::Sql(error) => from_sql(&error),
        }
    }
}

/// Says what a person can do about it. SQLite's own words follow where they help to find the cause.
fn from_sql(error: &rusqlite::Error) -> StoreError {
    let unavailable = |sentence: &str| StoreError::Unavailable(sentence.to_owned());
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => unavailable(
            "the database is locked by another program: close it (a backup, a database browser), then try again",
        ),
        Some(ErrorCode::ReadOnly) => unavailable(
            "the database is read-only: make the file and its directory writable for the user that runs Tollgate",
        ),
        Some(ErrorCode::DiskFull) => {
            unavailable("the disk with the database is full: free some space, then try again; nothing was written")
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Unavailable(format!(
            "the database file is damaged ({error}): stop Tollgate, keep a copy of the file, restore the last backup"
        )),
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::Unavailable(format!(
                "the database file cannot be read or written ({error}): look at the disk and the file's permissions"
            ))
        }
        Some(ErrorCode::OutOfMemory) => unavailable("the database ran out of memory: give Tollgate more, or try again"),
        _ => StoreError::Corrupt(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn told(code: i32) -> StoreError {
        from_sql(&rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
    }

    #[test]
    fn every_way_a_disk_can_fail_says_what_to_do() {
        let table = [
            (ffi::SQLITE_BUSY, "locked by another program"),
            (ffi::SQLITE_READONLY, "writable"),
            (ffi::SQLITE_FULL, "free some space"),
            (ffi::SQLITE_CORRUPT, "restore the last backup"),
            (ffi::SQLITE_NOTADB, "restore the last backup"),
            (ffi::SQLITE_IOERR_WRITE, "look at the disk"),
            (ffi::SQLITE_CANTOPEN, "permissions"),
            (ffi::SQLITE_NOMEM, "memory"),
        ];
        for (code, words) in table {
            let StoreError::Unavailable(sentence) = told(code) else { panic!("{code} is not unavailable") };
            assert!(sentence.contains(words), "{code}: {sentence}");
        }
    }

    #[test]
    fn a_broken_constraint_is_corrupt_and_not_worth_trying_again() {
        assert!(matches!(told(ffi::SQLITE_CONSTRAINT_CHECK), StoreError::Corrupt(_)));
    }
}
