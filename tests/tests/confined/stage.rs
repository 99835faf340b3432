//! The real pages over a real socket, in front of one scripted gateway whose page does what a test wants to see refused.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tollgate_billing::billing::{Billing, ManualInvoice, Parts, Policy};
use tollgate_billing::claim::{Claim, SavedMethod};
use tollgate_billing::ids::{ClientId, InstanceId, PaymentId, PluginId, RefundId, Timestamp};
use tollgate_billing::invoice::{Line, LineKind, TaxRate};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::people::NewClient;
use tollgate_billing::plugin::{
    Assets, CallLimits, Capabilities, ComponentId, ConfigReport, ConfinedPage, CurrencySupport, GatewayManifest,
    Identity, Instance, Manifest, ModuleManifest, NextStep, Page, PluginError, PluginRow, Rest, Script, Setting, Step,
    Template,
};
use tollgate_billing::ports::{
    Clock, ConfigDepth, ConfigRefusal, Document, Documents, DocumentsError, GatewayAnswer, GatewayCall, Gateways, Ids,
    Instances, ModuleAction, ModuleEffect, ModuleEvent, ModuleTab, Modules, NoSignatures, Outcome, Party, People,
    Placed, Plugins, ReadComponent, RefundOrder, Verified, View, Webhook, WebhookRefusal, WebhookSetup,
};
use tollgate_billing::text::Text;
use tollgate_store::SqliteStore;
use tollgate_tests::house::top;
use tollgate_web::{Brand, PluginTexts, TemplateSource, WebConfig, WebState, hash_password, router};

use crate::no_secrets::NoSecrets;

const PLUGIN: &str = "hostile";
pub const EMAIL: &str = "client@example.com";
pub const PASSWORD: &str = "a long client password";
const NOW: Timestamp = Timestamp(1_795_305_600_000);
const TEMPLATE: &str = "<h2>Pay here</h2><div class=\"actions\"><button class=\"button\" type=\"button\" id=\"pay\">Pay by card</button></div>";

/// Fields of one form, as the gateway got them.
pub type Form = Vec<(String, String)>;

/// A gateway whose page is `template` with one script.
struct Hostile {
    manifest: Arc<Manifest>,
    submitted: Mutex<Vec<Form>>,
    portal: String,
    payment: Mutex<String>,
}

/// Serves until dropped.
pub struct Stage {
    gateway: Arc<Hostile>,
    server: JoinHandle<()>,
    pub portal: String,
    pub payment_path: String,
    _folder: tempfile::TempDir,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Stage {
    /// One client with one invoice, which this gateway is to be paid with. `script` runs in its page.
    pub async fn open(script: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let portal = format!("http://127.0.0.1:{port}");
        let gateway = Arc::new(Hostile {
            manifest: Arc::new(Manifest::Gateway(manifest(script))),
            submitted: Mutex::new(Vec::new()),
            portal: portal.clone(),
            payment: Mutex::new(String::new()),
        });
        let store = Arc::new(SqliteStore::open_server(&folder.path().join("stage.sqlite"))?);
        let client = store.create_client(client()?, NOW).await?;
        store.save_instance(instance()).await?;
        let texts = Arc::new(PluginTexts::new(gateway.clone()));
        let billing = Arc::new(Billing::new(Parts {
            store,
            plugins: gateway.clone(),
            gateways: gateway.clone(),
            modules: gateway.clone(),
            documents: Arc::new(NoPaper),
            secrets: Arc::new(NoSecrets),
            authenticators: Arc::new(NoSecrets),
            passkeys: None,
            signatures: Arc::new(NoSignatures),
            texts: texts.clone(),
            clock: Arc::new(Still),
            ids: Arc::new(One),
            policy: policy(),
        }));
        let invoice = billing.create_invoice(invoice(client)?).await?.into_inner();
        let payment = billing.pay(client, invoice).await?;
        let payment_path = format!("/billing/payments/{payment}");
        gateway.payment.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&payment_path);
        let config = web_config(&portal, format!("http://localhost:{port}"), &top().join("templates"));
        let service = router(WebState::new(billing, texts, config)?).into_make_service();
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, service).await;
        });
        Ok(Self { gateway, server, portal, payment_path, _folder: folder })
    }

    /// Everything that reached the gateway as a form.
    pub fn submitted(&self) -> Vec<BTreeMap<String, String>> {
        let forms = self.gateway.submitted.lock().unwrap_or_else(PoisonError::into_inner);
        forms.iter().map(|form| form.iter().cloned().collect()).collect()
    }
}

