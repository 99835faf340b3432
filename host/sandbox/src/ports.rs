//! The ports of billing, on the sandbox.

use std::sync::Arc;

use async_trait::async_trait;
use tollgate_billing::claim::{Claim, SavedMethod};
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{
    ConfigReport, GatewayManifest, Instance, Manifest, ModuleManifest, Page, PluginError, PluginRow, Setting, Step,
};
use tollgate_billing::ports::{
    ConfigDepth, ConfigRefusal, GatewayAnswer, GatewayCall, Gateways, ModuleAction, ModuleEffect, ModuleEvent,
    ModuleTab, Modules, Outcome, Plugins, RefundOrder, Verified, View, Webhook, WebhookRefusal, WebhookSetup,
};

use crate::abi::v1_0_0::{GatewayAsk, GatewayProgram, ModuleCall, ModuleProgram, PaymentCall};
use crate::grants::Grants;
use crate::loading::Program;
use crate::sandbox::Sandbox;

/// The contract's numbers for `webhook`.
const WEBHOOK_BYTES_MAX: usize = 1 << 20;
const WEBHOOK_HEADERS_MAX: usize = 100;

impl Sandbox {
    fn gateway_ask<'a>(&'a self, instance: &'a Instance) -> Result<(&'a GatewayProgram, GatewayAsk<'a>), PluginError> {
        let missing = || PluginError::Missing(instance.plugin.clone());
        let loaded = self.loaded(&instance.plugin).ok_or_else(missing)?;
        let Program::Gateway(program, manifest) = &loaded.program else {
            return Err(missing());
        };
        let grants = Grants::of(manifest, instance, self.live);
        Ok((program, GatewayAsk { instance, manifest, places: &loaded.places, base_url: &self.base_url, grants }))
    }

    fn gateway_call<'a>(&'a self, call: &'a GatewayCall) -> Result<(&'a GatewayProgram, PaymentCall<'a>), PluginError> {
        let (program, gateway) = self.gateway_ask(&call.instance)?;
        Ok((program, PaymentCall { call, gateway }))
    }

    fn module_call<'a>(&'a self, instance: &'a Instance) -> Result<(&'a ModuleProgram, ModuleCall<'a>), PluginError> {
        let missing = || PluginError::Missing(instance.plugin.clone());
        let loaded = self.loaded(&instance.plugin).ok_or_else(missing)?;
        let Program::Module(program, manifest) = &loaded.program else {
            return Err(missing());
        };
        Ok((program, ModuleCall { instance, manifest, places: &loaded.places, live: self.live }))
    }
}

/// Calls that the manifest does not offer are not made.
fn able(can: bool, instance: &Instance, cannot: &str) -> Result<(), PluginError> {
    if can { Ok(()) } else { Err(PluginError::Rejected(format!("the gateway {} {cannot}", instance.plugin))) }
}

#[async_trait]
impl Plugins for Sandbox {
    fn rows(&self) -> Vec<PluginRow> {
        self.rows.clone()
    }

    fn manifest(&self, plugin: &PluginId) -> Option<Arc<Manifest>> {
        self.loaded(plugin).map(|loaded| Arc::clone(&loaded.manifest))
    }

    async fn check_config(&self, instance: &Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigRefusal> {
        let missing = || ConfigRefusal::Failed(PluginError::Missing(instance.plugin.clone()));
        let loaded = self.loaded(&instance.plugin).ok_or_else(missing)?;
        match &loaded.program {
            Program::Gateway(..) => {
                let (program, ask) = self.gateway_ask(instance).map_err(ConfigRefusal::Failed)?;
                program.check_config(&self.caller, ask, depth).await
            }
            Program::Module(program, _) => {
                program.check_config(&self.caller, (instance, !self.live), depth, &loaded.places).await
            }
        }
    }

    async fn migrate_config(&self, instance: &Instance, before: &str) -> Result<Vec<Setting>, ConfigRefusal> {
        let missing = || ConfigRefusal::Failed(PluginError::Missing(instance.plugin.clone()));
        match &self.loaded(&instance.plugin).ok_or_else(missing)?.program {
            Program::Gateway(..) => {
                let (program, ask) = self.gateway_ask(instance).map_err(ConfigRefusal::Failed)?;
                program.migrate_config(&self.caller, ask, before).await
            }
            Program::Module(..) => {
                let (program, ask) = self.module_call(instance).map_err(ConfigRefusal::Failed)?;
                program.migrate_config(&self.caller, &ask, before).await
            }
        }
    }
}

#[async_trait]
impl Gateways for Sandbox {
    fn gateway(&self, plugin: &PluginId) -> Option<Arc<GatewayManifest>> {
        match &self.loaded(plugin)?.program {
            Program::Gateway(_, manifest) => Some(Arc::clone(manifest)),
            Program::Module(..) => None,
        }
    }

