//! Publishers whose signatures are trusted.

use async_trait::async_trait;
use rusqlite::{Row, Transaction, params};
use tollgate_billing::audit::NewEntry;
use tollgate_billing::ids::Timestamp;
use tollgate_billing::ports::{Publishers, StoreError};
use tollgate_billing::publisher::Publisher;

use crate::SqliteStore;
use crate::audit;
use crate::fault::Fault;
use crate::row::{all, run};

const ALL: &str = "SELECT key, name, added FROM publishers ORDER BY name, key";
const ADD: &str = "INSERT INTO publishers (key, name, added) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const REMOVE: &str = "DELETE FROM publishers WHERE key = ?1";

#[async_trait]
impl Publishers for SqliteStore {
    async fn publishers(&self) -> Result<Vec<Publisher>, StoreError> {
        self.point(|conn| all(conn, ALL, [], publisher))
    }

    async fn trust_publisher(&self, new: Publisher, noted: NewEntry) -> Result<(), StoreError> {
        let trust = move |tx: &Transaction<'_>| {
            if run(tx, ADD, params![new.key, new.name, new.added.0])? == 0 {
                return Err(Fault::exists("a publisher with this key or name"));
            }
            audit::add(tx, &noted)
        };
        self.write(trust).await
    }

    async fn distrust_publisher(&self, key: &str, noted: NewEntry) -> Result<bool, StoreError> {
        let key = key.to_owned();
        let distrust = move |tx: &Transaction<'_>| {
            let known = run(tx, REMOVE, [&key])? == 1;
            if known {
                audit::add(tx, &noted)?;
            }
            Ok(known)
        };
        self.write(distrust).await
    }
}

fn publisher(row: &Row<'_>) -> Result<Publisher, Fault> {
    Ok(Publisher { key: row.get("key")?, name: row.get("name")?, added: Timestamp(row.get("added")?) })
}
