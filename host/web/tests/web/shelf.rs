//! Files of plugins that a test brings, and what is placed of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use tollgate_billing::billing::{InstallOrder, Offer, PluginFile};
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{
    ComponentId, Environment, Field, FieldKind, GatewayManifest, Granted, Group, HostRequest, Manifest, PluginRow,
    PluginState,
};
use tollgate_billing::ports::{Placed, ReadComponent, RequireSignature, Signatures};
use tollgate_billing::publisher::Publisher;
use tollgate_billing::text::Text;

use crate::house::House;
use crate::plugins::gateway;

/// The plugin of [`version`].
pub const NEW: &str = "new-pay";
/// What is no plugin, in the sandbox's words.
pub const NO_PLUGIN: &str = "it is no component <at all>";

#[derive(Default)]
pub struct Shelf {
    files: Mutex<BTreeMap<ComponentId, Arc<Manifest>>>,
    placed: Mutex<Vec<Placed>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn id_of(bytes: &[u8]) -> ComponentId {
    let hex: Vec<String> = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    ComponentId::new(hex.concat())
}

impl Shelf {
    /// From now on these bytes are this plugin.
    pub fn bring(&self, bytes: &[u8], manifest: Manifest) {
        lock(&self.files).insert(id_of(bytes), Arc::new(manifest));
    }

    /// From now on these bytes are no plugin, as if its file had been damaged.
    pub fn damage(&self, bytes: &[u8]) {
        lock(&self.files).remove(&id_of(bytes));
    }

    pub fn read(&self, bytes: &[u8]) -> Result<ReadComponent, String> {
        let id = id_of(bytes);
        let manifest = self.asked(&id).ok_or(NO_PLUGIN)?;
        Ok(ReadComponent { id, manifest, contract: "1.0.0" })
    }

    pub fn asked(&self, component: &ComponentId) -> Option<Arc<Manifest>> {
        lock(&self.files).get(component).cloned()
    }

    pub fn place(&self, placed: Vec<Placed>) {
        *lock(&self.placed) = placed;
    }

    pub fn running(&self, plugin: &PluginId) -> Option<Placed> {
        lock(&self.placed).iter().find(|placed| placed.plugin == *plugin).cloned()
    }

    /// Of what runs, with nothing in it that was not granted.
    pub fn manifest(&self, plugin: &PluginId) -> Option<Arc<Manifest>> {
        let placed = self.running(plugin)?;
        Some(Arc::new(self.asked(&placed.component)?.narrowed(&placed.granted)))
    }

    pub fn rows(&self) -> Vec<PluginRow> {
        let placed = lock(&self.placed).clone();
        let state = |placed: &Placed| match (self.asked(&placed.component), &placed.broken) {
            (Some(manifest), None) => PluginState::Loaded(manifest.identity().clone()),
            (_, broken) => PluginState::Broken(broken.clone().unwrap_or_else(|| NO_PLUGIN.to_owned())),
        };
        let row = |placed: &Placed| PluginRow {
            file: placed.plugin.to_string(),
            installed: true,
            sha256: placed.component.to_string(),
            state: state(placed),
        };
        placed.iter().map(row).collect()
    }
}

/// A signature that says by which key it is: `signed by KEY`.
#[derive(Default)]
pub struct Keys(Mutex<RequireSignature>);

impl Keys {
    pub fn require(&self, required: RequireSignature) {
        *lock(&self.0) = required;
    }
}

impl Signatures for Keys {
    fn required(&self) -> RequireSignature {
        *lock(&self.0)
    }

    fn signer<'a>(&self, _: &[u8], signature: &str, publishers: &'a [Publisher]) -> Result<&'a Publisher, String> {
        let found = publishers.iter().find(|publisher| signature == format!("signed by {}", publisher.key));
        found.ok_or_else(|| "it was altered after <it> was signed".to_owned())
    }
}

/// A gateway with a secret that asks for these hosts, and for refunds.
pub fn version(version: &str, hosts: &[(&str, Environment)]) -> GatewayManifest {
    let Manifest::Gateway(mut manifest) = gateway("<p></p>") else { panic!("the scripted gateway is one") };
    manifest.identity.id = PluginId::new(NEW);
    "New Pay".clone_into(&mut manifest.identity.name);
    version.clone_into(&mut manifest.identity.version);
    "Example <script>alert('publisher')</script>".clone_into(&mut manifest.identity.publisher);
    manifest.hosts = hosts
        .iter()
        .map(|(host, environment)| HostRequest {
            host: (*host).to_owned(),
            environment: *environment,
            purpose: Text::plain(format!("To reach <script>alert('{host}')</script>")),
        })
        .collect();
    manifest.capabilities.refund = true;
    manifest.capabilities.payer_sets_amount = false;
    manifest.configuration = vec![settings(vec![field("key", FieldKind::Secret)])];
    manifest
}

pub fn settings(fields: Vec<Field>) -> Group {
    Group { key: String::new(), label: Text::plain(""), help: None, entries_max: 1, fields }
}

pub fn field(key: &str, kind: FieldKind) -> Field {
    let label = Text::plain(format!("Label of <{key}>"));
    Field { key: key.to_owned(), label, help: None, kind, required: false, required_when: None, initial: None }
}

/// Brings a file and has it looked at.
pub async fn offer(house: &House, bytes: &[u8], manifest: GatewayManifest) -> Offer {
    house.script.shelf.bring(bytes, Manifest::Gateway(manifest));
    let file = PluginFile { bytes: bytes.to_vec(), signature: None };
    house.billing.offer_plugin(file).await.expect("a right file")
}

/// Installs a file with everything that it asks for.
pub async fn install(house: &House, bytes: &[u8], manifest: GatewayManifest) {
    let offer = offer(house, bytes, manifest).await;
    let granted: Granted = offer.manifest.asked();
    let order = InstallOrder { component: offer.component.id, granted, switch_off: false };
    house.billing.install_plugin(tollgate_billing::audit::Actor::Command, &order).await.expect("it fits");
}
