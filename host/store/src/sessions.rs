//! Sessions: who is let in, by the hash of a token.

use async_trait::async_trait;
use rusqlite::{Row, Transaction, params};
use tollgate_billing::audit::{Action, Detail, of_access, of_session};
use tollgate_billing::ids::{ClientId, SessionId, StaffId, Timestamp};
use tollgate_billing::people::{ChangedBy, Device, Ending, OwnSession, Session, Who};
use tollgate_billing::ports::{SESSIONS_MAX, Sessions, StoreError};

use crate::SqliteStore;
use crate::audit;
use crate::fault::Fault;
use crate::people::has_password;
use crate::row::{all, one, run};
use crate::second_steps;

/// A token that is there already may only be prolonged, and only by the same person.
const PUT: &str = "INSERT INTO sessions (token_sha256, client_id, staff_id, created, expires, seen, address, browser)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (token_sha256) DO UPDATE SET expires = excluded.expires
    WHERE sessions.client_id IS NOT DISTINCT FROM excluded.client_id
        AND sessions.staff_id IS NOT DISTINCT FROM excluded.staff_id";
/// Of one person, all but those that were used last.
const TOO_MANY: &str = "DELETE FROM sessions WHERE client_id IS ?1 AND staff_id IS ?2 AND id NOT IN
    (SELECT id FROM sessions WHERE client_id IS ?1 AND staff_id IS ?2 ORDER BY seen DESC, id DESC LIMIT ?3)";
const KNOWN: &str = "SELECT 1 FROM sessions WHERE token_sha256 = ?1";
const BY_TOKEN: &str = "SELECT token_sha256, client_id, staff_id, created, expires, seen, address, browser
    FROM sessions WHERE token_sha256 = ?1 AND expires > ?2";
const OF: &str = "SELECT id, token_sha256, client_id, staff_id, created, expires, seen, address, browser FROM sessions
    WHERE client_id IS ?1 AND staff_id IS ?2 AND expires > ?3 ORDER BY seen DESC, id DESC LIMIT ?4";
const SEEN: &str = "UPDATE sessions SET seen = ?2, address = ?3 WHERE token_sha256 = ?1 AND seen < ?2";
/// Of one person, whatever else is asked for: `?4` is one session, `?5` the token of the one that stays.
const END: &str = "DELETE FROM sessions WHERE client_id IS ?1 AND staff_id IS ?2 AND expires > ?3
    AND (?4 IS NULL OR id = ?4) AND (?5 IS NULL OR token_sha256 <> ?5)";
const CLIENT_EMAIL: &str = "SELECT email FROM clients WHERE id = ?1";
const STAFF_EMAIL: &str = "SELECT email FROM staff WHERE id = ?1";
const DELETE: &str = "DELETE FROM sessions WHERE token_sha256 = ?1";
const DELETE_OTHERS: &str = "DELETE FROM sessions WHERE client_id IS ?1 AND staff_id IS ?2 AND token_sha256 <> ?3";
const DELETE_OF_CLIENT: &str = "DELETE FROM sessions WHERE client_id = ?1";
const DELETE_OF_STAFF: &str = "DELETE FROM sessions WHERE staff_id = ?1";
const SWEEP: &str = "DELETE FROM sessions WHERE expires <= ?1";

#[async_trait]
impl Sessions for SqliteStore {
    async fn put_session(&self, session: Session, proved: &str) -> Result<bool, StoreError> {
        let proved = proved.to_owned();
        self.write(move |tx| {
            let who = session.who;
            let lets_in = has_password(tx, who, &proved)? && !second_steps::is_on(tx, who)?;
            if lets_in { put(tx, &session).map(|()| true) } else { Ok(false) }
        })
        .await
    }

    async fn session(&self, token_sha256: [u8; 32], now: Timestamp) -> Result<Option<Session>, StoreError> {
        self.point(|conn| one(conn, BY_TOKEN, params![token_sha256, now.0], session))
    }

    async fn delete_session(&self, token_sha256: [u8; 32]) -> Result<(), StoreError> {
        self.write(move |tx| end_one(tx, token_sha256)).await
    }

    async fn delete_sessions_of(&self, who: Who) -> Result<(), StoreError> {
        self.write(move |tx| end_all(tx, who).map(drop)).await
    }

    async fn sessions_of(&self, who: Who, now: Timestamp) -> Result<Vec<OwnSession>, StoreError> {
        let (client, staff) = columns(who);
        let own = |row: &Row<'_>| Ok(OwnSession { id: SessionId(row.get("id")?), session: session(row)? });
        self.point(|conn| all(conn, OF, params![client, staff, now.0, SESSIONS_MAX], own))
    }

