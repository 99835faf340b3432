//! Installed plugins and the files that are kept of them.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use tollgate_billing::ids::{InstanceId, PaymentId, PluginId, Timestamp};
use tollgate_billing::plugin::{Component, ComponentId, Granted, Installed, Instance, Setting};
use tollgate_billing::ports::{InstallChange, Installs, OpenPayment, StoreError};

use crate::SqliteStore;
use crate::audit;
use crate::fault::Fault;
use crate::instances;
use crate::row::{PAGE_ROWS_MAX, Place, all, one, run};
use crate::words::{from_json, json};

const ALL: &str = "SELECT id, current, previous, publisher, granted, revision, updated FROM plugins ORDER BY id";
const BY_ID: &str = "SELECT id, current, previous, publisher, granted, revision, updated FROM plugins WHERE id = ?1";
const REVISION: &str = "SELECT COALESCE(sum(revision), 0) FROM plugins";
const INSERT: &str = "INSERT INTO plugins (id, current, previous, publisher, granted, revision, updated)
    VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6) ON CONFLICT DO NOTHING";
const UPDATE: &str = "UPDATE plugins SET current = ?2, previous = ?3, publisher = ?4, granted = ?5, updated = ?6,
    revision = revision + 1 WHERE id = ?1 AND revision = ?7";
const COMPONENTS: &str =
    "SELECT sha256, plugin, version, signed_by, added FROM components ORDER BY plugin, added, sha256";
const COMPONENT: &str = "SELECT sha256, plugin, version, signed_by, added, bytes FROM components WHERE sha256 = ?1";
/// The same file may come again with a signature.
const PUT: &str =
    "INSERT INTO components (sha256, plugin, version, signed_by, bytes, added) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (sha256) DO UPDATE SET signed_by = COALESCE(excluded.signed_by, signed_by), added = excluded.added";
/// Payments that go on: open ones, and failed ones until their last look. The words are those of `PaymentState`.
const IN_USE: &str = "SELECT DISTINCT component FROM payments WHERE component IS NOT NULL
    AND (state IN ('created', 'pending', 'authorized', 'unknown') OR (state = 'failed' AND next_check < ?1))";
const SWEEP: &str = "DELETE FROM components WHERE plugin = ?1 AND sha256 <> ?2
    AND NOT EXISTS (SELECT 1 FROM plugins WHERE current = sha256 OR previous = sha256)
    AND NOT EXISTS (SELECT 1 FROM payments WHERE payments.component = components.sha256
        AND (state IN ('created', 'pending', 'authorized', 'unknown') OR (state = 'failed' AND next_check < ?3)))";
const OF_PAYMENT: &str = "SELECT component FROM payments WHERE id = ?1";
const KEPT: &str = "SELECT component, settings, currencies, granted_hosts FROM kept_instances
    WHERE instance_id = ?1 AND component = ?2";
const KEEP: &str = "INSERT INTO kept_instances (instance_id, component, settings, currencies, granted_hosts)
    VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (instance_id, component) DO UPDATE SET settings = excluded.settings,
        currencies = excluded.currencies, granted_hosts = excluded.granted_hosts";
const OPEN_OF: &str =
    "SELECT payments.id, invoices.number FROM payments JOIN invoices ON invoices.id = payments.invoice_id
    WHERE plugin = ?1 AND payments.state IN ('created', 'pending', 'authorized', 'unknown')
    ORDER BY payments.seq DESC LIMIT ?2";
/// Next looks that never come are later than this.
const NEVER: i64 = i64::MAX / 2;

#[async_trait]
impl Installs for SqliteStore {
    async fn installed(&self) -> Result<Vec<Installed>, StoreError> {
        self.point(|conn| all(conn, ALL, [], installed))
    }

    async fn installed_plugin(&self, plugin: &PluginId) -> Result<Option<Installed>, StoreError> {
        self.point(|conn| one(conn, BY_ID, [plugin.as_str()], installed))
    }

    async fn installs_revision(&self) -> Result<i64, StoreError> {
        self.point(|conn| Ok(conn.query_row(REVISION, [], |row| row.get(0))?))
    }

    async fn components(&self) -> Result<Vec<Component>, StoreError> {
        self.point(|conn| all(conn, COMPONENTS, [], component))
    }

    async fn component(&self, id: &ComponentId) -> Result<Option<(Component, Vec<u8>)>, StoreError> {
        let with_bytes = |row: &Row<'_>| Ok((component(row)?, row.get("bytes")?));
        self.point(|conn| one(conn, COMPONENT, [id.as_str()], with_bytes))
    }

    async fn components_in_use(&self) -> Result<Vec<ComponentId>, StoreError> {
        self.point(|conn| all(conn, IN_USE, [NEVER], |row| Ok(ComponentId::new(row.get::<_, String>(0)?))))
    }

