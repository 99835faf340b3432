//! Installing, upgrading, and what staff grant.

use super::super::{Billing, ConfigureError};
use super::{LifeError, Offer};
use crate::audit::{Action, Actor, Detail, NewEntry};
use crate::ids::PluginId;
use crate::plugin::{Component, ComponentId, Granted, Installed, Instance, Manifest, granted_host, is_limit};
use crate::ports::{ConfigDepth, InstallChange};
use crate::settings::{check_settings, find_field, mark_secrets};

/// What staff decide about an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallOrder {
    pub component: ComponentId,
    /// All of it: what is not named is denied.
    pub granted: Granted,
    /// Instances whose settings the new version does not take are switched off, instead of the whole being refused.
    pub switch_off: bool,
}

/// What was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub component: Component,
    /// The version that it took the place of.
    pub before: Option<Component>,
    /// Labels of instances that had to be switched off.
    pub switched_off: Vec<String>,
}

impl Billing {
    /// Installs a file that was offered, or puts it in the place of the version that runs. Payments that are open go on with the
    /// file that they began with; settings are what the new version makes of them; hosts that are granted now and were not
    /// asked for before are granted to the instances that are there.
    ///
    /// # Errors
    /// [`LifeError`]; nothing is changed then.
    pub async fn install_plugin(&self, by: Actor, order: &InstallOrder) -> Result<Done, LifeError> {
        let offer = self.offered_plugin(&order.component).await?;
        let plugin = offer.component.plugin.clone();
        asked_for(&offer.manifest, &plugin, &order.granted)?;
        // What must be signed, and whom staff trust, may have changed since the file came.
        let publisher = &offer.manifest.identity().publisher;
        if offer.signer.is_none() && self.must_be_signed(publisher, &self.parts.store.publishers().await?) {
            return Err(LifeError::Unsigned { publisher: publisher.clone() });
        }
        let key = offer.component.signed_by.clone();
        self.is_its_publisher(&plugin, key.as_deref()).await?;
        let known = self.parts.store.installed_plugin(&plugin).await?;
        let known = known.unwrap_or_else(|| Installed::never(plugin.clone()));
        if known.current.as_ref() == Some(&offer.component.id) {
            return Err(LifeError::Same);
        }
        let change = self.upgraded(&offer, &known, order).await?;
        let (instances, switched_off) = change;
        let kept = match &known.current {
            Some(current) => self.instances_of(&plugin).await?.into_iter().map(|one| (current.clone(), one)).collect(),
            None => Vec::new(),
        };
        let action = if known.current.is_some() { Action::PluginUpgraded } else { Action::PluginInstalled };
        let denied: Vec<String> = offer.manifest.asked().difference(&order.granted).cloned().collect();
        let noted = NewEntry::new(by, self.now(), action, plugin.as_str())
            .with(Detail::Version, &offer.component.version)
            .with(Detail::Sha256, offer.component.id.as_str())
            .with(Detail::Signer, offer.signer.as_ref().map_or("", |signer| signer.name.as_str()))
            .with(Detail::Granted, &words(&order.granted))
            .with(Detail::Denied, &denied.join(", "))
            .with(Detail::Name, &switched_off.join(", "));
        let installed = Installed {
            current: Some(offer.component.id.clone()),
            previous: known.current.clone(),
            publisher: known.publisher.clone().or(key),
            granted: order.granted.iter().chain(known.granted.iter().filter(|word| is_limit(word))).cloned().collect(),
            updated: self.now(),
            ..known
        };
        self.change_plugin(installed, instances, kept, noted).await?;
        Ok(Done { component: offer.component, before: offer.before, switched_off })
    }

    /// Changes what an installed plugin was granted. What it is denied from now on is taken from its instances too.
    ///
    /// # Errors
    /// [`LifeError::NotInstalled`], [`LifeError::NotAsked`], store errors.
    pub async fn grant_plugin(&self, by: Actor, plugin: &PluginId, granted: Granted) -> Result<Offer, LifeError> {
        let (installed, current) = self.installed_now(plugin).await?;
        let offer = self.offered_plugin(&current).await?;
        asked_for(&offer.manifest, plugin, &granted)?;
        let asked = offer.manifest.asked();
        // Words that only another version asks for stay as they are.
        let others: Granted = installed.granted.difference(&asked).cloned().collect();
        let more: Granted = granted.difference(&installed.granted).cloned().collect();
        let less: Granted =
            installed.granted.intersection(&asked).filter(|word| !granted.contains(*word)).cloned().collect();
        if more.is_empty() && less.is_empty() {
            return Ok(offer);
        }
        let instances = self.instances_of(plugin).await?.into_iter();
        let instances = instances.map(|instance| self.with_hosts(instance, &more, &less)).collect();
        let noted = NewEntry::new(by, self.now(), Action::PluginGranted, plugin.as_str())
            .with(Detail::Granted, &words(&more))
            .with(Detail::Denied, &words(&less));
        let granted = granted.union(&others).cloned().collect();
        let installed = Installed { granted, updated: self.now(), ..installed };
        self.change_plugin(installed, instances, Vec::new(), noted).await?;
        self.offered_plugin(&current).await
    }

