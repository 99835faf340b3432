//! The real sandbox, vault, egress and store in this process, with a bundled gateway, against simulated providers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;
use tokio::task::JoinHandle;
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, PluginId, Timestamp};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::payment::{Payment, PaymentState};
use tollgate_billing::plugin::{Instance, Setting};
use tollgate_billing::ports::{Clock, GatewayCall, Payer, SecretText, Secrets};
use tollgate_billing::settings::SECRET_SET;
use tollgate_egress::{KeyFile, Outbound, Vault};
use tollgate_sandbox::{Limits, Sandbox, SandboxConfig, engine_config};
use tollgate_simulators::clock;
use tollgate_simulators::ids::Ids;
use tollgate_simulators::rig::Rig;
use tollgate_simulators::serve::{listen, serve};
use tollgate_simulators::{paypal, stripe};
use tollgate_store::SqliteStore;
use tollgate_tests::house;

use crate::planted::Planted;
use crate::watched::Watch;

pub const PAYPAL_SECRET: &str = "EPlanted-Secret_OfThePayPalGateway-0123456789-abcdefghijklm";
pub const CARD_SECRET: &str = "sk_test_51PlantedSecretKeyOfTheCardGateway";
pub const NEXT_WEBHOOK_SECRET: &str = "whsec_PlantedNextSecretOfWebhooks0123456";
/// What staff typed by mistake is a secret too.
pub const WRONG_SECRET: &str = "sk_test_51WrongSecretThatNoProviderKnows";
pub const PUBLISHABLE_KEY: &str = "pk_test_51Planted";
/// Never in a header, so that it may have characters that every clothing changes.
pub const WEBHOOK_SECRET: &str = "whsec_Planted/first+secret&with=%41\"odd'<signs>\\é";
const BASE_URL: &str = "http://127.0.0.1:8080";

/// One that was just renewed may still be on its way.
const TOKENS_IN_USE: usize = 3;

pub type Settings = BTreeMap<&'static str, String>;

/// Nothing is slow here but a provider that hangs.
fn limits() -> Limits {
    Limits { call_deadline_ms: 2_000, provider_wait_ms: 1_000, describe_deadline_ms: 60_000, ..Limits::default() }
}

pub struct Machine;

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

pub struct Stage {
    pub sandbox: Sandbox,
    pub watch: Watch,
    pub store: Arc<SqliteStore>,
    pub folder: TempDir,
    vault: Arc<Vault>,
}

impl Stage {
    /// With one gateway.
    pub async fn open(plugin: &str) -> anyhow::Result<Self> {
        let (folder, watch) = (TempDir::new()?, Watch::default());
        let store = Arc::new(SqliteStore::open_server(&folder.path().join("tollgate.sqlite"))?);
        let keys = KeyFile::new(folder.path().join("secrets.key"));
        let vault = Arc::new(Vault::open(keys, store.clone(), Arc::new(Machine)).await?);
        let plugins = folder.path().join("plugins");
        std::fs::create_dir(&plugins)?;
        std::fs::copy(house::component(plugin), plugins.join(format!("{plugin}.wasm")))?;
        let config = SandboxConfig {
            cache_dir: house::compiled(),
            base_url: BASE_URL.to_owned(),
            live: false,
            limits: limits(),
            memory: store.clone(),
            clock: Arc::new(Machine),
            egress: Arc::new(Outbound::new(vault.clone(), Arc::new(Machine))?),
            signing: vault.clone(),
            redact: vault.clone(),
        };
        let engine = watch.over(engine_config(&config.limits));
        let mut sandbox = Sandbox::with_engine(config, &engine)?;
        sandbox.load_directory(&plugins).await?;
        Ok(Self { sandbox, watch, store, folder, vault })
    }

    pub async fn set_secret(&self, plugin: &str, key: &str, value: &str) -> anyhow::Result<()> {
        Ok(self.vault.set_secret(&InstanceId::new(plugin), key, SecretText::new(value.to_owned())).await?)
    }
}

/// As staff would have configured it. Secrets are settings that say that they are set.
pub fn instance(plugin: &str, host: &str, settings: Settings) -> anyhow::Result<Instance> {
    let setting = |(key, value): (&str, String)| Setting { key: key.to_owned(), value };
    Ok(Instance {
        id: InstanceId::new(plugin),
        plugin: PluginId::new(plugin),
        enabled: true,
        position: 0,
        label: String::new(),
        settings: settings.into_iter().map(setting).collect(),
        currencies: vec![Currency::from_code("EUR")?],
        granted_hosts: vec![host.to_owned()],
        component: None,
        updated: Machine.now(),
    })
}

