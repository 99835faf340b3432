//! Where things lie: the source tree, the binary and the components that `make test` built before.

use std::path::PathBuf;

/// The top of the source tree.
///
/// # Panics
/// Never: this package lies one folder below it.
#[must_use]
pub fn top() -> PathBuf {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    own.parent().expect("the package lies in a folder of the top").to_owned()
}

/// The target folder that this test runs from.
fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    // <target>/<profile>/deps/<test>
    test.ancestors().nth(3).expect("tests run from the target folder").to_owned()
}

/// The real binary.
///
/// # Panics
/// Where it is not built.
#[must_use]
pub fn tollgate() -> PathBuf {
    let binary = target().join("debug").join("tollgate");
    assert!(binary.is_file(), "{} is missing; build it with: make test", binary.display());
    binary
}

/// A bundled plugin, compiled: `bank-transfer`.
///
/// # Panics
/// Where it is not built.
#[must_use]
pub fn component(name: &str) -> PathBuf {
    let component = target().join("components").join(format!("{name}.wasm"));
    assert!(component.is_file(), "{} is missing; build it with: make test", component.display());
    component
}

/// Compiled plugins of every installation of a test run. Compiling one takes a build without optimisation some ten seconds.
#[must_use]
pub fn compiled() -> PathBuf {
    target().join("compiled-plugins")
}

/// Where a test leaves what people may want to look at.
///
/// # Panics
/// Where the folder cannot be made.
#[must_use]
pub fn artefacts(name: &str) -> PathBuf {
    let folder = target().join(name);
    std::fs::create_dir_all(&folder).expect("a folder in the target folder can be made");
    folder
}
