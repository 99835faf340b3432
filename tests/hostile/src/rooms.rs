//! The real rooms around one attack: the store on a file, the vault, egress, and the sandbox with the hostile plugin and an
//! honest one beside it.

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use parking_lot::Mutex;
use tempfile::TempDir;
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, PluginId, Timestamp};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::payment::{Payment, PaymentState};
use tollgate_billing::plugin::{Instance, Manifest, NextStep, PluginError, PluginState, Setting, Step};
use tollgate_billing::ports::{
    Clock, Egress, EgressCaller, EgressRequest, EgressResponse, GatewayCall, Gateways, Payer, Plugins, SecretText,
    Secrets, SendFailure,
};
use tollgate_billing::text::Text;
use tollgate_egress::{KeyFile, Lookup, Outbound, Vault};
use tollgate_guests::guest::{Guest, gateway};
use tollgate_sandbox::{Limits, Sandbox, SandboxConfig};
use tollgate_store::SqliteStore;
use tollgate_web::check_templates;

use crate::ground::{compiled, folder};
use crate::trap::Trap;

/// 22 November 2026.
pub const NOW: Timestamp = Timestamp(1_795_305_600_000);
/// What no plugin may ever hold. Its key is [`KEY`].
pub const SECRET: &str = "plantedSecretValue1";
pub const KEY: &str = "token";
/// Another instance's, under a key of its own.
pub const OTHER_SECRET: &str = "strangersSecretValue2";
pub const OTHER_KEY: &str = "other-token";

/// Time stands still.
pub struct StillClock;

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// A name service that says this of every name.
struct Says(Vec<IpAddr>);

#[async_trait]
impl Lookup for Says {
    async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(self.0.clone())
    }
}

/// The real egress, and what came of each request. It is made when the first request comes, because it reads all
/// certificates of the system and most attacks send nothing.
pub struct Noted {
    outbound: OnceLock<Outbound>,
    vault: Arc<Vault>,
    names: Arc<dyn Lookup>,
    pub outcomes: Mutex<Vec<Result<EgressResponse, SendFailure>>>,
}

#[async_trait]
impl Egress for Noted {
    async fn send(&self, caller: &EgressCaller, request: EgressRequest) -> Result<EgressResponse, SendFailure> {
        let asking = || Outbound::asking(self.vault.clone(), Arc::new(StillClock), self.names.clone());
        let outbound = self.outbound.get_or_init(|| asking().expect("a client for requests"));
        let outcome = outbound.send(caller, request).await;
        self.outcomes.lock().push(outcome.clone());
        outcome
    }
}

/// What surrounds an attack.
#[derive(Clone)]
pub struct Plan {
    pub limits: Limits,
    pub live: bool,
    /// Hosts that staff granted the hostile plugin.
    pub granted: Vec<String>,
    /// What the name service says of every name.
    pub addresses: Vec<IpAddr>,
    /// Files beside the honest plugin's, which is the last.
    pub files: Vec<(&'static str, Vec<u8>)>,
}

impl Plan {
    #[must_use]
    pub fn of(limits: Limits, guest: &Guest) -> Self {
        Self::of_file(limits, guest.build())
    }

    #[must_use]
    pub fn of_file(limits: Limits, file: Vec<u8>) -> Self {
        Self { limits, live: false, granted: Vec::new(), addresses: Vec::new(), files: vec![("acme.wasm", file)] }
    }
}

pub struct Rooms {
    pub sandbox: Arc<Sandbox>,
    pub store: Arc<SqliteStore>,
    pub vault: Arc<Vault>,
    pub egress: Arc<Noted>,
    granted: Vec<String>,
    _folders: (TempDir, Arc<TempDir>),
}

fn honest() -> &'static [u8] {
    static HONEST: OnceLock<Vec<u8>> = OnceLock::new();
    HONEST.get_or_init(|| gateway().id("honest").build())
}

impl Rooms {
    pub async fn open(plan: Plan) -> Self {
        let folder = folder();
        let compiled = compiled();
        let plugins = folder.path().join("plugins");
        std::fs::create_dir(&plugins).expect("a folder");
        for (name, bytes) in &plan.files {
            std::fs::write(plugins.join(name), bytes).expect("a file");
        }
        if !plan.files.iter().any(|(name, _)| *name == "honest.wasm") {
            std::fs::write(plugins.join("honest.wasm"), honest()).expect("a file");
        }
        let store = Arc::new(SqliteStore::open_server(&folder.path().join("store.db")).expect("a new store"));
        let clock = Arc::new(StillClock);
        let keys = KeyFile::new(folder.path().join("secrets.key"));
        let vault = Arc::new(Vault::open(keys, store.clone(), clock.clone()).await.expect("a new vault"));
        for (instance, key, value) in [("acme-1", KEY, SECRET), ("honest-1", OTHER_KEY, OTHER_SECRET)] {
            let value = SecretText::new(value.to_owned());
            vault.set_secret(&InstanceId::new(instance), key, value).await.expect("a secret is kept");
        }
        let egress = Arc::new(Noted {
            outbound: OnceLock::new(),
            vault: vault.clone(),
            names: Arc::new(Says(plan.addresses)),
            outcomes: Mutex::default(),
        });
        let mut sandbox = Sandbox::new(SandboxConfig {
            cache_dir: compiled.path().to_owned(),
            base_url: "http://localhost:8080".to_owned(),
            live: plan.live,
            limits: plan.limits,
            memory: store.clone(),
            clock,
            egress: egress.clone(),
            signing: vault.clone(),
            redact: vault.clone(),
        })
        .expect("a sandbox")
        // As the host does when it starts: a plugin whose pages could break out is no plugin.
        .vetted(|manifest| check_templates(manifest).map_err(|problem| problem.to_string()));
        sandbox.load_directory(&plugins).await.expect("a readable folder");
        Self { sandbox: Arc::new(sandbox), store, vault, egress, granted: plan.granted, _folders: (folder, compiled) }
    }

