//! `tollgate plugin build` and `tollgate plugin list`.

use std::path::{Path, PathBuf};

use clap::Args;
use tollgate_billing::plugin::{Instance, PluginState};
use tollgate_billing::ports::Plugins;
use tollgate_builder::BuildOptions;

use crate::config::Config;
use crate::say::say;
use crate::wiring::{Access, Rooms};

#[derive(Debug, Args)]
pub struct Build {
    /// The folder of the plugin's crate
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Where the component goes; by default NAME.wasm in the current folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Take the dependencies from Cargo.lock or fail
    #[arg(long)]
    locked: bool,
    /// Use nothing of the network
    #[arg(long)]
    offline: bool,
    /// Print errors and warnings only
    #[arg(short, long)]
    quiet: bool,
}

impl Build {
    pub fn run(&self) -> anyhow::Result<()> {
        let options = BuildOptions { target_dir: None, locked: self.locked, offline: self.offline, quiet: self.quiet };
        let built = tollgate_builder::build(&self.folder, &options)?;
        let output = self.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.wasm", built.name)));
        built.write(&output)?;
        say!("{}", built.summary(&output));
        Ok(())
    }
}

/// One line for each file, with its instances below it.
pub fn list(config: &Path) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    super::block_on(async {
        let rooms = Rooms::open(&config, Access::Tool).await?;
        let instances = rooms.billing.instances().await?;
        let rows = rooms.plugins.rows();
        if rows.is_empty() {
            say!("no plugins; see: tollgate plugin install --help");
        }
        for row in rows {
            let place = if row.installed { "installed".to_owned() } else { row.file.clone() };
            match row.state {
                PluginState::Loaded(identity) => {
                    say!("{place}  {} {}", identity.id, identity.version);
                    let own = instances.iter().filter(|instance| instance.plugin == identity.id);
                    own.for_each(|instance| say!("  {}", line(instance)));
                }
                PluginState::Broken(reason) if row.installed => say!("{place}  {} broken: {reason}", row.file),
                PluginState::Broken(reason) => say!("{place}  broken: {reason}"),
            }
        }
        for orphan in instances.iter().filter(|instance| rooms.plugins.manifest(&instance.plugin).is_none()) {
            say!("no file  {}: its plugin {} is not loaded", line(orphan), orphan.plugin);
        }
        Ok(())
    })
}

fn line(instance: &Instance) -> String {
    let state = if instance.enabled { "enabled" } else { "disabled" };
    let currencies: Vec<&str> = instance.currencies.iter().map(|currency| currency.code()).collect();
    let takes = if currencies.is_empty() { String::new() } else { format!(", {}", currencies.join(" ")) };
    format!("{} {state}{takes}", instance.id)
}
