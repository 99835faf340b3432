//! Sessions: who is let in, by the hash of a token.

use async_trait::async_trait;
use rusqlite::{Row, Transaction, params};
use tollgate_billing::audit::of_session;
use tollgate_billing::ids::{ClientId, StaffId, Timestamp};
use tollgate_billing::people::{Session, Who};
use tollgate_billing::ports::{Sessions, StoreError};

use crate::SqliteStore;
use crate::audit;
use crate::fault::Fault;
use crate::row::{one, run};

/// A token that is there already may only be prolonged, and only by the same person.
const PUT: &str = "INSERT INTO sessions (token_sha256, client_id, staff_id, created, expires)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (token_sha256) DO UPDATE SET expires = excluded.expires
    WHERE sessions.client_id IS NOT DISTINCT FROM excluded.client_id
        AND sessions.staff_id IS NOT DISTINCT FROM excluded.staff_id";
const KNOWN: &str = "SELECT 1 FROM sessions WHERE token_sha256 = ?1";
const BY_TOKEN: &str = "SELECT token_sha256, client_id, staff_id, created, expires
    FROM sessions WHERE token_sha256 = ?1 AND expires > ?2";
const DELETE: &str = "DELETE FROM sessions WHERE token_sha256 = ?1";
const DELETE_OF_CLIENT: &str = "DELETE FROM sessions WHERE client_id = ?1";
const DELETE_OF_STAFF: &str = "DELETE FROM sessions WHERE staff_id = ?1";
const SWEEP: &str = "DELETE FROM sessions WHERE expires <= ?1";

#[async_trait]
impl Sessions for SqliteStore {
    async fn put_session(&self, session: Session) -> Result<(), StoreError> {
        self.write(move |tx| put(tx, &session)).await
    }

    async fn session(&self, token_sha256: [u8; 32], now: Timestamp) -> Result<Option<Session>, StoreError> {
        self.point(|conn| one(conn, BY_TOKEN, params![token_sha256, now.0], session))
    }

    async fn delete_session(&self, token_sha256: [u8; 32]) -> Result<(), StoreError> {
        self.write(move |tx| run(tx, DELETE, [token_sha256]).map(drop)).await
    }

    async fn delete_sessions_of(&self, who: Who) -> Result<(), StoreError> {
        self.write(move |tx| end_sessions_of(tx, who)).await
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| Ok(run(tx, SWEEP, [now.0])? as u64)).await
    }
}

pub(crate) fn end_sessions_of(tx: &Transaction<'_>, who: Who) -> Result<(), Fault> {
    match who {
        Who::Client(id) => run(tx, DELETE_OF_CLIENT, [id.0]).map(drop),
        Who::Staff(id) => run(tx, DELETE_OF_STAFF, [id.0]).map(drop),
    }
}

fn put(tx: &Transaction<'_>, session: &Session) -> Result<(), Fault> {
    let (client, staff) = match session.who {
        Who::Client(id) => (Some(id.0), None),
        Who::Staff(id) => (None, Some(id.0)),
    };
    let values = params![session.token_sha256, client, staff, session.created.0, session.expires.0];
    let prolonged = one(tx, KNOWN, [session.token_sha256], |_| Ok(()))?.is_some();
    if run(tx, PUT, values)? == 0 {
        return Err(Fault::exists("a session with this token"));
    }
    match of_session(session) {
        Some(entry) if !prolonged => audit::add(tx, &entry),
        _ => Ok(()),
    }
}

fn session(row: &Row<'_>) -> Result<Session, Fault> {
    let who = match (row.get("client_id")?, row.get("staff_id")?) {
        (Some(id), None) => Who::Client(ClientId(id)),
        (None, Some(id)) => Who::Staff(StaffId(id)),
        _ => return Err(Fault::corrupt("table sessions: a session of nobody, or of two")),
    };
    Ok(Session {
        token_sha256: row.get("token_sha256")?,
        who,
        created: Timestamp(row.get("created")?),
        expires: Timestamp(row.get("expires")?),
    })
}
