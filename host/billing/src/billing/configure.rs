//! Staff configure, enable and order plugins.

use super::{Billing, BillingError};
use crate::ids::{InstanceId, PluginId};
use crate::money::Currency;
use crate::plugin::{ConfigReport, Instance, PluginError, Setting};
use crate::ports::{ConfigDepth, ConfigRefusal, StoreError};
use crate::settings::{SettingProblem, check_settings};
use crate::text::FieldError;

/// What staff save for one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSettings {
    pub instance: InstanceId,
    pub plugin: PluginId,
    pub label: String,
    pub enabled: bool,
    pub settings: Vec<Setting>,
}

/// The configuration as accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    pub instance: Instance,
    pub report: ConfigReport,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigureError {
    /// By the manifest alone.
    #[error("the settings do not fit the plugin's form")]
    Problems(Vec<(String, SettingProblem)>),
    /// By the plugin: field errors in its own words.
    #[error("the plugin refuses the settings")]
    Refused(Vec<FieldError>),
    #[error(transparent)]
    Plugin(#[from] PluginError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no such instance")]
    NotFound,
}

impl Billing {
    /// Every instance, in order.
    ///
    /// # Errors
    /// Store errors.
    pub async fn instances(&self) -> Result<Vec<Instance>, BillingError> {
        Ok(self.parts.store.instances().await?)
    }

    /// Asks the plugin about settings without saving them: "Test connection".
    ///
    /// # Errors
    /// [`ConfigureError`], field by field where fields are wrong.
    pub async fn try_settings(&self, new: &NewSettings) -> Result<ConfigReport, ConfigureError> {
        let instance = self.instance_to_be(new).await?;
        self.ask_config(&instance, ConfigDepth::Connection).await
    }

    /// Saves an instance's settings once the manifest and the plugin accept them. A new instance stands last.
    ///
    /// # Errors
    /// [`ConfigureError`]; nothing is saved then.
    pub async fn configure(&self, new: &NewSettings) -> Result<Configured, ConfigureError> {
        let mut instance = self.instance_to_be(new).await?;
        let report = self.ask_config(&instance, ConfigDepth::Values).await?;
        instance.currencies.clone_from(&report.currencies);
        self.parts.store.save_instance(instance.clone()).await?;
        Ok(Configured { instance, report })
    }

    /// Switches an instance on or off. Switching on asks the plugin about its settings again.
    ///
    /// # Errors
    /// [`ConfigureError`], with the fields that are missing.
    pub async fn enable(&self, id: &InstanceId, enabled: bool) -> Result<(), ConfigureError> {
        let mut instance = self.parts.store.instance(id).await?.ok_or(ConfigureError::NotFound)?;
        instance.enabled = enabled;
        instance.updated = self.now();
        if enabled {
            instance.currencies = self.ask_config(&instance, ConfigDepth::Values).await?.currencies;
        }
        Ok(self.parts.store.save_instance(instance).await?)
    }

    /// Moves an instance one place up or down among all instances.
    ///
    /// # Errors
    /// [`ConfigureError::NotFound`], store errors.
    pub async fn reorder(&self, id: &InstanceId, up: bool) -> Result<(), ConfigureError> {
        let mut instances = self.parts.store.instances().await?;
        let at = instances.iter().position(|instance| instance.id == *id).ok_or(ConfigureError::NotFound)?;
        let to = if up { at.checked_sub(1) } else { at.checked_add(1).filter(|to| *to < instances.len()) };
        let Some(to) = to else {
            return Ok(());
        };
        instances.swap(at, to);
        for (position, mut instance) in (0_i64..).zip(instances) {
            if instance.position != position {
                instance.position = position;
                self.parts.store.save_instance(instance).await?;
            }
        }
        Ok(())
    }

    async fn ask_config(&self, instance: &Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigureError> {
        let missing = || PluginError::Missing(instance.plugin.clone());
        let manifest = self.parts.plugins.manifest(&instance.plugin).ok_or_else(missing)?;
        let problems = check_settings(manifest.configuration(), &instance.settings);
        if !problems.is_empty() {
            return Err(ConfigureError::Problems(problems));
        }
        self.parts.plugins.check_config(instance, depth).await.map_err(|refusal| match refusal {
            ConfigRefusal::Fields(errors) => ConfigureError::Refused(errors),
            ConfigRefusal::Failed(error) => ConfigureError::Plugin(error),
        })
    }

    async fn instance_to_be(&self, new: &NewSettings) -> Result<Instance, ConfigureError> {
        let instances = self.parts.store.instances().await?;
        let known = instances.iter().find(|instance| instance.id == new.instance);
        let last = instances.iter().map(|instance| instance.position).max().unwrap_or(-1);
        Ok(Instance {
            id: new.instance.clone(),
            plugin: known.map_or_else(|| new.plugin.clone(), |instance| instance.plugin.clone()),
            enabled: new.enabled,
            position: known.map_or(last.saturating_add(1), |instance| instance.position),
            label: new.label.trim().chars().take(60).collect(),
            settings: new.settings.clone(),
            currencies: Vec::<Currency>::new(),
            granted_hosts: known.map_or_else(Vec::new, |instance| instance.granted_hosts.clone()),
            updated: self.now(),
        })
    }
}
