//! `tollgate plugin info`, `install`, `upgrade`, `grant`, `rollback`, `disable`, `remove` and `export`.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use tollgate_billing::audit::Actor;
use tollgate_billing::billing::{ConfigureError, Done, InstallOrder, LifeError, Offer};
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{Limit, limits_among};
use tollgate_web::PluginTexts;

use super::plugin_file;
use super::plugin_offer::{Decisions, told, told_limits};
use super::plugin_set::field_lines;
use crate::config::Config;
use crate::say::{self, say};
use crate::wiring::{Access, Rooms};

#[derive(Debug, Args)]
pub struct Info {
    /// A file, an https address, or the id of an installed plugin
    #[arg(value_name = "FILE|URL|PLUGIN")]
    source: String,
    /// Its signature; by default what stands beside it with .minisig behind its name
    #[arg(long, value_name = "FILE.minisig")]
    signature: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Install {
    /// The plugin's file, or an https address on a host that the configuration names
    #[arg(value_name = "FILE|URL")]
    source: String,
    /// Its signature; by default what stands beside it with .minisig behind its name
    #[arg(long, value_name = "FILE.minisig")]
    signature: Option<PathBuf>,
    #[command(flatten)]
    decisions: Decisions,
    /// Switch instances off whose settings the new version does not take, until somebody configures them
    #[arg(long)]
    switch_off: bool,
}

#[derive(Debug, Args)]
pub struct Grant {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: String,
    #[command(flatten)]
    decisions: Decisions,
    /// Hold it to less than all plugins: deadline-ms, memory-mib or calls-per-minute; LIMIT= takes that back
    #[arg(long = "limit", value_name = "LIMIT=NUMBER", value_parser = limit)]
    limits: Vec<(Limit, Option<u32>)>,
}

#[derive(Debug, Args)]
pub struct Named {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: String,
}

#[derive(Debug, Args)]
pub struct Remove {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: String,
    /// Let another publisher's key sign what is installed under this id next
    #[arg(long)]
    forget_publisher: bool,
}

#[derive(Debug, Args)]
pub struct Export {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: String,
    /// Where it goes; by default PLUGIN.wasm in the current folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Info {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        with_rooms(config, async |rooms, config| {
            let id = PluginId::new(&self.source);
            match rooms.billing.plugin_info(&id).await {
                Err(LifeError::NotInstalled(_)) => {}
                Err(error) => return Err(explain(&self.source, &error)),
                Ok(info) => {
                    say::out(format_args!(
                        "{}{}",
                        told(&info.offer),
                        told_limits(&limits_among(&info.installed.granted))
                    ));
                    if let Some(previous) = info.previous {
                        say!("{} ran before it: tollgate plugin rollback {id}", previous.version);
                    }
                    for one in info.in_use {
                        say!("Open payments go on with {} ({})", one.version, one.id);
                    }
                    return Ok(());
                }
            }
            let offer = offer(rooms, config, &self.source, self.signature.as_ref()).await?;
            say::out(format_args!("{}", told(&offer)));
            Ok(())
        })
    }
}

impl Install {
    pub fn run(&self, config: &Path, upgrade: bool) -> anyhow::Result<()> {
        with_rooms(config, async |rooms, config| {
            let offer = offer(rooms, config, &self.source, self.signature.as_ref()).await?;
            let plugin = &offer.component.plugin;
            let installed = rooms.billing.store().installed_plugin(plugin).await?.and_then(|known| known.current);
            match (&installed, upgrade) {
                (Some(current), _) if *current == offer.component.id => {
                    bail!("{plugin} {} is installed already, from this very file", offer.component.version)
                }
                (Some(_), false) => bail!("{plugin} is installed; see: tollgate plugin upgrade --help"),
                (None, true) => bail!("{plugin} is not installed; see: tollgate plugin install --help"),
                _ => {}
            }
            let granted = self.decisions.of(&offer).inspect_err(|_| say::out(format_args!("{}", told(&offer))))?;
            let order = InstallOrder { component: offer.component.id.clone(), granted, switch_off: self.switch_off };
            let done = rooms.billing.install_plugin(Actor::Command, &order).await;
            report(&done.map_err(|error| settings(rooms, &offer, &error))?, "installed");
            if done_alone(rooms, plugin).await? {
                say!("configure it: tollgate plugin set {plugin} --help");
            }
            Ok(())
        })
    }
}

impl Grant {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        with_rooms(config, async |rooms, _| {
            let id = PluginId::new(&self.plugin);
            let info = rooms.billing.plugin_info(&id).await.map_err(|error| explain(&self.plugin, &error))?;
            let granted = self.decisions.of(&info.offer)?;
            let mut held = limits_among(&info.installed.granted);
            for (limit, value) in &self.limits {
                match value {
                    Some(value) => held.insert(*limit, *value),
                    None => held.remove(limit),
                };
            }
            // The limits first: they are what may be refused.
            let held = rooms.billing.limit_plugin(Actor::Command, &id, &held).await;
            let held = held.map_err(|error| explain(&self.plugin, &error))?;
            let offer = rooms.billing.grant_plugin(Actor::Command, &id, granted).await;
            say::out(format_args!(
                "{}{}",
                told(&offer.map_err(|error| explain(&self.plugin, &error))?),
                told_limits(&held)
            ));
            Ok(())
        })
    }
}

