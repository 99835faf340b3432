//! The real components in the real sandbox, with the real vault and the real way out, in a folder that goes away.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use tollgate_billing::ids::{InstanceId, PluginId, Timestamp};
use tollgate_billing::plugin::{Instance, Setting};
use tollgate_billing::ports::{Clock, Instances, SecretText, Secrets};
use tollgate_billing::settings::SECRET_SET;
use tollgate_egress::{KeyFile, Outbound, Vault};
use tollgate_sandbox::{Limits, Sandbox, SandboxConfig};
use tollgate_simulators::clock;
use tollgate_store::SqliteStore;

/// Where clients and providers reach the portal. Nothing listens there: webhooks are taken out of the outbox.
pub const PORTAL: &str = "https://billing.example.com";

/// The simulators' time is the host's.
struct OneTime(clock::Clock);

impl Clock for OneTime {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.now_ms())
    }
}

/// What a gateway needs of the host.
pub struct Stage {
    pub gateways: Sandbox,
    pub clock: clock::Clock,
    vault: Arc<Vault>,
    store: Arc<SqliteStore>,
    _folder: tempfile::TempDir,
}

/// A gateway as staff configured it.
pub struct Setup<'a> {
    pub plugin: &'a str,
    pub instance: &'a str,
    /// Granted, and configured as the provider's address: `127.0.0.1:8421`.
    pub host: String,
    pub settings: Vec<(&'a str, String)>,
    pub secrets: Vec<(&'a str, String)>,
}

impl Stage {
    /// Loads every component of a folder; `compiled` keeps what was compiled of them for the next time.
    ///
    /// # Errors
    /// Where they cannot be loaded.
    pub async fn open(components: &Path, compiled: &Path, clock: clock::Clock) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Arc::new(SqliteStore::open_server(&folder.path().join("judges.sqlite"))?);
        let time: Arc<dyn Clock> = Arc::new(OneTime(clock.clone()));
        let keys = KeyFile::new(folder.path().join("secrets.key"));
        let vault = Arc::new(Vault::open(keys, store.clone(), time.clone()).await?);
        let mut gateways = Sandbox::new(SandboxConfig {
            cache_dir: compiled.to_owned(),
            base_url: PORTAL.to_owned(),
            live: false,
            limits: Limits::default(),
            memory: store.clone(),
            clock: time.clone(),
            egress: Arc::new(Outbound::new(vault.clone(), time)?),
            signing: vault.clone(),
            redact: vault.clone(),
        })?;
        gateways.load_directory(components).await.context("the components; `make judges` builds them")?;
        Ok(Self { gateways, clock, vault, store, _folder: folder })
    }

    /// Configures an instance, as staff would.
    ///
    /// # Errors
    /// Where a secret or the instance cannot be stored.
    pub async fn configure(&self, setup: Setup<'_>) -> anyhow::Result<Instance> {
        let id = InstanceId::new(setup.instance);
        let mut settings: Vec<Setting> = setup.settings.into_iter().map(setting).collect();
        settings.push(setting(("test-api", format!("http://{}", setup.host))));
        for (key, value) in setup.secrets {
            self.vault.set_secret(&id, key, SecretText::new(value)).await?;
            settings.push(setting((key, SECRET_SET.to_owned())));
        }
        let instance = Instance {
            id,
            plugin: PluginId::new(setup.plugin),
            enabled: true,
            position: 0,
            label: String::new(),
            settings,
            currencies: Vec::new(),
            granted_hosts: vec![setup.host],
            component: None,
            updated: Timestamp(self.clock.now_ms()),
        };
        self.store.save_instance(instance.clone()).await?;
        Ok(instance)
    }

    /// Sets one more secret of an instance, or another value.
    ///
    /// # Errors
    /// Where the vault refuses it.
    pub async fn set_secret(&self, instance: &mut Instance, key: &str, value: &str) -> anyhow::Result<()> {
        self.vault.set_secret(&instance.id, key, SecretText::new(value.to_owned())).await?;
        if instance.setting(key).is_none() {
            instance.settings.push(setting((key, SECRET_SET.to_owned())));
        }
        Ok(())
    }
}

/// A setting of an instance.
#[must_use]
pub fn setting((key, value): (&str, String)) -> Setting {
    Setting { key: key.to_owned(), value }
}
