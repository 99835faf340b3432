//! The template and what lies beside it: read when needed, again when changed, never from anywhere else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use typst::diag::{FileError, FileResult};
use typst::foundations::Bytes;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};

/// What serves where the provider's directory has no file of that name.
const BUILT_IN: [(&str, &str); 5] = [
    (TEMPLATE, include_str!("../../../templates/invoice.typ")),
    ("locales/en/invoice.ftl", include_str!("../../../templates/locales/en/invoice.ftl")),
    ("locales/de/invoice.ftl", include_str!("../../../templates/locales/de/invoice.ftl")),
    ("locales/ja/invoice.ftl", include_str!("../../../templates/locales/ja/invoice.ftl")),
    ("locales/zh-Hans/invoice.ftl", include_str!("../../../templates/locales/zh-Hans/invoice.ftl")),
];

/// The template's name.
pub const TEMPLATE: &str = "invoice.typ";

/// A template, a translation or a logo larger than this is a mistake.
const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Files that are remembered; a template that asks for more is refused, as each is looked at again for each document.
const FILES_MAX: usize = 256;
/// A file that changed less than this before it was read may change again within the clock's tick, unseen by its
/// time; so it is read again until it has been left alone for that long.
const SETTLES_AFTER: Duration = Duration::from_secs(2);

/// Files of one directory by their path in it.
pub struct TemplateFiles {
    root: Option<PathBuf>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    entries: BTreeMap<String, Entry>,
    /// Counts changes seen.
    version: u64,
}

#[derive(Clone)]
struct Entry {
    stamp: Stamp,
    bytes: FileResult<Bytes>,
    /// Parsed when the template or an import first needs it.
    source: Option<Source>,
}

/// How a changed file is told from an unchanged one without reading it. `None` where there is no such file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    file: Option<(SystemTime, u64)>,
    settled: bool,
}

impl TemplateFiles {
    /// `root` is the provider's directory of templates; without one, the built-in files serve.
    pub fn new(root: Option<PathBuf>) -> Self {
        Self { root, known: Mutex::default() }
    }

    /// Forgets what has changed on disk. Answers a number that is the same only while nothing has.
    pub fn refresh(&self) -> u64 {
        let mut known = self.known.lock();
        let changed: Vec<String> = known
            .entries
            .iter()
            .filter(|(name, entry)| self.has_changed(name, entry))
            .map(|(name, _)| name.clone())
            .collect();
        for name in &changed {
            known.entries.remove(name);
        }
        known.version += u64::from(!changed.is_empty());
        known.version
    }

    pub fn version(&self) -> u64 {
        self.known.lock().version
    }

    pub fn exists(&self, name: &str) -> bool {
        self.entry(name).is_ok_and(|entry| entry.bytes.is_ok())
    }

    /// A text file such as a translation; `None` where there is none or it is not UTF-8.
    pub fn text(&self, name: &str) -> Option<String> {
        let bytes = self.entry(name).ok()?.bytes.ok()?;
        Some(bytes.as_str().ok()?.to_owned())
    }

    /// The text that the program brings itself.
    pub fn built_in_text(name: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    pub fn bytes(&self, id: FileId) -> FileResult<Bytes> {
        self.entry(Self::name_of(id)?)?.bytes
    }

    pub fn source(&self, id: FileId) -> FileResult<Source> {
        let name = Self::name_of(id)?;
        let entry = self.entry(name)?;
        if let Some(source) = entry.source {
            return Ok(source);
        }
        let bytes = entry.bytes?;
        let text = bytes.as_str().map_err(|_| FileError::InvalidUtf8)?;
        let source = Source::new(id, text.trim_start_matches('\u{feff}').to_owned());
        if let Some(entry) = self.known.lock().entries.get_mut(name) {
            entry.source = Some(source.clone());
        }
        Ok(source)
    }

    /// Only files of the project: a package would have to be fetched, and nothing here fetches.
    fn name_of(id: FileId) -> FileResult<&'static str> {
        let path: &'static RootedPath = id.get();
        match path.root() {
            VirtualRoot::Project => Ok(path.vpath().get_without_slash()),
            VirtualRoot::Package(_) => Err(FileError::Other(Some(
                "packages are not available to the invoice template; put the file beside it and import that".into(),
            ))),
        }
    }

    fn entry(&self, name: &str) -> FileResult<Entry> {
        let mut known = self.known.lock();
        if let Some(entry) = known.entries.get(name) {
            return Ok(entry.clone());
        }
        if known.entries.len() >= FILES_MAX {
            return Err(FileError::Other(Some("the template asks for too many files".into())));
        }
        let entry = self.read(name);
        known.entries.insert(name.to_owned(), entry.clone());
        Ok(entry)
    }

    fn read(&self, name: &str) -> Entry {
        let stamp = self.stamp(name);
        let bytes = match (self.read_from_root(name), Self::built_in_text(name)) {
            (Err(FileError::NotFound(_)), Some(text)) => Ok(Bytes::from_string(text)),
            (read, _) => read,
        };
        Entry { stamp, bytes, source: None }
    }

