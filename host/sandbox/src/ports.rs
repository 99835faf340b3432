//! The ports of billing, on the sandbox.

use std::sync::Arc;

use async_trait::async_trait;
use tollgate_billing::claim::Claim;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{
    ConfigReport, GatewayManifest, Instance, Manifest, ModuleManifest, Page, PluginError, PluginRow, Step,
};
use tollgate_billing::ports::{
    ConfigDepth, ConfigRefusal, GatewayAnswer, GatewayCall, Gateways, ModuleAction, ModuleEffect, ModuleEvent,
    ModuleTab, Modules, Outcome, Plugins, View,
};

use crate::abi::v1_0_0::{GatewayProgram, ModuleCall, ModuleProgram, PaymentCall};
use crate::loading::Program;
use crate::sandbox::Sandbox;

impl Sandbox {
    fn gateway_call<'a>(&'a self, call: &'a GatewayCall) -> Result<(&'a GatewayProgram, PaymentCall<'a>), PluginError> {
        let plugin = &call.instance.plugin;
        let loaded = self.loaded(plugin).ok_or_else(|| PluginError::Missing(plugin.clone()))?;
        let Program::Gateway(program, manifest) = &loaded.program else {
            return Err(PluginError::Missing(plugin.clone()));
        };
        let ask = PaymentCall { call, manifest, places: &loaded.places, base_url: &self.base_url, live: self.live };
        Ok((program, ask))
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
        let (told, places) = ((instance, !self.live), &loaded.places);
        match &loaded.program {
            Program::Gateway(program, _) => program.check_config(&self.caller, told, depth, places).await,
            Program::Module(program, _) => program.check_config(&self.caller, told, depth, places).await,
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
        if !ask.manifest.capabilities.check {
            return Err(PluginError::Rejected(format!("the gateway {} cannot be asked", call.instance.plugin)));
        }
        program.check(&self.caller, &ask).await
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
