//! A whole portal: a store in a temporary folder, two clients, an unpaid invoice of the first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use tollgate_billing::billing::{Billing, ManualInvoice, Parts, Policy};
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, PluginId, RefundId, Timestamp};
use tollgate_billing::invoice::{Line, LineKind, TaxRate};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::people::NewClient;
use tollgate_billing::plugin::Instance;
use tollgate_billing::ports::{
    Clock, Document, Documents, DocumentsError, Ids, Instances, Party, Passkeys, People, StoreError,
};
use tollgate_passkeys::WebAuthn;
use tollgate_store::SqliteStore;
use tollgate_web::{Brand, PluginTexts, Route, TemplateSource, WebConfig, WebState, hash_password, router, routes};

use crate::apps::Apps;
use crate::browser::Browser;
use crate::plugins::{GATEWAY, MODULE, Script};
use crate::safe::Safe;
use crate::shelf::Keys;

pub const PASSWORD: &str = "correct horse battery";
pub const ANNA: &str = "anna@example.test";
pub const BERT: &str = "bert@example.test";
/// The origin of pages with scripts.
pub const PAGES: &str = "http://pages.test:8080";
/// 22 November 2026.
const START_MS: i64 = 1_795_305_600_000;

pub struct House {
    pub script: Arc<Script>,
    pub billing: Arc<Billing>,
    pub clock: Arc<HandClock>,
    pub safe: Arc<Safe>,
    pub keys: Arc<Keys>,
    pub apps: Arc<Apps>,
    pub texts: Arc<PluginTexts>,
    pub state: WebState,
    pub router: Router,
    pub routes: Vec<Route>,
    pub anna: ClientId,
    /// Anna's, unpaid, EUR 20.
    pub invoice: InvoiceId,
    _dir: tempfile::TempDir,
}

/// Time that stands until a test moves it.
pub struct HandClock(AtomicI64);

impl HandClock {
    pub fn forward_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn payment(&self) -> PaymentId {
        PaymentId::new(format!("PAY{:023}", self.0.fetch_add(1, Ordering::SeqCst)))
    }

    fn refund(&self) -> RefundId {
        RefundId::new(format!("REF{:023}", self.0.fetch_add(1, Ordering::SeqCst)))
    }
}

struct OnePdf;

#[async_trait::async_trait]
impl Documents for OnePdf {
    async fn invoice_pdf(&self, _: Arc<Document>) -> Result<Arc<[u8]>, DocumentsError> {
        Ok(Arc::from(&b"%PDF-1.7"[..]))
    }
}

/// The theme of this repository.
pub fn theme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates")
}

pub fn config(templates: &Path) -> WebConfig {
    WebConfig {
        base_url: "http://localhost:8080".to_owned(),
        pages_url: Some(PAGES.to_owned()),
        templates: TemplateSource { dir: templates.to_owned(), watch: false },
        brand: Brand {
            name: "Test <Hosting>".to_owned(),
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
        mail: true,
        version: "0.1.0".to_owned(),
    }
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("EUR").expect("a currency")).expect("a small amount")
}

impl House {
    pub async fn new() -> Self {
        Self::with_theme(&theme()).await
    }

    pub async fn with_theme(templates: &Path) -> Self {
        Self::with_config(config(templates)).await
    }

    pub async fn with_config(config: WebConfig) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let store = Arc::new(SqliteStore::open_server(&dir.path().join("test.db")).expect("a new store"));
        let script = Arc::new(Script::new());
        let clock = Arc::new(HandClock(AtomicI64::new(START_MS)));
        let texts = Arc::new(PluginTexts::new(script.clone()));
        let safe = Arc::new(Safe::default());
        let keys = Arc::new(Keys::default());
        let apps = Arc::new(Apps::new(store.clone()));
        let anna = client(&store, ANNA, "Anna <script>alert(1)</script>").await;
        client(&store, BERT, "Bert").await;
        for (position, plugin) in [GATEWAY, MODULE].into_iter().enumerate() {
            store.save_instance(instance(plugin, position)).await.expect("a new instance");
        }
        let billing = Arc::new(Billing::new(Parts {
            store,
            plugins: script.clone(),
            gateways: script.clone(),
            modules: script.clone(),
            documents: Arc::new(OnePdf),
            secrets: safe.clone(),
            authenticators: apps.clone(),
            passkeys: passkeys(&config.base_url),
            signatures: keys.clone(),
            texts: texts.clone(),
            clock: clock.clone(),
            ids: Arc::new(CountedIds(AtomicU64::new(1))),
            policy: policy(&config.base_url),
        }));
        let invoice = billing.create_invoice(manual(anna)).await.expect("a right invoice").into_inner();
        let state = WebState::new(billing.clone(), texts.clone(), config).expect("a theme that is right");
        let routes = routes(&state);
        Self {
            script,
            billing,
            clock,
            safe,
            keys,
            apps,
            texts,
            router: router(state.clone()),
            state,
            routes,
            anna,
            invoice,
            _dir: dir,
        }
    }

    /// A browser that nobody has logged in with.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    pub async fn logged_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.log_in(email, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    /// The address of a payment of Anna's invoice.
    pub async fn payment(&self) -> String {
        let payment = self.billing.pay(self.anna, self.invoice).await.expect("an open invoice");
        format!("/billing/payments/{payment}")
    }

    pub fn invoice_url(&self) -> String {
        format!("/billing/invoices/{}", self.invoice)
    }
}

async fn client(store: &SqliteStore, email: &str, name: &str) -> ClientId {
    static HASH: OnceLock<String> = OnceLock::new();
    let password_hash = HASH.get_or_init(|| hash_password(ANNA, PASSWORD).expect("a long password")).clone();
    let new = NewClient {
        email: email.to_owned(),
        name: name.to_owned(),
        company: String::new(),
        address: vec!["<img src=x onerror=alert(1)>".to_owned()],
        country: "DE".to_owned(),
        tax_id: "\"><script>alert(1)</script>".to_owned(),
        currency: Currency::from_code("EUR").expect("a currency"),
        locale: "en".to_owned(),
        password_hash,
    };
    let made: Result<ClientId, StoreError> = store.create_client(new, Timestamp(START_MS)).await;
    made.expect("a new client")
}

fn instance(plugin: &str, position: usize) -> Instance {
    Instance {
        id: InstanceId::new(plugin),
        plugin: PluginId::new(plugin),
        enabled: true,
        position: i64::try_from(position).expect("a small number"),
        label: String::new(),
        settings: Vec::new(),
        currencies: Vec::new(),
        granted_hosts: Vec::new(),
        component: None,
        updated: Timestamp(START_MS),
    }
}

fn passkeys(base_url: &str) -> Option<Arc<dyn Passkeys>> {
    WebAuthn::of(base_url, "Test <Hosting>").map(|passkeys| Arc::new(passkeys) as Arc<dyn Passkeys>)
}

fn policy(base_url: &str) -> Policy {
    Policy {
        live: false,
        base_url: base_url.to_owned(),
        invoice_prefix: "INV-".to_owned(),
        due_days: 14,
        terms_url: "/billing/terms".to_owned(),
        company: Party { name: "Test Hosting".to_owned(), ..Party::default() },
    }
}

fn manual(client: ClientId) -> ManualInvoice {
    let description = "Hosting <script>alert('line')</script>".to_owned();
    let line = Line::new(LineKind::Service, description, eur(2_000), TaxRate::NONE).expect("a small line");
    ManualInvoice {
        client,
        lines: vec![line],
        gateway: Some(InstanceId::new(GATEWAY)),
        form_key: "made-by-the-test".to_owned(),
    }
}