    async fn pay_now(&self, call: &GatewayCall) -> GatewayAnswer<Step> {
        let (program, ask) = self.gateway_call(call)?;
        program.pay_now(&self.caller, &ask).await
    }

    async fn submit(&self, call: &GatewayCall, form: &[(String, String)]) -> GatewayAnswer<Outcome> {
        let (program, ask) = self.gateway_call(call)?;
        program.submit(&self.caller, &ask, form).await
    }

    async fn return_from_provider(&self, call: &GatewayCall, query: &str) -> GatewayAnswer<Outcome> {
        let (program, ask) = self.gateway_call(call)?;
        program.return_from_provider(&self.caller, &ask, query).await
    }

    async fn check(&self, call: &GatewayCall) -> GatewayAnswer<Vec<Claim>> {
        let (program, ask) = self.gateway_call(call)?;
        able(ask.gateway.manifest.capabilities.check, &call.instance, "cannot be asked")?;
        program.check(&self.caller, &ask).await
    }

    async fn verify(&self, instance: &Instance, webhook: &Webhook) -> Result<Verified, WebhookRefusal> {
        let (program, ask) = self.gateway_ask(instance)?;
        if webhook.body.len() > WEBHOOK_BYTES_MAX || webhook.headers.len() > WEBHOOK_HEADERS_MAX {
            return Err(WebhookRefusal::Malformed("it is larger than webhooks are".to_owned()));
        }
        program.verify(&self.caller, &ask, webhook).await
    }

    async fn refund(&self, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim> {
        let (program, ask) = self.gateway_call(call)?;
        able(ask.gateway.manifest.capabilities.refund, &call.instance, "cannot refund")?;
        program.refund(&self.caller, &ask, order).await
    }

    async fn check_refund(&self, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim> {
        let (program, ask) = self.gateway_call(call)?;
        able(ask.gateway.manifest.capabilities.refund, &call.instance, "cannot refund")?;
        program.check_refund(&self.caller, &ask, order).await
    }

    async fn charge_saved(&self, call: &GatewayCall, method: &SavedMethod) -> GatewayAnswer<Outcome> {
        let (program, ask) = self.gateway_call(call)?;
        able(ask.gateway.manifest.capabilities.saved_methods, &call.instance, "stores no ways to pay")?;
        program.charge_saved(&self.caller, &ask, method).await
    }

    async fn forget_saved(&self, instance: &Instance, method: &SavedMethod) -> GatewayAnswer<()> {
        let (program, ask) = self.gateway_ask(instance)?;
        able(ask.manifest.capabilities.saved_methods, instance, "stores no ways to pay")?;
        program.forget_saved(&self.caller, &ask, method).await
    }

    async fn set_up_webhook(&self, instance: &Instance) -> Result<WebhookSetup, ConfigRefusal> {
        let (program, ask) = self.gateway_ask(instance).map_err(ConfigRefusal::Failed)?;
        able(ask.manifest.capabilities.webhook_setup, instance, "registers no webhooks")
            .map_err(ConfigRefusal::Failed)?;
        program.set_up_webhook(&self.caller, &ask).await
    }
}

#[async_trait]
impl Modules for Sandbox {
    fn module(&self, plugin: &PluginId) -> Option<Arc<ModuleManifest>> {
        match &self.loaded(plugin)?.program {
            Program::Module(_, manifest) => Some(Arc::clone(manifest)),
            Program::Gateway(..) => None,
        }
    }

    async fn tab(&self, instance: &Instance) -> Result<ModuleTab, PluginError> {
        let (program, ask) = self.module_call(instance)?;
        program.tab(&self.caller, &ask).await
    }

    async fn page(&self, instance: &Instance, view: &View) -> Result<Page, PluginError> {
        let (program, ask) = self.module_call(instance)?;
        program.page(&self.caller, &ask, view).await
    }

    async fn submit(
        &self,
        instance: &Instance,
        view: &View,
        form: &[(String, String)],
    ) -> Result<ModuleAction, PluginError> {
        let (program, ask) = self.module_call(instance)?;
        program.submit(&self.caller, &ask, view, form).await
    }

    async fn on_event(&self, instance: &Instance, event: &ModuleEvent) -> Result<Vec<ModuleEffect>, PluginError> {
        let (program, ask) = self.module_call(instance)?;
        program.on_event(&self.caller, &ask, event).await
    }
}
