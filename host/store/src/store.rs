//! The store itself: a writer, readers, and the lock that keeps a second server away.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::Builder;

use rusqlite::{Connection, Transaction};
use tokio::sync::oneshot;
use tollgate_billing::ports::StoreError;

use crate::fault::Fault;
use crate::lock::{ServerLock, resolved};
use crate::open::{self, Options};
use crate::open_error::OpenError;
use crate::readers::{Readers, in_snapshot};
use crate::writer::Writer;

/// Billing's store in one SQLite file. Dropping it writes what waits, closes the file and gives the lock back.
pub struct SqliteStore {
    // In the order in which they must go: the last connection to close is the writer's, which tidies the file up, and
    // the lock outlives every connection.
    readers: Arc<Readers>,
    writer: Writer,
    _lock: Option<ServerLock>,
}

/// How much was written since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Use cases that were committed, whether they changed rows or not.
    pub jobs: u64,
    /// Transactions that carried them.
    pub commits: u64,
}

impl SqliteStore {
    /// For the server: makes the file if there is none, brings it up to date, and keeps other servers away.
    ///
    /// # Errors
    /// One sentence that says what to do, as [`OpenError`].
    pub fn open_server(path: &Path) -> Result<Self, OpenError> {
        Self::open(path, Options::SERVER)
    }

    /// For a command beside the server, or without one: does not keep a server away, and waits only shortly.
    ///
    /// # Errors
    /// As [`Self::open_server`]; [`OpenError::Older`] where a running server would have to be replaced first.
    pub fn open_tool(path: &Path) -> Result<Self, OpenError> {
        Self::open(path, Options::TOOL)
    }

    /// # Errors
    /// As [`Self::open_server`].
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let path = &resolved(path);
        let (conn, lock) = open::connect(path, options)?;
        let busy = options.busy_timeout;
        let readers = Readers::open(path, options.readers, busy).map_err(|error| OpenError::of_sql(path, &error))?;
        let writer = Writer::start(conn)
            .map_err(|error| OpenError::Disk { path: path.to_owned(), detail: error.to_string() })?;
        Ok(Self { readers: Arc::new(readers), writer, _lock: lock })
    }

    /// Shows how well commits are grouped.
    #[must_use]
    pub fn written(&self) -> Written {
        let counts = &self.writer.counts;
        Written { jobs: counts.jobs.load(Ordering::Relaxed), commits: counts.commits.load(Ordering::Relaxed) }
    }

    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// A read of one statement. It is done where it is asked for: it takes microseconds.
    pub(crate) fn point<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, StoreError> {
        self.readers.point(work)
    }

    /// A read of several statements at one moment.
    pub(crate) fn snapshot<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, StoreError> {
        self.readers.snapshot(work)
    }

    /// A read that may take seconds, on a thread and a connection of its own.
    pub(crate) async fn aside<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let readers = Arc::clone(&self.readers);
        let task = move || {
            let result = readers.another().and_then(|conn| in_snapshot(&conn, work));
            // Given back before the answer, so that whoever closes the store next still closes the writer last.
            drop(readers);
            drop(reply.send(result.map_err(StoreError::from)));
        };
        Builder::new()
            .name("store-check".to_owned())
            .spawn(task)
            .map_err(|error| StoreError::Unavailable(format!("no thread for a long read ({error}): try again")))?;
        let ended = |_| Err(StoreError::Corrupt("a long read ended without an answer; the log says why".to_owned()));
        answer.await.unwrap_or_else(ended)
    }
}
