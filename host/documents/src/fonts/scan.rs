//! Finding font files. Only names are read here.

use std::path::{Path, PathBuf};

use super::catalogue::Need;

/// Where systems keep fonts; what is absent is passed over.
const SYSTEM_DIRS: [&str; 6] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "/opt/homebrew/share/fonts",
    "C:\\Windows\\Fonts",
];

/// Folders in folders that are entered; it ends a loop of links.
const DEPTH_MAX: usize = 6;
/// Directory entries that are looked at in one search, so that a wrong directory cannot hold up a document for long.
const ENTRIES_MAX: usize = 50_000;
/// Files of the provider's own directories; each is read whole once.
const OWN_FILES_MAX: usize = 200;

/// Every font in the provider's own directories.
pub fn own_files(dirs: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = files_in(dirs.iter().map(PathBuf::as_path), is_font);
    files.truncate(OWN_FILES_MAX);
    files
}

/// The wanted ones of the system's.
pub fn system_files(need: Need) -> Vec<PathBuf> {
    files_in(SYSTEM_DIRS.iter().map(Path::new), |name| is_font(name) && need.wants(name))
}

/// In an order that does not depend on the file system's, as the order of fonts decides between equal ones.
fn files_in<'a>(dirs: impl Iterator<Item = &'a Path>, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut entries_left = ENTRIES_MAX;
    let mut found = Vec::new();
    for dir in dirs {
        let mut here = Vec::new();
        collect(dir, DEPTH_MAX, &mut entries_left, &wanted, &mut here);
        here.sort();
        found.append(&mut here);
    }
    found
}

fn collect(
    dir: &Path,
    depth: usize,
    entries_left: &mut usize,
    wanted: &impl Fn(&str) -> bool,
    found: &mut Vec<PathBuf>,
) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        if *entries_left == 0 {
            return;
        }
        *entries_left -= 1;
        let path = entry.path();
        if path.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, entries_left, wanted, found);
            }
        } else if path.file_name().and_then(|name| name.to_str()).is_some_and(wanted) {
            found.push(path);
        }
    }
}

fn is_font(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["ttf", "otf", "ttc", "otc"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_are_found_in_folders_and_in_a_stable_order() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("b")).unwrap();
        for name in ["z.TTF", "b/a.otf", "notes.txt", "b/c.ttc", "ttf"] {
            std::fs::write(dir.path().join(name), b"").unwrap();
        }
        let found = own_files(&[dir.path().to_owned(), dir.path().join("absent")]);
        let names: Vec<_> = found.iter().map(|path| path.strip_prefix(dir.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["b/a.otf", "b/c.ttc", "z.TTF"]);
    }
}
