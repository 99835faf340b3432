//! Stored ways to pay: kept with the settlement that brings them, removed, forgotten.

mod charges;

use async_trait::async_trait;
use rusqlite::{Row, Transaction, params};
use tollgate_billing::claim::{MethodToken, SavedMethod};
use tollgate_billing::ids::{ChargeId, ClientId, InstanceId, InvoiceId, MethodId, PluginId, Timestamp};
use tollgate_billing::ports::{Made, SavedMethods, StoreError};
use tollgate_billing::saved::{Charge, ChargeState, Forgetting, METHODS_MAX, NewCharge, NewMethod, StoredMethod};

use crate::SqliteStore;
use crate::fault::Fault;
use crate::row::{PAGE_ROWS_MAX, Place, all, one, run};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, client_id, instance_id, plugin, live, token, label, expires, is_default, tries, created, last_used
            FROM saved_methods ",
            $rest
        )
    };
}

const OF_CLIENT: &str = select!("WHERE client_id = ?1 AND state = 'kept' ORDER BY is_default DESC, id DESC LIMIT ?2");
const ONE: &str = select!("WHERE id = ?1 AND state = 'kept'");
const TO_FORGET: &str = select!("WHERE next_try <= ?1 ORDER BY next_try, id LIMIT ?2");
const SAME: &str = "SELECT id, state FROM saved_methods
    WHERE client_id = ?1 AND instance_id = ?2 AND plugin = ?3 AND live = ?4 AND token = ?5";
const COUNT: &str = "SELECT count(*) FROM saved_methods WHERE client_id = ?1 AND instance_id = ?2 AND state = 'kept'";
const DEFAULTS: &str = "SELECT count(*) FROM saved_methods WHERE client_id = ?1 AND live = ?2 AND is_default = 1";
const INSERT: &str =
    "INSERT INTO saved_methods (client_id, instance_id, plugin, live, token, label, expires, is_default,
        state, tries, next_try, created)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11)";
const RENAME: &str = "UPDATE saved_methods SET label = ?2, expires = ?3 WHERE id = ?1 AND state = 'kept'";
const REVIVE: &str = "UPDATE saved_methods SET label = ?2, expires = ?3, is_default = ?4, state = 'kept', tries = 0,
        next_try = NULL
    WHERE id = ?1";
const NO_DEFAULT: &str = "UPDATE saved_methods SET is_default = 0
    WHERE client_id = ?1 AND is_default = 1 AND live = (SELECT live FROM saved_methods WHERE id = ?2)";
const SET_DEFAULT: &str = "UPDATE saved_methods SET is_default = 1 WHERE client_id = ?1 AND id = ?2 AND state = 'kept'";
const REMOVE: &str = "UPDATE saved_methods SET state = 'forgetting', is_default = 0, tries = 0, next_try = ?3
    WHERE client_id = ?1 AND id = ?2 AND state = 'kept'";
const TRIED: &str = "UPDATE saved_methods SET tries = tries + 1, next_try = ?2 WHERE id = ?1 AND state = 'forgetting'";
const FORGOTTEN: &str = "UPDATE saved_methods SET state = 'forgotten', next_try = NULL, label = '', expires = NULL
    WHERE id = ?1 AND state = 'forgetting'";

#[async_trait]
impl SavedMethods for SqliteStore {
    async fn methods_of(&self, client: ClientId) -> Result<Vec<StoredMethod>, StoreError> {
        self.point(|conn| all(conn, OF_CLIENT, params![client.0, PAGE_ROWS_MAX], method))
    }

    async fn method(&self, id: MethodId) -> Result<Option<StoredMethod>, StoreError> {
        self.point(|conn| one(conn, ONE, [id.0], method))
    }

    async fn keep_method(&self, new: NewMethod) -> Result<(), StoreError> {
        self.write(move |tx| keep(tx, &new, Word::Late)).await
    }

