//! The ports of billing, on the sandbox.

use std::sync::Arc;

use async_trait::async_trait;
use tollgate_billing::claim::{Claim, SavedMethod};
use tollgate_billing::ids::{InstanceId, PluginId};
use tollgate_billing::plugin::{
    CallLimits, Capabilities, ComponentId, ConfigReport, GatewayManifest, Instance, Manifest, ModuleManifest, Page,
    PluginError, PluginRow, Rest, Setting, Step,
};
use tollgate_billing::ports::{
    ConfigDepth, ConfigRefusal, GatewayAnswer, GatewayCall, Gateways, ModuleAction, ModuleEffect, ModuleEvent,
    ModuleTab, Modules, Outcome, Placed, Plugins, ReadComponent, RefundOrder, Verified, View, Webhook, WebhookRefusal,
    WebhookSetup,
};

use crate::abi::v1_0_0::{GatewayAsk, GatewayProgram, ModuleCall, ModuleProgram, PaymentCall};
use crate::allowance::of_all;
use crate::grants::Grants;
use crate::loading::{Loaded, Program};
use crate::sandbox::Sandbox;

/// The contract's numbers for `webhook`.
const WEBHOOK_BYTES_MAX: usize = 1 << 20;
const WEBHOOK_HEADERS_MAX: usize = 100;

impl Sandbox {
    fn held(&self, instance: &Instance) -> Result<Arc<Loaded>, PluginError> {
        self.loaded_for(instance).ok_or_else(|| PluginError::Missing(instance.plugin.clone()))
    }

    fn gateway_ask<'a>(
        &'a self,
        loaded: &'a Loaded,
        instance: &'a Instance,
    ) -> Result<(&'a GatewayProgram, GatewayAsk<'a>), PluginError> {
        let Program::Gateway(program, manifest) = &loaded.program else {
            return Err(PluginError::Missing(instance.plugin.clone()));
        };
        let grants = Grants::of(manifest, instance, self.live);
        Ok((program, GatewayAsk { instance, manifest, places: &loaded.places, base_url: &self.base_url, grants }))
    }

    fn gateway_call<'a>(
        &'a self,
        loaded: &'a Loaded,
        call: &'a GatewayCall,
    ) -> Result<(&'a GatewayProgram, PaymentCall<'a>), PluginError> {
        let (program, gateway) = self.gateway_ask(loaded, &call.instance)?;
        Ok((program, PaymentCall { call, gateway }))
    }

    fn module_call<'a>(
        &'a self,
        loaded: &'a Loaded,
        instance: &'a Instance,
    ) -> Result<(&'a ModuleProgram, ModuleCall<'a>), PluginError> {
        let Program::Module(program, manifest) = &loaded.program else {
            return Err(PluginError::Missing(instance.plugin.clone()));
        };
        Ok((program, ModuleCall { instance, manifest, places: &loaded.places, live: self.live }))
    }
}

/// Calls that the manifest does not offer, or that staff did not grant, are not made.
fn able(
    loaded: &Loaded,
    can: impl Fn(&Capabilities) -> bool,
    grant: &str,
    (instance, cannot): (&Instance, &str),
) -> Result<(), PluginError> {
    let has = |manifest: &Manifest| matches!(manifest, Manifest::Gateway(own) if can(&own.capabilities));
    if has(&loaded.manifest) {
        return Ok(());
    }
    let plugin = &instance.plugin;
    Err(PluginError::Rejected(if has(&loaded.asked) {
        format!("the gateway {plugin} may not: `{grant}` is not granted to it")
    } else {
        format!("the gateway {plugin} {cannot}")
    }))
}

#[async_trait]
impl Plugins for Sandbox {
    fn rows(&self) -> Vec<PluginRow> {
        self.shelf().rows.clone()
    }

    fn manifest(&self, plugin: &PluginId) -> Option<Arc<Manifest>> {
        self.shelf().running(plugin).map(|loaded| Arc::clone(&loaded.manifest))
    }

