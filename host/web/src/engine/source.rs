//! The templates' directory: read whole at start; in a development mode read again when a file changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::problem::TemplateProblem;

/// Where the templates, translations and assets are.
#[derive(Debug, Clone)]
pub struct TemplateSource {
    pub dir: PathBuf,
    /// Reads the directory again when a file changed: for whoever edits templates. Costs a look at every file for a page.
    pub watch: bool,
}

/// One file, named by its path below the directory, with `/`.
#[derive(Debug, Clone)]
pub struct SourceFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A theme is some dozens of files; more than this is a wrong directory.
const FILES_MAX: usize = 2_000;
/// Fonts are the largest of them.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Folders within folders.
const DEPTH_MAX: u32 = 6;

impl TemplateSource {
    /// Every file whose name does not begin with a dot, sorted.
    ///
    /// # Errors
    /// What cannot be read, by its name.
    pub fn read(&self) -> Result<Vec<SourceFile>, TemplateProblem> {
        let mut files = Vec::new();
        for path in self.paths()? {
            let name = self.name_of(&path);
            let problem = |what: String| TemplateProblem::new(&name, None, what);
            let size = fs::metadata(&path).map_err(|error| problem(error.to_string()))?.len();
            if size > FILE_BYTES_MAX {
                return Err(problem(format!("is larger than {FILE_BYTES_MAX} bytes")));
            }
            let bytes = fs::read(&path).map_err(|error| problem(format!("cannot be read: {error}")))?;
            files.push(SourceFile { name: name.clone(), bytes });
        }
        Ok(files)
    }

    /// Changes whenever a file comes, goes or is written.
    #[must_use]
    pub fn stamp(&self) -> Option<(usize, SystemTime)> {
        let paths = self.paths().ok()?;
        let changed = |path: &PathBuf| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
        Some((paths.len(), paths.iter().filter_map(changed).max()?))
    }

    fn paths(&self) -> Result<Vec<PathBuf>, TemplateProblem> {
        let mut paths = Vec::new();
        walk(&self.dir, 0, &mut paths)?;
        paths.sort();
        Ok(paths)
    }

    fn name_of(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.dir).unwrap_or(path);
        below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }
}

fn walk(dir: &Path, depth: u32, paths: &mut Vec<PathBuf>) -> Result<(), TemplateProblem> {
    let problem = |what: String| TemplateProblem::new(dir.display().to_string(), None, what);
    let entries = fs::read_dir(dir).map_err(|error| problem(format!("cannot be read: {error}")))?;
    for entry in entries {
        let entry = entry.map_err(|error| problem(error.to_string()))?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            if depth < DEPTH_MAX {
                walk(&path, depth + 1, paths)?;
            }
        } else if paths.len() >= FILES_MAX {
            return Err(problem(format!("holds more than {FILES_MAX} files: is it the templates' directory?")));
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

impl SourceFile {
    /// The name below `folder` and without `.extension`, where it is such a file.
    #[must_use]
    pub fn below(&self, folder: &str, extension: &str) -> Option<&str> {
        let name = if folder.is_empty() { &self.name } else { self.name.strip_prefix(folder)?.strip_prefix('/')? };
        if extension.is_empty() { Some(name) } else { name.strip_suffix(extension)?.strip_suffix('.') }
    }

    /// # Errors
    /// Where it is not UTF-8.
    pub fn text(&self) -> Result<&str, TemplateProblem> {
        std::str::from_utf8(&self.bytes).map_err(|error| {
            let line = self.bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
            TemplateProblem::new(&self.name, Some(line), "is not UTF-8 text")
        })
    }
}