    fn read_from_root(&self, name: &str) -> FileResult<Bytes> {
        let path = self.inside(name)?;
        let io_error = |error| FileError::from_io(error, Path::new(name));
        let file = std::fs::metadata(&path).map_err(io_error)?;
        if file.is_dir() {
            return Err(FileError::IsDirectory);
        }
        if !file.is_file() || file.len() > FILE_BYTES_MAX {
            return Err(FileError::Other(Some(format!("{name} is larger than {FILE_BYTES_MAX} bytes").into())));
        }
        std::fs::read(&path).map(Bytes::new).map_err(io_error)
    }

    /// The real path, which must lie in the directory even after links are followed.
    fn inside(&self, name: &str) -> FileResult<PathBuf> {
        let absent = || FileError::NotFound(PathBuf::from(name));
        let root = self.root.as_ref().ok_or_else(absent)?.canonicalize().map_err(|_| absent())?;
        let path =
            VirtualPath::new(name).map_err(|_| FileError::AccessDenied)?.realize(&root).map_err(FileError::Realize)?;
        let path = path.canonicalize().map_err(|error| FileError::from_io(error, Path::new(name)))?;
        if path.starts_with(&root) { Ok(path) } else { Err(FileError::AccessDenied) }
    }

    fn stamp(&self, name: &str) -> Stamp {
        let metadata = self.inside(name).ok().and_then(|path| std::fs::metadata(path).ok());
        let file = metadata.and_then(|file| Some((file.modified().ok()?, file.len())));
        let settled = file.is_none_or(|(modified, _)| modified.elapsed().is_ok_and(|age| age > SETTLES_AFTER));
        Stamp { file, settled }
    }

    fn has_changed(&self, name: &str, entry: &Entry) -> bool {
        let now = self.stamp(name);
        if now.file != entry.stamp.file {
            return true;
        }
        !entry.stamp.settled && self.read(name).bytes != entry.bytes
    }
}

/// The id that typst knows a file of the template's directory by.
///
/// # Errors
/// A name that leaves the directory.
pub fn id_of(name: &str) -> FileResult<FileId> {
    let path = VirtualPath::new(name).map_err(|_| FileError::AccessDenied)?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files_with(name: &str, content: &str) -> (tempfile::TempDir, TemplateFiles) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(name), content).unwrap();
        let files = TemplateFiles::new(Some(dir.path().to_owned()));
        (dir, files)
    }

    #[test]
    fn the_provider_s_file_comes_before_the_built_in_one() {
        let (_dir, files) = files_with(TEMPLATE, "mine");
        assert_eq!(files.text(TEMPLATE).as_deref(), Some("mine"));
        assert!(files.text("locales/en/invoice.ftl").is_some_and(|text| text.contains("Invoice")));
        assert_eq!(files.text("locales/xx/invoice.ftl"), None);
        assert!(TemplateFiles::new(None).exists(TEMPLATE));
    }

    #[test]
    fn a_change_is_seen_even_within_one_tick_of_the_clock() {
        let (dir, files) = files_with(TEMPLATE, "one");
        assert_eq!(files.text(TEMPLATE).as_deref(), Some("one"));
        let before = files.refresh();
        assert_eq!(files.refresh(), before, "nothing changed");
        std::fs::write(dir.path().join(TEMPLATE), "two").unwrap();
        assert_ne!(files.refresh(), before);
        assert_eq!(files.text(TEMPLATE).as_deref(), Some("two"));
    }

    #[test]
    fn a_file_that_appears_or_goes_is_a_change() {
        let (dir, files) = files_with(TEMPLATE, "one");
        assert!(!files.exists("logo.svg"));
        let before = files.refresh();
        std::fs::write(dir.path().join("logo.svg"), "<svg/>").unwrap();
        assert_ne!(files.refresh(), before);
        assert!(files.exists("logo.svg"));
        let with_logo = files.refresh();
        std::fs::remove_file(dir.path().join("logo.svg")).unwrap();
        assert_ne!(files.refresh(), with_logo);
        assert!(!files.exists("logo.svg"));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_that_leaves_the_directory_is_refused() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "secret").unwrap();
        let (dir, files) = files_with(TEMPLATE, "mine");
        std::os::unix::fs::symlink(outside.path().join("secret"), dir.path().join("link.txt")).unwrap();
        assert_eq!(files.bytes(id_of("link.txt").unwrap()), Err(FileError::AccessDenied));
        assert!(id_of("../secret").is_err());
    }

    #[test]
    fn what_is_no_file_of_a_sane_size_is_refused() {
        let (dir, files) = files_with(TEMPLATE, "mine");
        std::fs::create_dir(dir.path().join("folder")).unwrap();
        assert_eq!(files.bytes(id_of("folder").unwrap()), Err(FileError::IsDirectory));
        std::fs::File::create(dir.path().join("large.png")).unwrap().set_len(FILE_BYTES_MAX + 1).unwrap();
        assert!(matches!(files.bytes(id_of("large.png").unwrap()), Err(FileError::Other(_))));
        std::fs::write(dir.path().join("latin1.typ"), [0xe4]).unwrap();
        assert_eq!(files.source(id_of("latin1.typ").unwrap()).err(), Some(FileError::InvalidUtf8));
    }

    #[test]
    fn a_template_cannot_make_it_remember_without_end() {
        let (_dir, files) = files_with(TEMPLATE, "mine");
        let refused = (0..=FILES_MAX).filter(|index| files.entry(&format!("{index}.typ")).is_err()).count();
        assert_eq!(refused, 1);
    }
}
