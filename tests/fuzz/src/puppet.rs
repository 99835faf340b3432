//! A gateway on strings: its manifest, its page and its answers are what a target says.

use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use tollgate_billing::claim::{Claim, SavedMethod};
use tollgate_billing::ids::{InstanceId, PluginId};
use tollgate_billing::plugin::{
    Assets, CallLimits, Capabilities, ComponentId, ConfigReport, ConfinedPage, CurrencySupport, Field, FieldKind,
    GatewayManifest, Group, Identity, Instance, Manifest, ModuleManifest, NextStep, Page, PluginError, PluginRow,
    PluginState, Rest, Setting, Step, Template, Translation,
};
use tollgate_billing::ports::{
    ConfigDepth, ConfigRefusal, GatewayAnswer, GatewayCall, Gateways, ModuleAction, ModuleEffect, ModuleEvent,
    ModuleTab, Modules, Outcome, Placed, Plugins, ReadComponent, RefundOrder, Verified, View, Webhook, WebhookRefusal,
    WebhookSetup,
};
use tollgate_billing::text::Text;

/// Its id, and its instance's.
pub const PUPPET: &str = "puppet";
/// The template that its page is drawn with.
pub const PAGE: &str = "page";

/// What it is, and what it shows next.
pub struct Puppet {
    manifest: Mutex<Arc<Manifest>>,
    data: Mutex<String>,
    confined: Mutex<bool>,
}

impl Default for Puppet {
    fn default() -> Self {
        let manifest = manifest(&[("page", "<p>Nothing yet</p>")], "");
        Self {
            manifest: Mutex::new(Arc::new(manifest)),
            data: Mutex::new("{}".to_owned()),
            confined: Mutex::new(false),
        }
    }
}

impl Puppet {
    /// From now on it is this plugin, whose page has this data; `confined` is a page that runs scripts, in its frame.
    pub fn plays(&self, manifest: Manifest, data: String, confined: bool) {
        *self.manifest.lock() = Arc::new(manifest);
        *self.data.lock() = data;
        *self.confined.lock() = confined;
    }

    fn step(&self) -> Step {
        let (template, data) = (PAGE.to_owned(), self.data.lock().clone());
        let next = if *self.confined.lock() {
            NextStep::Confined(ConfinedPage { template, data, foreign_scripts: Vec::new(), own_scripts: Vec::new() })
        } else {
            NextStep::Page(Page { template, data, slip: None })
        };
        Step { next, provider_reference: None, memo: None }
    }
}

/// A gateway with these templates, which takes two settings.
pub fn manifest(templates: &[(&str, &str)], english: &str) -> Manifest {
    let field = |key: &str, kind: FieldKind| Field {
        key: key.to_owned(),
        label: Text::plain(key),
        help: None,
        kind,
        required: false,
        required_when: None,
        initial: None,
    };
    let template = |(name, source): &(&str, &str)| Template { name: (*name).to_owned(), source: (*source).to_owned() };
    Manifest::Gateway(GatewayManifest {
        identity: Identity {
            id: PluginId::new(PUPPET),
            name: "Puppet".to_owned(),
            version: "1.0.0".to_owned(),
            publisher: "Example".to_owned(),
            licence: "Apache-2.0".to_owned(),
            summary: Text::plain("For fuzzing"),
        },
        help: Text::plain("Pay with a puppet"),
        configuration: vec![Group {
            key: "accounts".to_owned(),
            label: Text::plain("Accounts"),
            help: None,
            entries_max: 5,
            fields: vec![field("holder", FieldKind::Line { chars_max: 40 }), field("token", FieldKind::Secret)],
        }],
        hosts: Vec::new(),
        browser_origins: Vec::new(),
        currencies: CurrencySupport::Any,
        capabilities: Capabilities::default(),
        scripts: Vec::new(),
        assets: Assets {
            templates: templates.iter().map(template).collect(),
            translations: vec![Translation { locale: "en".to_owned(), source: english.to_owned() }],
            logo: None,
        },
    })
}

fn not_played() -> PluginError {
    PluginError::Rejected("not played here".to_owned())
}

#[async_trait]
impl Plugins for Puppet {
    fn rows(&self) -> Vec<PluginRow> {
        let state = PluginState::Loaded(self.manifest.lock().identity().clone());
        vec![PluginRow { file: "puppet.wasm".to_owned(), installed: false, sha256: "ab".repeat(32), state }]
    }

    fn manifest(&self, plugin: &PluginId) -> Option<Arc<Manifest>> {
        (plugin.as_str() == PUPPET).then(|| self.manifest.lock().clone())
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
impl Gateways for Puppet {
    fn gateway(&self, plugin: &PluginId) -> Option<Arc<GatewayManifest>> {
        match self.manifest(plugin).as_deref() {
            Some(Manifest::Gateway(manifest)) => Some(Arc::new(manifest.clone())),
            _ => None,
        }
    }

    async fn pay_now(&self, _: &GatewayCall) -> GatewayAnswer<Step> {
        Ok(self.step())
    }

    async fn submit(&self, _: &GatewayCall, _: &[(String, String)]) -> GatewayAnswer<Outcome> {
        Ok(Outcome::Step(self.step()))
    }

    async fn return_from_provider(&self, _: &GatewayCall, _: &str) -> GatewayAnswer<Outcome> {
        Ok(Outcome::Step(self.step()))
    }

    async fn check(&self, _: &GatewayCall) -> GatewayAnswer<Vec<Claim>> {
        Ok(Vec::new())
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
impl Modules for Puppet {
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
