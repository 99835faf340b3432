//! The key file on disk. It is read only where nobody else could have read it, and replaced whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use zeroize::Zeroizing;

use crate::vault::keyring::{Keyring, KeyringError};

/// Sixteen keys are a tenth of this.
const FILE_BYTES_MAX: u64 = 16 << 10;
const MODE: u32 = 0o600;
const GROUP_AND_OTHERS: u32 = 0o077;

/// Why the key file cannot be used. Names the file and what to do; quotes nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("there is no key file {}", .0.display())]
    Missing(PathBuf),
    #[error("the key file {} is a symbolic link; put the file itself there", .0.display())]
    Link(PathBuf),
    #[error("the key file {} is no ordinary file", .0.display())]
    NoFile(PathBuf),
    #[error("the key file {} can be read by others (mode {mode:03o}); take that away with: chmod 600", file.display())]
    Open { file: PathBuf, mode: u32 },
    #[error("the key file {} belongs to another user ({owner}) than this process ({process})", file.display())]
    Owner { file: PathBuf, owner: u32, process: u32 },
    #[error("the key file {} is larger than {} kB, so it is no key file", .0.display(), FILE_BYTES_MAX >> 10)]
    TooLarge(PathBuf),
    #[error("the key file {} cannot be used: {source}", file.display())]
    Content { file: PathBuf, source: KeyringError },
    #[error("the key file {} cannot be {doing}: {source}", file.display())]
    Io { file: PathBuf, doing: &'static str, source: io::Error },
}

/// Where the keys lie. A lock file beside it, `<name>.lock`, keeps whoever seals apart from whoever rotates.
#[derive(Debug, Clone)]
pub struct KeyFile {
    path: PathBuf,
}

/// Held while it lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl KeyFile {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// # Errors
    /// Where it is not there, not this user's alone, or not a key file.
    pub fn read(&self) -> Result<Keyring, KeyFileError> {
        let file = self.path.clone();
        let opened = OpenOptions::new().read(true).custom_flags(flags(OFlags::NOFOLLOW | OFlags::NONBLOCK)).open(&file);
        let mut opened = match opened {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(KeyFileError::Missing(file)),
            Err(_) if fs::symlink_metadata(&file).is_ok_and(|metadata| metadata.is_symlink()) => {
                return Err(KeyFileError::Link(file));
            }
            Err(source) => return Err(KeyFileError::Io { file, doing: "opened", source }),
        };
        // Of what was opened, not of what lies there by now.
        let metadata = opened.metadata().map_err(|source| self.io("read", source))?;
        let process = rustix::process::geteuid().as_raw();
        self.trusted(&metadata, process)?;
        let mut text = Zeroizing::new(String::with_capacity(usize::try_from(FILE_BYTES_MAX).unwrap_or_default() + 1));
        let read = Read::by_ref(&mut opened).take(FILE_BYTES_MAX + 1).read_to_string(&mut text);
        match read {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(KeyFileError::Content { file, source: KeyringError::Format });
            }
            Err(source) => return Err(self.io("read", source)),
            Ok(bytes) if bytes as u64 > FILE_BYTES_MAX => return Err(KeyFileError::TooLarge(file)),
            Ok(_) => {}
        }
        Keyring::parse(&text).map_err(|source| KeyFileError::Content { file, source })
    }

    fn trusted(&self, metadata: &fs::Metadata, process: u32) -> Result<(), KeyFileError> {
        let file = self.path.clone();
        if !metadata.is_file() {
            return Err(KeyFileError::NoFile(file));
        }
        if metadata.uid() != process {
            return Err(KeyFileError::Owner { file, owner: metadata.uid(), process });
        }
        let mode = metadata.mode() & 0o777;
        if mode & GROUP_AND_OTHERS != 0 {
            return Err(KeyFileError::Open { file, mode });
        }
        Ok(())
    }

    /// Puts a file with these keys where there is none. Called with [`KeyFile::lock`] held.
    ///
    /// # Errors
    /// Where there is one, or it cannot be written.
    pub fn create(&self, keyring: &Keyring) -> Result<(), KeyFileError> {
        let new = self.write_beside(keyring)?;
        // Unlike a rename, a link never replaces what is there.
        let linked = fs::hard_link(&new, &self.path);
        let _ = fs::remove_file(&new);
        linked.and_then(|()| self.sync_folder()).map_err(|source| self.io("created", source))
    }

    /// Replaces the file. Whoever reads, or crashes, finds the old one or the new one, whole. Called with
    /// [`KeyFile::lock`] held.
    ///
    /// # Errors
    /// Where it cannot be written; the old one is still there.
    pub fn replace(&self, keyring: &Keyring) -> Result<(), KeyFileError> {
        let new = self.write_beside(keyring)?;
        fs::rename(&new, &self.path).and_then(|()| self.sync_folder()).map_err(|source| self.io("replaced", source))
    }

    /// Waits until nobody else holds it: many may seal at once, one alone rotates. Blocks the thread.
    ///
    /// # Errors
    /// Where the lock file cannot be made.
    pub fn lock(&self, alone: bool) -> Result<Lock, KeyFileError> {
        let path = self.beside("lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(MODE).custom_flags(flags(OFlags::NOFOLLOW));
        let file = options.open(path).map_err(|source| self.io("locked", source))?;
        let locked = if alone { file.lock() } else { file.lock_shared() };
        locked.map_err(|source| self.io("locked", source))?;
        Ok(Lock { _file: file })
    }

    fn write_beside(&self, keyring: &Keyring) -> Result<PathBuf, KeyFileError> {
        let path = self.beside("new");
        let write = || -> io::Result<()> {
            // What a crash left behind: the lock says that nobody is writing it.
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(&path)?;
            file.write_all(keyring.to_text().as_bytes())?;
            file.sync_all()
        };
        write().map_err(|source| self.io("written", source))?;
        Ok(path)
    }

    /// A name counts as written once its folder is.
    fn sync_folder(&self) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".");
        name.push(ending);
        name.into()
    }

    fn io(&self, doing: &'static str, source: io::Error) -> KeyFileError {
        KeyFileError::Io { file: self.path.clone(), doing, source }
    }
}

