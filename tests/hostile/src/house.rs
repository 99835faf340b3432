//! A whole portal on the rooms: two clients with an invoice of EUR 20 each, the first to be paid through the hostile gateway,
//! the second through the honest one, and the real pages.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use tollgate_billing::billing::{Billing, ManualInvoice, Parts, Policy, Received};
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, PluginId, RefundId};
use tollgate_billing::invoice::{Line, LineKind, TaxRate};
use tollgate_billing::money::Currency;
use tollgate_billing::people::NewClient;
use tollgate_billing::plugin::{Instance, Setting};
use tollgate_billing::ports::{
    Clock as _, Document, Documents, DocumentsError, Ids, Instances, Invoices, Ledger, NoSignatures, PageOf, Party,
    Payments, People, Webhook,
};
use tollgate_web::{Brand, PluginTexts, TemplateSource, WebConfig, WebState, hash_password, router};
use tower::ServiceExt;

use crate::attack::Verdict;
use crate::rooms::{NOW, Plan, Rooms, StillClock, instance};

const PASSWORD: &str = "correct horse battery";
const ANNA: &str = "client@example.com";
const BERT: &str = "other@example.com";
pub const BASE_URL: &str = "http://localhost:8080";
const ANSWER_BYTES_MAX: usize = 4 << 20;
/// Of each invoice.
pub const DUE: i64 = 2_000;
/// The ids of both payments, in the order in which they are begun.
pub const ANNAS: &str = "PAY00000000000000000000001";
pub const BERTS: &str = "PAY00000000000000000000002";

/// What staff made of it, beside the files.
#[derive(Clone, Default)]
pub struct Setup {
    /// The merchant account of the hostile gateway, where it has one.
    pub merchant: Option<&'static str>,
    /// Both invoices are for the hostile plugin's own line, and both are paid through the honest gateway.
    pub is_module: bool,
    /// The second payment goes through the hostile gateway too.
    pub shares_gateway: bool,
}

pub struct House {
    pub rooms: Rooms,
    pub billing: Arc<Billing>,
    /// Made for the first page: reading the theme takes longer than most attacks.
    router: OnceLock<Router>,
    texts: Arc<PluginTexts>,
    pub anna: ClientId,
    pub bert: ClientId,
    pub invoices: [InvoiceId; 2],
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

/// Nobody prints an invoice here.
struct NoPaper;

#[async_trait]
impl Documents for NoPaper {
    async fn invoice_pdf(&self, _: Arc<Document>) -> Result<Arc<[u8]>, DocumentsError> {
        Err(DocumentsError::Failed("nothing is printed here".to_owned()))
    }
}

impl House {
    pub async fn open(plan: Plan, setup: Setup) -> Self {
        let live = plan.live;
        let granted = plan.granted.clone();
        let rooms = Rooms::open(plan).await;
        for (position, plugin) in ["acme", "honest"].into_iter().enumerate() {
            let position = i64::try_from(position).expect("a small number");
            let merchant = setup.merchant.filter(|_| plugin == "acme");
            let setting = |value: &str| Setting { key: "merchant".to_owned(), value: value.to_owned() };
            let settings = merchant.map(setting).into_iter().collect();
            let row = Instance { position, settings, ..instance(plugin, granted.clone()) };
            rooms.store.change_instances(vec![row], Vec::new()).await.expect("a new instance");
        }
        let anna = client(&rooms, ANNA).await;
        let bert = client(&rooms, BERT).await;
        let texts = Arc::new(PluginTexts::new(rooms.sandbox.clone()));
        let billing = Arc::new(Billing::new(Parts {
            store: rooms.store.clone(),
            plugins: rooms.sandbox.clone(),
            gateways: rooms.sandbox.clone(),
            modules: rooms.sandbox.clone(),
            documents: Arc::new(NoPaper),
            secrets: rooms.vault.clone(),
            authenticators: rooms.vault.clone(),
            passkeys: None,
            signatures: Arc::new(NoSignatures),
            texts: texts.clone(),
            clock: Arc::new(StillClock),
            ids: Arc::new(CountedIds(AtomicU64::new(1))),
            policy: policy(live),
        }));
        let mut invoices = [InvoiceId(0); 2];
        for (index, client) in [anna, bert].into_iter().enumerate() {
            let through = if setup.is_module || (index == 1 && !setup.shares_gateway) { "honest-1" } else { "acme-1" };
            let invoice = invoice(client, through, setup.is_module);
            invoices[index] = billing.create_invoice(invoice).await.expect("a right invoice").into_inner();
            billing.pay(client, invoices[index]).await.expect("an open invoice");
        }
        Self { rooms, billing, router: OnceLock::new(), texts, anna, bert, invoices }
    }

    /// A webhook for an instance, as its provider posts it.
    pub async fn hook(&self, instance: &str) -> Result<Received, String> {
        let webhook =
            Webhook { body: b"{}".to_vec(), headers: Vec::new(), query: String::new(), received: StillClock.now() };
        self.billing.receive_webhook(&InstanceId::new(instance), webhook).await.map_err(|error| error.to_string())
    }

