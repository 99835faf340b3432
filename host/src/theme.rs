//! The host's own templates travel inside the binary; here they become a folder that the web can read.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::config::Config;

/// Every file of `templates/`, by its path there.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/theme.rs"));

/// The provider's own templates, or the host's, written to the data folder where they differ from this binary's.
///
/// # Errors
/// Where the folder cannot be written.
pub fn folder(config: &Config) -> anyhow::Result<PathBuf> {
    if !config.paths.templates.as_os_str().is_empty() {
        return Ok(config.paths.templates.clone());
    }
    let folder = config.paths.data.join("templates");
    write(&folder).with_context(|| format!("cannot write the templates to {}", folder.display()))?;
    Ok(folder)
}

/// Makes `folder` hold exactly the host's own templates.
pub fn write(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, bytes) in FILES {
        let file = folder.join(name);
        if fs::read(&file).is_ok_and(|written| written == *bytes) {
            continue;
        }
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&file, bytes)?;
    }
    remove_strangers(folder, "")
}

/// What an older binary left.
fn remove_strangers(folder: &Path, below: &str) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            remove_strangers(&entry.path(), &format!("{name}/"))?;
        } else if !FILES.iter().any(|(known, _)| *known == name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_holds_what_the_binary_holds_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        write(folder.path()).expect("written");
        fs::write(at("invoice.typ"), "changed").expect("written");
        fs::write(at("portal/left-over.hbs"), "old").expect("written");
        write(folder.path()).expect("written again");
        for (name, bytes) in FILES {
            assert_eq!(&fs::read(at(name)).expect(name), bytes, "{name}");
        }
        assert!(!at("portal/left-over.hbs").exists());
        assert!(FILES.iter().any(|(name, _)| *name == "assets/tollgate.css"));
    }
}
