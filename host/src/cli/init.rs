//! `tollgate init`: an example to start from.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use crate::config;
use crate::say::say;

#[derive(Debug, Args)]
pub struct Init {
    /// Folder to write to; made where it is missing
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
}

impl Init {
    /// Writes `tollgate.toml`, `data/` and `plugins/`. Never overwrites.
    pub fn run(&self) -> anyhow::Result<()> {
        let file = self.folder.join(config::FILE_NAME);
        make_folder(&self.folder)?;
        write_new(&file)?;
        let data = self.folder.join("data");
        make_folder(&data)?;
        make_private(&data)?;
        make_folder(&self.folder.join("plugins"))?;
        say!("wrote {}", file.display());
        say!("Edit it, put plugins (.wasm) into {}, then:", self.folder.join("plugins").display());
        let config =
            if self.folder == Path::new(".") { String::new() } else { format!(" --config {}", file.display()) };
        say!("  tollgate staff add you@example.com --name \"Your name\"{config}");
        say!("  tollgate serve{config}");
        Ok(())
    }
}

fn make_folder(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// The database holds clients' addresses: nobody else on the machine needs to read it.
fn make_private(folder: &Path) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let owner_only = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder, owner_only).with_context(|| format!("cannot protect {}", folder.display()))?;
    }
    Ok(())
}

fn write_new(file: &Path) -> anyhow::Result<()> {
    let mut new = match OpenOptions::new().write(true).create_new(true).open(file) {
        Ok(new) => new,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} exists already and was left as it is; name another folder or remove it first", file.display())
        }
        Err(error) => return Err(error).with_context(|| format!("cannot write {}", file.display())),
    };
    new.write_all(config::EXAMPLE.as_bytes()).with_context(|| format!("cannot write {}", file.display()))
}
