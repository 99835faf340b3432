//! Which compiler can make WebAssembly here: one that has the target's library, or one that has the library's source.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;
use crate::error::BuildError;

/// The target of every component.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Where a distribution's compiler lies when another one comes first on the PATH.
const DISTRIBUTION_RUSTC: &str = "/usr/bin/rustc";

/// Versions of LLVM's linker that distributions install under a name with the version, newest first.
const LLD_VERSIONS: std::ops::RangeInclusive<u32> = 15..=40;

/// How the standard library is had.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Library {
    /// Installed for the target.
    Installed,
    /// Compiled with the plugin from this source.
    Source(PathBuf),
}

/// A compiler that can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    rustc: PathBuf,
    library: Library,
    /// `None` where the toolchain brings its own.
    linker: Option<PathBuf>,
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.library {
            Library::Installed => write!(f, "{} with the {TARGET} target", self.rustc.display()),
            Library::Source(_) => write!(f, "{} with its library's source", self.rustc.display()),
        }
    }
}

impl Toolchain {
    /// The first that can, of: the compiler that cargo would use in `crate_dir`, with the target installed; a
    /// distribution's, with the target installed; either, with the library's source.
    ///
    /// # Errors
    /// [`BuildError::NoToolchain`] with what is missing.
    pub fn find(crate_dir: &Path) -> Result<Self, BuildError> {
        let named = env::var_os("RUSTC").map(PathBuf::from);
        let candidates = named.into_iter().chain([PathBuf::from("rustc"), PathBuf::from(DISTRIBUTION_RUSTC)]);
        let compilers: Vec<Compiler> = candidates.filter_map(|rustc| Compiler::probe(rustc, crate_dir)).collect();
        choose(&compilers, linker_on_path().as_ref())
    }

    /// The flags, variables and arguments that make cargo use it.
    pub fn apply(&self, command: &mut Command, flags: &mut Vec<String>) {
        command.env("RUSTC", &self.rustc);
        if let Some(linker) = &self.linker {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            flags.extend(["-C".into(), "linker-flavor=wasm-ld".into()]);
        }
        if matches!(self.library, Library::Source(_)) {
            // The library's own build needs unstable features of the very compiler that it came with.
            command.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
            // Nobody reads a backtrace in there: without the feature there is a third less to compile.
            command.arg("-Zbuild-std-features=");
        }
    }

    /// Folders of the library whose paths would end up in panic messages.
    #[must_use]
    pub fn source_roots(&self) -> Vec<PathBuf> {
        let Library::Source(source) = &self.library else { return Vec::new() };
        let resolved = source.canonicalize().unwrap_or_else(|_| source.clone());
        vec![source.clone(), resolved]
    }
}

/// What is known of one compiler.
struct Compiler {
    rustc: PathBuf,
    has_target: bool,
    has_linker: bool,
    source: Option<PathBuf>,
}

impl Compiler {
    fn probe(rustc: PathBuf, crate_dir: &Path) -> Option<Self> {
        let mut command = Command::new(&rustc);
        cargo::clean(&mut command);
        let output = command.args(["--print", "sysroot"]).current_dir(crate_dir).output().ok()?;
        let sysroot = PathBuf::from(String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?.trim());
        let rustlib = sysroot.join("lib/rustlib");
        let source = rustlib.join("src/rust/library");
        Some(Self {
            has_target: has_file(&rustlib.join(TARGET).join("lib"), "libstd-"),
            has_linker: brings_linker(&rustlib),
            source: source.join("std/Cargo.toml").is_file().then(|| rustlib.join("src/rust")),
            rustc,
        })
    }

    fn with(&self, library: Library, linker: Option<&PathBuf>) -> Toolchain {
        let linker = if self.has_linker { None } else { linker.cloned() };
        Toolchain { rustc: self.rustc.clone(), library, linker }
    }
}

fn choose(compilers: &[Compiler], linker: Option<&PathBuf>) -> Result<Toolchain, BuildError> {
    let links = |compiler: &&Compiler| compiler.has_linker || linker.is_some();
    if let Some(compiler) = compilers.iter().filter(links).find(|compiler| compiler.has_target) {
        return Ok(compiler.with(Library::Installed, linker));
    }
    let sourced =
        |compiler: &Compiler| compiler.source.clone().map(|source| compiler.with(Library::Source(source), linker));
    compilers
        .iter()
        .filter(links)
        .find_map(sourced)
        .ok_or_else(|| BuildError::NoToolchain { missing: missing(compilers) })
}

fn missing(compilers: &[Compiler]) -> String {
    let able = |compiler: &&Compiler| compiler.has_target || compiler.source.is_some();
    match compilers.iter().find(able) {
        None if compilers.is_empty() => "there is no rustc".into(),
        None => format!("none has the target {TARGET} or the source of its library"),
        Some(compiler) => format!("{} finds no linker for WebAssembly (wasm-ld)", compiler.rustc.display()),
    }
}

/// rustup's toolchains bring `rust-lld` under the host's folder.
fn brings_linker(rustlib: &Path) -> bool {
    let Ok(entries) = rustlib.read_dir() else { return false };
    entries.flatten().any(|entry| {
        let bin = entry.path().join("bin");
        ["rust-lld", "rust-lld.exe"].iter().any(|name| bin.join(name).is_file())
    })
}

fn has_file(folder: &Path, prefix: &str) -> bool {
    let Ok(entries) = folder.read_dir() else { return false };
    entries.flatten().any(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix)))
}

fn linker_on_path() -> Option<PathBuf> {
    let names =
        std::iter::once("wasm-ld".to_owned()).chain(LLD_VERSIONS.rev().map(|version| format!("wasm-ld-{version}")));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names.flat_map(|name| folders.iter().map(move |folder| folder.join(&name))).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `has` names what the compiler has: target, linker, source.
    fn compiler(rustc: &str, has: &[&str]) -> Compiler {
        Compiler {
            rustc: rustc.into(),
            has_target: has.contains(&"target"),
            has_linker: has.contains(&"linker"),
            source: has.contains(&"source").then(|| format!("/{rustc}/src").into()),
        }
    }

    #[test]
    fn an_installed_target_comes_before_compiling_the_library() {
        let compilers = [compiler("first", &["linker", "source"]), compiler("second", &["linker", "target"])];
        let chosen = choose(&compilers, None).unwrap();
        assert_eq!((chosen.rustc, chosen.library, chosen.linker), ("second".into(), Library::Installed, None));
    }

    #[test]
    fn a_distribution_s_compiler_borrows_a_linker() {
        let lld = PathBuf::from("/usr/bin/wasm-ld-19");
        let compilers = [compiler("rustup", &["linker"]), compiler("distribution", &["source"])];
        let chosen = choose(&compilers, Some(&lld)).unwrap();
        assert_eq!(chosen.library, Library::Source("/distribution/src".into()));
        assert_eq!(chosen.linker, Some(lld));
    }

    #[test]
    fn what_is_missing_is_said_with_the_command_that_installs_it() {
        let table = [
            (vec![], "there is no rustc"),
            (vec![compiler("a", &["linker"]), compiler("b", &[])], "none has the target"),
            (vec![compiler("a", &["source"])], "a finds no linker"),
            (vec![compiler("a", &["target"])], "a finds no linker"),
        ];
        for (compilers, missing) in table {
            let error = choose(&compilers, None).unwrap_err().to_string();
            assert!(error.contains(missing), "{error}");
            assert!(error.contains("rustup target add wasm32-unknown-unknown"), "{error}");
            assert!(error.contains("apt-get install --no-install-recommends rustc-web rust-web-src lld-19"), "{error}");
        }
    }
}
