//! Contract 1.0.0: what hosts and plugins say to each other, and its translation to and from billing's values.

mod answer;
mod ask;
mod gateway;
mod imports;
mod module;

pub use gateway::{GatewayAsk, GatewayProgram, PaymentCall};
pub use module::{ModuleCall, ModuleProgram};

/// Generated from the contract. Both worlds at once, so that they share the types that both use.
#[allow(unsafe_code, dead_code, clippy::pedantic)] // generated; calls that this host does not make yet are unused
mod bindings {
    wasmtime::component::bindgen!({
        path: "../../plugins/sdk/wit/1.0.0",
        inline: "
            package tollgate:host;
            world both {
                include tollgate:plugin/payment-gateway@1.0.0;
                include tollgate:plugin/add-on@1.0.0;
            }
        ",
        ownership: Borrowing { duplicate_if_necessary: true },
        imports: {
            "tollgate:plugin/state@1.0.0": async | trappable,
            "tollgate:plugin/http@1.0.0": async | trappable,
            "tollgate:plugin/signing@1.0.0": async | trappable,
            default: trappable,
        },
        exports: { default: async },
    });
}

use bindings::exports::tollgate::plugin::{gateway as gateway_wit, module as module_wit};
use bindings::tollgate::plugin::types as wit;
use tokio::sync::Semaphore;
use tollgate_billing::plugin::{ConfigReport, Group, Instance, PluginError, Setting};
use tollgate_billing::ports::{ConfigDepth, ConfigRefusal};
use wasmtime::component::{Component, ComponentExportIndex, HasSelf, InstancePre, Linker};

use crate::caller::{CallOf, Caller};
use crate::checks::Breach;
use crate::grants::Grants;
use crate::guest::Guest;

/// Finds the functions of the one interface that a plugin exports.
struct Exports<'a> {
    component: &'a Component,
    interface: ComponentExportIndex,
}

impl<'a> Exports<'a> {
    fn of(component: &'a Component, interface: &str) -> wasmtime::Result<Self> {
        let missing = || wasmtime::Error::msg(format!("it does not export {interface}"));
        let interface = component.get_export_index(None, interface).ok_or_else(missing)?;
        Ok(Self { component, interface })
    }

    fn function(&self, name: &str) -> wasmtime::Result<ComponentExportIndex> {
        let missing = || wasmtime::Error::msg(format!("it does not export the function {name}"));
        self.component.get_export_index(Some(&self.interface), name).ok_or_else(missing)
    }
}

/// What both worlds may import.
fn link_shared(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    use bindings::tollgate::plugin::{clock, log, random, state, types};
    types::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest)?;
    state::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest)?;
    clock::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest)?;
    random::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest)?;
    log::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest)
}

/// `check-config`, which both worlds have.
async fn check_config(
    caller: &Caller,
    (pre, export): (&InstancePre<Guest>, &ComponentExportIndex),
    (instance, grants): (&Instance, Grants),
    depth: ConfigDepth,
    places: &Semaphore,
) -> Result<ConfigReport, ConfigRefusal> {
    let of = ask::config_call(instance, grants, depth, places);
    let settings = ask::settings(instance);
    let params = (ask::instance(instance, &settings, of.grants.test_mode), ask::depth(depth));
    let answer = caller.call(&of, pre, export, params).await.map_err(ConfigRefusal::Failed)?;
    answer::config_report(&of, answer).map_err(|refusal| caller.redacted(&of, refusal))
}

/// `migrate-config`, which both worlds have.
async fn migrate_config(
    caller: &Caller,
    (pre, export): (&InstancePre<Guest>, &ComponentExportIndex),
    (instance, grants): (&Instance, Grants),
    (groups, before): (&[Group], &str),
    places: &Semaphore,
) -> Result<Vec<Setting>, ConfigRefusal> {
    let of = ask::migrate_call(instance, grants, places);
    let settings = ask::settings(instance);
    let params = (ask::instance(instance, &settings, of.grants.test_mode), before);
    let answer: Result<Vec<wit::SettingResult>, wit::ConfigError> =
        caller.call(&of, pre, export, params).await.map_err(ConfigRefusal::Failed)?;
    let translated = match answer {
        Ok(settings) => answer::migrated(settings, groups).map(Ok),
        Err(refusal) => answer::config_refusal(refusal).map(Err),
    };
    let answer = translated.unwrap_or_else(|breach| Err(ConfigRefusal::Failed(broken(&of, &breach))));
    answer.map_err(|refusal| caller.redacted(&of, refusal))
}

/// Translates an answer, or the error in its place; either may break the contract.
fn answered<T, U>(
    (caller, of): (&Caller, &CallOf<'_>),
    answer: Result<T, wit::Error>,
    translate: impl FnOnce(T) -> Result<U, Breach>,
) -> Result<U, PluginError> {
    let error = match answer {
        Ok(value) => match translate(value) {
            Ok(value) => return Ok(value),
            Err(breach) => broken(of, &breach),
        },
        Err(error) => match answer::error(error) {
            Ok(error) => of.failed(error),
            Err(breach) => broken(of, &breach),
        },
    };
    Err(caller.redacted(of, error))
}

/// An answer that breaks the contract. Where that leaves the payment unknown, only the log says that the plugin is at fault.
fn broken(of: &CallOf<'_>, breach: &Breach) -> PluginError {
    tracing::warn!(plugin = %of.plugin, export = of.export, %breach, "a plugin broke the contract");
    of.broken(breach)
}

/// The reason alone, where the plugin's name stands beside it already.
fn reason(error: PluginError) -> String {
    match error {
        PluginError::Broken { reason, .. } => reason,
        other => other.to_string(),
    }
}
