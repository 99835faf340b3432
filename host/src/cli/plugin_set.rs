//! `tollgate plugin set`: configures an instance through the same use case as the back office.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::Args;
use tollgate_billing::audit::Actor;
use tollgate_billing::billing::{ConfigureError, NewSettings, SecretChange, WebhookSetupError};
use tollgate_billing::ids::{InstanceId, PluginId};
use tollgate_billing::plugin::{Instance, Manifest, Setting, is_loopback_host};
use tollgate_billing::ports::Plugins;
use tollgate_billing::settings::{SettingProblem, is_secret};

use super::secret_file::{SecretFile, key_file, read_all};
use super::settings_file::read_settings;
use crate::config::Config;
use crate::say::say;
use crate::wiring::{Access, Rooms};

/// The language that the command line speaks.
const LOCALE: &str = "en";

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Set {
    /// The instance; a plugin's first instance has the plugin's id
    #[arg(value_name = "INSTANCE")]
    instance: String,
    /// The plugin, for a new instance of another name
    #[arg(long, value_name = "ID")]
    plugin: Option<String>,
    /// What clients see it called; empty for the plugin's own name
    #[arg(long)]
    label: Option<String>,
    /// Offer it to clients
    #[arg(long, conflicts_with = "disable")]
    enable: bool,
    /// Stop offering it; open payments still settle
    #[arg(long)]
    disable: bool,
    /// Take all settings from a TOML file; a repeating group is an array of tables
    #[arg(long, value_name = "FILE.toml", conflicts_with = "settings")]
    from: Option<PathBuf>,
    /// Set a secret to what stands in a file; - reads standard input
    #[arg(long = "secret", value_name = "KEY=FILE", value_parser = key_file)]
    secrets: Vec<SecretFile>,
    /// Forget a secret
    #[arg(long = "remove-secret", value_name = "KEY")]
    removed: Vec<String>,
    /// Let it call a host that its manifest asks for
    #[arg(long = "grant-host", value_name = "HOST")]
    hosts: Vec<String>,
    /// Let it call every host that its manifest asks for
    #[arg(long)]
    grant_all_hosts: bool,
    /// Let it call a host no longer
    #[arg(long = "revoke-host", value_name = "HOST")]
    revoked: Vec<String>,
    /// Once it is saved, register its webhook at the provider; run again, it registers nothing twice
    #[arg(long = "set-up-webhook")]
    webhook: bool,
    /// Settings to change, such as accounts.0.iban=DE89370400440532013000
    #[arg(value_name = "KEY=VALUE", value_parser = key_value)]
    settings: Vec<(String, String)>,
}