    async fn set_default_method(&self, client: ClientId, id: MethodId) -> Result<(), StoreError> {
        let set = move |tx: &Transaction<'_>| {
            run(tx, NO_DEFAULT, params![client.0, id.0])?;
            changed(run(tx, SET_DEFAULT, params![client.0, id.0])?)
        };
        self.write(set).await
    }

    async fn remove_method(&self, client: ClientId, id: MethodId, at: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| changed(run(tx, REMOVE, params![client.0, id.0, at.0])?)).await
    }

    async fn methods_to_forget(&self, now: Timestamp, rows_max: u32) -> Result<Vec<Forgetting>, StoreError> {
        self.point(|conn| all(conn, TO_FORGET, params![now.0, rows_max.clamp(1, PAGE_ROWS_MAX)], forgetting))
    }

    async fn forgetting_tried(&self, id: MethodId, next: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| run(tx, TRIED, params![id.0, next.0]).map(drop)).await
    }

    async fn method_forgotten(&self, id: MethodId) -> Result<(), StoreError> {
        self.write(move |tx| run(tx, FORGOTTEN, [id.0]).map(drop)).await
    }

    async fn begin_charge(&self, new: NewCharge) -> Result<Made<ChargeId>, StoreError> {
        self.write(move |tx| charges::begin(tx, &new)).await
    }

    async fn end_charge(
        &self,
        id: ChargeId,
        state: ChargeState,
        reason: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let reason = charges::short(reason);
        self.write(move |tx| charges::end(tx, id, state, (&reason, at))).await
    }

    async fn charge(&self, id: ChargeId) -> Result<Option<Charge>, StoreError> {
        self.point(|conn| charges::one_of(conn, id))
    }

    async fn charges_of(&self, invoice: InvoiceId) -> Result<Vec<Charge>, StoreError> {
        self.point(|conn| charges::of_invoice(conn, invoice))
    }
}

/// Who says that a method is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// The settlement of the payment at which the client agreed: what was removed before is stored again.
    Fresh,
    /// A claim that counted before: what was removed since stays removed.
    Late,
}

/// Part of a settlement. The same token is the same method; one beyond the bound is not kept, and its provider is to
/// forget it, so that nothing lies there which nobody sees.
pub(crate) fn keep(tx: &Transaction<'_>, new: &NewMethod, word: Word) -> Result<(), Fault> {
    let (method, token) = (&new.method, new.method.token.expose());
    let expires = method.expires.map(|at| at.0);
    let key = params![new.client.0, new.instance.as_str(), new.plugin.as_str(), new.live, token];
    let same: Option<(i64, String)> = one(tx, SAME, key, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let is_room = count(tx, COUNT, params![new.client.0, new.instance.as_str()])? < i64::from(METHODS_MAX);
    let is_default = is_room && count(tx, DEFAULTS, params![new.client.0, new.live])? == 0;
    match same {
        Some((id, state)) if state == "kept" => run(tx, RENAME, params![id, method.label, expires])?,
        Some((id, _)) if word == Word::Fresh && is_room => {
            run(tx, REVIVE, params![id, method.label, expires, is_default])?
        }
        Some(_) => 0,
        None => {
            let (state, next_try) = if is_room { ("kept", None) } else { ("forgetting", Some(new.at.0)) };
            let values = params![
                new.client.0,
                new.instance.as_str(),
                new.plugin.as_str(),
                new.live,
                token,
                method.label,
                expires,
                is_default,
                state,
                next_try,
                new.at.0,
            ];
            run(tx, INSERT, values)?
        }
    };
    Ok(())
}

fn count(tx: &Transaction<'_>, sql: &str, params: impl rusqlite::Params) -> Result<i64, Fault> {
    Ok(one(tx, sql, params, |row| Ok(row.get(0)?))?.unwrap_or_default())
}

fn changed(rows: usize) -> Result<(), Fault> {
    if rows == 0 { Err(Fault::conflict()) } else { Ok(()) }
}

fn forgetting(row: &Row<'_>) -> Result<Forgetting, Fault> {
    let method = method(row)?;
    let place = Place { table: "saved_methods", id: &method.id };
    let tries = place.small(row.get("tries")?, "count of tries")?;
    Ok(Forgetting { method, tries })
}

fn method(row: &Row<'_>) -> Result<StoredMethod, Fault> {
    let moment =
        |column: &str| -> Result<Option<Timestamp>, Fault> { Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp)) };
    Ok(StoredMethod {
        id: MethodId(row.get("id")?),
        client: ClientId(row.get("client_id")?),
        instance: InstanceId::new(row.get::<_, String>("instance_id")?),
        plugin: PluginId::new(row.get::<_, String>("plugin")?),
        live: row.get("live")?,
        method: SavedMethod {
            token: MethodToken::new(row.get::<_, String>("token")?),
            label: row.get("label")?,
            expires: moment("expires")?,
        },
        is_default: row.get("is_default")?,
        created: Timestamp(row.get("created")?),
        last_used: moment("last_used")?,
    })
}