    async fn put_component(&self, component: Component, bytes: Vec<u8>) -> Result<(), StoreError> {
        let put = move |tx: &Transaction<'_>| {
            put(tx, &component, &bytes)?;
            sweep(tx, &component.plugin, component.id.as_str())
        };
        self.write(put).await
    }

    async fn component_of(&self, payment: &PaymentId) -> Result<Option<ComponentId>, StoreError> {
        let read = |conn: &Connection| {
            let found: Option<Option<String>> =
                conn.prepare_cached(OF_PAYMENT)?.query_row([payment.as_str()], |row| row.get(0)).optional()?;
            Ok(found.flatten().map(ComponentId::new))
        };
        self.point(read)
    }

    async fn kept_instance(
        &self,
        instance: &InstanceId,
        component: &ComponentId,
    ) -> Result<Option<Instance>, StoreError> {
        let read = |conn: &Connection| {
            let Some(now) = instances::by_id(conn, instance)? else { return Ok(None) };
            let place = Place { table: "kept_instances", id: &instance };
            one(conn, KEPT, params![instance.as_str(), component.as_str()], |row| kept(row, place, &now))
        };
        self.snapshot(read)
    }

    async fn open_payments_of(&self, plugin: &PluginId, rows_max: u32) -> Result<Vec<OpenPayment>, StoreError> {
        let open = |row: &Row<'_>| {
            Ok(OpenPayment { id: PaymentId::new(row.get::<_, String>(0)?), invoice_number: row.get(1)? })
        };
        self.point(|conn| all(conn, OPEN_OF, params![plugin.as_str(), rows_max.min(PAGE_ROWS_MAX)], open))
    }

    async fn change_installed(&self, change: InstallChange) -> Result<(), StoreError> {
        self.write(move |tx| apply(tx, &change)).await
    }
}

fn apply(tx: &Transaction<'_>, change: &InstallChange) -> Result<(), Fault> {
    let plugin = &change.plugin;
    if change.without_payments && !all(tx, OPEN_OF, params![plugin.id.as_str(), 1], |_| Ok(()))?.is_empty() {
        return Err(Fault::conflict());
    }
    if let Some((component, bytes)) = &change.component {
        put(tx, component, bytes)?;
    }
    let granted: Vec<&String> = plugin.granted.iter().collect();
    let (current, previous) = (text(plugin.current.as_ref()), text(plugin.previous.as_ref()));
    let (id, granted) = (plugin.id.as_str(), json(&granted)?);
    let written = if plugin.revision == 0 {
        run(tx, INSERT, params![id, current, previous, plugin.publisher, granted, plugin.updated.0])?
    } else {
        let values = params![id, current, previous, plugin.publisher, granted, plugin.updated.0, plugin.revision];
        run(tx, UPDATE, values)?
    };
    if written == 0 {
        return Err(Fault::conflict());
    }
    change.kept.iter().try_for_each(|(component, instance)| keep(tx, component, instance))?;
    change.instances.iter().try_for_each(|instance| instances::save(tx, instance))?;
    sweep(tx, &plugin.id, "")?;
    change.noted.iter().try_for_each(|entry| audit::add(tx, entry))
}

fn put(tx: &Transaction<'_>, component: &Component, bytes: &[u8]) -> Result<(), Fault> {
    let (id, plugin) = (component.id.as_str(), component.plugin.as_str());
    run(tx, PUT, params![id, plugin, component.version, component.signed_by, bytes, component.added.0]).map(drop)
}

/// Removes the plugin's files that nothing needs, but for the one that is named.
fn sweep(tx: &Transaction<'_>, plugin: &PluginId, but: &str) -> Result<(), Fault> {
    run(tx, SWEEP, params![plugin.as_str(), but, NEVER]).map(drop)
}

fn keep(tx: &Transaction<'_>, component: &ComponentId, instance: &Instance) -> Result<(), Fault> {
    let settings: Vec<(&str, &str)> =
        instance.settings.iter().map(|setting| (setting.key.as_str(), setting.value.as_str())).collect();
    let currencies: Vec<&str> = instance.currencies.iter().map(|currency| currency.code()).collect();
    let values = params![
        instance.id.as_str(),
        component.as_str(),
        json(&settings)?,
        json(&currencies)?,
        json(&instance.granted_hosts)?,
    ];
    run(tx, KEEP, values).map(drop)
}

fn kept(row: &Row<'_>, place: Place<'_>, now: &Instance) -> Result<Instance, Fault> {
    let settings: Vec<(String, String)> = from_json(place, &row.get::<_, String>("settings")?)?;
    let currencies: Vec<String> = from_json(place, &row.get::<_, String>("currencies")?)?;
    Ok(Instance {
        settings: settings.into_iter().map(|(key, value)| Setting { key, value }).collect(),
        currencies: currencies.iter().map(|code| place.currency(code)).collect::<Result<_, _>>()?,
        granted_hosts: from_json(place, &row.get::<_, String>("granted_hosts")?)?,
        ..now.clone()
    })
}

fn component(row: &Row<'_>) -> Result<Component, Fault> {
    Ok(Component {
        id: ComponentId::new(row.get::<_, String>("sha256")?),
        plugin: PluginId::new(row.get::<_, String>("plugin")?),
        version: row.get("version")?,
        signed_by: row.get("signed_by")?,
        added: Timestamp(row.get("added")?),
    })
}

fn installed(row: &Row<'_>) -> Result<Installed, Fault> {
    let id: String = row.get("id")?;
    let granted: Vec<String> = from_json(Place { table: "plugins", id: &id }, &row.get::<_, String>("granted")?)?;
    let named = |column: &str| Ok::<_, Fault>(row.get::<_, Option<String>>(column)?.map(ComponentId::new));
    Ok(Installed {
        current: named("current")?,
        previous: named("previous")?,
        publisher: row.get("publisher")?,
        granted: granted.into_iter().collect::<Granted>(),
        revision: row.get("revision")?,
        updated: Timestamp(row.get("updated")?),
        id: PluginId::new(id),
    })
}

fn text(id: Option<&ComponentId>) -> Option<&str> {
    id.map(ComponentId::as_str)
}