impl Set {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        let replaced = self.from.as_deref().map(read_settings).transpose()?;
        super::block_on(async {
            let rooms = Rooms::open(&config, Access::Tool).await?;
            self.configure(&rooms, replaced).await
        })
    }

    async fn configure(&self, rooms: &Rooms, replaced: Option<BTreeMap<String, String>>) -> anyhow::Result<()> {
        let instances = rooms.billing.instances().await?;
        let known = instances.iter().find(|instance| instance.id.as_str() == self.instance);
        let mut new = self.merged(known, replaced)?;
        let plugin = new.plugin.clone();
        let manifest = rooms.plugins.manifest(&plugin);
        let asked = manifest.as_deref().map_or_else(Vec::new, |manifest| asked_hosts(rooms, manifest));
        self.refuse_secrets(manifest.as_deref())?;
        new.secrets = self.secret_changes()?;
        new.granted_hosts = self.granted(known, &asked)?;
        if known.is_none() && rooms.plugins.running(&plugin).is_some() {
            // What the plugin was granted when it was installed, its first instance may call.
            new.granted_hosts.extend(asked.iter().cloned());
        }
        let configured =
            rooms.billing.configure(Actor::Command, &new).await.map_err(|error| explain(rooms, &plugin, &error))?;
        for note in &configured.report.notes {
            say!("{}", rooms.say(&plugin, note, LOCALE));
        }
        for host in asked.iter().filter(|host| !configured.instance.granted_hosts.contains(host)) {
            say!("{host}: it asks to call this host and may not; grant it with --grant-host {host}");
        }
        let state = if configured.instance.enabled { "enabled" } else { "saved, not enabled; offer it with --enable" };
        say!("{}: {state}", configured.instance.id);
        if self.webhook { Self::register(rooms, &configured.instance).await } else { Ok(()) }
    }

    /// As the button of the back office; what is saved stays saved whatever comes of it.
    async fn register(rooms: &Rooms, instance: &Instance) -> anyhow::Result<()> {
        let ready = rooms.billing.set_up_webhook(Actor::Command, &instance.id).await.map_err(|error| {
            let fields = match &error {
                WebhookSetupError::Config(error) => field_lines(rooms, &instance.plugin, error),
                _ => String::new(),
            };
            anyhow!("{}: the settings are saved, but the webhook is not set up: {error}{fields}", instance.id)
        })?;
        for note in &ready.notes {
            say!("{}", rooms.say(&instance.plugin, note, LOCALE));
        }
        say!("{}: the provider sends its webhooks to {}", instance.id, ready.url);
        Ok(())
    }

    /// What the shell was told is in its history: a value that came so must not be believed to be safe.
    fn refuse_secrets(&self, manifest: Option<&Manifest>) -> anyhow::Result<()> {
        let groups = manifest.map(Manifest::configuration).unwrap_or_default();
        if let Some((key, _)) = self.settings.iter().find(|(key, _)| is_secret(groups, key)) {
            bail!("{key} is a secret: write its value to a file and use --secret {key}=FILE, or --remove-secret {key}");
        }
        Ok(())
    }

    fn secret_changes(&self) -> anyhow::Result<Vec<SecretChange>> {
        if let Some(both) = self.removed.iter().find(|key| self.secrets.iter().any(|secret| secret.key == **key)) {
            bail!("{both} cannot be set and removed at once");
        }
        let mut changes = read_all(&self.secrets)?;
        changes.extend(self.removed.iter().map(|key| SecretChange::Remove { key: key.clone() }));
        Ok(changes)
    }

    /// Those granted before that the plugin still asks for, and those that the command line adds. Another address of this
    /// machine takes the place of the one before: it is where a simulator listened then.
    fn granted(&self, known: Option<&Instance>, asked: &[String]) -> anyhow::Result<Vec<String>> {
        let before = known.map(|instance| instance.granted_hosts.as_slice()).unwrap_or_default();
        // A name that is not granted is a mistake, and another host would stay open unseen.
        for host in &self.revoked {
            if self.hosts.contains(host) || (self.grant_all_hosts && asked.contains(host)) {
                bail!("{host} cannot be granted and revoked at once");
            }
            if !before.contains(host) {
                bail!("{host} is not granted; granted are: {}", named(before));
            }
        }
        if self.grant_all_hosts {
            return Ok(asked.iter().chain(&self.hosts).cloned().collect());
        }
        let moved = self.hosts.iter().any(|host| is_loopback_host(host));
        let stays = |host: &&String| asked.contains(host) || (!moved && is_loopback_host(host));
        let kept = before.iter().filter(stays).filter(|host| !self.revoked.contains(host));
        Ok(kept.chain(&self.hosts).cloned().collect())
    }

    /// What is saved: the known instance with what the command line changes.
    fn merged(
        &self,
        known: Option<&Instance>,
        replaced: Option<BTreeMap<String, String>>,
    ) -> anyhow::Result<NewSettings> {
        let plugin = match (known, &self.plugin) {
            (Some(instance), Some(other)) if instance.plugin.as_str() != other => {
                bail!(
                    "{} is an instance of {}, which cannot be changed; take another name",
                    instance.id,
                    instance.plugin
                )
            }
            (Some(instance), _) => instance.plugin.clone(),
            (None, Some(plugin)) => PluginId::new(plugin),
            (None, None) => PluginId::new(&self.instance),
        };
        let kept = known.map(|instance| instance.settings.as_slice()).unwrap_or_default();
        let mut settings = replaced
            .unwrap_or_else(|| kept.iter().map(|setting| (setting.key.clone(), setting.value.clone())).collect());
        for (key, value) in &self.settings {
            settings.insert(key.clone(), value.clone());
        }
        settings.retain(|_, value| !value.is_empty());
        Ok(NewSettings {
            instance: InstanceId::new(&self.instance),
            plugin,
            label: self.label.clone().or_else(|| known.map(|instance| instance.label.clone())).unwrap_or_default(),
            enabled: self.enable || (!self.disable && known.is_some_and(|instance| instance.enabled)),
            settings: settings.into_iter().map(|(key, value)| Setting { key, value }).collect(),
            secrets: Vec::new(),
            granted_hosts: Vec::new(),
        })
    }
}

