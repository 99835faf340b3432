//! Connections that read beside the writer. They see what is committed, and wait for nobody who writes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use rusqlite::{Connection, OpenFlags};
use tollgate_billing::ports::StoreError;

use crate::fault::Fault;
use crate::open::prepare;

pub(crate) struct Readers {
    path: PathBuf,
    busy: Duration,
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
}

impl Readers {
    pub fn open(path: &Path, count: usize, busy: Duration) -> rusqlite::Result<Self> {
        let connections = (0..count.max(1)).map(|_| connect(path, busy).map(Mutex::new)).collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), busy, connections, next: AtomicUsize::new(0) })
    }

    /// One statement, which is a snapshot by itself.
    pub fn point<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, StoreError> {
        Ok(work(&self.take())?)
    }

    /// Several statements that see the same moment.
    pub fn snapshot<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, StoreError> {
        in_snapshot(&self.take(), work).map_err(StoreError::from)
    }

    /// A connection of its own, for work that takes long.
    pub fn another(&self) -> Result<Connection, Fault> {
        Ok(connect(&self.path, self.busy)?)
    }

    /// The first connection that nobody uses, or else the next one in turn. The first ones, because each connection forgets
    /// the pages that it knows with every commit of the writer: the fewer are used, the more they know.
    fn take(&self) -> MutexGuard<'_, Connection> {
        let free = self.connections.iter().find_map(Mutex::try_lock);
        free.unwrap_or_else(|| {
            let next = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len();
            self.connections[next].lock()
        })
    }
}

pub(crate) fn in_snapshot<T>(
    conn: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let tx = conn.unchecked_transaction()?;
    let value = work(&tx)?;
    tx.finish()?;
    Ok(value)
}

fn connect(path: &Path, busy: Duration) -> rusqlite::Result<Connection> {
    // Each connection is behind its own lock, so SQLite needs none.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    prepare(&conn, busy)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_on_a_table_with_a_partial_index_is_prepared_once_whatever_is_bound() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("partial.db");
        let tables = "CREATE TABLE jobs (due INTEGER, done INTEGER, invoice INTEGER) STRICT;
            CREATE INDEX jobs_waiting ON jobs (due) WHERE done = 0;";
        Connection::open(&path).unwrap().execute_batch(tables).unwrap();
        let conn = connect(&path, Duration::ZERO).unwrap();
        let mut statement = conn.prepare("SELECT count(*) FROM jobs WHERE due <= ?1 AND done = ?2").unwrap();
        for value in 0..5_i64 {
            statement.query_row([value, value], |row| row.get::<_, i64>(0)).unwrap();
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