    /// What is settled of both invoices, and the credit of both clients, in minor units.
    pub async fn booked(&self) -> [i64; 4] {
        let euro = Currency::from_code("EUR").expect("a currency");
        let mut booked = [0; 4];
        for (index, client) in [self.anna, self.bert].into_iter().enumerate() {
            let invoice = self.rooms.store.invoice(self.invoices[index]).await.expect("the store answers");
            booked[index] = invoice.expect("the invoice is there").settled.minor();
            booked[index + 2] = self.rooms.store.credit(client, euro).await.expect("the store answers").minor();
        }
        booked
    }

    /// Why each held claim is held.
    pub async fn held(&self) -> Vec<String> {
        let rows = self.billing.held(PageOf::first(100)).await.expect("the store answers");
        rows.into_iter().map(|row| row.reason).collect()
    }

    /// The reference that the second client writes.
    pub async fn reference(&self) -> String {
        let payment = self.rooms.store.payment(&PaymentId::new(BERTS)).await.expect("the store answers");
        payment.expect("the payment is there").reference
    }

    /// Contained where exactly this is booked, and the books add up.
    pub async fn stands(&self, expected: [i64; 4], how: String) -> Verdict {
        let booked = self.booked().await;
        let report = self.rooms.store.check_ledger().await.map_err(|error| error.to_string())?;
        if booked != expected || !report.faults.is_empty() {
            return Err(format!("booked {booked:?} for {expected:?}, faults {:?}; {how}", report.faults));
        }
        Ok(how)
    }

    /// What the first client sees at an address, once logged in.
    pub async fn page(&self, path: &str) -> (u16, HeaderMap, String) {
        let (_, headers, body) = self.send("GET", "/login", "", "").await;
        let mut cookies = cookies(&headers);
        let csrf = body.split_once("name=\"csrf\" value=\"").map_or("", |(_, rest)| rest);
        let csrf = csrf.split('"').next().unwrap_or_default();
        let form = format!("csrf={csrf}&email={}&password={}", ANNA.replace('@', "%40"), PASSWORD.replace(' ', "+"));
        let (_, headers, _) = self.send("POST", "/login", &cookies, &form).await;
        cookies = format!("{cookies}; {}", self::cookies(&headers));
        self.send("GET", path, &cookies, "").await
    }

    async fn send(&self, method: &str, path: &str, cookies: &str, form: &str) -> (u16, HeaderMap, String) {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8080");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        if method == "POST" {
            let form = "application/x-www-form-urlencoded";
            request = request.header(header::CONTENT_TYPE, form).header(header::ORIGIN, BASE_URL);
        }
        let request = request.body(Body::from(form.to_owned())).expect("a request");
        let make = || {
            let state = WebState::new(self.billing.clone(), self.texts.clone(), config());
            router(state.expect("the theme of this repository"))
        };
        let response = self.router.get_or_init(make).clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, ANSWER_BYTES_MAX).await.expect("a body");
        (parts.status.as_u16(), parts.headers, String::from_utf8_lossy(&body).into_owned())
    }
}

fn cookies(headers: &HeaderMap) -> String {
    let pair = |value: &header::HeaderValue| value.to_str().ok()?.split(';').next().map(str::to_owned);
    headers.get_all(header::SET_COOKIE).iter().filter_map(pair).collect::<Vec<_>>().join("; ")
}

async fn client(rooms: &Rooms, email: &str) -> ClientId {
    static HASH: OnceLock<String> = OnceLock::new();
    let password_hash = HASH.get_or_init(|| hash_password(ANNA, PASSWORD).expect("a long password")).clone();
    let new = NewClient {
        email: email.to_owned(),
        name: "Example Client".to_owned(),
        company: String::new(),
        address: Vec::new(),
        country: "DE".to_owned(),
        tax_id: String::new(),
        currency: Currency::from_code("EUR").expect("a currency"),
        locale: "en".to_owned(),
        password_hash,
    };
    rooms.store.create_client(new, NOW).await.expect("a new client")
}

fn invoice(client: ClientId, gateway: &str, is_module: bool) -> ManualInvoice {
    let kind = if is_module { LineKind::Module(PluginId::new("acme")) } else { LineKind::Service };
    let line = Line::new(kind, "Hosting".to_owned(), crate::rooms::euro(DUE), TaxRate::NONE);
    ManualInvoice {
        client,
        lines: vec![line.expect("a small line")],
        gateway: Some(InstanceId::new(gateway)),
        form_key: format!("made-for-{client}"),
    }
}

fn policy(live: bool) -> Policy {
    Policy {
        live,
        base_url: BASE_URL.to_owned(),
        invoice_prefix: "INV-".to_owned(),
        due_days: 14,
        terms_url: "/terms".to_owned(),
        company: Party { name: "Example Hosting".to_owned(), ..Party::default() },
    }
}

fn config() -> WebConfig {
    let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates");
    WebConfig {
        base_url: BASE_URL.to_owned(),
        pages_url: None,
        templates: TemplateSource { dir: theme, watch: false },
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
