//! Secrets as the vault sealed them. The store moves them and cannot open one.

use async_trait::async_trait;
use rusqlite::{Row, params};
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{SealedRow, SealedStore, StoreError};
use tollgate_billing::second_step::{NewAuthenticator, SealedAuthenticator};

use crate::SqliteStore;
use crate::fault::Fault;
use crate::row::{all, run};
use crate::second_steps;

const PUT: &str = "INSERT INTO sealed_secrets (instance_id, key, key_id, sealed) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (instance_id, key) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed";
/// Compares the whole row, for the vault seals the same value differently each time.
const SWAP: &str = "UPDATE sealed_secrets SET key_id = ?3, sealed = ?4
    WHERE instance_id = ?1 AND key = ?2 AND key_id = ?5 AND sealed = ?6";
const OF: &str = "SELECT instance_id, key, key_id, sealed FROM sealed_secrets WHERE instance_id = ?1 ORDER BY key";
const ALL: &str = "SELECT instance_id, key, key_id, sealed FROM sealed_secrets ORDER BY instance_id, key";
const DELETE: &str = "DELETE FROM sealed_secrets WHERE instance_id = ?1 AND key = ?2";

#[async_trait]
impl SealedStore for SqliteStore {
    async fn put_sealed(&self, row: SealedRow) -> Result<(), StoreError> {
        let put = move |tx: &rusqlite::Transaction<'_>| {
            run(tx, PUT, params![row.instance.as_str(), row.key, row.key_id, row.sealed]).map(drop)
        };
        self.write(put).await
    }

    async fn swap_sealed(&self, was: &SealedRow, row: SealedRow) -> Result<(), StoreError> {
        if (&was.instance, &was.key) != (&row.instance, &row.key) {
            return Err(StoreError::Corrupt("a secret was to be replaced by another one's row".to_owned()));
        }
        let was = was.clone();
        let swap = move |tx: &rusqlite::Transaction<'_>| {
            let values = params![row.instance.as_str(), row.key, row.key_id, row.sealed, was.key_id, was.sealed];
            if run(tx, SWAP, values)? == 1 { Ok(()) } else { Err(Fault::conflict()) }
        };
        self.write(swap).await
    }

    async fn sealed_of(&self, instance: &InstanceId) -> Result<Vec<SealedRow>, StoreError> {
        self.point(|conn| all(conn, OF, [instance.as_str()], sealed_row))
    }

    async fn sealed(&self) -> Result<Vec<SealedRow>, StoreError> {
        self.point(|conn| all(conn, ALL, [], sealed_row))
    }

    async fn delete_sealed(&self, instance: &InstanceId, key: &str) -> Result<(), StoreError> {
        let (instance, key) = (instance.clone(), key.to_owned());
        self.write(move |tx| run(tx, DELETE, params![instance.as_str(), key]).map(drop)).await
    }

    async fn put_authenticator(&self, new: NewAuthenticator) -> Result<bool, StoreError> {
        self.write(move |tx| second_steps::begin(tx, &new)).await
    }

    async fn sealed_authenticators(&self) -> Result<Vec<SealedAuthenticator>, StoreError> {
        second_steps::every(self)
    }

    async fn swap_authenticator(&self, was: &SealedAuthenticator, row: SealedAuthenticator) -> Result<(), StoreError> {
        let was = was.clone();
        self.write(move |tx| second_steps::swap(tx, &was, &row)).await
    }
}

fn sealed_row(row: &Row<'_>) -> Result<SealedRow, Fault> {
    Ok(SealedRow {
        instance: InstanceId::new(row.get::<_, String>("instance_id")?),
        key: row.get("key")?,
        key_id: row.get("key_id")?,
        sealed: row.get("sealed")?,
    })
}
