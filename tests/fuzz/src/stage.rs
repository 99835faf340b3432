//! The real pages and the real store, in front of one gateway that is and answers what a target says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use parking_lot::Mutex;
use tempfile::TempDir;
use tollgate_billing::billing::{Billing, ManualInvoice, Parts, Policy};
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, RefundId, Timestamp};
use tollgate_billing::invoice::{Line, LineKind, TaxRate};
use tollgate_billing::people::{NewClient, NewStaff, Who};
use tollgate_billing::ports::{
    Authenticators, Document, Documents, DocumentsError, Ids, Instances, KeyLabel, NoSignatures, Party, People,
    SecretText, Secrets, SecretsError, ShownKey,
};
use tollgate_billing::roles::Role;
use tollgate_billing::second_step::SealedAuthenticator;
use tollgate_hostile::rooms::{NOW, StillClock, euro, instance};
use tollgate_store::SqliteStore;
use tollgate_web::{Brand, PluginTexts, TemplateSource, WebConfig, WebState, hash_password, router};
use tower::ServiceExt;

use crate::puppet::{PUPPET, Puppet};
use crate::work::wait;

const PASSWORD: &str = "correct horse battery";
const CLIENT: &str = "client@example.com";
const STAFF: &str = "staff@example.com";
const HOST: &str = "localhost:8080";
/// The same server under the name where pages with scripts are drawn.
const PAGES: &str = "127.0.0.1:8080";
/// Files in memory, where the system has it: nothing here is about crashes of the machine.
const MEMORY: &str = "/dev/shm";
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// What a page answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

/// Who is logged in.
pub struct Seat {
    cookies: String,
    /// Of its forms.
    pub csrf: String,
}

pub struct Stage {
    pub puppet: Arc<Puppet>,
    pub store: Arc<SqliteStore>,
    router: Router,
    pub client: ClientId,
    pub invoice: InvoiceId,
    pub payment: PaymentId,
    pub database: PathBuf,
    _folder: TempDir,
}

impl Stage {
    /// One client with one invoice of EUR 20, which the puppet is to be paid with, and an owner in the back office.
    pub fn open() -> Self {
        wait(Self::opened())
    }

    async fn opened() -> Self {
        let memory = Path::new(MEMORY);
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.expect("a folder");
        let database = folder.path().join("stage.sqlite");
        let store = Arc::new(SqliteStore::open_server(&database).expect("a new store"));
        let puppet = Arc::new(Puppet::default());
        let password_hash = hash_password(CLIENT, PASSWORD).expect("a long password");
        let client = store.create_client(client(password_hash.clone()), NOW).await.expect("a new client");
        let owner = NewStaff {
            email: STAFF.to_owned(),
            name: "Example Staff".to_owned(),
            password_hash: hash_password(STAFF, PASSWORD).expect("a long password"),
            role: Role::Owner,
        };
        store.create_staff(owner, NOW).await.expect("new staff");
        let row = tollgate_billing::plugin::Instance {
            id: InstanceId::new(PUPPET),
            settings: Vec::new(),
            ..instance(PUPPET, Vec::new())
        };
        store.change_instances(vec![row], Vec::new()).await.expect("a new instance");
        let texts = Arc::new(PluginTexts::new(puppet.clone()));
        let billing = Arc::new(Billing::new(Parts {
            store: store.clone(),
            plugins: puppet.clone(),
            gateways: puppet.clone(),
            modules: puppet.clone(),
            documents: Arc::new(NoPaper),
            secrets: Arc::new(NoSecrets::default()),
            authenticators: Arc::new(NoSecrets::default()),
            passkeys: None,
            signatures: Arc::new(NoSignatures),
            texts: texts.clone(),
            clock: Arc::new(StillClock),
            ids: Arc::new(One),
            policy: policy(),
        }));
        let invoice = billing.create_invoice(bill(client)).await.expect("a right invoice").into_inner();
        let payment = billing.pay(client, invoice).await.expect("an open invoice");
        let state = WebState::new(billing.clone(), texts, config()).expect("the theme of this repository");
        let router = router(state);
        Self { puppet, store, router, client, invoice, payment, database, _folder: folder }
    }

    pub fn client_seat(&self) -> Seat {
        wait(self.log_in("/login", CLIENT, "/billing/invoices"))
    }

    pub fn staff_seat(&self) -> Seat {
        wait(self.log_in("/admin/login", STAFF, "/admin/gateways"))
    }

    async fn log_in(&self, door: &str, email: &str, inside: &str) -> Seat {
        let page = self.send(get(door, "")).await;
        let before = cookies(&page.headers);
        let form = format!(
            "csrf={}&email={}&password={}",
            csrf(&page.body),
            email.replace('@', "%40"),
            PASSWORD.replace(' ', "+")
        );
        let answer = self.send(post(door, &before, "application/x-www-form-urlencoded", form.into_bytes())).await;
        let cookies = format!("{before}; {}", cookies(&answer.headers));
        let page = self.send(get(inside, &cookies)).await;
        assert_eq!(page.status, 200, "nobody is logged in at {door}");
        Seat { cookies, csrf: csrf(&page.body).to_owned() }
    }

    pub fn get(&self, seat: &Seat, path: &str) -> Answer {
        wait(self.send(get(path, &seat.cookies)))
    }