fn asked_hosts(rooms: &Rooms, manifest: &Manifest) -> Vec<String> {
    manifest.hosts(rooms.billing.policy().live).map(|request| request.host.clone()).collect()
}

fn named(hosts: &[String]) -> String {
    if hosts.is_empty() { "none".to_owned() } else { hosts.join(", ") }
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE, or KEY= to remove a setting")?;
    if key.is_empty() { Err("the key before = is missing".to_owned()) } else { Ok((key.to_owned(), value.to_owned())) }
}

fn explain(rooms: &Rooms, plugin: &PluginId, error: &ConfigureError) -> anyhow::Error {
    match error {
        ConfigureError::Problems(_) | ConfigureError::Refused(_) => {
            anyhow!("{error}; nothing was saved{}", field_lines(rooms, plugin, error))
        }
        ConfigureError::Secret { .. } => anyhow!("{error}; run it again"),
        ConfigureError::Plugin(_) | ConfigureError::Store(_) | ConfigureError::NotFound => {
            anyhow!("{error}; see: tollgate plugin list")
        }
    }
}

/// A line for each field that is wrong, as the form of the back office would show it.
pub(super) fn field_lines(rooms: &Rooms, plugin: &PluginId, error: &ConfigureError) -> String {
    let line = |key: &str, words: String| if key.is_empty() { words } else { format!("{key}: {words}") };
    let lines: Vec<String> = match error {
        ConfigureError::Problems(problems) => {
            problems.iter().map(|(key, problem)| line(key, problem_words(problem))).collect()
        }
        ConfigureError::Refused(errors) => {
            errors.iter().map(|error| line(&error.field, rooms.say(plugin, &error.message, LOCALE))).collect()
        }
        _ => Vec::new(),
    };
    lines.into_iter().fold(String::new(), |text, line| text + "\n  " + &line)
}

