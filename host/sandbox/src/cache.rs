//! Compiled code on disk, so that a start takes milliseconds. Losing all of it costs a compilation, never more.
//!
//! Several installations may keep theirs in one directory, at the same time: files are named by what they were made of,
//! appear whole, and go only after nobody used them for long.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::compiled::component_from_cache;

/// First bytes of a cache file; another layout gets another number.
const MAGIC: &[u8; 8] = b"tollgt01";
const DIGEST_BYTES: usize = 32;
const HEADER_BYTES: usize = MAGIC.len() + DIGEST_BYTES;
/// Ending of whole files and of those being written.
const EXTENSION: &str = "cwasm";
const UNFINISHED: &str = "cwasm-unfinished";
/// Code that nobody used for so long is removed. Long, because another installation may need it although this one does not.
const UNUSED_MAX: Duration = Duration::from_hours(30 * 24);
/// A use is written down at most so often, so that a start writes nothing as a rule.
const USE_NOTED_EVERY: Duration = Duration::from_hours(24);

/// SHA-256 of a component's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComponentHash(pub [u8; DIGEST_BYTES]);

impl ComponentHash {
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    pub fn hex(&self) -> String {
        hex(&self.0)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        // Writing into a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Compiled code, as whole as when it was written.
pub struct Verified {
    file: Vec<u8>,
}

impl Verified {
    pub fn code(&self) -> &[u8] {
        self.file.get(HEADER_BYTES..).unwrap_or_default()
    }

    /// Puts the header before code that was compiled a moment ago.
    fn seal(code: &[u8], key: &[u8]) -> Self {
        let mut file = Vec::with_capacity(HEADER_BYTES + code.len());
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(&digest(key, code));
        file.extend_from_slice(code);
        Self { file }
    }

    /// `None` for a file that is not whole, or was made for another component or engine.
    fn open(file: Vec<u8>, key: &[u8]) -> Option<Self> {
        let code = file.get(HEADER_BYTES..)?;
        let whole = file.starts_with(MAGIC) && file.get(MAGIC.len()..HEADER_BYTES)? == digest(key, code);
        whole.then_some(Self { file })
    }
}

fn digest(key: &[u8], code: &[u8]) -> [u8; DIGEST_BYTES] {
    Sha256::new_with_prefix(key).chain_update(code).finalize().into()
}

/// The directory of compiled code.
pub struct Cache {
    directory: PathBuf,
    engine: Engine,
    /// Names of the engine that code is for: its version, its settings, the processor.
    engine_hash: u64,
}

impl Cache {
    /// Makes the directory, or makes an existing one private.
    ///
    /// # Errors
    /// Where it cannot be made, or belongs to somebody else.
    pub fn open(directory: &Path, engine: &Engine) -> io::Result<Self> {
        private_directory(directory)?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let engine_hash = hasher.finish();
        Ok(Self { directory: directory.to_owned(), engine: engine.clone(), engine_hash })
    }

    /// The component's compiled code: out of the cache where it is there and whole, else compiled now and kept.
    /// Compiling takes the processor for up to seconds; call it where that disturbs nobody.
    ///
    /// # Errors
    /// Where the component does not compile. Trouble with the cache is logged, and only costs time.
    pub fn component(&self, hash: ComponentHash, bytes: &[u8]) -> wasmtime::Result<Component> {
        let key = self.key(hash);
        let path = self.path(hash);
        if let Some(component) = self.stored(&path, &key) {
            return Ok(component);
        }
        let sealed = Verified::seal(&self.engine.precompile_component(bytes)?, &key);
        if let Err(error) = write_whole(&path, &sealed.file) {
            tracing::warn!(path = %path.display(), %error, "compiled code could not be kept; the next start compiles again");
        }
        component_from_cache(&self.engine, &sealed)
    }

    /// Removes code, and what an interrupted start left behind, that neither this host needs nor any other used lately.
    pub fn sweep(&self, needed: &[ComponentHash]) {
        let needed: Vec<PathBuf> = needed.iter().map(|hash| self.path(*hash)).collect();
        let Ok(entries) = std::fs::read_dir(&self.directory) else {
            return;
        };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            if is_ours(&path) && !needed.contains(&path) && unused(&path) > UNUSED_MAX {
                // A file that stays costs disk space only; the next start tries again.
                let _ = std::fs::remove_file(path);
            }
        }
    }

    fn stored(&self, path: &Path, key: &[u8]) -> Option<Component> {
        let file = std::fs::read(path).ok()?;
        let Some(verified) = Verified::open(file, key) else {
            tracing::warn!(path = %path.display(), "compiled code is damaged; it is compiled again");
            return None;
        };
        match component_from_cache(&self.engine, &verified) {
            Ok(component) => {
                note_use(path);
                Some(component)
            }
            Err(error) => {
                tracing::warn!(path = %path.display(), ?error, "compiled code is of another engine; it is compiled again");
                None
            }
        }
    }

    fn key(&self, hash: ComponentHash) -> Vec<u8> {
        [hash.0.as_slice(), &self.engine_hash.to_le_bytes()].concat()
    }

    fn path(&self, hash: ComponentHash) -> PathBuf {
        self.directory.join(format!("{}-{:016x}.{EXTENSION}", hash.hex(), self.engine_hash))
    }
}

/// Writes beside and renames, so that nobody ever reads half a file: of two that write the same code, the last one's
/// stays, and both are whole. No fsync: a file that a power cut tore is found out by its digest.
fn write_whole(path: &Path, file: &[u8]) -> io::Result<()> {
    let unfinished = unfinished_beside(path)?;
    let mut open = std::fs::File::create_new(&unfinished)?;
    let written = open.write_all(file);
    drop(open);
    let kept = written.and_then(|()| std::fs::rename(&unfinished, path));
    if kept.is_err() {
        // What cannot be removed either goes with a later sweep.
        let _ = std::fs::remove_file(&unfinished);
    }
    kept
}

/// A name that nobody else has at this moment; a process id would be the same in two containers.
fn unfinished_beside(path: &Path) -> io::Result<PathBuf> {
    let number = getrandom::u64().map_err(|_| io::Error::other("the operating system gives no randomness"))?;
    Ok(path.with_extension(format!("{number:016x}.{UNFINISHED}")))
}

/// How long ago the code was made or last used; nothing for a clock that went back, so that the file stays.
fn unused(path: &Path) -> Duration {
    let last = std::fs::metadata(path).and_then(|found| found.modified());
    last.ok().and_then(|last| SystemTime::now().duration_since(last).ok()).unwrap_or_default()
}

fn note_use(path: &Path) {
    if unused(path) > USE_NOTED_EVERY {
        // Where it cannot be written down, the file goes early and is compiled again.
        let _ = std::fs::File::open(path).and_then(|file| file.set_modified(SystemTime::now()));
    }
}

fn is_ours(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == EXTENSION || extension == UNFINISHED)
}

/// Makes the directory so that only this account may enter. What others could have written is not trusted: it goes.
#[cfg(unix)]
fn private_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    const PRIVATE: u32 = 0o700;
    const OTHERS: u32 = 0o077;
    const OTHERS_WRITE: u32 = 0o022;
    std::fs::DirBuilder::new().recursive(true).mode(PRIVATE).create(directory)?;
    let found = std::fs::metadata(directory)?;
    let probe = unfinished_beside(&directory.join("probe"))?;
    let me = std::fs::File::create_new(&probe)?.metadata()?.uid();
    std::fs::remove_file(&probe)?;
    if found.uid() != me {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it belongs to another account"));
    }
    if found.mode() & OTHERS != 0 {
        std::fs::set_permissions(directory, std::fs::Permissions::from_mode(PRIVATE))?;
    }
    if found.mode() & OTHERS_WRITE != 0 {
        tracing::warn!(path = %directory.display(), "others could write the cache; all of it is compiled again");
        for path in
            std::fs::read_dir(directory)?.filter_map(Result::ok).map(|entry| entry.path()).filter(|p| is_ours(p))
        {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn private_directory(directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)
}