/// A payment of EUR 25.00 that is just made.
pub fn fresh(instance: &Instance, number: u64) -> anyhow::Result<GatewayCall> {
    let euros = |minor| Money::new(minor, Currency::from_code("EUR").expect("a known code"));
    let payment = Payment {
        id: PaymentId::new(format!("P{number:025}")),
        invoice: InvoiceId(42),
        client: ClientId(7),
        instance: instance.id.clone(),
        plugin: instance.plugin.clone(),
        reference: "INV000042".to_owned(),
        amount: euros(2_500)?,
        invoice_revision: 1,
        received: euros(0)?,
        state: PaymentState::Created,
        note: None,
        provider_reference: None,
        memo: None,
        created: Machine.now(),
        checked: None,
        version: 1,
    };
    let payer = Payer {
        id: ClientId(7),
        name: "A. Client".to_owned(),
        email: "client@example.com".to_owned(),
        country: Some("DE".to_owned()),
        locale: "en".to_owned(),
    };
    Ok(GatewayCall {
        instance: Arc::new(instance.clone()),
        payment: Arc::new(payment),
        payer,
        invoice_number: "INV-000042".to_owned(),
        description: "Hosting".to_owned(),
    })
}

/// A provider on loopback; it ends when dropped.
pub struct Provider<S> {
    pub simulator: S,
    /// With its port.
    pub host: String,
    pub rig: Rig,
    /// Every access token, the newest last.
    tokens: Mutex<Vec<String>>,
    server: JoinHandle<()>,
}

impl<S> Drop for Provider<S> {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// On the machine's clock, because webhooks are proven by it.
async fn rig() -> anyhow::Result<(Rig, tokio::net::TcpListener, String)> {
    let socket = listen("127.0.0.1:0".parse()?).await?;
    let host = socket.local_addr()?.to_string();
    let rig = Rig::new(&format!("http://{host}"), clock::Clock::real(), Ids::random()?);
    Ok((rig, socket, host))
}

impl Provider<paypal::Simulator> {
    pub async fn paypal() -> anyhow::Result<Self> {
        let (rig, socket, host) = rig().await?;
        let account = paypal::Account { client_secret: PAYPAL_SECRET.to_owned(), ..paypal::Account::example() };
        let simulator = paypal::Simulator::new(rig.clone(), account);
        let server = tokio::spawn(serve(socket, simulator.router(), None));
        Ok(Self { simulator, host, rig, tokens: Mutex::default(), server })
    }

    pub fn settings(&self) -> Settings {
        BTreeMap::from([
            ("client-id", "simulated-client-id".to_owned()),
            ("client-secret", SECRET_SET.to_owned()),
            ("merchant", "TESTMERCHANT2".to_owned()),
            ("test-api", self.rig.base.clone()),
        ])
    }

    /// What else is a secret now: the access tokens that may be on their way.
    pub fn learn(&self, planted: &mut Planted) {
        self.tokens().iter().rev().take(TOKENS_IN_USE).for_each(|token| planted.add("an access token", token));
    }

    /// Every access token. Those of requests that were forgotten since are known from before.
    pub fn tokens(&self) -> Vec<String> {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        for record in self.rig.requests.all().iter().filter(|record| record.path == "/v1/oauth2/token") {
            let answer: serde_json::Value = serde_json::from_str(&record.answer).unwrap_or_default();
            let token = answer["access_token"].as_str().filter(|token| !tokens.iter().any(|known| known == token));
            tokens.extend(token.map(str::to_owned));
        }
        tokens.clone()
    }
}

impl Provider<stripe::Stripe> {
    pub async fn stripe() -> anyhow::Result<Self> {
        let (rig, socket, host) = rig().await?;
        let account = stripe::Account {
            secret_key: CARD_SECRET.to_owned(),
            publishable_key: PUBLISHABLE_KEY.to_owned(),
            ..stripe::Account::test()
        };
        let simulator = stripe::Stripe::new(rig.clone(), account);
        let server = tokio::spawn(serve(socket, simulator.router(), None));
        Ok(Self { simulator, host, rig, tokens: Mutex::default(), server })
    }

    pub fn settings(&self) -> Settings {
        BTreeMap::from([
            ("publishable-key", PUBLISHABLE_KEY.to_owned()),
            ("secret-key", SECRET_SET.to_owned()),
            ("webhook-secret", SECRET_SET.to_owned()),
            ("webhook-secret-next", SECRET_SET.to_owned()),
            ("merchant", "acct_1SimulatedStripe".to_owned()),
            ("save-cards", "true".to_owned()),
            ("ask-fee", "true".to_owned()),
            ("test-api", self.rig.base.clone()),
        ])
    }

    /// What else is a secret now: secrets of webhooks.
    pub fn learn(&self, planted: &mut Planted) {
        let secrets = self.simulator.with(|books| {
            let all = books.endpoints.values().map(|endpoint| endpoint.secrets.lock().clone());
            all.collect::<Vec<_>>().concat()
        });
        for secret in secrets {
            planted.add("a webhook's secret", &secret);
        }
    }

    /// What the client's browser makes of a test card.
    pub fn confirmation_token(&self) -> String {
        self.simulator.with(|books| {
            let method = books.method_named("pm_card_visa").expect("a published test card");
            let details = books.methods[&method].details.clone();
            books.add_token(details, None, None)
        })
    }
}
