//! Staff configure, enable and order plugins.

mod intended;

use std::collections::BTreeSet;
use std::sync::Arc;

use intended::Intended;

use super::noted::configured;
use super::{Billing, BillingError};
use crate::audit::{Action, Actor, Detail, NewEntry};
use crate::ids::{InstanceId, PluginId};
use crate::plugin::{ConfigReport, Instance, Manifest, PluginError, Setting};
use crate::ports::{ConfigDepth, ConfigRefusal, SecretText, SecretsError, StoreError};
use crate::settings::{SettingProblem, check_settings, mark_secrets};
use crate::text::FieldError;

/// What is wrong, by key; the empty key stands for the form as a whole.
type Problems = Vec<(String, SettingProblem)>;

/// What staff save for one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSettings {
    pub instance: InstanceId,
    pub plugin: PluginId,
    pub label: String,
    pub enabled: bool,
    /// All of them. What they say of secret fields counts for nothing, but that their entry is there.
    pub settings: Vec<Setting>,
    /// What is to change in the vault; secrets that are not named stay as they are. The last word for a key holds.
    pub secrets: Vec<SecretChange>,
    /// All of them: hosts of the manifest that it may call from now on.
    pub granted_hosts: Vec<String>,
}

/// One secret that is typed or taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretChange {
    Set { key: String, value: SecretText },
    Remove { key: String },
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
    Problems(Problems),
    /// By the plugin: field errors in its own words.
    #[error("the plugin refuses the settings")]
    Refused(Vec<FieldError>),
    /// By the vault, in the middle: secrets before this one may be changed already.
    #[error("the secret {key} was not changed: {error}")]
    Secret { key: String, error: SecretsError },
    #[error(transparent)]
    Plugin(#[from] PluginError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no such instance")]
    NotFound,
}

impl From<ConfigRefusal> for ConfigureError {
    fn from(refusal: ConfigRefusal) -> Self {
        match refusal {
            ConfigRefusal::Fields(errors) => Self::Refused(errors),
            ConfigRefusal::Failed(error) => Self::Plugin(error),
        }
    }
}

impl Billing {
    /// Every instance, in order.
    ///
    /// # Errors
    /// Store errors.
    pub async fn instances(&self) -> Result<Vec<Instance>, BillingError> {
        Ok(self.parts.store.instances().await?)
    }

    /// Keys of the instance's secret fields that hold a value, `accounts.0.token` in a group that repeats.
    pub async fn secrets_set(&self, instance: &InstanceId) -> BTreeSet<String> {
        self.parts.secrets.set_keys(instance).await
    }

    /// Asks the plugin about settings without saving them: "Test connection". It is tried with the secrets that are
    /// saved and the hosts that `new` grants; the changes of secrets in `new` are not looked at.
    ///
    /// # Errors
    /// [`ConfigureError`], field by field where fields are wrong.
    pub async fn try_settings(&self, new: &NewSettings) -> Result<ConfigReport, ConfigureError> {
        let saved = NewSettings { secrets: Vec::new(), ..new.clone() };
        let intended = self.intend(&saved).await?;
        self.ask_config(&intended.instance, ConfigDepth::Connection, intended.problems).await
    }

    /// Saves an instance's settings once the manifest and the plugin accept them. A new instance stands last.
    ///
    /// Secrets are written before the instance says that they are set, and removed after it says so no more: a crash in
    /// between leaves a secret that nothing speaks of, never an instance that speaks of none.
    ///
    /// # Errors
    /// [`ConfigureError`]; nothing is saved then, but for [`ConfigureError::Secret`].
    pub async fn configure(&self, by: Actor, new: &NewSettings) -> Result<Configured, ConfigureError> {
        let before = self.parts.store.instance(&new.instance).await?;
        let Intended { mut instance, problems, set, remove } = self.intend(new).await?;
        let report = self.ask_config(&instance, ConfigDepth::Values, problems).await?;
        instance.currencies.clone_from(&report.currencies);
        let failed = |key: &str, error| ConfigureError::Secret { key: key.to_owned(), error };
        for (key, value) in set {
            let kept = self.parts.secrets.set_secret(&instance.id, &key, value).await;
            kept.map_err(|error| failed(&key, error))?;
            self.note_secret(by, Action::SecretSet, &instance, &key).await?;
        }
        let noted = configured(by, before.as_ref(), &instance);
        self.parts.store.change_instances(vec![instance.clone()], noted).await?;
        for key in remove {
            let removed = self.parts.secrets.remove_secret(&instance.id, &key).await;
            removed.map_err(|error| failed(&key, error))?;
            self.note_secret(by, Action::SecretRemoved, &instance, &key).await?;
        }
        self.parts.plugins.wake(&instance.id);
        Ok(Configured { instance, report })
    }

