//! What an add-on module is: a page in the portal that proposes; the host disposes.

use crate::bindings::module::exports::tollgate::plugin::module as wire;
use crate::{
    Assets, ConfigDepth, ConfigError, ConfigReport, Error, Field, Form, Group, Identity, Instance, Page, Setting, Text,
};

pub use wire::{
    Action, Credit, Effect, Effects, Event, Events, FormRefusal, GatewayChoice, InvoiceFact, LineFact, Manifest,
    NewInvoice, OpenInvoice, Place, PortalTab, View,
};

/// One add-on. Each function is one export of the world `add-on`; the host calls each in a fresh instance, so nothing
/// is remembered between two calls but what [`crate::state`] keeps. Nothing here has a default that answers for the module.
pub trait Module {
    /// Called when the file is loaded, with no host import reachable. Must answer the same every time.
    fn describe() -> Manifest;

    /// Called when staff save the configuration. Must name every wrong field.
    ///
    /// # Errors
    /// Every wrong field by its whole key.
    fn check_config(instance: &Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigError>;

    /// Called when this version takes the place of another one, before anything else is asked of it: `instance` has the
    /// settings as version `before` saved them, which may be older or newer. By default they stay as they are. Secrets stay
    /// under their keys.
    ///
    /// # Errors
    /// What staff must change first, by the keys of this version.
    fn migrate_config(instance: &Instance, before: &str) -> Result<Vec<Setting>, ConfigError> {
        let _ = before;
        Ok(instance.to_settings())
    }

    /// Called when the portal's tabs are drawn after the configuration changed.
    fn tab(instance: &Instance) -> PortalTab;

    /// Called when the client opens the tab.
    ///
    /// # Errors
    /// What the host must do.
    fn page(instance: &Instance, view: &View) -> Result<Page, Error>;

    /// Called when the client posts the tab's form. The fields are the client's word; only `view` is the host's.
    ///
    /// # Errors
    /// What the host must do; a form that the client can mend is [`Action::Refuse`] instead.
    fn submit(instance: &Instance, view: &View, form: &Form) -> Result<Action, Error>;

    /// Called for an event that the manifest asks for, at least once and until it answers; effects of the same event
    /// count once. May not ask for more than the event's own lines paid, unless `credit-bonus` is granted.
    ///
    /// # Errors
    /// What the host must do; it calls again later.
    fn on_event(instance: &Instance, event: &Event) -> Result<Vec<Effect>, Error>;
}

impl Manifest {
    /// Asks for no effect and no event until more is said.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        Self {
            identity,
            configuration: Vec::new(),
            effects: Effects::empty(),
            events: Events::empty(),
            assets: Assets::empty(),
        }
    }

    /// Adds a group of configuration fields.
    #[must_use]
    pub fn group(mut self, group: Group) -> Self {
        self.configuration.push(group);
        self
    }

    /// Adds fields that stand outside any group.
    #[must_use]
    pub fn fields(self, label: Text, fields: impl IntoIterator<Item = Field>) -> Self {
        self.group(fields.into_iter().fold(Group::once("", label), Group::field))
    }

    /// What it wants to be able to ask for. Staff grant it, or not.
    #[must_use]
    pub fn effects(mut self, effects: Effects) -> Self {
        self.effects = effects;
        self
    }

    /// What it wants to hear of.
    #[must_use]
    pub fn events(mut self, events: Events) -> Self {
        self.events = events;
        self
    }

    /// Templates, translations and the logo.
    #[must_use]
    pub fn assets(mut self, assets: Assets) -> Self {
        self.assets = assets;
        self
    }
}

/// Puts a [`Module`] behind the generated export trait. Only [`crate::export_module!`] names it.
#[doc(hidden)]
pub struct Exported<M>(std::marker::PhantomData<M>);

impl<M: Module> wire::Guest for Exported<M> {
    fn describe() -> Manifest {
        M::describe()
    }

    fn check_config(instance: wire::Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigError> {
        M::check_config(&instance.into(), depth)
    }

    fn migrate_config(instance: wire::Instance, before: String) -> Result<Vec<Setting>, ConfigError> {
        M::migrate_config(&instance.into(), &before)
    }

    fn tab(instance: wire::Instance) -> PortalTab {
        M::tab(&instance.into())
    }

    fn page(instance: wire::Instance, view: View) -> Result<Page, Error> {
        M::page(&instance.into(), &view)
    }

    fn submit(instance: wire::Instance, view: View, form: Vec<(String, String)>) -> Result<Action, Error> {
        M::submit(&instance.into(), &view, &form.into())
    }

    fn on_event(instance: wire::Instance, event: Event) -> Result<Vec<Effect>, Error> {
        M::on_event(&instance.into(), &event)
    }
}

/// Makes the crate an add-on component: `export_module!(MyModule);` once, at the root of the crate.
/// Natively it only checks that the type is a [`Module`].
#[macro_export]
macro_rules! export_module {
    ($module:ty) => {
        const _: () = {
            #[allow(dead_code)] // used by the component only
            type Exported = $crate::module::Exported<$module>;
            const fn is_a_module<M: $crate::module::Module>() {}
            is_a_module::<$module>();
            #[cfg(target_arch = "wasm32")]
    $crate::bindings::module::export_add_on!(Exported with_types_in $crate::bindings::module);
        };
    };
}
