//! What cargo knows of the plugin's crate: its workspace, its library, and every folder that its sources lie in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde::Deserialize;

use crate::BuildOptions;
use crate::cargo;
use crate::error::BuildError;
use crate::toolchain::TARGET;

/// The crate to build.
#[derive(Debug)]
pub struct Workspace {
    pub root: PathBuf,
    pub manifest: PathBuf,
    pub package_id: String,
    pub package_name: String,
    /// The workspace's target folder.
    pub target_dir: PathBuf,
    /// Folders of sources outside the workspace, each with the name that stands for it in the component.
    pub source_roots: BTreeSet<(PathBuf, String)>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    source: Option<String>,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    crate_types: Vec<String>,
}

pub fn read(crate_dir: &Path, options: &BuildOptions) -> Result<Workspace, BuildError> {
    let not_a_crate = |reason: String| BuildError::NotACrate { path: crate_dir.to_owned(), reason };
    let manifest = crate_dir.join("Cargo.toml");
    let manifest = manifest.canonicalize().map_err(|_| not_a_crate("there is no Cargo.toml in it".into()))?;
    let answer = cargo_metadata(&manifest, options)?;
    let metadata = parse(&answer).map_err(not_a_crate)?;
    let package = metadata.packages.iter().find(|package| same_file(&package.manifest_path, &manifest));
    let package = package.ok_or_else(|| not_a_crate("its Cargo.toml is a workspace's, not a package's".into()))?;
    if !package.targets.iter().any(|target| target.crate_types.iter().any(|kind| kind == "cdylib")) {
        return Err(BuildError::NotACdylib { package: package.name.clone() });
    }
    Ok(Workspace {
        manifest,
        package_id: package.id.clone(),
        package_name: package.name.clone(),
        source_roots: source_roots(&metadata),
        root: metadata.workspace_root,
        target_dir: metadata.target_directory,
    })
}

fn cargo_metadata(manifest: &Path, options: &BuildOptions) -> Result<Output, BuildError> {
    let crate_dir = manifest.parent().unwrap_or(manifest);
    let mut command = cargo::command(crate_dir);
    command.args(["metadata", "--format-version", "1", "--filter-platform", TARGET]);
    command.arg("--manifest-path").arg(manifest).args(network_flags(options));
    command.output().map_err(|_| BuildError::NoCargo)
}

fn parse(answer: &Output) -> Result<Metadata, String> {
    if !answer.status.success() {
        return Err(String::from_utf8_lossy(&answer.stderr).trim().to_owned());
    }
    serde_json::from_slice(&answer.stdout).map_err(|error| format!("cargo's answer cannot be read: {error}"))
}

/// `--locked` and `--offline`, as chosen.
pub fn network_flags(options: &BuildOptions) -> impl Iterator<Item = &'static str> {
    let flags = [(options.locked, "--locked"), (options.offline, "--offline")];
    flags.into_iter().filter(|(chosen, _)| *chosen).map(|(_, flag)| flag)
}

/// All of the workspace's, not only this plugin's: the flags made of them must be the same for every plugin of the
/// workspace, or each would compile the standard library again.
fn source_roots(metadata: &Metadata) -> BTreeSet<(PathBuf, String)> {
    let outside =
        metadata.packages.iter().filter(|package| !package.manifest_path.starts_with(&metadata.workspace_root));
    outside.filter_map(source_root).collect()
}

/// A registry's packages lie side by side in one folder; others stand for themselves.
fn source_root(package: &Package) -> Option<(PathBuf, String)> {
    let folder = package.manifest_path.parent()?;
    match &package.source {
        Some(source) if source.starts_with("registry+") || source.starts_with("sparse+") => {
            Some((folder.parent()?.to_owned(), "/registry".into()))
        }
        _ => Some((folder.to_owned(), format!("/{}-{}", package.name, package.version))),
    }
}

fn same_file(left: &Path, right: &Path) -> bool {
    left == right || left.canonicalize().is_ok_and(|left| left == right)
}
