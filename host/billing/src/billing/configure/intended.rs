//! What a configuration comes to, before anything of it is written.

use std::collections::{BTreeMap, BTreeSet};

use super::{NewSettings, Problems, SecretChange};
use crate::plugin::{Instance, Manifest, Setting, is_loopback_host};
use crate::ports::SecretText;
use crate::settings::{SettingProblem, check_secrets, is_secret, mark_secrets};

pub struct Intended {
    /// As it is saved once every secret is written.
    pub instance: Instance,
    /// Of secrets and hosts; those of settings are found with them all.
    pub problems: Problems,
    /// Written to the vault before the instance is.
    pub set: Vec<(String, SecretText)>,
    /// Taken from the vault after the instance is written: what staff remove, and what no field asks for any more.
    pub remove: Vec<String>,
}

impl Intended {
    /// `held` are the keys that the vault has now.
    pub fn new(
        instance: Instance,
        new: &NewSettings,
        manifest: &Manifest,
        held: &BTreeSet<String>,
        live: bool,
    ) -> Self {
        let groups = manifest.configuration();
        let changes = last_words(&new.secrets);
        let mut problems =
            check_secrets(groups, changes.iter().map(|(key, value)| (*key, value.map(SecretText::expose))));

        let mut to_be = held.clone();
        let mut settings = new.settings.clone();
        for (key, value) in &changes {
            if value.is_none() {
                to_be.remove(*key);
            } else if is_secret(groups, key) {
                to_be.insert((*key).to_owned());
                // Its entry is there, be it with nothing else in it.
                settings.push(Setting { key: (*key).to_owned(), value: String::new() });
            }
        }
        let settings = mark_secrets(groups, &settings, &to_be);
        let spoken_of = |key: &str| settings.iter().any(|setting| setting.key == key);
        let remove = held.iter().filter(|key| !spoken_of(key)).cloned().collect();
        let set = changes.iter().filter_map(|(key, value)| Some(((*key).to_owned(), (*value)?.clone()))).collect();

        let asked: Vec<&str> = manifest.hosts(live).map(|request| request.host.as_str()).collect();
        let here = |host: &str| !live && is_loopback_host(host);
        let strange = new.granted_hosts.iter().filter(|host| !asked.contains(&host.as_str()) && !here(host));
        problems.extend(strange.map(|host| (String::new(), SettingProblem::HostNotAsked { host: host.clone() })));
        let granted: BTreeSet<&String> = new.granted_hosts.iter().collect();
        let granted_hosts = granted.into_iter().cloned().collect();
        Self { instance: Instance { settings, granted_hosts, ..instance }, problems, set, remove }
    }
}

/// A value for each key that changes, or `None` for its removal.
fn last_words(changes: &[SecretChange]) -> BTreeMap<&str, Option<&SecretText>> {
    let mut words = BTreeMap::new();
    for change in changes {
        match change {
            SecretChange::Set { key, value } => words.insert(key.as_str(), Some(value)),
            SecretChange::Remove { key } => words.insert(key.as_str(), None),
        };
    }
    words
}