fn web_config(portal: &str, pages: String, templates: &Path) -> WebConfig {
    WebConfig {
        base_url: portal.to_owned(),
        pages_url: Some(pages),
        templates: TemplateSource { dir: templates.to_owned(), watch: false },
        brand: Brand {
            name: "Example Hosting".to_owned(),
            logo: None,
            url: "/billing".to_owned(),
            tokens: BTreeMap::new(),
        },
        session_hours: 12,
        session_idle_minutes: 12 * 60,
        staff_second_step_required: false,
        payment_pages_per_minute: 30,
        support: None,
        trusted_proxies: Vec::new(),
        hsts_days: 365,
        mail: false,
        version: "0.1.0".to_owned(),
    }
}

fn manifest(script: &str) -> GatewayManifest {
    GatewayManifest {
        identity: Identity {
            id: PluginId::new(PLUGIN),
            name: "Card".to_owned(),
            version: "1.0.0".to_owned(),
            publisher: "Test".to_owned(),
            licence: "Apache-2.0".to_owned(),
            summary: Text::plain("For tests"),
        },
        help: Text::plain("Pay by card"),
        configuration: Vec::new(),
        hosts: Vec::new(),
        browser_origins: Vec::new(),
        currencies: CurrencySupport::Any,
        capabilities: Capabilities::default(),
        scripts: vec![Script { name: "own".to_owned(), source: script.to_owned() }],
        assets: Assets {
            templates: vec![Template { name: "card".to_owned(), source: TEMPLATE.to_owned() }],
            translations: Vec::new(),
            logo: None,
        },
    }
}

fn client() -> anyhow::Result<NewClient> {
    Ok(NewClient {
        email: EMAIL.to_owned(),
        name: "A. Client".to_owned(),
        company: String::new(),
        address: Vec::new(),
        country: "DE".to_owned(),
        tax_id: String::new(),
        currency: Currency::from_code("EUR")?,
        locale: "en".to_owned(),
        password_hash: hash_password(EMAIL, PASSWORD)?,
    })
}

fn instance() -> Instance {
    Instance {
        id: InstanceId::new(PLUGIN),
        plugin: PluginId::new(PLUGIN),
        enabled: true,
        position: 0,
        label: String::new(),
        settings: Vec::new(),
        currencies: Vec::new(),
        granted_hosts: Vec::new(),
        component: None,
        updated: NOW,
    }
}

fn policy() -> Policy {
    let company = Party { name: "Example Hosting".to_owned(), ..Party::default() };
    let (invoice_prefix, terms_url) = ("INV-".to_owned(), "/terms".to_owned());
    let base_url = "http://127.0.0.1".to_owned();
    Policy { live: false, base_url, invoice_prefix, due_days: 14, terms_url, company }
}

fn invoice(client: ClientId) -> anyhow::Result<ManualInvoice> {
    let amount = Money::new(2_000, Currency::from_code("EUR")?)?;
    let line = Line::new(LineKind::Service, "Web hosting".to_owned(), amount, TaxRate::NONE)?;
    let (gateway, form_key) = (Some(InstanceId::new(PLUGIN)), "made-by-the-test".to_owned());
    Ok(ManualInvoice { client, lines: vec![line], gateway, form_key })
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW
    }
}

struct One;

impl Ids for One {
    fn payment(&self) -> PaymentId {
        PaymentId::new("PAY00000000000000000000001")
    }

    fn refund(&self) -> RefundId {
        RefundId::new("REF00000000000000000000001")
    }
}

struct NoPaper;

#[async_trait]
impl Documents for NoPaper {
    async fn invoice_pdf(&self, _: Arc<Document>) -> Result<Arc<[u8]>, DocumentsError> {
        Ok(Arc::from(&b"%PDF-1.7"[..]))
    }
}

/// What no page of this stage asks for.
fn not_played() -> PluginError {
    PluginError::Rejected("not played here".to_owned())
}

#[async_trait]
impl Plugins for Hostile {
    fn rows(&self) -> Vec<PluginRow> {
        Vec::new()
    }

    fn manifest(&self, plugin: &PluginId) -> Option<Arc<Manifest>> {
        (plugin.as_str() == PLUGIN).then(|| self.manifest.clone())
    }

