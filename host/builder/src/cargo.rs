//! How cargo is called: with nothing of the caller's own build left in its environment.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// Variables that would change what is compiled, or come from a cargo that runs us. Removing them is what makes the
/// same source give the same bytes.
const FOREIGN_VARIABLES: [&str; 12] = [
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_MAKEFLAGS",
    "LD_LIBRARY_PATH",
    "MAKEFLAGS",
    "RUSTC",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
];

/// Prefixes of the same kind.
const FOREIGN_PREFIXES: [&str; 4] =
    ["CARGO_PKG_", "CARGO_PROFILE_", "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_", "CARGO_UNSTABLE_"];

/// The cargo that runs us, or the one on the PATH.
pub fn program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// `cargo` in `crate_dir`, so that the crate's own `rust-toolchain.toml` and `.cargo/config.toml` count.
pub fn command(crate_dir: &Path) -> Command {
    let mut command = Command::new(program());
    command.current_dir(crate_dir);
    clean(&mut command);
    command
}

/// Takes away what a surrounding build left behind.
pub fn clean(command: &mut Command) {
    for name in FOREIGN_VARIABLES {
        command.env_remove(name);
    }
    for (name, _) in env::vars_os() {
        let foreign = name.to_str().is_some_and(|name| FOREIGN_PREFIXES.iter().any(|prefix| name.starts_with(prefix)));
        if foreign {
            command.env_remove(name);
        }
    }
}