    /// The rooms around one hostile plugin.
    pub async fn around(limits: Limits, guest: &Guest) -> Self {
        Self::open(Plan::of(limits, guest)).await
    }

    /// A hostile plugin of which staff granted the trap, as it is in test mode.
    pub async fn with_provider(limits: Limits, guest: &Guest, trap: &Trap) -> Self {
        Self::open(Plan { granted: vec![trap.host()], ..Plan::of(limits, guest) }).await
    }

    /// Why the hostile file is no plugin.
    ///
    /// # Errors
    /// Says so where it is one.
    pub fn refused(&self) -> Result<String, String> {
        match self.sandbox.rows().into_iter().find(|row| row.file == "acme.wasm").map(|row| row.state) {
            Some(PluginState::Broken(why)) => Ok(why),
            other => Err(format!("it is loaded: {other:?}")),
        }
    }

    pub async fn pay_now(&self) -> Result<Step, PluginError> {
        self.sandbox.pay_now(&self.call()).await
    }

    /// The words that the hostile plugin shows the client.
    pub async fn shown(&self) -> Result<String, String> {
        self.shown_by(&self.call()).await
    }

    /// The words that it shows in this call.
    pub async fn shown_by(&self, call: &GatewayCall) -> Result<String, String> {
        match self.sandbox.pay_now(call).await {
            Ok(Step { next: NextStep::Wait(Text::Plain(words)), .. }) => Ok(words),
            other => Err(format!("it shows nothing: {other:?}")),
        }
    }

    /// That an honest plugin of the same host still answers.
    ///
    /// # Errors
    /// What it answers instead.
    pub async fn honest(&self) -> Result<(), String> {
        let answer = self.sandbox.pay_now(&call(instance("honest", Vec::new()))).await;
        answer.map(|_| ()).map_err(|error| format!("an honest plugin was hit: {error}"))
    }

    #[must_use]
    pub fn instance(&self) -> Instance {
        instance("acme", self.granted.clone())
    }

    #[must_use]
    pub fn call(&self) -> GatewayCall {
        call(self.instance())
    }

    #[must_use]
    pub fn manifest(&self) -> Option<Arc<Manifest>> {
        self.sandbox.manifest(&PluginId::new("acme"))
    }
}

#[must_use]
pub fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("EUR").expect("a currency")).expect("a small amount")
}

#[must_use]
pub fn instance(plugin: &str, granted_hosts: Vec<String>) -> Instance {
    Instance {
        id: InstanceId::new(format!("{plugin}-1")),
        plugin: PluginId::new(plugin),
        enabled: true,
        position: 0,
        label: String::new(),
        settings: vec![Setting { key: "mode".to_owned(), value: "fast".to_owned() }],
        currencies: Vec::new(),
        granted_hosts,
        component: None,
        updated: NOW,
    }
}

/// A call about a payment of EUR 20.
#[must_use]
pub fn call(instance: Instance) -> GatewayCall {
    let payment = Payment {
        id: PaymentId::new("01ABCDEFGHJKMNPQRSTVWXYZ01"),
        invoice: InvoiceId(42),
        client: ClientId(7),
        instance: instance.id.clone(),
        plugin: instance.plugin.clone(),
        reference: "INV000042".to_owned(),
        amount: euro(2_000),
        invoice_revision: 3,
        received: euro(0),
        state: PaymentState::Created,
        note: None,
        provider_reference: None,
        memo: None,
        created: NOW,
        checked: None,
        version: 1,
    };
    let payer = Payer {
        id: ClientId(7),
        name: "Example Client".to_owned(),
        email: "client@example.com".to_owned(),
        country: None,
        locale: "en".to_owned(),
    };
    GatewayCall {
        instance: Arc::new(instance),
        payment: Arc::new(payment),
        payer,
        invoice_number: "INV-000042".to_owned(),
        description: "Hosting".to_owned(),
    }
}

/// Where the built components of this repository lie.
#[must_use]
pub fn components() -> PathBuf {
    let target = std::env::current_exe().ok();
    let target =
        target.as_deref().and_then(|program| program.ancestors().find(|folder| folder.join("components").is_dir()));
    target.map_or_else(|| PathBuf::from("target/components"), |target| target.join("components"))
}