    /// What the frame of a page with scripts is shown, where nobody is logged in.
    pub fn frame(&self, page: &str) -> Option<Answer> {
        let address = page.split_once(" data-src=\"")?.1.split('"').next()?.replace("&#x3D;", "=");
        let path = address.strip_prefix(&format!("http://{PAGES}"))?.to_owned();
        let request = Request::builder().uri(path).header(header::HOST, PAGES).body(Body::empty()).ok()?;
        Some(wait(self.send(request)))
    }

    pub fn post(&self, seat: &Seat, path: &str, media_type: &str, body: Vec<u8>) -> Answer {
        wait(self.send(post(path, &seat.cookies, media_type, body)))
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, ANSWER_BYTES_MAX).await.expect("a body within bounds");
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

fn get(path: &str, cookies: &str) -> Request<Body> {
    let request = Request::builder().uri(path).header(header::HOST, HOST).header(header::COOKIE, cookies);
    request.body(Body::empty()).expect("a request")
}

fn post(path: &str, cookies: &str, media_type: &str, body: Vec<u8>) -> Request<Body> {
    let request =
        Request::builder().method("POST").uri(path).header(header::HOST, HOST).header(header::COOKIE, cookies);
    let request = request.header(header::CONTENT_TYPE, media_type).header(header::ORIGIN, format!("http://{HOST}"));
    request.body(Body::from(body)).expect("a request")
}

fn cookies(headers: &HeaderMap) -> String {
    let pair = |value: &header::HeaderValue| value.to_str().ok()?.split(';').next().map(str::to_owned);
    headers.get_all(header::SET_COOKIE).iter().filter_map(pair).collect::<Vec<_>>().join("; ")
}

fn csrf(page: &str) -> &str {
    let rest = page.split_once("name=\"csrf\" value=\"").map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or_default()
}

fn client(password_hash: String) -> NewClient {
    NewClient {
        email: CLIENT.to_owned(),
        name: "Example Client".to_owned(),
        company: String::new(),
        address: Vec::new(),
        country: "DE".to_owned(),
        tax_id: String::new(),
        currency: euro(0).currency(),
        locale: "en".to_owned(),
        password_hash,
    }
}

fn bill(client: ClientId) -> ManualInvoice {
    let line = Line::new(LineKind::Service, "Hosting".to_owned(), euro(2_000), TaxRate::NONE).expect("a small line");
    let (gateway, form_key) = (Some(InstanceId::new(PUPPET)), "made-for-the-stage".to_owned());
    ManualInvoice { client, lines: vec![line], gateway, form_key }
}

fn policy() -> Policy {
    Policy {
        live: false,
        base_url: format!("http://{HOST}"),
        invoice_prefix: "INV-".to_owned(),
        due_days: 14,
        terms_url: "/terms".to_owned(),
        company: Party { name: "Example Hosting".to_owned(), ..Party::default() },
    }
}

fn config() -> WebConfig {
    let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates");
    WebConfig {
        base_url: format!("http://{HOST}"),
        pages_url: Some(format!("http://{PAGES}")),
        templates: TemplateSource { dir: theme, watch: false },
        brand: Brand {
            name: "Example Hosting".to_owned(),
            logo: None,
            url: "/billing".to_owned(),
            tokens: BTreeMap::new(),
        },
        session_hours: 12,
        staff_second_step_required: false,
        session_idle_minutes: 12 * 60,
        // The clock stands still: what is counted by the minute is counted for ever.
        payment_pages_per_minute: u32::MAX,
        support: None,
        trusted_proxies: Vec::new(),
        hsts_days: 365,
        mail: true,
        version: "0.1.0".to_owned(),
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
        Err(DocumentsError::Failed("nothing is printed here".to_owned()))
    }
}

/// Keeps which secrets are set, and no value.
#[derive(Default)]
struct NoSecrets(Mutex<BTreeSet<String>>);

#[async_trait]
impl Authenticators for NoSecrets {
    async fn begin(&self, _: Who, _: [u8; 32], _: Timestamp) -> Result<bool, SecretsError> {
        Err(SecretsError::Unavailable("not played here".to_owned()))
    }

    fn show(&self, _: &SealedAuthenticator, _: KeyLabel<'_>) -> Result<ShownKey, SecretsError> {
        Err(SecretsError::Unavailable("not played here".to_owned()))
    }

    fn step_of(&self, _: &SealedAuthenticator, _: &str, _: Timestamp) -> Result<Option<i64>, SecretsError> {
        Err(SecretsError::Unavailable("not played here".to_owned()))
    }
}

#[async_trait]
impl Secrets for NoSecrets {
    async fn set_keys(&self, _: &InstanceId) -> BTreeSet<String> {
        self.0.lock().clone()
    }

    async fn set_secret(&self, _: &InstanceId, key: &str, _: SecretText) -> Result<(), SecretsError> {
        self.0.lock().insert(key.to_owned());
        Ok(())
    }

    async fn remove_secret(&self, _: &InstanceId, key: &str) -> Result<(), SecretsError> {
        self.0.lock().remove(key);
        Ok(())
    }

    fn redact(&self, _: &InstanceId, text: &str) -> String {
        text.to_owned()
    }
}
