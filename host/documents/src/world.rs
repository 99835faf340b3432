//! What a template may see while it is typeset: itself, the files beside it, the data of one document, and fonts. No
//! other file, no package, no network, no clock.

use std::sync::{Arc, LazyLock};

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::files::{TEMPLATE, TemplateFiles, id_of};
use crate::fonts::Shelf;

/// The file in which the template finds its data. It exists only while a document is made.
pub const DATA: &str = "data.json";

/// typst's own functions, the same for every document.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// A world for one document.
pub struct ClosedWorld<'a> {
    files: &'a TemplateFiles,
    shelf: Arc<Shelf>,
    main: FileId,
    data_id: FileId,
    data: Bytes,
}

impl<'a> ClosedWorld<'a> {
    pub fn new(files: &'a TemplateFiles, shelf: Arc<Shelf>, data: String) -> FileResult<Self> {
        Ok(Self { files, shelf, main: id_of(TEMPLATE)?, data_id: id_of(DATA)?, data: Bytes::from_string(data) })
    }
}

impl World for ClosedWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shelf.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.data_id { Err(FileError::NotSource) } else { self.files.source(id) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id { Ok(self.data.clone()) } else { self.files.bytes(id) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shelf.font(index)
    }

    /// A document must look the same tomorrow.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
