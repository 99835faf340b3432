//! A host around the sandbox: one directory of plugins, payments that do not change.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, PluginId};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::payment::{Payment, PaymentState};
use tollgate_billing::plugin::{Instance, PluginError, PluginState, Setting, Step};
use tollgate_billing::ports::{GatewayCall, Gateways, Payer, Plugins};
use tollgate_sandbox::{Limits, Sandbox, SandboxConfig};

pub use crate::fakes::{FakeMemory, Fakes, NOW};
use crate::fakes::{FakeVault, FixedClock};
use crate::guest::Guest;

/// A directory of plugins and a sandbox that has loaded it.
pub struct Host {
    pub sandbox: Sandbox,
    pub memory: Arc<FakeMemory>,
    pub plugins: TempDir,
    pub cache: TempDir,
}

/// Limits whose deadline no honest call of a test ever meets, however busy the machine.
pub fn patient() -> Limits {
    Limits { call_deadline_ms: 60_000, describe_deadline_ms: 60_000, ..Limits::default() }
}

/// Limits whose deadline a hostile call meets soon.
pub fn hasty() -> Limits {
    Limits { call_deadline_ms: 60, describe_deadline_ms: 60_000, ..Limits::default() }
}

pub fn open(cache: &Path, limits: Limits, fakes: Fakes) -> Sandbox {
    Sandbox::new(config(cache, limits, fakes)).expect("the sandbox starts")
}

pub fn config(cache: &Path, limits: Limits, fakes: Fakes) -> SandboxConfig {
    SandboxConfig {
        cache_dir: cache.to_owned(),
        base_url: "https://portal.example/".to_owned(),
        live: fakes.live,
        limits,
        memory: fakes.memory,
        clock: Arc::new(FixedClock),
        egress: fakes.egress,
        signing: Arc::new(FakeVault),
        redact: Arc::new(FakeVault),
    }
}

impl Host {
    pub async fn with(limits: Limits, memory: FakeMemory, files: &[(&str, Vec<u8>)]) -> Self {
        Self::among(Fakes { memory: Arc::new(memory), ..Fakes::default() }, limits, files).await
    }

    pub async fn among(fakes: Fakes, limits: Limits, files: &[(&str, Vec<u8>)]) -> Self {
        let (plugins, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        for (name, bytes) in files {
            std::fs::write(plugins.path().join(name), bytes).unwrap();
        }
        let mut sandbox = open(cache.path(), limits, fakes.clone());
        sandbox.load_directory(plugins.path()).await.expect("the directory is readable");
        Self { sandbox, memory: fakes.memory, plugins, cache }
    }

    /// A host with one plugin, which must load.
    pub async fn of(limits: Limits, guest: &Guest) -> Self {
        Self::of_among(Fakes::default(), limits, guest).await
    }

    pub async fn of_among(fakes: Fakes, limits: Limits, guest: &Guest) -> Self {
        let host = Self::among(fakes, limits, &[("acme.wasm", guest.build())]).await;
        assert!(matches!(host.state(0), PluginState::Loaded(_)), "{:?}", host.state(0));
        host
    }

    pub fn state(&self, row: usize) -> PluginState {
        self.sandbox.rows()[row].state.clone()
    }

    /// Why the only file is broken.
    pub fn broken(&self) -> String {
        match self.state(0) {
            PluginState::Broken(reason) => reason,
            PluginState::Loaded(identity) => panic!("{} is loaded", identity.id),
        }
    }

    pub async fn pay_now(&self) -> Result<Step, PluginError> {
        self.sandbox.pay_now(&call("acme")).await
    }

    /// Why `pay-now` is broken.
    pub async fn pay_now_broken(&self) -> String {
        reason(self.pay_now().await)
    }
}

/// Where `payment.invoice-revision` lies in what a gateway is passed; a guest can choose its answer by it.
pub const REVISION_AT: usize = 48;

/// A call whose payment is of this invoice revision.
pub fn call_of_revision(plugin: &str, revision: usize) -> GatewayCall {
    let mut asked = call(plugin);
    Arc::make_mut(&mut asked.payment).invoice_revision = u32::try_from(revision).unwrap();
    asked
}

/// The reason of a broken call, with the plugin's name looked at.
pub fn reason<T: std::fmt::Debug>(answer: Result<T, PluginError>) -> String {
    match answer {
        Err(PluginError::Broken { plugin, reason }) => {
            assert_eq!(plugin, PluginId::new("acme"));
            reason
        }
        other => panic!("not broken: {other:?}"),
    }
}

pub fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("EUR").unwrap()).unwrap()
}

pub fn instance(plugin: &str) -> Instance {
    Instance {
        id: InstanceId::new(format!("{plugin}-1")),
        plugin: PluginId::new(plugin),
        enabled: true,
        position: 0,
        label: String::new(),
        settings: vec![Setting { key: "mode".to_owned(), value: "fast".to_owned() }],
        currencies: Vec::new(),
        granted_hosts: Vec::new(),
        component: None,
        updated: NOW,
    }
}

pub fn call(plugin: &str) -> GatewayCall {
    let payment = Payment {
        id: PaymentId::new("01ABCDEFGHJKMNPQRSTVWXYZ01"),
        invoice: InvoiceId(42),
        client: ClientId(7),
        instance: InstanceId::new(format!("{plugin}-1")),
        plugin: PluginId::new(plugin),
        reference: "INV000042".to_owned(),
        amount: euro(1_050),
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
        name: "Kim".to_owned(),
        email: "kim@example.com".to_owned(),
        country: Some("NL".to_owned()),
        locale: "en".to_owned(),
    };
    GatewayCall {
        instance: Arc::new(instance(plugin)),
        payment: Arc::new(payment),
        payer,
        invoice_number: "INV-000042".to_owned(),
        description: "Hosting".to_owned(),
    }
}