impl Named {
    pub fn roll_back(&self, config: &Path) -> anyhow::Result<()> {
        with_rooms(config, async |rooms, _| {
            let done = rooms.billing.roll_back_plugin(Actor::Command, &PluginId::new(&self.plugin)).await;
            report(&done.map_err(|error| explain(&self.plugin, &error))?, "runs again");
            Ok(())
        })
    }

    pub fn disable(&self, config: &Path) -> anyhow::Result<()> {
        with_rooms(config, async |rooms, _| {
            let off = rooms.billing.disable_plugin(Actor::Command, &PluginId::new(&self.plugin)).await;
            match off.map_err(|error| explain(&self.plugin, &error))? {
                0 => say!("{}: nothing of it was enabled", self.plugin),
                1 => say!("{}: one instance disabled; payments under way go on", self.plugin),
                many => say!("{}: {many} instances disabled; payments under way go on", self.plugin),
            }
            Ok(())
        })
    }
}

impl Remove {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        with_rooms(config, async |rooms, _| {
            let id = PluginId::new(&self.plugin);
            let removed = rooms.billing.remove_plugin(Actor::Command, &id, self.forget_publisher).await;
            removed.map_err(|error| explain(&self.plugin, &error))?;
            say!("{id}: removed; its settings, secrets and stored payment methods stay");
            Ok(())
        })
    }
}

impl Export {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        with_rooms(config, async |rooms, _| {
            let id = PluginId::new(&self.plugin);
            let file = rooms.billing.plugin_file(&id).await.map_err(|error| explain(&self.plugin, &error))?;
            let (component, bytes) = file;
            let output = self.output.clone().unwrap_or_else(|| PathBuf::from(format!("{id}.wasm")));
            std::fs::write(&output, bytes).with_context(|| format!("{} cannot be written", output.display()))?;
            say!("{}: {id} {}, SHA-256 {}", output.display(), component.version, component.id);
            Ok(())
        })
    }
}

/// `memory-mib=16`, or `memory-mib=` for as all plugins have it.
fn limit(text: &str) -> Result<(Limit, Option<u32>), String> {
    let codes = Limit::ALL.map(Limit::code).join(", ");
    let (code, value) = text.split_once('=').ok_or_else(|| format!("write LIMIT=NUMBER; the limits are {codes}"))?;
    let limit = Limit::of(code).ok_or_else(|| format!("there is no limit {code}; the limits are {codes}"))?;
    match value {
        "" => Ok((limit, None)),
        number => Ok((limit, Some(number.parse().map_err(|_| format!("{number} is no whole number"))?))),
    }
}

fn with_rooms(config: &Path, work: impl AsyncFnOnce(&Rooms, &Config) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    super::block_on(async {
        let rooms = Rooms::open(&config, Access::Tool).await?;
        work(&rooms, &config).await
    })
}

async fn offer(rooms: &Rooms, config: &Config, source: &str, signature: Option<&PathBuf>) -> anyhow::Result<Offer> {
    let file = plugin_file::read(rooms, config, source, signature).await?;
    rooms.billing.offer_plugin(file).await.map_err(|error| explain(source, &error))
}

/// Whether nothing of the plugin is configured yet.
async fn done_alone(rooms: &Rooms, plugin: &PluginId) -> anyhow::Result<bool> {
    Ok(rooms.billing.instances().await?.iter().all(|instance| instance.plugin != *plugin))
}

fn report(done: &Done, word: &str) {
    let component = &done.component;
    match &done.before {
        Some(before) => {
            say!("{} {}: {word}, in the place of {}", component.plugin, component.version, before.version);
        }
        None => say!("{} {}: {word}", component.plugin, component.version),
    }
    for instance in &done.switched_off {
        say!("{instance}: disabled, because this version does not take its settings; configure it and enable it again");
    }
}

/// What the new version says of an instance's settings, in its own words.
fn settings(rooms: &Rooms, offer: &Offer, error: &LifeError) -> anyhow::Error {
    let LifeError::Settings { instance, error } = error else {
        return explain(offer.component.plugin.as_str(), error);
    };
    let lines = match &**error {
        ConfigureError::Refused(fields) => fields.iter().fold(String::new(), |text, wrong| {
            let words = PluginTexts::offered(&offer.manifest, &wrong.message, "en");
            format!("{text}\n  {}: {words}", wrong.field)
        }),
        other => field_lines(rooms, &offer.component.plugin, other),
    };
    anyhow!(
        "nothing was installed: {instance} is enabled and its settings do not fit this version: {error}{lines}\n\
         change them first, or say --switch-off to disable it until it is configured"
    )
}

fn explain(about: &str, error: &LifeError) -> anyhow::Error {
    match error {
        LifeError::OpenPayments(open) => {
            let invoices: Vec<&str> = open.iter().map(|payment| payment.invoice_number.as_str()).collect();
            anyhow!(
                "{about} is not removed, because payments of it are open, for {}; \
                 `tollgate plugin disable {about}` keeps new ones from beginning",
                invoices.join(", ")
            )
        }
        LifeError::Unsigned { .. } => {
            anyhow!(
                "{about}: {error}; see install.require-signature in the configuration and tollgate plugin trust --help"
            )
        }
        LifeError::OtherPublisher { plugin, .. } => anyhow!(
            "{about}: {error}; where the publisher has a new key, remove the plugin with \
             `tollgate plugin remove {plugin} --forget-publisher` first"
        ),
        LifeError::NotInstalled(_) => anyhow!("{error}; see: tollgate plugin list"),
        other => anyhow!("{about}: {other}"),
    }
}
