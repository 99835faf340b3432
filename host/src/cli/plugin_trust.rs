//! `tollgate plugin trust`, `distrust` and `verify`: whose signatures count.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::Args;
use tollgate_billing::audit::{Action, Actor, Detail, NewEntry};
use tollgate_billing::ports::{Publishers, StoreError};
use tollgate_billing::publisher::{NAME_CHARS_MAX, Publisher};

use crate::config::Config;
use crate::say::say;
use crate::signature::{beside, public_key, read_plugin, read_text, signer};
use crate::wiring::{Access, open_store};

#[derive(Debug, Args)]
pub struct Trust {
    /// The publisher's minisign public key, or the file that holds it (minisign.pub)
    #[arg(value_name = "KEY-OR-FILE")]
    key: String,
    /// What the publisher is called here
    #[arg(long, value_parser = name)]
    name: String,
}

#[derive(Debug, Args)]
pub struct Distrust {
    /// The publisher's name or public key
    #[arg(value_name = "NAME-OR-KEY")]
    publisher: String,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// The plugin's file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Its signature; by default the file's name with .minisig behind it
    #[arg(long, value_name = "FILE.minisig")]
    signature: Option<PathBuf>,
}

impl Trust {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        let key = public_key(&self.key)?;
        super::block_on(async {
            let (store, clock) = open_store(&config, Access::Tool)?;
            let now = clock.now();
            let noted = NewEntry::new(Actor::Command, now, Action::PublisherTrusted, &self.name);
            let new = Publisher { key: key.clone(), name: self.name.clone(), added: now };
            match store.trust_publisher(new, noted.with(Detail::Key, &key)).await {
                Ok(()) => {
                    say!("{}: plugins that are signed with {key} are trusted", self.name);
                    Ok(())
                }
                Err(StoreError::Exists(_)) => {
                    let known = store.publishers().await?;
                    bail!("this key or name is trusted already: {}; nothing was changed", listed(&known))
                }
                Err(error) => Err(error.into()),
            }
        })
    }
}

impl Distrust {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        super::block_on(async {
            let (store, clock) = open_store(&config, Access::Tool)?;
            let known = store.publishers().await?;
            let meant = known.iter().find(|one| one.name == self.publisher || one.key == self.publisher);
            let meant = meant.ok_or_else(|| {
                anyhow!("nobody is trusted under {}; trusted are: {}", self.publisher, listed(&known))
            })?;
            let noted = NewEntry::new(Actor::Command, clock.now(), Action::PublisherDistrusted, &meant.name);
            store.distrust_publisher(&meant.key, noted.with(Detail::Key, &meant.key)).await?;
            say!("{}: signatures with {} count no more", meant.name, meant.key);
            Ok(())
        })
    }
}

impl Verify {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        let (file, place) = (self.file.display(), self.signature.clone().unwrap_or_else(|| beside(&self.file)));
        let bytes = read_plugin(&self.file)?;
        let signature =
            read_text(&place)?.ok_or_else(|| anyhow!("{file} is not signed: there is no {}", place.display()))?;
        super::block_on(async {
            let (store, _) = open_store(&config, Access::Tool)?;
            let publishers = store.publishers().await?;
            let signer = signer(&bytes, &signature, &publishers).map_err(|problem| anyhow!("{file}: {problem}"))?;
            say!("{file}: signed by {} with {}", signer.name, signer.key);
            Ok(())
        })
    }
}

fn listed(publishers: &[Publisher]) -> String {
    let named = publishers.iter().map(|one| format!("{} ({})", one.name, one.key)).collect::<Vec<_>>();
    if named.is_empty() { "none".to_owned() } else { named.join(", ") }
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if !(1..=NAME_CHARS_MAX).contains(&text.chars().count()) || text.chars().any(char::is_control) {
        return Err(format!("must be one line of 1 to {NAME_CHARS_MAX} characters"));
    }
    Ok(text.to_owned())
}
