//! Configured plugins.

use async_trait::async_trait;
use rusqlite::{Connection, Row, Transaction, params};
use tollgate_billing::audit::NewEntry;
use tollgate_billing::ids::{InstanceId, PluginId, Timestamp};
use tollgate_billing::plugin::{Instance, Setting};
use tollgate_billing::ports::{Instances, StoreError};

use crate::SqliteStore;
use crate::audit;
use crate::fault::Fault;
use crate::row::{Place, all, one, run};
use crate::words::{from_json, json};

const ALL: &str = "SELECT id, plugin, enabled, position, label, settings, currencies, granted_hosts, updated
    FROM instances ORDER BY position, id";
const BY_ID: &str = "SELECT id, plugin, enabled, position, label, settings, currencies, granted_hosts, updated
    FROM instances WHERE id = ?1";
const SAVE: &str =
    "INSERT INTO instances (id, plugin, enabled, position, label, settings, currencies, granted_hosts, updated)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (id) DO UPDATE SET plugin = excluded.plugin, enabled = excluded.enabled,
        position = excluded.position, label = excluded.label, settings = excluded.settings,
        currencies = excluded.currencies, granted_hosts = excluded.granted_hosts, updated = excluded.updated";

#[async_trait]
impl Instances for SqliteStore {
    async fn instances(&self) -> Result<Vec<Instance>, StoreError> {
        self.point(|conn| all(conn, ALL, [], instance))
    }

    async fn instance(&self, id: &InstanceId) -> Result<Option<Instance>, StoreError> {
        self.point(|conn| by_id(conn, id))
    }

    async fn change_instances(&self, instances: Vec<Instance>, noted: Vec<NewEntry>) -> Result<(), StoreError> {
        let change = move |tx: &Transaction<'_>| {
            instances.iter().try_for_each(|instance| save(tx, instance))?;
            noted.iter().try_for_each(|entry| audit::add(tx, entry))
        };
        self.write(change).await
    }
}

pub(crate) fn by_id(conn: &Connection, id: &InstanceId) -> Result<Option<Instance>, Fault> {
    one(conn, BY_ID, [id.as_str()], instance)
}

pub(crate) fn save(tx: &Transaction<'_>, instance: &Instance) -> Result<(), Fault> {
    let settings: Vec<(&str, &str)> =
        instance.settings.iter().map(|setting| (setting.key.as_str(), setting.value.as_str())).collect();
    let currencies: Vec<&str> = instance.currencies.iter().map(|currency| currency.code()).collect();
    let values = params![
        instance.id.as_str(),
        instance.plugin.as_str(),
        instance.enabled,
        instance.position,
        instance.label,
        json(&settings)?,
        json(&currencies)?,
        json(&instance.granted_hosts)?,
        instance.updated.0,
    ];
    run(tx, SAVE, values).map(drop)
}

fn instance(row: &Row<'_>) -> Result<Instance, Fault> {
    let id: String = row.get("id")?;
    let place = Place { table: "instances", id: &id };
    let settings: Vec<(String, String)> = from_json(place, &row.get::<_, String>("settings")?)?;
    let currencies: Vec<String> = from_json(place, &row.get::<_, String>("currencies")?)?;
    Ok(Instance {
        plugin: PluginId::new(row.get::<_, String>("plugin")?),
        enabled: row.get("enabled")?,
        position: row.get("position")?,
        label: row.get("label")?,
        settings: settings.into_iter().map(|(key, value)| Setting { key, value }).collect(),
        currencies: currencies.iter().map(|code| place.currency(code)).collect::<Result<_, _>>()?,
        granted_hosts: from_json(place, &row.get::<_, String>("granted_hosts")?)?,
        component: None,
        updated: Timestamp(row.get("updated")?),
        id: InstanceId::new(id.clone()),
    })
}