    fn limits(&self) -> CallLimits {
        CallLimits::new()
    }

    fn resting(&self, _: &InstanceId) -> Vec<Rest> {
        Vec::new()
    }

    fn wake(&self, _: &InstanceId) {}

    fn manifest_for(&self, instance: &Instance) -> Option<Arc<Manifest>> {
        self.manifest(&instance.plugin)
    }

    fn manifests(&self, plugin: &PluginId) -> Vec<Arc<Manifest>> {
        self.manifest(plugin).into_iter().collect()
    }

    fn running(&self, _: &PluginId) -> Option<ComponentId> {
        None
    }

    async fn read_component(&self, _: Vec<u8>) -> Result<ReadComponent, String> {
        Err("nothing is installed here".to_owned())
    }

    fn asked(&self, _: &ComponentId) -> Option<Arc<Manifest>> {
        None
    }

    fn place(&self, _: Vec<Placed>, _: &[ComponentId]) {}

    async fn check_config(&self, _: &Instance, _: ConfigDepth) -> Result<ConfigReport, ConfigRefusal> {
        Ok(ConfigReport::default())
    }

    async fn migrate_config(&self, instance: &Instance, _: &str) -> Result<Vec<Setting>, ConfigRefusal> {
        Ok(instance.settings.clone())
    }
}

#[async_trait]
impl Gateways for Hostile {
    fn gateway(&self, plugin: &PluginId) -> Option<Arc<GatewayManifest>> {
        match self.manifest(plugin).as_deref() {
            Some(Manifest::Gateway(manifest)) => Some(Arc::new(manifest.clone())),
            _ => None,
        }
    }

    async fn pay_now(&self, _: &GatewayCall) -> GatewayAnswer<Step> {
        let payment = self.payment.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let next = NextStep::Confined(ConfinedPage {
            template: "card".to_owned(),
            data: serde_json::json!({ "portal": self.portal, "payment": payment }).to_string(),
            foreign_scripts: Vec::new(),
            own_scripts: vec!["own".to_owned()],
        });
        Ok(Step { next, provider_reference: None, memo: None })
    }

    async fn submit(&self, _: &GatewayCall, form: &[(String, String)]) -> GatewayAnswer<Outcome> {
        self.submitted.lock().unwrap_or_else(PoisonError::into_inner).push(form.to_vec());
        Ok(Outcome::Claims(Vec::new()))
    }

    async fn return_from_provider(&self, _: &GatewayCall, _: &str) -> GatewayAnswer<Outcome> {
        Err(not_played())
    }

    async fn check(&self, _: &GatewayCall) -> GatewayAnswer<Vec<Claim>> {
        Err(not_played())
    }

    async fn verify(&self, _: &Instance, _: &Webhook) -> Result<Verified, WebhookRefusal> {
        Err(WebhookRefusal::Forged("not played here".to_owned()))
    }

    async fn refund(&self, _: &GatewayCall, _: &RefundOrder) -> GatewayAnswer<Claim> {
        Err(not_played())
    }

    async fn check_refund(&self, _: &GatewayCall, _: &RefundOrder) -> GatewayAnswer<Claim> {
        Err(not_played())
    }

    async fn charge_saved(&self, _: &GatewayCall, _: &SavedMethod) -> GatewayAnswer<Outcome> {
        Err(not_played())
    }

    async fn forget_saved(&self, _: &Instance, _: &SavedMethod) -> GatewayAnswer<()> {
        Err(not_played())
    }

    async fn set_up_webhook(&self, _: &Instance) -> Result<WebhookSetup, ConfigRefusal> {
        Err(ConfigRefusal::Failed(not_played()))
    }
}

#[async_trait]
impl Modules for Hostile {
    fn module(&self, _: &PluginId) -> Option<Arc<ModuleManifest>> {
        None
    }

    async fn tab(&self, _: &Instance) -> Result<ModuleTab, PluginError> {
        Err(not_played())
    }

    async fn page(&self, _: &Instance, _: &View) -> Result<Page, PluginError> {
        Err(not_played())
    }

    async fn submit(&self, _: &Instance, _: &View, _: &[(String, String)]) -> Result<ModuleAction, PluginError> {
        Err(not_played())
    }

    async fn on_event(&self, _: &Instance, _: &ModuleEvent) -> Result<Vec<ModuleEffect>, PluginError> {
        Err(not_played())
    }
}