/// The bits are the kernel's own, which fit.
fn flags(flags: OFlags) -> i32 {
    i32::try_from(flags.bits()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use tempfile::TempDir;

    use super::*;

    fn folder() -> (TempDir, KeyFile) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = KeyFile::new(folder.path().join("keys"));
        (folder, file)
    }

    fn keyring() -> Keyring {
        Keyring::random().expect("randomness")
    }

    /// Writes `text` as the key file, with that mode.
    fn put(file: &KeyFile, text: &[u8], mode: u32) {
        let _ = fs::remove_file(file.path());
        fs::write(file.path(), text).expect("a file");
        fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).expect("a mode");
    }

    #[test]
    fn a_new_file_is_this_users_alone_and_is_never_written_over() {
        let (folder, file) = folder();
        assert!(matches!(file.read(), Err(KeyFileError::Missing(_))));
        let keys = keyring();
        file.create(&keys).expect("a new file");
        assert_eq!(file.read().expect("the file"), keys);
        assert_eq!(fs::metadata(file.path()).expect("the file").mode() & 0o7777, MODE);
        assert!(file.create(&keyring()).is_err());
        assert_eq!(file.read().expect("the file"), keys, "what is there stays");
        let names: Vec<_> = fs::read_dir(folder.path()).expect("the folder").collect();
        assert_eq!(names.len(), 1, "nothing is left beside it");
    }

    #[test]
    fn replacing_puts_away_what_a_crash_left_behind() {
        let (_folder, file) = folder();
        file.create(&keyring()).expect("a new file");
        fs::write(file.beside("new"), "half a fi").expect("a leftover");
        let keys = keyring();
        file.replace(&keys).expect("replaced");
        assert_eq!(file.read().expect("the file"), keys);
        assert!(!file.beside("new").exists());
    }

    #[test]
    fn a_file_that_others_can_read_or_write_is_refused_with_the_command_that_helps() {
        let (_folder, file) = folder();
        for mode in [0o644, 0o640, 0o620, 0o604, 0o601, 0o666] {
            put(&file, keyring().to_text().as_bytes(), mode);
            let error = file.read().expect_err("readable by others").to_string();
            assert!(error.contains("chmod 600") && error.contains(&format!("{mode:03o}")), "{error}");
        }
        for mode in [0o600, 0o400] {
            put(&file, keyring().to_text().as_bytes(), mode);
            file.read().expect("this user's alone");
        }
    }

    #[test]
    fn a_file_of_another_user_is_refused() {
        let (_folder, file) = folder();
        file.create(&keyring()).expect("a new file");
        let metadata = fs::metadata(file.path()).expect("the file");
        let error = file.trusted(&metadata, metadata.uid() + 1).expect_err("another user's").to_string();
        assert!(error.contains("another user"), "{error}");
    }

    #[test]
    fn a_link_and_a_folder_are_no_key_files() {
        let (folder, file) = folder();
        let real = KeyFile::new(folder.path().join("real"));
        real.create(&keyring()).expect("a new file");
        symlink(real.path(), file.path()).expect("a link");
        assert!(matches!(file.read(), Err(KeyFileError::Link(_))));
        fs::remove_file(file.path()).expect("no link");
        fs::create_dir(file.path()).expect("a folder");
        assert!(matches!(file.read(), Err(KeyFileError::NoFile(_))));
    }

    #[test]
    fn truncated_empty_huge_and_binary_files_are_refused_and_not_quoted() {
        let (_folder, file) = folder();
        let text = keyring().to_text();
        let huge = "#".repeat(20_000);
        let table: [(&[u8], &str); 5] = [
            (b"", "no key file"),
            (&text.as_bytes()[..text.len() - 5], "too early"),
            (b"\xff\xfe\x00planted", "no key file"),
            (b"planted-garbage\n", "no key file"),
            (huge.as_bytes(), "larger than"),
        ];
        for (bytes, why) in table {
            put(&file, bytes, MODE);
            let error = file.read().expect_err("no key file");
            assert!(error.to_string().contains(why), "{error}");
            assert!(!format!("{error} {error:?}").contains("planted"));
        }
    }

    #[test]
    fn who_seals_and_who_rotates_keep_out_of_each_others_way() {
        let (_folder, file) = folder();
        let first = file.lock(false).expect("shared");
        let second = file.lock(false).expect("shared, twice");
        let probe = OpenOptions::new().write(true).open(file.beside("lock")).expect("the lock file");
        assert!(probe.try_lock().is_err(), "not alone");
        drop((first, second));
        probe.try_lock().expect("alone");
    }
}
