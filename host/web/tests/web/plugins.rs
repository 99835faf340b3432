//! Plugins that answer what a test tells them to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tollgate_billing::claim::{Claim, SavedMethod};
use tollgate_billing::ids::{InstanceId, PaymentId, PluginId};
use tollgate_billing::money::Money;
use tollgate_billing::plugin::{
    Assets, CallLimits, Capabilities, Code, CodeStyle, ComponentId, ConfigReport, CurrencySupport, Effects,
    Environment, GatewayManifest, HostRequest, Identity, Image, ImageKind, Instance, Limit, Manifest, ModuleManifest,
    NextStep, Page, PluginError, PluginRow, PluginState, Rest, Setting, Slip, SlipRow, Step, Template, Translation,
};
use tollgate_billing::ports::{
    ConfigDepth, ConfigRefusal, GatewayAnswer, GatewayCall, Gateways, ModuleAction, ModuleEffect, ModuleEvent,
    ModuleTab, Modules, NewModuleInvoice, Outcome, Placed, Plugins, ReadComponent, RefundOrder, Verified, View,
    Webhook, WebhookRefusal, WebhookSetup,
};
use tollgate_billing::text::{FieldError, Message, Text};

use crate::methods::Methods;
use crate::refunding::Refunds;
use crate::shelf::Shelf;

/// What the scripted plugins do next.
pub struct Script {
    manifests: Mutex<BTreeMap<PluginId, Arc<Manifest>>>,
    pay_now: Mutex<Result<Step, PluginError>>,
    submit: Mutex<Result<Outcome, PluginError>>,
    check: Mutex<GatewayAnswer<Vec<Claim>>>,
    check_of: Mutex<BTreeMap<PaymentId, GatewayAnswer<Vec<Claim>>>>,
    checks: AtomicU32,
    verify: Mutex<Result<Verified, WebhookRefusal>>,
    pub refunds: Refunds,
    /// Webhooks that the gateway was asked about.
    hooks: Mutex<Vec<Webhook>>,
    /// What happens to stored ways to pay.
    pub methods: Methods,
    setup: Mutex<Result<WebhookSetup, ConfigRefusal>>,
    /// What the gateway was asked to set up.
    setups: Mutex<Vec<Instance>>,
    /// What staff install.
    pub shelf: Shelf,
    /// Held by a test that wants a setup to take its time.
    provider: tokio::sync::Mutex<()>,
    resting: Mutex<BTreeMap<InstanceId, Vec<Rest>>>,
}

pub const GATEWAY: &str = "test-bank";
pub const MODULE: &str = "add-funds";
/// A setting that the plugin does not take.
pub const REFUSED: &str = "refuse me";

const PAY_PAGE: &str = "<p class=\"lead\">{{t \"lead\"}}</p>{{#each slip.rows}}<p>{{label}}: {{value}} {{copy_button copy label}}</p>\
    {{/each}}{{#each slip.codes}}{{qr this}}{{/each}}<p>{{data.note}}</p>{{#form}}<input id=\"code\" name=\"code\" value=\"{{values.code}}\">{{/form}}";
const TAB_PAGE: &str = "{{#form}}{{field_error \"amount\"}}<input id=\"amount\" name=\"amount\" value=\"{{values.amount}}\">\
    {{#each gateways}}<input type=\"radio\" name=\"gateway\" value=\"{{instance}}\">{{/each}}{{field_error \"voucher\"}}{{/form}}";

impl Script {
    pub fn rests(&self, instance: &str, rests: Vec<Rest>) {
        lock(&self.resting).insert(InstanceId::new(instance), rests);
    }

    pub fn new() -> Self {
        let manifests = [gateway(PAY_PAGE), module(TAB_PAGE)].map(|m| (m.identity().id.clone(), Arc::new(m)));
        Self {
            manifests: Mutex::new(manifests.into()),
            pay_now: Mutex::new(Ok(step(page("{}")))),
            submit: Mutex::new(Ok(Outcome::Step(step(page("{}"))))),
            check: Mutex::new(Ok(Vec::new())),
            check_of: Mutex::new(BTreeMap::new()),
            checks: AtomicU32::new(0),
            verify: Mutex::new(Err(WebhookRefusal::Forged("the signature <b> is wrong".to_owned()))),
            refunds: Refunds::default(),
            hooks: Mutex::new(Vec::new()),
            methods: Methods::default(),
            setup: Mutex::new(Err(ConfigRefusal::Failed(not_scripted()))),
            setups: Mutex::new(Vec::new()),
            shelf: Shelf::default(),
            provider: tokio::sync::Mutex::default(),
            resting: Mutex::default(),
        }
    }

