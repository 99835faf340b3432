//! Puts the rooms together. The one place that knows all of them.

use std::sync::Arc;

use anyhow::Context;
use tollgate_billing::billing::{Billing, Parts, Policy, Texts};
use tollgate_billing::ids::PluginId;
use tollgate_billing::ports::{Clock, Party, Passkeys, PluginMemory, RequireSignature};
use tollgate_billing::text::Text;
use tollgate_documents::{Typesetter, TypesetterConfig};
use tollgate_egress::{KeyFile, Outbound, Vault};
use tollgate_passkeys::WebAuthn;
use tollgate_sandbox::{Limits, Sandbox, SandboxConfig};
use tollgate_store::SqliteStore;
use tollgate_web::{PluginTexts, check_templates};

use crate::clock::SystemClock;
use crate::config::{Config, Mode, SignatureRule};
use crate::ids::RandomIds;
use crate::signature::Minisign;
use crate::theme;

/// How a command stands to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The only server on it.
    Server,
    /// Beside a running server, or without one.
    Tool,
}

/// Everything that a command may need, put together.
pub struct Rooms {
    pub billing: Arc<Billing>,
    pub store: Arc<SqliteStore>,
    pub plugins: Arc<Sandbox>,
    pub documents: Arc<Typesetter>,
    pub texts: Arc<PluginTexts>,
    pub ids: Arc<RandomIds>,
    pub egress: Arc<Outbound>,
    pub vault: Arc<Vault>,
}

impl Rooms {
    /// Opens the database, loads the plugins, and wires both to billing.
    ///
    /// # Errors
    /// One sentence with what to do. A broken plugin is none: it is a row with its error.
    pub async fn open(config: &Config, access: Access) -> anyhow::Result<Self> {
        let (store, clock) = open_store(config, access)?;
        let keys = KeyFile::new(config.secrets_key());
        let vault = Arc::new(Vault::open(keys, store.clone(), clock.clone()).await?);
        let egress = Arc::new(Outbound::new(vault.clone(), clock.clone())?);
        let plugins = Arc::new(load_plugins(config, store.clone(), clock.clone(), (&vault, &egress)).await?);
        let documents = Arc::new(Typesetter::new(TypesetterConfig {
            templates: Some(theme::folder(config)?),
            font_dirs: config.fonts.folders.clone(),
        })?);
        let texts = Arc::new(PluginTexts::new(plugins.clone()));
        let ids = Arc::new(RandomIds::new(clock.clone()).context("the operating system gives no randomness")?);
        let billing = Arc::new(Billing::new(Parts {
            store: store.clone(),
            plugins: plugins.clone(),
            gateways: plugins.clone(),
            modules: plugins.clone(),
            documents: documents.clone(),
            secrets: vault.clone(),
            authenticators: vault.clone(),
            passkeys: passkeys(config),
            signatures: Arc::new(Minisign { required: required(config) }),
            texts: texts.clone(),
            clock,
            ids: ids.clone(),
            policy: policy(config),
        }));
        billing.place_plugins().await.context("the installed plugins cannot be read")?;
        Ok(Self { billing, store, plugins, documents, texts, ids, egress, vault })
    }

    /// A plugin's text in the language of `locale`, as one line for a terminal.
    #[must_use]
    pub fn say(&self, plugin: &PluginId, text: &Text, locale: &str) -> String {
        self.texts.text(plugin, text, locale).replace(char::is_control, " ")
    }
}

/// The database alone, for commands that need no plugin.
///
/// # Errors
/// Why it cannot be opened and what to do.
pub fn open_store(config: &Config, access: Access) -> anyhow::Result<(Arc<SqliteStore>, Arc<dyn Clock>)> {
    let path = config.database();
    let store = match access {
        Access::Server => SqliteStore::open_server(&path)?,
        Access::Tool => SqliteStore::open_tool(&path)?,
    };
    Ok((Arc::new(store), Arc::new(SystemClock)))
}

async fn load_plugins(
    config: &Config,
    memory: Arc<dyn PluginMemory>,
    clock: Arc<dyn Clock>,
    (vault, egress): (&Arc<Vault>, &Arc<Outbound>),
) -> anyhow::Result<Sandbox> {
    let mut sandbox = Sandbox::new(SandboxConfig {
        cache_dir: config.compiled(),
        base_url: config.server.base_url.as_str().to_owned(),
        live: config.mode == Mode::Live,
        limits: limits(config),
        memory,
        clock,
        egress: egress.clone(),
        signing: vault.clone(),
        redact: vault.clone(),
    })?
    .vetted(|manifest| check_templates(manifest).map_err(|problem| problem.to_string()));
    sandbox.load_directory(&config.paths.plugins).await?;
    Ok(sandbox)
}

fn limits(config: &Config) -> Limits {
    let calls = config.plugins.calls_at_once.get();
    Limits {
        call_deadline_ms: u64::from(config.plugins.deadline_ms.get()),
        provider_wait_ms: u64::from(config.plugins.provider_wait_ms.get()),
        memory_bytes_max: (config.plugins.memory_mib.get() as usize) << 20,
        calls_max: calls,
        // Half of all, so that one plugin that hangs leaves room for the others.
        calls_per_plugin_max: calls / 2,
        // Three quarters of these, for the same reason: at least one.
        calls_per_instance_max: (calls * 3 / 8).max(1),
        calls_per_minute_max: config.plugins.calls_per_minute.get(),
        state_bytes_max: u64::from(config.plugins.state_kib.get()) << 10,
        failures_to_rest: config.plugins.failures_to_rest.get(),
        ..Limits::default()
    }
}

/// `None` where browsers make none for the portal's address.
fn passkeys(config: &Config) -> Option<Arc<dyn Passkeys>> {
    let portal = non_empty(&config.brand.name).unwrap_or(&config.company.name);
    let passkeys = WebAuthn::of(config.server.base_url.as_str(), portal)?;
    Some(Arc::new(passkeys))
}

fn required(config: &Config) -> RequireSignature {
    match config.install.require_signature {
        SignatureRule::Off => RequireSignature::Off,
        SignatureRule::PerPublisher => RequireSignature::PerPublisher,
        SignatureRule::On => RequireSignature::On,
    }
}

fn policy(config: &Config) -> Policy {
    let company = &config.company;
    Policy {
        live: config.mode == Mode::Live,
        base_url: config.server.base_url.as_str().to_owned(),
        invoice_prefix: config.invoices.prefix.clone(),
        due_days: config.invoices.due_days.get(),
        terms_url: non_empty(&config.brand.terms_url).unwrap_or(TERMS_PATH).to_owned(),
        company: Party {
            name: company.name.clone(),
            address: company.address.clone(),
            country: company.country.clone(),
            tax_id: company.tax_id.clone(),
            email: company.email.clone(),
            phone: company.phone.clone(),
            website: company.website.clone(),
            footer: company.footer.clone(),
        },
    }
}

/// The page of terms that comes with the templates.
const TERMS_PATH: &str = "/terms";

/// `None` for empty text, which stands for "none" in the configuration.
#[must_use]
pub fn non_empty(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}
