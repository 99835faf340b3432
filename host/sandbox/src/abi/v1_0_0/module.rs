//! Calls of an add-on module.

use std::time::Instant;

use tokio::sync::Semaphore;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{ConfigReport, Instance, ModuleManifest, Page, PluginError, Setting};
use tollgate_billing::ports::{ConfigDepth, ConfigRefusal, ModuleAction, ModuleEffect, ModuleEvent, ModuleTab, View};
use wasmtime::Engine;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker};

use super::{Exports, answer, answered, ask, link_shared, module_wit, reason, wit};
use crate::breaker::Watch;
use crate::caller::{CallOf, Caller};
use crate::grants::Grants;
use crate::guest::{Guest, Reach};
use crate::lanes::Work;
use crate::sent::Sent;

/// A linked add-on module.
pub struct ModuleProgram {
    pre: InstancePre<Guest>,
    indices: module_wit::GuestIndices,
    check_config: ComponentExportIndex,
    migrate_config: ComponentExportIndex,
    tab: ComponentExportIndex,
    page: ComponentExportIndex,
    submit: ComponentExportIndex,
    on_event: ComponentExportIndex,
}

/// One call of a configured module.
pub struct ModuleCall<'a> {
    pub instance: &'a Instance,
    pub manifest: &'a ModuleManifest,
    pub places: &'a Semaphore,
    pub live: bool,
}

impl ModuleCall<'_> {
    /// Modules reach nobody outside.
    fn grants(&self) -> Grants {
        Grants { test_mode: !self.live, ..Grants::default() }
    }

    fn of(&self, export: &'static str) -> CallOf<'_> {
        CallOf {
            plugin: &self.instance.plugin,
            instance: Some(&self.instance.id),
            file: self.instance.component.as_ref(),
            client: None,
            export,
            reach: Reach::Contract,
            places: self.places,
            grants: self.grants(),
            sent: Sent::default(),
            work: Work::default(),
            watch: Watch::default(),
        }
    }
}

impl ModuleProgram {
    /// # Errors
    /// Where imports or exports have other types than the contract's.
    pub fn link(engine: &Engine, component: &Component) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(engine);
        link_shared(&mut linker)?;
        let pre = linker.instantiate_pre(component)?;
        let exports = Exports::of(component, "tollgate:plugin/module@1.0.0")?;
        Ok(Self {
            indices: module_wit::GuestIndices::new(&pre)?,
            check_config: exports.function("check-config")?,
            migrate_config: exports.function("migrate-config")?,
            tab: exports.function("tab")?,
            page: exports.function("page")?,
            submit: exports.function("submit")?,
            on_event: exports.function("on-event")?,
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
    ) -> Result<ModuleManifest, String> {
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
        answer::module_manifest(manifest).map_err(|breach| reason(of.broken(breach)))
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
        let grants = Grants { test_mode, ..Grants::default() };
        super::check_config(caller, (&self.pre, &self.check_config), (instance, grants), depth, places).await
    }

    /// # Errors
    /// [`ConfigRefusal`].
    pub async fn migrate_config(
        &self,
        caller: &Caller,
        ask: &ModuleCall<'_>,
        before: &str,
    ) -> Result<Vec<Setting>, ConfigRefusal> {
        let form = (ask.manifest.configuration.as_slice(), before);
        super::migrate_config(caller, (&self.pre, &self.migrate_config), (ask.instance, ask.grants()), form, ask.places)
            .await
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn tab(&self, caller: &Caller, ask: &ModuleCall<'_>) -> Result<ModuleTab, PluginError> {
        let of = ask.of("tab");
        let settings = ask::settings(ask.instance);
        let params = (ask::instance(ask.instance, &settings, !ask.live),);
        let tab: module_wit::PortalTab = caller.call(&of, &self.pre, &self.tab, params).await?;
        answer::tab(tab, ask.manifest).map_err(|breach| caller.redacted(&of, of.broken(breach)))
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn page(&self, caller: &Caller, ask: &ModuleCall<'_>, view: &View) -> Result<Page, PluginError> {
        let of = ask.of("page");
        let settings = ask::settings(ask.instance);
        let seen = ask::Seen::new(view);
        let params = (ask::instance(ask.instance, &settings, !ask.live), seen.view());
        let answer: Result<wit::Page, wit::Error> = caller.call(&of, &self.pre, &self.page, params).await?;
        answered((caller, &of), answer, |page| answer::page(page, &ask.manifest.assets))
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn submit(
        &self,
        caller: &Caller,
        ask: &ModuleCall<'_>,
        view: &View,
        form: &[(String, String)],
    ) -> Result<ModuleAction, PluginError> {
        let of = ask.of("submit");
        let settings = ask::settings(ask.instance);
        let (seen, form) = (ask::Seen::new(view), ask::form(form));
        let params = (ask::instance(ask.instance, &settings, !ask.live), seen.view(), form.as_slice());
        let answer: Result<module_wit::Action, wit::Error> = caller.call(&of, &self.pre, &self.submit, params).await?;
        answered((caller, &of), answer, |action| answer::action(action, ask.manifest))
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn on_event(
        &self,
        caller: &Caller,
        ask: &ModuleCall<'_>,
        event: &ModuleEvent,
    ) -> Result<Vec<ModuleEffect>, PluginError> {
        let of = ask.of("on-event");
        let settings = ask::settings(ask.instance);
        let lines = ask::lines(event);
        let params = (ask::instance(ask.instance, &settings, !ask.live), ask::event(event, &lines));
        let answer: Result<Vec<module_wit::Effect>, wit::Error> =
            caller.call(&of, &self.pre, &self.on_event, params).await?;
        answered((caller, &of), answer, answer::effects)
    }
}
