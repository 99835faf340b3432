//! Going back to the version before, switching a plugin off, removing it.

use super::super::Billing;
use super::super::noted::configured;
use super::{Done, LifeError};
use crate::audit::{Action, Actor, Detail, NewEntry};
use crate::ids::PluginId;
use crate::plugin::{Component, ComponentId, Installed, Instance};
use crate::ports::{InstallChange, StoreError};

/// Open payments that a refusal names.
const NAMED_PAYMENTS_MAX: u32 = 20;

impl Billing {
    /// Puts the version before in the place of the one that runs, with the settings that it had; the one that ran is kept, so that
    /// doing it again takes it back. Payments that are open go on with the file that they began with.
    ///
    /// # Errors
    /// [`LifeError::NoPrevious`], [`LifeError::NotInstalled`], [`LifeError::NotAPlugin`], store errors.
    pub async fn roll_back_plugin(&self, by: Actor, plugin: &PluginId) -> Result<Done, LifeError> {
        let (installed, current) = self.installed_now(plugin).await?;
        let target = installed.previous.clone().ok_or(LifeError::NoPrevious)?;
        self.read_kept(&target).await?.map_err(LifeError::NotAPlugin)?;
        let component = self.kept_component(&target).await?;
        let before = self.kept_component(&current).await?;
        let now = self.instances_of(plugin).await?;
        let (mut instances, mut switched_off) = (Vec::new(), Vec::new());
        for instance in &now {
            let back = self.as_it_was(instance, &target, &installed, &before.version).await?;
            if instance.enabled && !back.enabled {
                switched_off.push(instance.id.to_string());
            }
            instances.push(back);
        }
        let noted = NewEntry::new(by, self.now(), Action::PluginRolledBack, plugin.as_str())
            .with(Detail::Version, &component.version)
            .with(Detail::Sha256, component.id.as_str())
            .with(Detail::Name, &switched_off.join(", "));
        let kept = now.into_iter().map(|instance| (current.clone(), instance)).collect();
        let updated = self.now();
        let installed = Installed { current: Some(target), previous: Some(current), updated, ..installed };
        self.change_plugin(installed, instances, kept, noted).await?;
        Ok(Done { component, before: Some(before), switched_off })
    }

    /// Switches every instance of a plugin off: clients are offered none of them any more. Webhooks, checks and refunds of what
    /// is under way go on. Answers how many were on.
    ///
    /// # Errors
    /// [`LifeError::NotInstalled`], store errors.
    pub async fn disable_plugin(&self, by: Actor, plugin: &PluginId) -> Result<usize, LifeError> {
        let (installed, _) = self.installed_now(plugin).await?;
        let on: Vec<Instance> = self.instances_of(plugin).await?.into_iter().filter(|one| one.enabled).collect();
        if on.is_empty() {
            return Ok(0);
        }
        let mut noted = vec![NewEntry::new(by, self.now(), Action::PluginDisabled, plugin.as_str())];
        let mut instances = Vec::new();
        for before in on {
            let off = Instance { enabled: false, updated: self.now(), ..before.clone() };
            noted.extend(configured(by, Some(&before), &off));
            instances.push(off);
        }
        let count = instances.len();
        let plugin = Installed { updated: self.now(), ..installed };
        let (component, kept) = (None, Vec::new());
        let change = InstallChange { plugin, component, instances, kept, without_payments: false, noted };
        self.parts.store.change_installed(change).await?;
        self.place_plugins().await?;
        Ok(count)
    }

    /// Removes a plugin and its files. Its instances stay, switched off, with their settings, secrets and stored methods, for the
    /// day on which it is installed again; and its id stays its publisher's, unless `forget_publisher`.
    ///
    /// # Errors
    /// [`LifeError::OpenPayments`] while there are any.
    pub async fn remove_plugin(&self, by: Actor, plugin: &PluginId, forget_publisher: bool) -> Result<(), LifeError> {
        let known = self.parts.store.installed_plugin(plugin).await?;
        let known = known.ok_or_else(|| LifeError::NotInstalled(plugin.clone()))?;
        if known.current.is_none() && !(forget_publisher && known.publisher.is_some()) {
            return Err(LifeError::NotInstalled(plugin.clone()));
        }
        self.without_open_payments(plugin).await?;
        let (mut instances, mut noted) = (Vec::new(), Vec::new());
        for before in self.instances_of(plugin).await?.into_iter().filter(|one| one.enabled) {
            let off = Instance { enabled: false, updated: self.now(), ..before.clone() };
            noted.extend(configured(by, Some(&before), &off));
            instances.push(off);
        }
        let key = if forget_publisher { known.publisher.clone().unwrap_or_default() } else { String::new() };
        noted.push(NewEntry::new(by, self.now(), Action::PluginRemoved, plugin.as_str()).with(Detail::Key, &key));
        let publisher = if forget_publisher { None } else { known.publisher };
        let gone = Installed { current: None, previous: None, publisher, updated: self.now(), ..known };
        let (component, kept) = (None, Vec::new());
        let change = InstallChange { plugin: gone, component, instances, kept, without_payments: true, noted };
        match self.parts.store.change_installed(change).await {
            Ok(()) => Ok(self.place_plugins().await?),
            Err(StoreError::Conflict) => {
                self.without_open_payments(plugin).await?;
                Err(LifeError::Store(StoreError::Conflict))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn without_open_payments(&self, plugin: &PluginId) -> Result<(), LifeError> {
        let open = self.parts.store.open_payments_of(plugin, NAMED_PAYMENTS_MAX).await?;
        if open.is_empty() { Ok(()) } else { Err(LifeError::OpenPayments(open)) }
    }

    async fn kept_component(&self, id: &ComponentId) -> Result<Component, LifeError> {
        let all = self.parts.store.components().await?;
        all.into_iter().find(|one| one.id == *id).ok_or(LifeError::NotOffered)
    }

    /// An instance with the settings that an older file had; of one that came later, with what that file makes of them. Where
    /// neither will do it is switched off.
    async fn as_it_was(
        &self,
        instance: &Instance,
        target: &ComponentId,
        installed: &Installed,
        from_version: &str,
    ) -> Result<Instance, LifeError> {
        let asked = self.parts.plugins.asked(target).ok_or(LifeError::NotOffered)?;
        let manifest = asked.narrowed(&installed.granted);
        let kept = self.parts.store.kept_instance(&instance.id, target).await?;
        let tried = match kept {
            Some(kept) => {
                let own = Instance { component: Some(target.clone()), updated: self.now(), ..kept };
                self.fitting(own, &manifest).await
            }
            None => self.migrated(instance, target, &manifest, from_version).await,
        };
        Ok(tried.unwrap_or_else(|_| Instance { enabled: false, updated: self.now(), ..instance.clone() }))
    }
}
