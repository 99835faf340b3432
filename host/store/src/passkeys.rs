//! Passkeys, and what becomes of one that is used.

use rusqlite::{Row, Transaction, params};
use tollgate_billing::audit::Action;
use tollgate_billing::ids::{PasskeyId, Timestamp};
use tollgate_billing::passkey::{NewPasskey, PASSKEYS_MAX, Passkey};
use tollgate_billing::people::Who;
use tollgate_billing::ports::StoreError;
use tollgate_billing::second_step::SecondStepChange;

use crate::SqliteStore;
use crate::fault::Fault;
use crate::row::{all, run};
use crate::second_steps::gain_by;
use crate::sessions::columns;

const OF: &str = "SELECT id, name, credential, created, last_used FROM passkeys
    WHERE client_id IS ?1 AND staff_id IS ?2 ORDER BY id";
/// Nobody's where it is somebody's already, or where they have as many as anybody may have.
const ADD: &str = "INSERT INTO passkeys (client_id, staff_id, name, credential_id, credential, created)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6
    WHERE (SELECT count(*) FROM passkeys WHERE client_id IS ?1 AND staff_id IS ?2) < ?7
    ON CONFLICT (credential_id) DO NOTHING";
const REMOVE: &str = "DELETE FROM passkeys WHERE client_id IS ?1 AND staff_id IS ?2 AND id = ?3";
pub(crate) const REMOVE_ALL: &str = "DELETE FROM passkeys WHERE client_id IS ?1 AND staff_id IS ?2";
/// Of two who come with answers to what was stored once, one gets in: the count of uses goes up only.
const USED: &str = "UPDATE passkeys SET credential = ?5, last_used = ?6
    WHERE client_id IS ?1 AND staff_id IS ?2 AND id = ?3 AND credential = ?4";

pub(crate) fn all_of(store: &SqliteStore, who: Who) -> Result<Vec<Passkey>, StoreError> {
    let (client, staff) = columns(who);
    store.point(|conn| all(conn, OF, params![client, staff], passkey))
}

pub(crate) fn add(tx: &Transaction<'_>, new: &NewPasskey) -> Result<bool, Fault> {
    let NewPasskey { gain, name, made } = new;
    let (client, staff) = columns(gain.who);
    let values = params![client, staff, name, made.credential_id, made.credential, gain.at.0, PASSKEYS_MAX];
    gain_by(tx, gain, (Action::PasskeyAdded, SecondStepChange::PasskeyAdded), || run(tx, ADD, values))
}

pub(crate) fn remove(tx: &Transaction<'_>, who: Who, id: PasskeyId) -> Result<usize, Fault> {
    let (client, staff) = columns(who);
    run(tx, REMOVE, params![client, staff, id.0])
}

/// Rows that changed: none where it is not there, another's, or used meanwhile.
pub(crate) fn used(
    tx: &Transaction<'_>,
    who: Who,
    (id, was, is): (PasskeyId, &str, &str),
    at: Timestamp,
) -> Result<usize, Fault> {
    let (client, staff) = columns(who);
    run(tx, USED, params![client, staff, id.0, was, is, at.0])
}

fn passkey(row: &Row<'_>) -> Result<Passkey, Fault> {
    Ok(Passkey {
        id: PasskeyId(row.get("id")?),
        name: row.get("name")?,
        credential: row.get("credential")?,
        created: Timestamp(row.get("created")?),
        last_used: row.get::<_, Option<i64>>("last_used")?.map(Timestamp),
    })
}
