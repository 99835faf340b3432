//! From a plugin's source to its component: finds a toolchain that can, compiles, encodes the component in-process and
//! refuses one that reaches for anything outside the contract. It never runs what it builds.
//!
//! The same source, toolchain and dependencies give the same bytes, wherever the source and the target folder lie.

mod cargo;
mod compile;
mod component;
mod error;
mod memory;
mod toolchain;
mod workspace;

use std::path::{Path, PathBuf};

pub use component::{World, inspect};
pub use error::BuildError;
pub use toolchain::Toolchain;

/// What a caller may choose. The default is right for an author at a terminal.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// Where cargo puts what it compiles; by default `plugins` in the target folder of the crate's workspace, which all
    /// plugins of a workspace share, so that the standard library is compiled once.
    pub target_dir: Option<PathBuf>,
    /// Take the dependencies from `Cargo.lock` or fail.
    pub locked: bool,
    /// Use nothing of the network.
    pub offline: bool,
    /// Print errors and warnings only.
    pub quiet: bool,
}

/// A component that keeps to the contract.
#[derive(Debug, Clone)]
pub struct Built {
    /// The package's name, `tollgate-add-funds`: what an output file is called by default.
    pub name: String,
    pub component: Vec<u8>,
    pub world: World,
    pub toolchain: Toolchain,
}

impl Built {
    /// Writes the component to a file. A server that loads its folder just now sees the old file or the new one, never half
    /// of it.
    ///
    /// # Errors
    /// [`BuildError::Io`] with the file's name.
    pub fn write(&self, file: &Path) -> Result<(), BuildError> {
        let half = file.with_extension("wasm.part");
        let written = std::fs::write(&half, &self.component).and_then(|()| std::fs::rename(&half, file));
        written.map_err(|source| BuildError::Io { what: format!("{} cannot be written", file.display()), source })
    }

    /// One line of what was made: `card.wasm: 678800 bytes, payment-gateway`.
    #[must_use]
    pub fn summary(&self, file: &Path) -> String {
        format!("{}: {} bytes, {}", file.display(), self.component.len(), self.world.name())
    }
}

/// Compiles the crate in `crate_dir`, whose `Cargo.toml` has a `cdylib` library. What cargo says goes to standard error
/// as it comes, so that a compile error reads as it does elsewhere.
///
/// # Errors
/// What to mend, as [`BuildError`].
pub fn build(crate_dir: &Path, options: &BuildOptions) -> Result<Built, BuildError> {
    let workspace = workspace::read(crate_dir, options)?;
    let toolchain = Toolchain::find(crate_dir)?;
    let module = compile::to_core_module(&workspace, &toolchain, options)?;
    let (component, world) = component::encode(&module)?;
    Ok(Built { name: workspace.package_name, component, world, toolchain })
}
