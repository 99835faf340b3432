//! A look at the file before SQLite opens it, because SQLite would make a new database out of some broken ones.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::lock::beside;
use crate::open_error::OpenError;

/// What every SQLite file starts with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// The header of the file format.
const HEADER_BYTES: usize = 100;
/// Files up to this size are read through at every start; that takes a few milliseconds.
const QUICK_CHECK_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How far the file may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looks {
    /// There is none, or it is empty: a new one may be made.
    New,
    /// Nothing is strange about it.
    Sound,
    /// Its size is not what its header says, or it is small: look through it.
    CheckFirst,
}

pub(crate) fn examine(path: &Path) -> Result<Looks, OpenError> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match fs::metadata(directory) {
        Ok(found) if !found.is_dir() => return Err(OpenError::NoDirectory { path: path.to_owned() }),
        // Asked for by its mode too, so that the administrator is told what a user would be.
        Ok(found) if found.permissions().readonly() => return Err(OpenError::ReadOnly { path: path.to_owned() }),
        Ok(_) => {}
        Err(_) => return Err(OpenError::NoDirectory { path: path.to_owned() }),
    }
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(OpenError::NotAFile { path: path.to_owned() }),
        Ok(found) if found.permissions().readonly() => Err(OpenError::ReadOnly { path: path.to_owned() }),
        Ok(found) if found.len() == 0 => new_file(path),
        Ok(found) => existing(path, found.len()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => new_file(path),
        Err(error) => Err(OpenError::of_io(path, &error)),
    }
}

/// An empty file beside a write-ahead log was a database once; SQLite would throw the log away and start afresh.
fn new_file(path: &Path) -> Result<Looks, OpenError> {
    if log_bytes(path) == 0 {
        return Ok(Looks::New);
    }
    let detail = "the file is empty or gone, but its write-ahead log is there".to_owned();
    Err(OpenError::Damaged { path: path.to_owned(), detail })
}

fn log_bytes(path: &Path) -> u64 {
    fs::metadata(beside(path, "-wal")).map_or(0, |found| found.len())
}

fn existing(path: &Path, bytes: u64) -> Result<Looks, OpenError> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    let file = File::open(path).map_err(|error| OpenError::of_io(path, &error))?;
    file.take(HEADER_BYTES as u64).read_to_end(&mut header).map_err(|error| OpenError::of_io(path, &error))?;
    let begins_like_one = header.iter().zip(MAGIC).all(|(found, expected)| found == expected);
    if !begins_like_one {
        return Err(OpenError::NotADatabase { path: path.to_owned() });
    }
    if header.len() < HEADER_BYTES {
        let detail = format!("only {bytes} bytes of it are there");
        return Err(OpenError::Damaged { path: path.to_owned(), detail });
    }
    let stated = stated_bytes(&header);
    // Without a write-ahead log nothing else has the rest; and what was cut off may be a page that no check looks into.
    if stated.is_some_and(|stated| bytes < stated) && log_bytes(path) == 0 {
        let detail = format!("only {bytes} of its {} bytes are there", stated.unwrap_or_default());
        return Err(OpenError::Damaged { path: path.to_owned(), detail });
    }
    let odd = stated != Some(bytes);
    Ok(if odd || bytes <= QUICK_CHECK_BYTES_MAX { Looks::CheckFirst } else { Looks::Sound })
}

/// Page size times pages, as the header has them.
fn stated_bytes(header: &[u8]) -> Option<u64> {
    let page_bytes = match u16::from_be_bytes(header.get(16..18)?.try_into().ok()?) {
        // The format writes 65,536 as 1, because it does not fit.
        1 => 65_536,
        bytes => u64::from(bytes),
    };
    let pages = u32::from_be_bytes(header.get(28..32)?.try_into().ok()?);
    Some(page_bytes * u64::from(pages))
}