    /// Writes a change and puts it in place.
    pub(super) async fn change_plugin(
        &self,
        plugin: Installed,
        instances: Vec<Instance>,
        kept: Vec<(ComponentId, Instance)>,
        noted: NewEntry,
    ) -> Result<(), LifeError> {
        let noted = vec![noted];
        let change = InstallChange { plugin, component: None, instances, kept, without_payments: false, noted };
        self.parts.store.change_installed(change).await?;
        Ok(self.place_plugins().await?)
    }

    pub(super) async fn instances_of(&self, plugin: &PluginId) -> Result<Vec<Instance>, LifeError> {
        let all = self.parts.store.instances().await?;
        Ok(all.into_iter().filter(|instance| instance.plugin == *plugin).collect())
    }

    /// Every instance as the offered version has it, and the labels of those that had to be switched off.
    async fn upgraded(
        &self,
        offer: &Offer,
        known: &Installed,
        order: &InstallOrder,
    ) -> Result<(Vec<Instance>, Vec<String>), LifeError> {
        let Some(before) = &offer.before else { return Ok((Vec::new(), Vec::new())) };
        let manifest = offer.manifest.narrowed(&order.granted);
        let more: Granted = order.granted.difference(&known.granted).cloned().collect();
        let less: Granted = known.granted.difference(&order.granted).cloned().collect();
        let (mut instances, mut switched_off) = (Vec::new(), Vec::new());
        for instance in self.instances_of(&offer.component.plugin).await? {
            let mut instance = self.with_hosts(instance, &more, &less);
            match self.migrated(&instance, &offer.component.id, &manifest, &before.version).await {
                Ok(migrated) => instances.push(migrated),
                Err(error) if instance.enabled && !order.switch_off => {
                    return Err(LifeError::Settings { instance: instance.id, error: Box::new(error) });
                }
                Err(_) => {
                    if instance.enabled {
                        switched_off.push(instance.id.to_string());
                    }
                    instance.enabled = false;
                    instance.settings.retain(|setting| find_field(manifest.configuration(), &setting.key).is_some());
                    instances.push(instance);
                }
            }
        }
        Ok((instances, switched_off))
    }

    /// An instance as another version has it: that version says what its settings are, and checks them as when staff save them.
    pub(super) async fn migrated(
        &self,
        instance: &Instance,
        component: &ComponentId,
        manifest: &Manifest,
        before: &str,
    ) -> Result<Instance, ConfigureError> {
        let tried = Instance { component: Some(component.clone()), ..instance.clone() };
        let settings = self.parts.plugins.migrate_config(&tried, before).await?;
        self.fitting(Instance { settings, ..tried }, manifest).await
    }

    /// The same of settings that are the version's own already.
    pub(super) async fn fitting(&self, tried: Instance, manifest: &Manifest) -> Result<Instance, ConfigureError> {
        let held = self.parts.secrets.set_keys(&tried.id).await;
        let settings = mark_secrets(manifest.configuration(), &tried.settings, &held);
        let problems = check_settings(manifest.configuration(), &settings);
        if !problems.is_empty() {
            return Err(ConfigureError::Problems(problems));
        }
        let tried = Instance { settings, ..tried };
        let currencies = self.parts.plugins.check_config(&tried, ConfigDepth::Values).await?.currencies;
        Ok(Instance { component: None, currencies, ..tried })
    }

    fn with_hosts(&self, mut instance: Instance, more: &Granted, less: &Granted) -> Instance {
        let hosts = |words: &Granted| -> Vec<String> {
            words.iter().filter_map(|word| granted_host(word)).map(str::to_owned).collect()
        };
        let (more, less) = (hosts(more), hosts(less));
        instance.granted_hosts.retain(|host| !less.contains(host));
        for host in more {
            if !instance.granted_hosts.contains(&host) {
                instance.granted_hosts.push(host);
            }
        }
        instance.granted_hosts.sort();
        instance.updated = self.now();
        instance
    }
}

fn asked_for(manifest: &Manifest, plugin: &PluginId, granted: &Granted) -> Result<(), LifeError> {
    match granted.difference(&manifest.asked()).next() {
        Some(word) => Err(LifeError::NotAsked { plugin: plugin.clone(), word: word.clone() }),
        None => Ok(()),
    }
}

pub(super) fn words(granted: &Granted) -> String {
    granted.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