fn problem_words(problem: &SettingProblem) -> String {
    match problem {
        SettingProblem::Required => "is needed".to_owned(),
        SettingProblem::TooLong { chars_max } => format!("has more than {chars_max} characters"),
        SettingProblem::NotAChoice => "is not one of the choices; the back office lists them".to_owned(),
        SettingProblem::NotAFlag => "must be true or false".to_owned(),
        SettingProblem::NotWhole { min, max } => format!("must be a whole number from {min} to {max}"),
        SettingProblem::NotACurrency => "must be an ISO 4217 code such as EUR".to_owned(),
        SettingProblem::TooManyEntries { entries_max } => format!("has more than {entries_max} entries"),
        SettingProblem::Unknown => "is not a setting of this plugin".to_owned(),
        SettingProblem::SecretAmongSettings => "is a secret; give it with --secret KEY=FILE".to_owned(),
        SettingProblem::NotASecret => "is no secret of this plugin".to_owned(),
        SettingProblem::SecretTooShort { bytes_min } => format!("has less than {bytes_min} characters"),
        SettingProblem::SecretTooLong { bytes_max } => format!("has more than {bytes_max} bytes"),
        SettingProblem::SecretCharacters => "has line breaks in it or spaces around it".to_owned(),
        SettingProblem::HostNotAsked { host } => format!("{host}: the plugin does not ask for this host"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(settings: &[(&str, &str)]) -> Set {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Set {
            instance: "bank-transfer".into(),
            plugin: None,
            label: None,
            enable: false,
            disable: false,
            from: None,
            secrets: Vec::new(),
            removed: Vec::new(),
            hosts: Vec::new(),
            grant_all_hosts: false,
            revoked: Vec::new(),
            webhook: false,
            settings: settings.iter().map(owned).collect(),
        }
    }

    fn known() -> Instance {
        Instance {
            id: InstanceId::new("bank-transfer"),
            plugin: PluginId::new("bank-transfer"),
            enabled: true,
            position: 0,
            label: "Bank".into(),
            settings: vec![
                Setting { key: "days".into(), value: "3".into() },
                Setting { key: "note".into(), value: "a".into() },
            ],
            currencies: Vec::new(),
            granted_hosts: Vec::new(),
            component: None,
            updated: tollgate_billing::ids::Timestamp(0),
        }
    }

    #[test]
    fn what_the_command_line_does_not_name_stays_as_it_was() {
        let new = set(&[("days", "5"), ("note", "")]).merged(Some(&known()), None).expect("merged");
        assert_eq!(new.settings, [Setting { key: "days".into(), value: "5".into() }]);
        assert_eq!((new.label.as_str(), new.enabled), ("Bank", true));
    }

    #[test]
    fn a_new_instance_is_off_until_it_is_enabled() {
        assert!(!set(&[]).merged(None, None).expect("merged").enabled);
        assert!(Set { enable: true, ..set(&[]) }.merged(None, None).expect("merged").enabled);
        assert!(!Set { disable: true, ..set(&[]) }.merged(Some(&known()), None).expect("merged").enabled);
    }

    #[test]
    fn an_instance_never_changes_its_plugin() {
        let other = Set { plugin: Some("paypal".into()), ..set(&[]) };
        assert!(other.merged(Some(&known()), None).is_err());
        assert_eq!(other.merged(None, None).expect("merged").plugin, PluginId::new("paypal"));
    }

    #[test]
    fn hosts_are_added_to_those_that_are_still_asked_for() {
        let asked = ["api.example.com".to_owned(), "test.example.com".to_owned()];
        let before = Instance { granted_hosts: vec!["api.example.com".into(), "old.example.com".into()], ..known() };
        let granted = |set: Set, known: Option<&Instance>| set.granted(known, &asked).expect("allowed");
        assert_eq!(granted(set(&[]), Some(&before)), ["api.example.com"]);
        assert_eq!(granted(set(&[]), None), Vec::<String>::new());
        let more = Set { hosts: vec!["test.example.com".into()], ..set(&[]) };
        assert_eq!(granted(more, Some(&before)), asked);
        assert_eq!(granted(Set { grant_all_hosts: true, ..set(&[]) }, None), asked);
    }

    #[test]
    fn a_host_is_revoked_by_its_exact_name() {
        let asked = ["api.example.com".to_owned(), "test.example.com".to_owned()];
        let before = Instance { granted_hosts: vec!["api.example.com".into(), "127.0.0.1:8421".into()], ..known() };
        let revoking = |host: &str| Set { revoked: vec![host.to_owned()], ..set(&[]) };
        let granted = |set: Set| set.granted(Some(&before), &asked).map_err(|error| error.to_string());
        assert_eq!(granted(revoking("api.example.com")).as_deref(), Ok(&["127.0.0.1:8421".to_owned()][..]));
        assert_eq!(granted(revoking("127.0.0.1:8421")).as_deref(), Ok(&["api.example.com".to_owned()][..]));
        for (wrong, why) in [
            (
                revoking("test.example.com"),
                "test.example.com is not granted; granted are: api.example.com, 127.0.0.1:8421",
            ),
            (revoking("API.example.com"), "is not granted"),
            (Set { hosts: vec!["api.example.com".into()], ..revoking("api.example.com") }, "at once"),
            (Set { grant_all_hosts: true, ..revoking("api.example.com") }, "at once"),
        ] {
            let said = granted(wrong).expect_err(why);
            assert!(said.contains(why), "{said}");
        }
        let none = revoking("api.example.com").granted(None, &asked).expect_err("nothing is granted").to_string();
        assert!(none.ends_with("granted are: none"), "{none}");
    }

    #[test]
    fn a_secret_is_set_or_removed_and_never_both() {
        let both = Set {
            secrets: vec![key_file("token=-").expect("well written")],
            removed: vec!["token".into()],
            ..set(&[])
        };
        assert!(both.secret_changes().expect_err("both").to_string().contains("at once"));
        let removed = Set { removed: vec!["token".into()], ..set(&[]) };
        assert_eq!(removed.secret_changes().expect("one"), [SecretChange::Remove { key: "token".into() }]);
    }
}