    pub fn bring(&self, manifest: Manifest) {
        lock(&self.manifests).insert(manifest.identity().id.clone(), Arc::new(manifest));
    }

    pub fn pay_now_answers(&self, answer: Result<NextStep, PluginError>) {
        *lock(&self.pay_now) = answer.map(step);
    }

    pub fn submit_answers(&self, answer: Result<Outcome, PluginError>) {
        *lock(&self.submit) = answer;
    }

    pub fn check_answers(&self, answer: GatewayAnswer<Vec<Claim>>) {
        *lock(&self.check) = answer;
    }

    /// What the provider says of one payment, whatever it says of others.
    pub fn check_of_answers(&self, payment: &PaymentId, answer: GatewayAnswer<Vec<Claim>>) {
        lock(&self.check_of).insert(payment.clone(), answer);
    }

    /// How often the provider was asked.
    pub fn checks(&self) -> u32 {
        self.checks.load(Ordering::SeqCst)
    }

    pub fn verify_answers(&self, answer: Result<Verified, WebhookRefusal>) {
        *lock(&self.verify) = answer;
    }

    /// What the gateway was asked about since the last time.
    pub fn take_hooks(&self) -> Vec<Webhook> {
        std::mem::take(&mut *lock(&self.hooks))
    }

    pub fn setup_answers(&self, answer: Result<WebhookSetup, ConfigRefusal>) {
        *lock(&self.setup) = answer;
    }

    /// The instances whose webhook the gateway was asked to register, as they were told to it.
    pub fn setups(&self) -> Vec<Instance> {
        lock(&self.setups).clone()
    }

    /// While the answer is held, the provider does not answer.
    pub async fn hold_provider(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.provider.lock().await
    }

    /// As if the plugin's file were gone.
    pub fn lose(&self, plugin: &str) {
        lock(&self.manifests).remove(&PluginId::new(plugin));
    }