    async fn session_seen(&self, token_sha256: [u8; 32], address: &str, at: Timestamp) -> Result<(), StoreError> {
        let address = address.to_owned();
        self.write(move |tx| run(tx, SEEN, params![token_sha256, at.0, address]).map(drop)).await
    }

    async fn end_sessions(&self, who: Who, which: Ending, by: ChangedBy, at: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| end(tx, who, which, by, at)).await
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let sweep = move |tx: &Transaction<'_>| {
            second_steps::sweep(tx, now)?;
            Ok(run(tx, SWEEP, [now.0])? as u64)
        };
        self.write(sweep).await
    }
}

pub(crate) fn end_one(tx: &Transaction<'_>, token_sha256: [u8; 32]) -> Result<(), Fault> {
    run(tx, DELETE, [token_sha256]).map(drop)
}

/// All of somebody but that of this token.
pub(crate) fn end_others(tx: &Transaction<'_>, who: Who, token_sha256: [u8; 32]) -> Result<(), Fault> {
    let (client, staff) = columns(who);
    run(tx, DELETE_OTHERS, params![client, staff, token_sha256]).map(drop)
}

/// Part of whatever transaction ends them, and what was begun with a password; how many there were.
pub(crate) fn end_all(tx: &Transaction<'_>, who: Who) -> Result<u64, Fault> {
    second_steps::end_halves(tx, who)?;
    let ended = match who {
        Who::Client(id) => run(tx, DELETE_OF_CLIENT, [id.0])?,
        Who::Staff(id) => run(tx, DELETE_OF_STAFF, [id.0])?,
    };
    Ok(ended as u64)
}

fn end(tx: &Transaction<'_>, who: Who, which: Ending, by: ChangedBy, at: Timestamp) -> Result<u64, Fault> {
    let (one_of_them, kept) = match which {
        Ending::One(id) => (Some(id.0), None),
        Ending::AllBut(token) => (None, Some(token)),
        Ending::All => (None, None),
    };
    if one_of_them.is_none() {
        second_steps::end_halves(tx, who)?;
    }
    let (client, staff) = columns(who);
    let ended = run(tx, END, params![client, staff, at.0, one_of_them, kept])? as u64;
    if ended > 0
        && let Some(email) = email(tx, who)?
        && let Some(entry) = of_access(Action::SessionsEnded, who, &email, by, at)
    {
        audit::add(tx, &entry.with(Detail::Number, &ended.to_string()))?;
    }
    Ok(ended)
}

pub(crate) fn email(tx: &Transaction<'_>, who: Who) -> Result<Option<String>, Fault> {
    let (sql, id) = match who {
        Who::Client(id) => (CLIENT_EMAIL, id.0),
        Who::Staff(id) => (STAFF_EMAIL, id.0),
    };
    one(tx, sql, [id], |row| Ok(row.get("email")?))
}

/// The client's number and that of staff, of which one is there.
pub(crate) fn columns(who: Who) -> (Option<i64>, Option<i64>) {
    match who {
        Who::Client(id) => (Some(id.0), None),
        Who::Staff(id) => (None, Some(id.0)),
    }
}

/// A session in place of others of the same person: nobody logged in.
pub(crate) fn begin(tx: &Transaction<'_>, session: &Session, who: Who) -> Result<(), Fault> {
    if session.who != who {
        return Err(Fault::corrupt("a session was to be put in place of another one's"));
    }
    insert(tx, session)
}

fn insert(tx: &Transaction<'_>, session: &Session) -> Result<(), Fault> {
    let (client, staff) = columns(session.who);
    let Session { token_sha256, created, expires, seen, device, .. } = session;
    let values = params![token_sha256, client, staff, created.0, expires.0, seen.0, device.address, device.browser];
    if run(tx, PUT, values)? == 0 {
        return Err(Fault::exists("a session with this token"));
    }
    Ok(())
}

/// Somebody comes in: the audit log tells of staff.
pub(crate) fn put(tx: &Transaction<'_>, session: &Session) -> Result<(), Fault> {
    let prolonged = one(tx, KNOWN, [session.token_sha256], |_| Ok(()))?.is_some();
    insert(tx, session)?;
    let (client, staff) = columns(session.who);
    run(tx, TOO_MANY, params![client, staff, SESSIONS_MAX])?;
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
        seen: Timestamp(row.get("seen")?),
        device: Device { address: row.get("address")?, browser: row.get("browser")? },
    })
}
