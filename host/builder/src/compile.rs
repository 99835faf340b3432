//! Source to core module, by cargo, with settings that no profile of the author's changes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::BuildOptions;
use crate::cargo;
use crate::error::BuildError;
use crate::toolchain::{TARGET, Toolchain};
use crate::workspace::{Workspace, network_flags};

/// Whatever the author's `[profile.release]` says. Optimised for speed, because the host calls a plugin on every page;
/// overflow is checked, because a plugin computes with money and a trap is better than a wrong amount.
const PROFILE: [(&str, &str); 8] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3"),
    ("CARGO_PROFILE_RELEASE_LTO", "fat"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
    ("CARGO_PROFILE_RELEASE_STRIP", "symbols"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true"),
    ("CARGO_PROFILE_RELEASE_INCREMENTAL", "false"),
];

/// What one line of cargo's messages tells.
#[derive(Deserialize)]
struct CargoMessage {
    reason: String,
    #[serde(default)]
    package_id: String,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

pub fn to_core_module(
    workspace: &Workspace,
    toolchain: &Toolchain,
    options: &BuildOptions,
) -> Result<Vec<u8>, BuildError> {
    let target_dir = options.target_dir.clone().unwrap_or_else(|| workspace.target_dir.join("plugins"));
    let mut command = cargo_build(workspace, toolchain, options, &target_dir);
    let output = command
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| BuildError::Io { what: "cargo cannot be started".into(), source })?;
    let failed = || BuildError::Compile { package: workspace.package_name.clone() };
    if !output.status.success() {
        return Err(failed());
    }
    let module = module_path(&output.stdout, &workspace.package_id).ok_or_else(failed)?;
    std::fs::read(&module)
        .map_err(|source| BuildError::Io { what: format!("{} cannot be read", module.display()), source })
}

fn cargo_build(workspace: &Workspace, toolchain: &Toolchain, options: &BuildOptions, target_dir: &Path) -> Command {
    let crate_dir = workspace.manifest.parent().unwrap_or(&workspace.root);
    let mut command = cargo::command(crate_dir);
    command.args(["build", "--release", "--lib", "--target", TARGET]);
    command.args(["--message-format", "json-render-diagnostics"]);
    command.arg("--manifest-path").arg(&workspace.manifest).arg("--target-dir").arg(target_dir);
    command.args(network_flags(options)).args(options.quiet.then_some("--quiet")).envs(PROFILE);
    let mut flags = remap_flags(workspace, toolchain, target_dir);
    toolchain.apply(&mut command, &mut flags);
    // The encoded form, because a folder's name may hold a space.
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    command
}

/// Panic messages name source files: each folder gets a name that is the same on every machine. Of several flags that
/// fit, the compiler takes the last, so the most particular come last.
fn remap_flags(workspace: &Workspace, toolchain: &Toolchain, target_dir: &Path) -> Vec<String> {
    let flag = |(from, to): (&Path, &str)| format!("--remap-path-prefix={}={to}", from.display());
    let library = toolchain.source_roots();
    let fixed = library.iter().map(|root| (root.as_path(), "/rust"));
    let outside = workspace.source_roots.iter().map(|(root, name)| (root.as_path(), name.as_str()));
    let own = [(workspace.root.as_path(), "/plugin"), (target_dir, "/target")];
    fixed.chain(outside).chain(own).map(flag).collect()
}

/// The module that cargo says it made of this package.
fn module_path(messages: &[u8], package_id: &str) -> Option<PathBuf> {
    let messages = messages.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    let made = messages
        .filter(|message: &CargoMessage| message.reason == "compiler-artifact" && message.package_id == package_id);
    made.flat_map(|message| message.filenames).find(|file| file.extension().is_some_and(|kind| kind == "wasm"))
}