    fn of(&self, plugin: &PluginId) -> Option<Arc<Manifest>> {
        self.shelf.manifest(plugin).or_else(|| lock(&self.manifests).get(plugin).cloned())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn step(next: NextStep) -> Step {
    Step { next, provider_reference: None, memo: None }
}

/// The gateway's page with this data.
pub fn page(data: &str) -> NextStep {
    let row = SlipRow { key: "iban".to_owned(), label: told("iban"), value: "DE89 3704".to_owned(), copy: None };
    let code = Code { style: CodeStyle::Qr, payload: "BCD\n002".to_owned(), label: Text::plain("Scan <me>") };
    let slip = Slip { rows: vec![row], codes: vec![code], notes: Vec::new() };
    NextStep::Page(Page { template: "pay-now".to_owned(), data: data.to_owned(), slip: Some(slip) })
}

fn told(id: &str) -> Text {
    Text::Translated(Message { id: id.to_owned(), args: Vec::new() })
}

fn identity(id: &str) -> Identity {
    Identity {
        id: PluginId::new(id),
        name: format!("{id} <name>"),
        version: "1.0.0".to_owned(),
        publisher: "Test".to_owned(),
        licence: "Apache-2.0".to_owned(),
        summary: Text::plain("For tests"),
    }
}

/// What a plugin brings: one template, English and a logo.
pub fn assets(name: &str, template: &str) -> Assets {
    let english = "lead = Pay by <transfer>\niban = IBAN & more\ntab = Add Funds\nline = Account credit\nhelp = Helps\n\
        due = { $amount } until { $until }{ $days ->\n [one] , one day\n *[other] , { $days } days\n } { $note }\n";
    Assets {
        templates: vec![Template { name: name.to_owned(), source: template.to_owned() }],
        translations: vec![Translation { locale: "en".to_owned(), source: english.to_owned() }],
        logo: Some(Image { kind: ImageKind::Svg, bytes: b"<svg onload=\"alert(1)\"/>".to_vec() }),
    }
}

/// The scripted gateway with this template.
pub fn gateway(template: &str) -> Manifest {
    Manifest::Gateway(GatewayManifest {
        identity: identity(GATEWAY),
        help: told("help"),
        configuration: Vec::new(),
        hosts: vec![HostRequest {
            host: "pay.example".to_owned(),
            environment: Environment::Both,
            purpose: Text::plain("To pay"),
        }],
        browser_origins: Vec::new(),
        currencies: CurrencySupport::Any,
        capabilities: Capabilities { check: true, payer_sets_amount: true, ..Capabilities::default() },
        scripts: Vec::new(),
        assets: assets("pay-now", template),
    })
}

/// The scripted module with this template.
pub fn module(template: &str) -> Manifest {
    Manifest::Module(ModuleManifest {
        identity: identity(MODULE),
        configuration: Vec::new(),
        effects: Effects { create_invoice: true, redeem_voucher: true, ..Effects::default() },
        hears_invoice_paid: false,
        hears_invoice_cancelled: false,
        assets: assets("page", template),
    })
}

#[async_trait]
impl Plugins for Script {
    /// What is installed, what was brought and is not hidden by it, and a file that does not load.
    fn rows(&self) -> Vec<PluginRow> {
        let row =
            |file: String, state: PluginState| PluginRow { file, installed: false, sha256: "ab".repeat(32), state };
        let manifests = lock(&self.manifests);
        let hidden = |plugin: &PluginId| self.shelf.running(plugin).is_some();
        let loaded = manifests.values().map(|manifest| manifest.identity()).filter(|identity| !hidden(&identity.id));
        let rows = loaded.map(|identity| row(format!("{}.wasm", identity.id), PluginState::Loaded(identity.clone())));
        let broken = PluginState::Broken("is no component <at all>".to_owned());
        self.shelf.rows().into_iter().chain(rows).chain([row("broken.wasm".to_owned(), broken)]).collect()
    }

    fn manifest(&self, plugin: &PluginId) -> Option<Arc<Manifest>> {
        self.of(plugin)
    }

    fn limits(&self) -> CallLimits {
        CallLimits::from([(Limit::DeadlineMs, 2_000), (Limit::MemoryMib, 64), (Limit::CallsPerMinute, 120_000)])
    }

    fn resting(&self, instance: &InstanceId) -> Vec<Rest> {
        lock(&self.resting).get(instance).cloned().unwrap_or_default()
    }

    fn wake(&self, instance: &InstanceId) {
        lock(&self.resting).remove(instance);
    }

    fn manifest_for(&self, instance: &Instance) -> Option<Arc<Manifest>> {
        match &instance.component {
            Some(component) => self.shelf.asked(component),
            None => self.manifest(&instance.plugin),
        }
    }

    fn manifests(&self, plugin: &PluginId) -> Vec<Arc<Manifest>> {
        self.manifest(plugin).into_iter().collect()
    }

    fn running(&self, plugin: &PluginId) -> Option<ComponentId> {
        self.shelf.running(plugin).map(|placed| placed.component)
    }

    async fn read_component(&self, bytes: Vec<u8>) -> Result<ReadComponent, String> {
        self.shelf.read(&bytes)
    }

    fn asked(&self, component: &ComponentId) -> Option<Arc<Manifest>> {
        self.shelf.asked(component)
    }

    fn place(&self, placed: Vec<Placed>, _: &[ComponentId]) {
        self.shelf.place(placed);
    }

    /// Refuses every setting whose value is [`REFUSED`]; answers a note where it is asked for the connection.
    async fn check_config(&self, instance: &Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigRefusal> {
        let refused = instance.settings.iter().filter(|setting| setting.value == REFUSED);
        let error = |key: &String| FieldError { field: key.clone(), message: Text::plain("The bank says <no>") };
        let errors: Vec<FieldError> = refused.map(|setting| error(&setting.key)).collect();
        if !errors.is_empty() {
            return Err(ConfigRefusal::Fields(errors));
        }
        let notes = if depth == ConfigDepth::Connection { vec![Text::plain("The bank answers")] } else { Vec::new() };
        Ok(ConfigReport { notes, ..ConfigReport::default() })
    }

    async fn migrate_config(&self, instance: &Instance, _: &str) -> Result<Vec<Setting>, ConfigRefusal> {
        Ok(instance.settings.clone())
    }
}

/// What no page of this host asks a gateway for.
fn not_scripted() -> PluginError {
    PluginError::Rejected("not in the script".to_owned())
}

#[async_trait]
impl Gateways for Script {
    fn gateway(&self, plugin: &PluginId) -> Option<Arc<GatewayManifest>> {
        match self.of(plugin).as_deref() {
            Some(Manifest::Gateway(manifest)) => Some(Arc::new(manifest.clone())),
            _ => None,
        }
    }

    async fn pay_now(&self, _: &GatewayCall) -> GatewayAnswer<Step> {
        lock(&self.pay_now).clone()
    }

    async fn submit(&self, _: &GatewayCall, _: &[(String, String)]) -> GatewayAnswer<Outcome> {
        lock(&self.submit).clone()
    }

    async fn return_from_provider(&self, _: &GatewayCall, _: &str) -> GatewayAnswer<Outcome> {
        lock(&self.submit).clone()
    }

    async fn check(&self, call: &GatewayCall) -> GatewayAnswer<Vec<Claim>> {
        self.checks.fetch_add(1, Ordering::SeqCst);
        let of_it = lock(&self.check_of).get(&call.payment.id).cloned();
        of_it.unwrap_or_else(|| lock(&self.check).clone())
    }

    async fn verify(&self, _: &Instance, webhook: &Webhook) -> Result<Verified, WebhookRefusal> {
        lock(&self.hooks).push(webhook.clone());
        lock(&self.verify).clone()
    }

    async fn refund(&self, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim> {
        self.refunds.order(call, order)
    }

    async fn check_refund(&self, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim> {
        self.refunds.look(call, order)
    }

    async fn charge_saved(&self, call: &GatewayCall, method: &SavedMethod) -> GatewayAnswer<Outcome> {
        self.methods.charge(call, method)
    }

    async fn forget_saved(&self, _: &Instance, method: &SavedMethod) -> GatewayAnswer<()> {
        self.methods.forget(method)
    }

    async fn set_up_webhook(&self, instance: &Instance) -> Result<WebhookSetup, ConfigRefusal> {
        lock(&self.setups).push(instance.clone());
        let _answers = self.provider.lock().await;
        lock(&self.setup).clone()
    }
}

#[async_trait]
impl Modules for Script {
    fn module(&self, plugin: &PluginId) -> Option<Arc<ModuleManifest>> {
        match self.of(plugin).as_deref() {
            Some(Manifest::Module(manifest)) => Some(Arc::new(manifest.clone())),
            _ => None,
        }
    }

    async fn tab(&self, instance: &Instance) -> Result<ModuleTab, PluginError> {
        Ok(ModuleTab { slug: instance.plugin.to_string(), label: told("tab") })
    }

    async fn page(&self, _: &Instance, _: &View) -> Result<Page, PluginError> {
        Ok(tab_page())
    }

    async fn submit(&self, _: &Instance, view: &View, form: &[(String, String)]) -> Result<ModuleAction, PluginError> {
        let field = |name: &str| form.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value.as_str());
        if !field("voucher").is_empty() {
            return Ok(ModuleAction::RedeemVoucher(field("voucher").to_owned()));
        }
        match Money::parse(field("amount"), view.currency) {
            Ok(amount) => Ok(ModuleAction::CreateInvoice(NewModuleInvoice {
                description: told("line"),
                amount,
                gateway: InstanceId::new(GATEWAY),
            })),
            Err(error) => {
                let message = Text::plain(format!("<b>{error}</b>"));
                let errors = vec![FieldError { field: "amount".to_owned(), message }];
                Ok(ModuleAction::Refuse { page: tab_page(), errors })
            }
        }
    }

    async fn on_event(&self, _: &Instance, _: &ModuleEvent) -> Result<Vec<ModuleEffect>, PluginError> {
        Ok(Vec::new())
    }
}

fn tab_page() -> Page {
    Page { template: "page".to_owned(), data: "{}".to_owned(), slip: None }
}
