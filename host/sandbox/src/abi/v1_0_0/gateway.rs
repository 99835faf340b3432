//! Calls of a payment gateway.

use std::time::Instant;

use tokio::sync::Semaphore;
use tollgate_billing::claim::Claim;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{ConfigReport, GatewayManifest, Instance, PluginError, Step};
use tollgate_billing::ports::{ConfigDepth, ConfigRefusal, GatewayCall, Outcome};
use wasmtime::Engine;
use wasmtime::component::{Component, ComponentExportIndex, HasSelf, InstancePre, Linker};

use super::{Exports, answer, answered, ask, bindings, gateway_wit, link_shared, reason, wit};
use crate::caller::{CallOf, Caller};
use crate::guest::{Guest, Reach};

/// A linked gateway: everything that can be done before a call is done.
pub struct GatewayProgram {
    pre: InstancePre<Guest>,
    indices: gateway_wit::GuestIndices,
    check_config: ComponentExportIndex,
    pay_now: ComponentExportIndex,
    submit: ComponentExportIndex,
    return_from_provider: ComponentExportIndex,
    check: ComponentExportIndex,
}

/// One call about one payment, and how it is told to the gateway.
pub struct PaymentCall<'a> {
    pub call: &'a GatewayCall,
    pub manifest: &'a GatewayManifest,
    pub places: &'a Semaphore,
    pub base_url: &'a str,
    pub live: bool,
}

impl PaymentCall<'_> {
    fn of(&self, export: &'static str) -> CallOf<'_> {
        CallOf {
            plugin: &self.call.instance.plugin,
            instance: Some(&self.call.instance.id),
            export,
            reach: Reach::Contract,
            places: self.places,
        }
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
            pay_now: exports.function("pay-now")?,
            submit: exports.function("submit")?,
            return_from_provider: exports.function("return-from-provider")?,
            check: exports.function("check")?,
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
        let of = CallOf { plugin: name, instance: None, export: "describe", reach: Reach::Nothing, places };
        let allowed = caller.limits().describe_deadline();
        let deadline = Instant::now() + allowed;
        let work = async {
            let mut store = caller.store(of, deadline, caller.limits().manifest_bytes_max);
            let instance = self.pre.instantiate_async(&mut store).await?;
            let guest = self.indices.load(&mut store, &instance)?;
            guest.call_describe(&mut store).await
        };
        let manifest = caller.bounded(of, (deadline, allowed), work).await.map_err(reason)?;
        answer::gateway_manifest(manifest).map_err(|breach| reason(of.broken(breach)))
    }

    /// # Errors
    /// [`ConfigRefusal`].
    pub async fn check_config(
        &self,
        caller: &Caller,
        (instance, test_mode): (&Instance, bool),
        depth: ConfigDepth,
        places: &Semaphore,
    ) -> Result<ConfigReport, ConfigRefusal> {
        super::check_config(caller, (&self.pre, &self.check_config), (instance, test_mode), depth, places).await
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn pay_now(&self, caller: &Caller, ask: &PaymentCall<'_>) -> Result<Step, PluginError> {
        let of = ask.of("pay-now");
        let told = ask::Told::new(ask);
        let params = (told.instance(), told.payment());
        let answer: Result<gateway_wit::Step, wit::Error> = caller.call(of, &self.pre, &self.pay_now, params).await?;
        answered(of, answer, |step| answer::step(step, ask.manifest))
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn submit(
        &self,
        caller: &Caller,
        ask: &PaymentCall<'_>,
        form: &[(String, String)],
    ) -> Result<Outcome, PluginError> {
        let of = ask.of("submit");
        let told = ask::Told::new(ask);
        let form = ask::form(form);
        let params = (told.instance(), told.payment(), form.as_slice());
        let answer: Result<gateway_wit::Outcome, wit::Error> = caller.call(of, &self.pre, &self.submit, params).await?;
        answered(of, answer, |outcome| answer::outcome(outcome, ask.manifest))
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn return_from_provider(
        &self,
        caller: &Caller,
        ask: &PaymentCall<'_>,
        query: &str,
    ) -> Result<Outcome, PluginError> {
        let of = ask.of("return-from-provider");
        let told = ask::Told::new(ask);
        let params = (told.instance(), told.payment(), query);
        let answer: Result<gateway_wit::Outcome, wit::Error> =
            caller.call(of, &self.pre, &self.return_from_provider, params).await?;
        answered(of, answer, |outcome| answer::outcome(outcome, ask.manifest))
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn check(&self, caller: &Caller, ask: &PaymentCall<'_>) -> Result<Vec<Claim>, PluginError> {
        let of = ask.of("check");
        let told = ask::Told::new(ask);
        let params = (told.instance(), told.payment());
        let answer: Result<Vec<gateway_wit::Claim>, wit::Error> =
            caller.call(of, &self.pre, &self.check, params).await?;
        answered(of, answer, answer::claims)
    }
}
