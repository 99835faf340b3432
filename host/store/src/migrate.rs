//! The schema's versions. They are inside the binary, applied at start, one transaction each.

use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, TransactionBehavior, params};

use crate::fault::Fault;

struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

/// In order; a version that is applied is never changed. Only ever added to.
const MIGRATIONS: [Migration; 17] = [
    Migration { version: 1, name: "0001-billing", sql: include_str!("../migrations/0001-billing.sql") },
    Migration { version: 2, name: "0002-secrets", sql: include_str!("../migrations/0002-secrets.sql") },
    Migration { version: 3, name: "0003-sweep", sql: include_str!("../migrations/0003-sweep.sql") },
    Migration { version: 4, name: "0004-webhooks", sql: include_str!("../migrations/0004-webhooks.sql") },
    Migration { version: 5, name: "0005-refunds", sql: include_str!("../migrations/0005-refunds.sql") },
    Migration { version: 6, name: "0006-decisions", sql: include_str!("../migrations/0006-decisions.sql") },
    Migration { version: 7, name: "0007-saved-methods", sql: include_str!("../migrations/0007-saved-methods.sql") },
    Migration { version: 8, name: "0008-forget-webhooks", sql: include_str!("../migrations/0008-forget-webhooks.sql") },
    Migration {
        version: 9,
        name: "0009-outbox-of-an-invoice",
        sql: include_str!("../migrations/0009-outbox-of-an-invoice.sql"),
    },
    Migration { version: 10, name: "0010-last-looks", sql: include_str!("../migrations/0010-last-looks.sql") },
    Migration { version: 11, name: "0011-audit", sql: include_str!("../migrations/0011-audit.sql") },
    Migration { version: 12, name: "0012-roles", sql: include_str!("../migrations/0012-roles.sql") },
    Migration { version: 13, name: "0013-plugins", sql: include_str!("../migrations/0013-plugins.sql") },
    Migration { version: 14, name: "0014-mail", sql: include_str!("../migrations/0014-mail.sql") },
    Migration { version: 15, name: "0015-front-door", sql: include_str!("../migrations/0015-front-door.sql") },
    Migration { version: 16, name: "0016-second-step", sql: include_str!("../migrations/0016-second-step.sql") },
    Migration { version: 17, name: "0017-passkeys", sql: include_str!("../migrations/0017-passkeys.sql") },
];

const LIST: &str = "CREATE TABLE schema_migrations (
        version INTEGER PRIMARY KEY,
        name    TEXT NOT NULL,
        applied INTEGER NOT NULL
    ) STRICT";
const HAS_LIST: &str = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'";
const NEWEST: &str = "SELECT COALESCE(max(version), 0) FROM schema_migrations";
const RECORD: &str = "INSERT INTO schema_migrations (version, name, applied) VALUES (?1, ?2, ?3)";

/// The newest version that this build knows.
#[must_use]
pub fn newest_version() -> i64 {
    MIGRATIONS[MIGRATIONS.len() - 1].version
}

/// The version of the database; 0 for an empty one.
pub(crate) fn version(conn: &Connection) -> rusqlite::Result<i64> {
    let lists: i64 = conn.query_row(HAS_LIST, [], |row| row.get(0))?;
    if lists == 0 {
        return Ok(0);
    }
    conn.query_row(NEWEST, [], |row| row.get(0))
}

/// Applies what is missing. Two programs that start at once apply each version once.
pub(crate) fn migrate(conn: &mut Connection, application_id: i32) -> Result<(), Fault> {
    for migration in &MIGRATIONS {
        let target = migration.version;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if version(&tx)? >= target {
            continue;
        }
        if target == 1 {
            tx.execute_batch(LIST)?;
            tx.pragma_update(None, "application_id", application_id)?;
        }
        tx.execute_batch(migration.sql)?;
        tx.execute(RECORD, params![target, migration.name, now_ms()])?;
        tx.commit()?;
        tracing::info!(version = target, name = migration.name, "brought the database up to date");
    }
    Ok(())
}

/// For the record alone; nothing is decided by it.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_staff_before_there_were_roles_is_an_owner() {
        let conn = Connection::open_in_memory().unwrap();
        let (before, after) = MIGRATIONS.split_at(MIGRATIONS.iter().position(|one| one.name == "0012-roles").unwrap());
        for migration in before {
            conn.execute_batch(migration.sql).unwrap();
        }
        conn.execute("INSERT INTO staff VALUES (1, 'a@example.org', 'a@example.org', 'A', 'hash', 0)", []).unwrap();
        for migration in after {
            conn.execute_batch(migration.sql).unwrap();
        }
        let role: String = conn.query_row("SELECT role FROM staff", [], |row| row.get(0)).unwrap();
        assert_eq!(role, "owner");
    }

    #[test]
    fn whoever_was_logged_in_before_sessions_had_numbers_stays_so() {
        let conn = Connection::open_in_memory().unwrap();
        let at = MIGRATIONS.iter().position(|one| one.name == "0015-front-door").unwrap();
        for migration in &MIGRATIONS[..at] {
            conn.execute_batch(migration.sql).unwrap();
        }
        let staff = "INSERT INTO staff VALUES (1, 'a@example.org', 'a@example.org', 'A', 'hash', 0, 'owner');
            INSERT INTO sessions VALUES (zeroblob(32), NULL, 1, 5, 9)";
        conn.execute_batch(staff).unwrap();
        conn.execute_batch(MIGRATIONS[at].sql).unwrap();
        let columns = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        let read = "SELECT id, staff_id, expires, seen FROM sessions WHERE token_sha256 = zeroblob(32)";
        let kept: (i64, i64, i64, i64) = conn.query_row(read, [], columns).unwrap();
        assert_eq!(kept, (1, 1, 9, 5));
    }
}
