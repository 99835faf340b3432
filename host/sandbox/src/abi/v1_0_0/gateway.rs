//! Calls of a payment gateway.

mod instances;
mod payments;

use std::time::Instant;

use tokio::sync::Semaphore;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{ConfigReport, GatewayManifest, Instance, Setting};
use tollgate_billing::ports::{ConfigDepth, ConfigRefusal, GatewayCall};
use wasmtime::Engine;
use wasmtime::component::{Component, ComponentExportIndex, HasSelf, InstancePre, Linker};

use super::{Exports, answer, bindings, gateway_wit, link_shared, reason};
use crate::breaker::Watch;
use crate::caller::{CallOf, Caller};
use crate::grants::Grants;
use crate::guest::{Guest, Reach};
use crate::lanes::Work;
use crate::sent::Sent;

/// A linked gateway: everything that can be done before a call is done.
pub struct GatewayProgram {
    pre: InstancePre<Guest>,
    indices: gateway_wit::GuestIndices,
    check_config: ComponentExportIndex,
    migrate_config: ComponentExportIndex,
    pay_now: ComponentExportIndex,
    submit: ComponentExportIndex,
    return_from_provider: ComponentExportIndex,
    check: ComponentExportIndex,
    refund: ComponentExportIndex,
    check_refund: ComponentExportIndex,
    charge_saved: ComponentExportIndex,
    forget_saved: ComponentExportIndex,
    verify: ComponentExportIndex,
    set_up_webhook: ComponentExportIndex,
}

/// A configured gateway that is to be called.
pub struct GatewayAsk<'a> {
    pub instance: &'a Instance,
    pub manifest: &'a GatewayManifest,
    pub places: &'a Semaphore,
    /// Where clients reach the portal; the links of payments start with it.
    pub base_url: &'a str,
    pub grants: Grants,
}

impl GatewayAsk<'_> {
    fn of(&self, export: &'static str) -> CallOf<'_> {
        CallOf {
            plugin: &self.instance.plugin,
            instance: Some(&self.instance.id),
            file: self.instance.component.as_ref(),
            client: None,
            export,
            reach: Reach::Contract,
            places: self.places,
            grants: self.grants.clone(),
            sent: Sent::default(),
            work: Work::default(),
            watch: Watch::default(),
        }
    }
}

/// One call about one payment.
pub struct PaymentCall<'a> {
    pub call: &'a GatewayCall,
    pub gateway: GatewayAsk<'a>,
}

impl PaymentCall<'_> {
    fn of(&self, export: &'static str) -> CallOf<'_> {
        CallOf { client: Some(self.call.payer.id), ..self.gateway.of(export) }
    }
}

impl GatewayProgram {
    /// # Errors
    /// Where imports or exports have other types than the contract's.
    pub fn link(engine: &Engine, component: &Component) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(engine);
        link_shared(&mut linker)?;
        bindings::tollgate::plugin::http::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest)?;
        bindings::tollgate::plugin::signing::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest)?;
        let pre = linker.instantiate_pre(component)?;
        let exports = Exports::of(component, "tollgate:plugin/gateway@1.0.0")?;
        Ok(Self {
            indices: gateway_wit::GuestIndices::new(&pre)?,
            check_config: exports.function("check-config")?,
            migrate_config: exports.function("migrate-config")?,
            pay_now: exports.function("pay-now")?,
            submit: exports.function("submit")?,
            return_from_provider: exports.function("return-from-provider")?,
            check: exports.function("check")?,
            refund: exports.function("refund")?,
            check_refund: exports.function("check-refund")?,
            charge_saved: exports.function("charge-saved")?,
            forget_saved: exports.function("forget-saved")?,
            verify: exports.function("verify")?,
            set_up_webhook: exports.function("set-up-webhook")?,
            pre,
        })
    }

    /// Asks what it is, and looks whether every export has the contract's type.
    ///
    /// # Errors
    /// The reason, for staff.
    pub async fn describe(
        &self,
        caller: &Caller,
        name: &PluginId,
        places: &Semaphore,
    ) -> Result<GatewayManifest, String> {
        let of = CallOf::describe(name, places);
        let allowed = caller.limits().describe_deadline();
        let deadline = Instant::now() + allowed;
        let work = async {
            let mut store = caller.store(&of, deadline, caller.limits().manifest_bytes_max);
            let instance = self.pre.instantiate_async(&mut store).await?;
            let guest = self.indices.load(&mut store, &instance)?;
            guest.call_describe(&mut store).await
        };
        let manifest = caller.bounded(&of, (deadline, allowed), work).await.map_err(reason)?;
        answer::gateway_manifest(manifest).map_err(|breach| reason(of.broken(breach)))
    }

    /// # Errors
    /// [`ConfigRefusal`].
    pub async fn check_config(
        &self,
        caller: &Caller,
        ask: GatewayAsk<'_>,
        depth: ConfigDepth,
    ) -> Result<ConfigReport, ConfigRefusal> {
        super::check_config(caller, (&self.pre, &self.check_config), (ask.instance, ask.grants), depth, ask.places)
            .await
    }

    /// # Errors
    /// [`ConfigRefusal`].
    pub async fn migrate_config(
        &self,
        caller: &Caller,
        ask: GatewayAsk<'_>,
        before: &str,
    ) -> Result<Vec<Setting>, ConfigRefusal> {
        let form = (ask.manifest.configuration.as_slice(), before);
        super::migrate_config(caller, (&self.pre, &self.migrate_config), (ask.instance, ask.grants), form, ask.places)
            .await
    }
}