    fn manifest_for(&self, instance: &Instance) -> Option<Arc<Manifest>> {
        self.loaded_for(instance).map(|loaded| Arc::clone(&loaded.manifest))
    }

    fn manifests(&self, plugin: &PluginId) -> Vec<Arc<Manifest>> {
        self.shelf().manifests(plugin)
    }

    fn running(&self, plugin: &PluginId) -> Option<ComponentId> {
        self.shelf().component_running(plugin)
    }

    async fn read_component(&self, bytes: Vec<u8>) -> Result<ReadComponent, String> {
        let (id, loaded) = self.read(bytes).await.map_err(|error| error.to_string())?;
        Ok(ReadComponent { id, manifest: Arc::clone(&loaded.asked), contract: loaded.contract.0 })
    }

    fn asked(&self, component: &ComponentId) -> Option<Arc<Manifest>> {
        self.shelf().file(component).map(|loaded| Arc::clone(&loaded.asked))
    }

    fn place(&self, placed: Vec<Placed>, kept: &[ComponentId]) {
        self.put_in_place(placed, kept);
    }

    fn limits(&self) -> CallLimits {
        of_all(self.caller.limits())
    }

    fn resting(&self, instance: &InstanceId) -> Vec<Rest> {
        self.caller.resting(instance)
    }

    fn wake(&self, instance: &InstanceId) {
        self.caller.wake(Some(instance));
    }

    async fn check_config(&self, instance: &Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigRefusal> {
        let loaded = self.held(instance).map_err(ConfigRefusal::Failed)?;
        match &loaded.program {
            Program::Gateway(..) => {
                let (program, ask) = self.gateway_ask(&loaded, instance).map_err(ConfigRefusal::Failed)?;
                program.check_config(&self.caller, ask, depth).await
            }
            Program::Module(program, _) => {
                program.check_config(&self.caller, (instance, !self.live), depth, &loaded.places).await
            }
        }
    }

    async fn migrate_config(&self, instance: &Instance, before: &str) -> Result<Vec<Setting>, ConfigRefusal> {
        let loaded = self.held(instance).map_err(ConfigRefusal::Failed)?;
        match &loaded.program {
            Program::Gateway(..) => {
                let (program, ask) = self.gateway_ask(&loaded, instance).map_err(ConfigRefusal::Failed)?;
                program.migrate_config(&self.caller, ask, before).await
            }
            Program::Module(..) => {
                let (program, ask) = self.module_call(&loaded, instance).map_err(ConfigRefusal::Failed)?;
                program.migrate_config(&self.caller, &ask, before).await
            }
        }
    }
}

#[async_trait]
impl Gateways for Sandbox {
    fn gateway(&self, plugin: &PluginId) -> Option<Arc<GatewayManifest>> {
        match &self.shelf().running(plugin)?.program {
            Program::Gateway(_, manifest) => Some(Arc::clone(manifest)),
            Program::Module(..) => None,
        }
    }

    async fn pay_now(&self, call: &GatewayCall) -> GatewayAnswer<Step> {
        let loaded = self.held(&call.instance)?;
        let (program, ask) = self.gateway_call(&loaded, call)?;
        program.pay_now(&self.caller, &ask).await
    }

    async fn submit(&self, call: &GatewayCall, form: &[(String, String)]) -> GatewayAnswer<Outcome> {
        let loaded = self.held(&call.instance)?;
        let (program, ask) = self.gateway_call(&loaded, call)?;
        program.submit(&self.caller, &ask, form).await
    }

    async fn return_from_provider(&self, call: &GatewayCall, query: &str) -> GatewayAnswer<Outcome> {
        let loaded = self.held(&call.instance)?;
        let (program, ask) = self.gateway_call(&loaded, call)?;
        program.return_from_provider(&self.caller, &ask, query).await
    }

    async fn check(&self, call: &GatewayCall) -> GatewayAnswer<Vec<Claim>> {
        let loaded = self.held(&call.instance)?;
        let (program, ask) = self.gateway_call(&loaded, call)?;
        able(&loaded, |can| can.check, "check", (&call.instance, "cannot be asked"))?;
        program.check(&self.caller, &ask).await
    }

