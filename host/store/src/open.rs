//! Opening: look, lock, connect, check, bring up to date. Every way to fail has its own sentence.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use crate::examine::{Looks, examine};
use crate::fault::Fault;
use crate::lock::ServerLock;
use crate::migrate::{migrate, newest_version, version};
use crate::open_error::OpenError;

/// `Toll` in ASCII: what tells our files from those of other programs.
const APPLICATION_ID: i32 = 0x546F_6C6C;
/// Prepared statements that each connection keeps; more than there are in this package.
pub(crate) const STATEMENTS_MAX: usize = 256;
/// Pages that the writer keeps in memory, in kibibytes as SQLite counts them below zero.
const WRITER_CACHE_KIB: i64 = -8_192;
/// The write-ahead log is cut back to this once its pages are in the file.
const LOG_BYTES_MAX: i64 = 16 * 1024 * 1024;
/// Pages in the log after which they go to the file: as many as it keeps its length for. A page that changed often meanwhile
/// goes once.
const LOG_PAGES: i64 = LOG_BYTES_MAX / 4096;

/// How a program stands to the database.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Hold the server's lock for as long as the store is open.
    pub server: bool,
    /// How long to wait for somebody else's write.
    pub busy_timeout: Duration,
    /// Connections that read.
    pub readers: usize,
}

impl Options {
    /// Four readers are enough for two cores with room: a read takes microseconds.
    pub const SERVER: Self = Self { server: true, busy_timeout: Duration::from_secs(5), readers: 4 };
    /// A command has a person before it, who should not wait long for a sentence.
    pub const TOOL: Self = Self { server: false, busy_timeout: Duration::from_secs(2), readers: 1 };
}

/// The writer's connection, and the server's lock where it was asked for.
pub(crate) fn connect(path: &Path, options: Options) -> Result<(Connection, Option<ServerLock>), OpenError> {
    let looks = examine(path)?;
    let lock = if options.server { Some(ServerLock::take(path)?) } else { None };
    let of_sql = |error: rusqlite::Error| OpenError::of_sql(path, &error);
    let mut conn = open_file(path, options).map_err(of_sql)?;
    if conn.is_readonly(MAIN_DB).map_err(of_sql)? {
        return Err(OpenError::ReadOnly { path: path.to_owned() });
    }
    if looks == Looks::CheckFirst {
        quick_check(path, &conn)?;
    }
    let found = our_version(path, &conn)?;
    configure(&conn).map_err(of_sql)?;
    bring_up_to_date(path, &mut conn, found, lock.is_some())?;
    Ok((conn, lock))
}

/// What every connection has, writing or reading.
pub(crate) fn prepare(conn: &Connection, busy_timeout: Duration) -> rusqlite::Result<()> {
    conn.busy_timeout(busy_timeout)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    // A plan that may depend on what is bound is made anew for every other value, on any table with a partial index. Ours
    // never depend on it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(())
}

fn open_file(path: &Path, options: Options) -> rusqlite::Result<Connection> {
    // Only the writer's thread touches it, so SQLite needs no lock of its own.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    prepare(&conn, options.busy_timeout)?;
    Ok(conn)
}

/// Reads the whole file once and says the first thing that is wrong.
fn quick_check(path: &Path, conn: &Connection) -> Result<(), OpenError> {
    let verdict: Result<String, _> = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
    match verdict {
        Ok(verdict) if verdict == "ok" => Ok(()),
        Ok(detail) => Err(OpenError::Damaged { path: path.to_owned(), detail }),
        Err(error) => Err(match OpenError::of_sql(path, &error) {
            // The file began like a database, so it was one.
            OpenError::NotADatabase { path } => OpenError::Damaged { path, detail: error.to_string() },
            other => other,
        }),
    }
}

/// The version of a database that is ours or empty.
fn our_version(path: &Path, conn: &Connection) -> Result<i64, OpenError> {
    let of_sql = |error: rusqlite::Error| OpenError::of_sql(path, &error);
    let id: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(of_sql)?;
    let objects = "SELECT count(*) FROM sqlite_schema";
    let objects: i64 = conn.query_row(objects, [], |row| row.get(0)).map_err(of_sql)?;
    if objects == 0 && id == 0 {
        return Ok(0);
    }
    if id != APPLICATION_ID {
        return Err(OpenError::NotOurs { path: path.to_owned() });
    }
    match version(conn).map_err(of_sql)? {
        0 => Err(OpenError::Damaged { path: path.to_owned(), detail: "the list of its versions is gone".to_owned() }),
        found if found > newest_version() => {
            Err(OpenError::Newer { path: path.to_owned(), found, known: newest_version() })
        }
        found => Ok(found),
    }
}

fn configure(conn: &Connection) -> rusqlite::Result<()> {
    let mode: String = conn.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if !mode.eq_ignore_ascii_case("wal") {
        tracing::warn!(mode, "the file system takes no write-ahead log; writing will be slower");
    }
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // So that REPLACE cannot walk around the triggers that forbid deleting.
    conn.pragma_update(None, "recursive_triggers", true)?;
    conn.pragma_update(None, "cache_size", WRITER_CACHE_KIB)?;
    // Each job's savepoint keeps the pages that it changes: in memory, or SQLite would write them to a temporary file.
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update_and_check(None, "journal_size_limit", LOG_BYTES_MAX, |_| Ok(()))?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    Ok(())
}

/// Nobody changes the schema under a running server: a tool that would have to takes the server's lock meanwhile.
fn bring_up_to_date(path: &Path, conn: &mut Connection, found: i64, locked: bool) -> Result<(), OpenError> {
    let known = newest_version();
    if found == known {
        return Ok(());
    }
    let _meanwhile = if locked { None } else { Some(lock_for_upgrade(path, found)?) };
    migrate(conn, APPLICATION_ID).map_err(|fault| match fault {
        Fault::Sql(error) => OpenError::of_sql(path, &error),
        Fault::Store(error) => OpenError::Disk { path: path.to_owned(), detail: error.to_string() },
    })
}

fn lock_for_upgrade(path: &Path, found: i64) -> Result<ServerLock, OpenError> {
    ServerLock::take(path).map_err(|error| match error {
        OpenError::SecondServer { path } => OpenError::Older { path, found, known: newest_version() },
        other => other,
    })
}
