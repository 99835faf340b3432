//! The life of a plugin: looked at, installed with what staff grant, upgraded, rolled back, switched off, removed.

mod install;
mod limit;
mod offer;
mod problem;
mod withdraw;

use std::collections::BTreeSet;
use std::sync::PoisonError;

pub use install::{Done, InstallOrder};
pub use offer::{AskState, Asked, Offer, PluginFile};
pub use problem::LifeError;

use super::Billing;
use crate::ids::PluginId;
use crate::plugin::{Component, ComponentId, Installed};
use crate::ports::{Placed, StoreError};

/// An installed plugin as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginInfo {
    /// What runs, what it asks for, and what of it was granted.
    pub offer: Offer,
    pub installed: Installed,
    /// What rolling back would bring.
    pub previous: Option<Component>,
    /// Files that payments still go on with, beside those two.
    pub in_use: Vec<Component>,
}

impl Billing {
    /// Reads what is installed and puts it in place, without a restart and without ending a call. Called at start, after every
    /// change, and by the server when another program changed something.
    ///
    /// A file that cannot be read is a broken row, and no reason to stop.
    ///
    /// # Errors
    /// Store errors; what was in place stays.
    pub async fn place_plugins(&self) -> Result<(), StoreError> {
        let revision = self.parts.store.installs_revision().await?;
        let installed = self.parts.store.installed().await?;
        let in_use: BTreeSet<ComponentId> = self.parts.store.components_in_use().await?.into_iter().collect();
        let mut placed = Vec::new();
        for Installed { id, current, granted, .. } in installed {
            let Some(component) = current else { continue };
            let broken = self.read_kept(&component).await?.err();
            placed.push(Placed { plugin: id, component, granted, broken });
        }
        for component in &in_use {
            // Payments of one that cannot be read go on with what runs now; the log says so.
            let _ = self.read_kept(component).await?;
        }
        let kept: Vec<ComponentId> = in_use.into_iter().collect();
        let mut last = self.placed.lock().unwrap_or_else(PoisonError::into_inner);
        // Who read earlier may come later, and does not put the older state in place of the newer one.
        if revision >= *last {
            self.parts.plugins.place(placed, &kept);
            *last = revision;
        }
        drop(last);
        self.tabs.forget();
        Ok(())
    }

    /// The same, only where something changed since: true then. One short read where nothing did.
    ///
    /// # Errors
    /// Store errors.
    pub async fn place_changed_plugins(&self) -> Result<bool, StoreError> {
        let revision = self.parts.store.installs_revision().await?;
        if revision == *self.placed.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(false);
        }
        self.place_plugins().await?;
        Ok(true)
    }

    /// Every plugin that is installed.
    ///
    /// # Errors
    /// Store errors.
    pub async fn installed_plugins(&self) -> Result<Vec<Installed>, StoreError> {
        let all = self.parts.store.installed().await?;
        Ok(all.into_iter().filter(|plugin| plugin.current.is_some()).collect())
    }

    /// What is known of an installed plugin.
    ///
    /// # Errors
    /// [`LifeError::NotInstalled`]; [`LifeError::NotAPlugin`] where its file cannot be read any more.
    pub async fn plugin_info(&self, plugin: &PluginId) -> Result<PluginInfo, LifeError> {
        let (installed, current) = self.installed_now(plugin).await?;
        let offer = self.offered_plugin(&current).await?;
        let all = self.parts.store.components().await?;
        let named = |id: &Option<ComponentId>| all.iter().find(|one| Some(&one.id) == id.as_ref()).cloned();
        let previous = named(&installed.previous);
        let used = self.parts.store.components_in_use().await?;
        let others = |one: &&Component| used.contains(&one.id) && one.plugin == *plugin && one.id != current;
        let in_use = all.iter().filter(others).cloned().collect();
        Ok(PluginInfo { offer, installed, previous, in_use })
    }

    /// The file of an installed plugin, as it came.
    ///
    /// # Errors
    /// [`LifeError::NotInstalled`].
    pub async fn plugin_file(&self, plugin: &PluginId) -> Result<(Component, Vec<u8>), LifeError> {
        let (_, current) = self.installed_now(plugin).await?;
        self.parts.store.component(&current).await?.ok_or(LifeError::NotOffered)
    }

    async fn installed_now(&self, plugin: &PluginId) -> Result<(Installed, ComponentId), LifeError> {
        let missing = || LifeError::NotInstalled(plugin.clone());
        let installed = self.parts.store.installed_plugin(plugin).await?.ok_or_else(missing)?;
        let current = installed.current.clone().ok_or_else(missing)?;
        Ok((installed, current))
    }

    /// Reads a file that the store keeps, where it is not read already. The inner error is why it is no plugin.
    async fn read_kept(&self, component: &ComponentId) -> Result<Result<(), String>, StoreError> {
        if self.parts.plugins.asked(component).is_some() {
            return Ok(Ok(()));
        }
        let Some((_, bytes)) = self.parts.store.component(component).await? else {
            return Ok(Err("its file is not kept any more".to_owned()));
        };
        let read = self.parts.plugins.read_component(bytes).await;
        Ok(read.and_then(|read| {
            let same = read.id == *component;
            if same { Ok(()) } else { Err("its file was changed in the database; install it again".to_owned()) }
        }))
    }
}
