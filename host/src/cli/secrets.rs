//! `tollgate secrets rotate`: a new key for what is sealed.

use std::path::Path;

use tollgate_billing::audit::{Action, Actor, Detail, NewEntry};
use tollgate_billing::ports::Audit;
use tollgate_egress::KeyFile;

use crate::config::Config;
use crate::say::say;
use crate::wiring::{Access, open_store};

/// Runs beside a server, which goes on undisturbed. Broken off anywhere, it goes on where it stopped.
pub fn rotate(file: &Path) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    super::block_on(async {
        let (store, clock) = open_store(&config, Access::Tool)?;
        let keys = KeyFile::new(config.secrets_key());
        let rotated = tollgate_egress::rotate(&keys, &*store).await?;
        for lost in &rotated.lost {
            say!("{lost}: its key is not in the file, so it cannot be read; set it again or remove it");
        }
        let number = rotated.resealed.to_string();
        let file = keys.path().display().to_string();
        let entry = NewEntry::new(Actor::Command, clock.now(), Action::SecretsKeyRotated, &file);
        store.note(entry.with(Detail::Number, &number)).await?;
        say!("{}: a new key, and {} sealed with it anew", keys.path().display(), secrets(rotated.resealed));
        Ok(())
    })
}

/// "1 secret", "2 secrets".
pub fn secrets(number: usize) -> String {
    if number == 1 { "1 secret".to_owned() } else { format!("{number} secrets") }
}
