//! The inputs that everything begins with: one file each, in a folder for each target.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

/// In this package.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The inputs of a target with the names of their files, by name.
///
/// # Errors
/// Where the folder is missing or empty: a target without a corpus would find nothing.
pub fn of(target: &str) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let folder = folder().join(target);
    let mut inputs = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("{} is missing", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        inputs.push((name, fs::read(&path)?));
    }
    ensure!(!inputs.is_empty(), "{} has no file", folder.display());
    inputs.sort();
    Ok(inputs)
}
