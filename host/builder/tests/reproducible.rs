//! The same source gives the same bytes, wherever it lies.

use std::fs;
use std::path::{Path, PathBuf};

use tollgate_builder::{BuildOptions, Built, World, build};

/// What a copy needs of the repository to build the Add Funds module.
const COPIED: [&str; 3] = ["Cargo.lock", "plugins/sdk", "plugins/add-funds"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Leaves a file alone that is the same already, so that cargo does not compile it again.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            if name != "target" {
                copy(&from.join(&name), &to.join(&name));
            }
        }
    } else {
        let bytes = fs::read(from).unwrap();
        write(to, &bytes);
    }
}

fn write(path: &Path, bytes: &[u8]) {
    if fs::read(path).ok().as_deref() != Some(bytes) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// The workspace's manifest, with the two members that were copied.
fn manifest() -> String {
    let whole = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let (before, rest) = whole.split_once("members = [").unwrap();
    let (_, after) = rest.split_once(']').unwrap();
    let kept: Vec<&str> = after.lines().filter(|line| !line.starts_with("default-members")).collect();
    format!("{before}members = [\"plugins/sdk\", \"plugins/add-funds\"]{}\n", kept.join("\n"))
}

fn add_funds(workspace: &Path, target_dir: Option<PathBuf>) -> Built {
    let options = BuildOptions { target_dir, quiet: true, ..BuildOptions::default() };
    build(&workspace.join("plugins/add-funds"), &options).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn built_elsewhere_the_bytes_are_the_same_and_name_no_folder_of_this_machine() {
    let elsewhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("elsewhere, with spaces");
    for path in COPIED {
        copy(&repository().join(path), &elsewhere.join(path));
    }
    write(&elsewhere.join("Cargo.toml"), manifest().as_bytes());

    let here = add_funds(&repository(), None);
    let there = add_funds(&elsewhere, Some(elsewhere.join("built")));
    assert_eq!((here.world, here.name.as_str()), (World::AddOn, "tollgate-add-funds"));
    assert!(here.component == there.component, "{} and {} bytes", here.component.len(), there.component.len());

    for folder in [repository(), elsewhere] {
        let folder = folder.to_str().unwrap().as_bytes();
        assert!(!here.component.windows(folder.len()).any(|bytes| bytes == folder), "a path of this machine is in it");
    }
}
