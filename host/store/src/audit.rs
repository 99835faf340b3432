//! The audit log: rows in a chain of hashes.
//!
//! A row's hash is SHA-256 over the hash before it and its own columns as they lie in the table, so that a look at the
//! chain needs to understand none of them. There is one writer at a time, whoever else has the file open: a transaction
//! that writes holds SQLite's lock from its first statement on.

use async_trait::async_trait;
use rusqlite::{Connection, Row, Transaction, params};
use sha2::{Digest, Sha256};
use tollgate_billing::audit::{AuditReport, AuditRow, NewEntry};
use tollgate_billing::ids::Timestamp;
use tollgate_billing::ports::{Audit, PageOf, StoreError};

use crate::SqliteStore;
use crate::fault::Fault;
use crate::row::{all, bounds, one, run};
use crate::words::json;

const LAST: &str = "SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1";
const ADD: &str = "INSERT INTO audit_log (seq, at, actor, staff_id, action, subject, details, hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const PAGE: &str = "SELECT a.seq, a.at, a.actor, a.action, a.subject, a.details, s.name AS staff_name
    FROM audit_log a LEFT JOIN staff s ON s.id = a.staff_id WHERE a.seq < ?1 ORDER BY a.seq DESC LIMIT ?2";
const CHAIN: &str = "SELECT seq, at, actor, staff_id, action, subject, details, hash FROM audit_log ORDER BY seq";

type Hash = [u8; 32];

/// What stands before the first row, and which form the columns are hashed in.
const START: &[u8] = b"tollgate audit log 1";

#[async_trait]
impl Audit for SqliteStore {
    async fn note(&self, entry: NewEntry) -> Result<(), StoreError> {
        self.write(move |tx| add(tx, &entry)).await
    }

    async fn audit(&self, page: PageOf) -> Result<Vec<AuditRow>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.point(|conn| all(conn, PAGE, params![before, rows_max], audit_row))
    }

    async fn check_audit(&self) -> Result<AuditReport, StoreError> {
        self.aside(check).await
    }
}

/// The columns of a row but its hash.
struct Columns {
    seq: i64,
    at: i64,
    actor: String,
    staff: Option<i64>,
    action: String,
    subject: String,
    details: String,
}

impl Columns {
    /// Every text stands behind its length, so that no two rows have the same bytes.
    fn hash(&self, before: &Hash) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(before);
        hasher.update(self.seq.to_be_bytes());
        hasher.update(self.at.to_be_bytes());
        match self.staff {
            Some(id) => {
                hasher.update([1]);
                hasher.update(id.to_be_bytes());
            }
            None => hasher.update([0]),
        }
        for text in [&self.actor, &self.action, &self.subject, &self.details] {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text);
        }
        hasher.finalize().into()
    }
}

fn start() -> Hash {
    Sha256::digest(START).into()
}

/// Part of whatever transaction it tells of.
pub(crate) fn add(tx: &Transaction<'_>, entry: &NewEntry) -> Result<(), Fault> {
    let last = one(tx, LAST, [], |row| Ok((row.get::<_, i64>("seq")?, row.get::<_, Hash>("hash")?)))?;
    let (seq, before) = last.map_or((1, start()), |(seq, hash)| (seq.saturating_add(1), hash));
    let details: Vec<(&str, &str)> =
        entry.details.iter().map(|(detail, value)| (detail.code(), value.as_str())).collect();
    let row = Columns {
        seq,
        at: entry.at.0,
        actor: entry.by.code().to_owned(),
        staff: entry.by.staff().map(|id| id.0),
        action: entry.action.code().to_owned(),
        subject: entry.subject.clone(),
        details: json(&details)?,
    };
    let hash = row.hash(&before);
    let values = params![row.seq, row.at, row.actor, row.staff, row.action, row.subject, row.details, hash];
    run(tx, ADD, values).map(drop)
}

/// Reads the log row by row: it may be longer than the memory.
fn check(conn: &Connection) -> Result<AuditReport, Fault> {
    let mut statement = conn.prepare_cached(CHAIN)?;
    let mut rows = statement.query([])?;
    let (mut sound, mut before) = (0_u64, start());
    let mut fault = None;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get("seq")?;
        match fits(row, sound, &before) {
            Ok(hash) => before = hash,
            Err(why) => {
                fault = Some((seq, why));
                break;
            }
        }
        sound += 1;
    }
    let last_hash = if sound == 0 { String::new() } else { hex(&before) };
    Ok(AuditReport { sound, last_hash, fault })
}

/// The row's hash where it is the right one.
fn fits(row: &Row<'_>, above: u64, before: &Hash) -> Result<Hash, String> {
    let (columns, hash) = columns(row).map_err(|error| format!("cannot be read: {error}"))?;
    if u64::try_from(columns.seq) != Ok(above + 1) {
        return Err(format!("stands where number {} belongs", above + 1));
    }
    if columns.hash(before) != hash {
        return Err("its hash is not that of what it says, or of what stood before it".to_owned());
    }
    Ok(hash)
}

fn columns(row: &Row<'_>) -> rusqlite::Result<(Columns, Hash)> {
    let columns = Columns {
        seq: row.get("seq")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        staff: row.get("staff_id")?,
        action: row.get("action")?,
        subject: row.get("subject")?,
        details: row.get("details")?,
    };
    Ok((columns, row.get("hash")?))
}

fn audit_row(row: &Row<'_>) -> Result<AuditRow, Fault> {
    let details: String = row.get("details")?;
    Ok(AuditRow {
        seq: row.get("seq")?,
        at: Timestamp(row.get("at")?),
        by: row.get("actor")?,
        staff: row.get("staff_name")?,
        action: row.get("action")?,
        subject: row.get("subject")?,
        // Somebody may have been at the row; the list shows it all the same, and `check_audit` tells of it.
        details: serde_json::from_str(&details).unwrap_or_else(|_| vec![(String::new(), details)]),
    })
}

fn hex(hash: &Hash) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
