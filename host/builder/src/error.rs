//! Why there is no component. Each says what to do.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(
        "there is no cargo on the PATH: install Rust from https://rustup.rs{}",
        if cfg!(target_os = "linux") { ", or on Debian `apt-get install cargo`" } else { "" }
    )]
    NoCargo,
    #[error(
        "no Rust toolchain here can compile to WebAssembly, because {missing}: run `rustup target add \
         wasm32-unknown-unknown`, or on Debian `apt-get install --no-install-recommends rustc-web rust-web-src lld-19`"
    )]
    NoToolchain { missing: String },
    #[error("{} is not a plugin's crate: {reason}", path.display())]
    NotACrate { path: PathBuf, reason: String },
    #[error(
        "{package} is not a plugin: its Cargo.toml needs `[lib]` with `crate-type = [\"cdylib\", \"rlib\"]`, \
         so that it compiles to a WebAssembly module"
    )]
    NotACdylib { package: String },
    #[error("{package} does not compile; what the compiler said is above")]
    Compile { package: String },
    #[error(
        "the plugin exports no Tollgate world: write `export_gateway!(…)` or `export_module!(…)` at the root of its crate"
    )]
    NoWorld,
    #[error(
        "the plugin imports {import}, which is outside the contract: find the dependency that needs it \
         (`cargo tree --target wasm32-unknown-unknown`) and replace it or turn that feature off"
    )]
    ForeignImport { import: String },
    #[error("the plugin exports {export}, which is outside the contract: remove it")]
    ForeignExport { export: String },
    #[error("the plugin does not keep to the world {world}: {reason}")]
    WrongShape { world: &'static str, reason: String },
    #[error("this is not a WebAssembly component: {0}")]
    NotAComponent(String),
    #[error("{what}: {source}")]
    Io { what: String, source: std::io::Error },
}
