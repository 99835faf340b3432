//! The small memory of an instance.

use async_trait::async_trait;
use rusqlite::{Transaction, params};
use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::ports::{MemoryEntry, PluginMemory, StoreError};

use crate::SqliteStore;
use crate::fault::Fault;
use crate::row::{one, run};

const GET: &str = "SELECT value FROM memory
    WHERE instance_id = ?1 AND key = ?2 AND (expires IS NULL OR expires > ?3)";
const COUNT: &str = "SELECT count(*), coalesce(sum(length(CAST(key AS BLOB)) + length(value)), 0) FROM memory
    WHERE instance_id = ?1 AND key <> ?2";
const FORGET_EXPIRED: &str = "DELETE FROM memory WHERE instance_id = ?1 AND expires <= ?2";
const PUT: &str = "INSERT INTO memory (instance_id, key, value, expires) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (instance_id, key) DO UPDATE SET value = excluded.value, expires = excluded.expires";
const DELETE: &str = "DELETE FROM memory WHERE instance_id = ?1 AND key = ?2";

#[async_trait]
impl PluginMemory for SqliteStore {
    async fn memory_get(
        &self,
        instance: &InstanceId,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.point(|conn| one(conn, GET, params![instance.as_str(), key, now.0], |row| Ok(row.get(0)?)))
    }

    async fn memory_put(&self, entry: MemoryEntry, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |tx| put(tx, &entry, now)).await
    }

    async fn memory_delete(&self, instance: &InstanceId, key: &str) -> Result<(), StoreError> {
        let (instance, key) = (instance.clone(), key.to_owned());
        self.write(move |tx| run(tx, DELETE, params![instance.as_str(), key]).map(drop)).await
    }
}

fn put(tx: &Transaction<'_>, entry: &MemoryEntry, now: Timestamp) -> Result<bool, Fault> {
    let instance = entry.instance.as_str();
    let there = one(tx, GET, params![instance, entry.key, now.0], |_| Ok(()))?.is_some();
    if there && entry.only_if_absent {
        return Ok(false);
    }
    run(tx, FORGET_EXPIRED, params![instance, now.0])?;
    let others = one(tx, COUNT, params![instance, entry.key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (keys, bytes): (i64, i64) = others.unwrap_or((0, 0));
    let own = i64::try_from(entry.key.len().saturating_add(entry.value.len())).unwrap_or(i64::MAX);
    let bytes_max = i64::try_from(entry.bytes_max).unwrap_or(i64::MAX);
    if keys >= i64::from(entry.keys_max) || bytes.saturating_add(own) > bytes_max {
        return Err(StoreError::Insufficient.into());
    }
    run(tx, PUT, params![instance, entry.key, entry.value, entry.expires.map(|at| at.0)])?;
    Ok(true)
}
