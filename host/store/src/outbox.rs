//! What is to happen after a settlement, at least once each.

use async_trait::async_trait;
use rusqlite::{Connection, Row, Transaction, params};
use tollgate_billing::ids::{InvoiceId, OutboxId, Timestamp};
use tollgate_billing::ports::{Outbox, StoreError};
use tollgate_billing::settlement::{Event, Pending};

use crate::SqliteStore;
use crate::account::{event_of, event_words};
use crate::fault::Fault;
use crate::row::{PAGE_ROWS_MAX, Place, all, run};

/// Characters of a reason that are kept; the port promises this many.
const ERROR_CHARS_MAX: usize = 500;

const QUEUE: &str = "INSERT INTO outbox (kind, invoice_id, attempts, last_error, due, done, created)
    VALUES (?1, ?2, 0, NULL, ?3, 0, ?3)";
const DUE: &str = "SELECT id, kind, invoice_id, attempts, last_error FROM outbox
    WHERE done = 0 AND due <= ?1 ORDER BY due, id LIMIT ?2";
const DUE_OF: &str = "SELECT id, kind, invoice_id, attempts, last_error FROM outbox
    WHERE invoice_id = ?1 AND done = 0 AND due <= ?2 ORDER BY due, id LIMIT ?3";
const STUCK: &str = "SELECT id, kind, invoice_id, attempts, last_error FROM outbox
    WHERE done = 0 AND attempts > 0 ORDER BY due, id LIMIT ?1";
const DONE: &str = "UPDATE outbox SET done = 1 WHERE id = ?1";
const FINISH: &str = "UPDATE outbox SET done = 1 WHERE id = ?1 AND done = 0";
const RETRY: &str = "UPDATE outbox SET attempts = attempts + 1, last_error = ?2, due = ?3
    WHERE id = ?1 AND done = 0";

#[async_trait]
impl Outbox for SqliteStore {
    async fn due(&self, now: Timestamp, rows_max: u32) -> Result<Vec<Pending>, StoreError> {
        self.point(|conn| pending(conn, DUE, params![now.0, rows_max.clamp(1, PAGE_ROWS_MAX)]))
    }

    async fn due_of(&self, invoice: InvoiceId, now: Timestamp, rows_max: u32) -> Result<Vec<Pending>, StoreError> {
        let values = params![invoice.0, now.0, rows_max.clamp(1, PAGE_ROWS_MAX)];
        self.point(|conn| pending(conn, DUE_OF, values))
    }

    async fn done(&self, id: OutboxId) -> Result<(), StoreError> {
        self.write(move |tx| changed(run(tx, DONE, [id.0])?)).await
    }

    async fn retry(&self, id: OutboxId, error: &str, retry_at: Timestamp) -> Result<(), StoreError> {
        let error: String = error.chars().take(ERROR_CHARS_MAX).collect();
        self.write(move |tx| changed(run(tx, RETRY, params![id.0, error, retry_at.0])?)).await
    }

    async fn stuck(&self, rows_max: u32) -> Result<Vec<Pending>, StoreError> {
        self.point(|conn| pending(conn, STUCK, [rows_max.clamp(1, PAGE_ROWS_MAX)]))
    }
}

/// Part of a settlement: due at once.
pub(crate) fn queue(tx: &Transaction<'_>, event: &Event, at: Timestamp) -> Result<(), Fault> {
    let (kind, invoice) = event_words(event);
    run(tx, QUEUE, params![kind, invoice.0, at.0]).map(drop)
}

/// Part of a settlement: a row that somebody else finished first takes the whole settlement with it.
pub(crate) fn finish(tx: &Transaction<'_>, id: OutboxId) -> Result<(), Fault> {
    changed(run(tx, FINISH, [id.0])?)
}

fn changed(rows: usize) -> Result<(), Fault> {
    if rows == 0 { Err(Fault::conflict()) } else { Ok(()) }
}

fn pending(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Pending>, Fault> {
    all(conn, sql, params, row)
}

fn row(row: &Row<'_>) -> Result<Pending, Fault> {
    let id: i64 = row.get("id")?;
    let place = Place { table: "outbox", id: &id };
    let kind: String = row.get("kind")?;
    Ok(Pending {
        id: OutboxId(id),
        event: place.known(event_of(&kind, InvoiceId(row.get("invoice_id")?)), "kind", &kind)?,
        attempts: place.small(row.get("attempts")?, "attempts")?,
        last_error: row.get("last_error")?,
    })
}