    async fn verify(&self, instance: &Instance, webhook: &Webhook) -> Result<Verified, WebhookRefusal> {
        let loaded = self.held(instance)?;
        let (program, ask) = self.gateway_ask(&loaded, instance)?;
        if webhook.body.len() > WEBHOOK_BYTES_MAX || webhook.headers.len() > WEBHOOK_HEADERS_MAX {
            return Err(WebhookRefusal::Malformed("it is larger than webhooks are".to_owned()));
        }
        program.verify(&self.caller, &ask, webhook).await
    }

    async fn refund(&self, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim> {
        let loaded = self.held(&call.instance)?;
        let (program, ask) = self.gateway_call(&loaded, call)?;
        able(&loaded, |can| can.refund, "refund", (&call.instance, "cannot refund"))?;
        program.refund(&self.caller, &ask, order).await
    }

    async fn check_refund(&self, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim> {
        let loaded = self.held(&call.instance)?;
        let (program, ask) = self.gateway_call(&loaded, call)?;
        able(&loaded, |can| can.refund, "refund", (&call.instance, "cannot refund"))?;
        program.check_refund(&self.caller, &ask, order).await
    }

    async fn charge_saved(&self, call: &GatewayCall, method: &SavedMethod) -> GatewayAnswer<Outcome> {
        let loaded = self.held(&call.instance)?;
        let (program, ask) = self.gateway_call(&loaded, call)?;
        able(&loaded, |can| can.saved_methods, "saved-methods", (&call.instance, "stores no ways to pay"))?;
        program.charge_saved(&self.caller, &ask, method).await
    }

    async fn forget_saved(&self, instance: &Instance, method: &SavedMethod) -> GatewayAnswer<()> {
        let loaded = self.held(instance)?;
        let (program, ask) = self.gateway_ask(&loaded, instance)?;
        able(&loaded, |can| can.saved_methods, "saved-methods", (instance, "stores no ways to pay"))?;
        program.forget_saved(&self.caller, &ask, method).await
    }

    async fn set_up_webhook(&self, instance: &Instance) -> Result<WebhookSetup, ConfigRefusal> {
        let loaded = self.held(instance).map_err(ConfigRefusal::Failed)?;
        let (program, ask) = self.gateway_ask(&loaded, instance).map_err(ConfigRefusal::Failed)?;
        able(&loaded, |can| can.webhook_setup, "webhook-setup", (instance, "registers no webhooks"))
            .map_err(ConfigRefusal::Failed)?;
        program.set_up_webhook(&self.caller, &ask).await
    }
}

#[async_trait]
impl Modules for Sandbox {
    fn module(&self, plugin: &PluginId) -> Option<Arc<ModuleManifest>> {
        match &self.shelf().running(plugin)?.program {
            Program::Module(_, manifest) => Some(Arc::clone(manifest)),
            Program::Gateway(..) => None,
        }
    }

    async fn tab(&self, instance: &Instance) -> Result<ModuleTab, PluginError> {
        let loaded = self.held(instance)?;
        let (program, ask) = self.module_call(&loaded, instance)?;
        program.tab(&self.caller, &ask).await
    }

    async fn page(&self, instance: &Instance, view: &View) -> Result<Page, PluginError> {
        let loaded = self.held(instance)?;
        let (program, ask) = self.module_call(&loaded, instance)?;
        program.page(&self.caller, &ask, view).await
    }

    async fn submit(
        &self,
        instance: &Instance,
        view: &View,
        form: &[(String, String)],
    ) -> Result<ModuleAction, PluginError> {
        let loaded = self.held(instance)?;
        let (program, ask) = self.module_call(&loaded, instance)?;
        program.submit(&self.caller, &ask, view, form).await
    }

    async fn on_event(&self, instance: &Instance, event: &ModuleEvent) -> Result<Vec<ModuleEffect>, PluginError> {
        let loaded = self.held(instance)?;
        let (program, ask) = self.module_call(&loaded, instance)?;
        program.on_event(&self.caller, &ask, event).await
    }
}
