//! Crates that cannot become a plugin are refused before anything is compiled.

use std::path::Path;

use tempfile::TempDir;
use tollgate_builder::{BuildError, BuildOptions, build};

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn refusal(crate_dir: &Path) -> BuildError {
    let options = BuildOptions { offline: true, quiet: true, ..BuildOptions::default() };
    build(crate_dir, &options).expect_err("it cannot become a plugin")
}

const MANIFEST: &str = "[package]\nname = \"guest\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";

#[test]
fn a_folder_without_a_manifest_is_no_crate() {
    let empty = folder(&[]);
    for path in [empty.path().to_owned(), empty.path().join("missing")] {
        let error = refusal(&path);
        assert!(matches!(&error, BuildError::NotACrate { .. }), "{error}");
        assert!(error.to_string().contains("there is no Cargo.toml in it"), "{error}");
    }
}

#[test]
fn a_manifest_that_cargo_refuses_is_told_in_cargo_s_words() {
    let broken = folder(&[("Cargo.toml", "[package]\nname = 7\n"), ("src/lib.rs", "")]);
    let error = refusal(broken.path());
    assert!(matches!(&error, BuildError::NotACrate { reason, .. } if reason.contains("name")), "{error}");
}

#[test]
fn a_workspace_is_no_crate() {
    let workspace = folder(&[("Cargo.toml", "[workspace]\nmembers = []\n")]);
    let error = refusal(workspace.path());
    assert!(matches!(&error, BuildError::NotACrate { reason, .. } if reason.contains("workspace")), "{error}");
}

#[test]
fn a_library_that_makes_no_module_is_told_what_to_write() {
    let library = folder(&[("Cargo.toml", MANIFEST), ("src/lib.rs", "")]);
    let error = refusal(library.path());
    assert!(matches!(&error, BuildError::NotACdylib { package } if package == "guest"), "{error}");
    assert!(error.to_string().contains("crate-type"), "{error}");
}