    /// Switches an instance on or off. Switching on asks the plugin about its settings again, and the vault for its
    /// secrets: without those that are required it stays off.
    ///
    /// # Errors
    /// [`ConfigureError`], with the fields that are missing.
    pub async fn enable(&self, by: Actor, id: &InstanceId, enabled: bool) -> Result<(), ConfigureError> {
        let before = self.parts.store.instance(id).await?.ok_or(ConfigureError::NotFound)?;
        let mut instance = before.clone();
        instance.enabled = enabled;
        instance.updated = self.now();
        if enabled {
            instance.settings = self.marked(&instance).await?;
            instance.currencies = self.ask_config(&instance, ConfigDepth::Values, Problems::new()).await?.currencies;
        }
        // That the vault holds other secrets by now was noted when it came so.
        let marked = Instance { settings: instance.settings.clone(), ..before };
        let noted = configured(by, Some(&marked), &instance);
        Ok(self.parts.store.change_instances(vec![instance], noted).await?)
    }

    /// Lets the instance's settings say which secrets are set, after something else than [`Self::configure`] set one.
    ///
    /// # Errors
    /// [`ConfigureError::NotFound`], a plugin that is not loaded, store errors.
    pub async fn mark_secrets_set(&self, id: &InstanceId) -> Result<(), ConfigureError> {
        let mut instance = self.parts.store.instance(id).await?.ok_or(ConfigureError::NotFound)?;
        let marked = self.marked(&instance).await?;
        if marked == instance.settings {
            return Ok(());
        }
        instance.settings = marked;
        instance.updated = self.now();
        Ok(self.parts.store.save_instance(instance).await?)
    }

    /// Moves an instance one place up or down among all instances.
    ///
    /// # Errors
    /// [`ConfigureError::NotFound`], store errors.
    pub async fn reorder(&self, by: Actor, id: &InstanceId, up: bool) -> Result<(), ConfigureError> {
        let mut instances = self.parts.store.instances().await?;
        let at = instances.iter().position(|instance| instance.id == *id).ok_or(ConfigureError::NotFound)?;
        let to = if up { at.checked_sub(1) } else { at.checked_add(1).filter(|to| *to < instances.len()) };
        let Some(to) = to else {
            return Ok(());
        };
        instances.swap(at, to);
        let place = |(position, instance): (i64, Instance)| {
            (instance.position != position).then_some(Instance { position, ..instance })
        };
        let moved: Vec<Instance> = (0_i64..).zip(instances).filter_map(place).collect();
        let number = to.saturating_add(1).to_string();
        let entry = NewEntry::new(by, self.now(), Action::GatewayMoved, id.as_str()).with(Detail::Number, &number);
        Ok(self.parts.store.change_instances(moved, vec![entry]).await?)
    }

    pub(super) fn manifest_of(&self, plugin: &PluginId) -> Result<Arc<Manifest>, PluginError> {
        self.parts.plugins.manifest(plugin).ok_or_else(|| PluginError::Missing(plugin.clone()))
    }

    pub(super) async fn marked(&self, instance: &Instance) -> Result<Vec<Setting>, ConfigureError> {
        let manifest = self.manifest_of(&instance.plugin)?;
        let held = self.parts.secrets.set_keys(&instance.id).await;
        Ok(mark_secrets(manifest.configuration(), &instance.settings, &held))
    }

    pub(super) async fn ask_config(
        &self,
        instance: &Instance,
        depth: ConfigDepth,
        found: Problems,
    ) -> Result<ConfigReport, ConfigureError> {
        let manifest = self.manifest_of(&instance.plugin)?;
        let mut problems = found;
        problems.extend(check_settings(manifest.configuration(), &instance.settings));
        if !problems.is_empty() {
            return Err(ConfigureError::Problems(problems));
        }
        Ok(self.parts.plugins.check_config(instance, depth).await?)
    }

    async fn intend(&self, new: &NewSettings) -> Result<Intended, ConfigureError> {
        let instances = self.parts.store.instances().await?;
        let known = instances.iter().find(|instance| instance.id == new.instance);
        let last = instances.iter().map(|instance| instance.position).max().unwrap_or(-1);
        let instance = Instance {
            id: new.instance.clone(),
            plugin: known.map_or_else(|| new.plugin.clone(), |instance| instance.plugin.clone()),
            enabled: new.enabled,
            position: known.map_or(last.saturating_add(1), |instance| instance.position),
            label: new.label.trim().chars().take(60).collect(),
            settings: Vec::new(),
            currencies: Vec::new(),
            granted_hosts: Vec::new(),
            component: None,
            updated: self.now(),
        };
        let manifest = self.manifest_of(&instance.plugin)?;
        let held = self.parts.secrets.set_keys(&instance.id).await;
        Ok(Intended::new(instance, new, &manifest, &held, self.parts.policy.live))
    }
}
