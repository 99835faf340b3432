//! The fonts of a document. Nothing is read before the first one is made; large Chinese, Japanese and Korean fonts are
//! not even looked at before a text needs them.

mod catalogue;
mod scan;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

pub use catalogue::Region;
use catalogue::{Need, SANS, package_for};

/// Fonts to choose from. Two of them: one for what Latin, Greek and Cyrillic letters need, one with everything.
pub struct Shelf {
    pub book: LazyHash<FontBook>,
    slots: Vec<Slot>,
}

/// A face, read when it is first used.
struct Slot {
    file: Arc<FontFile>,
    index: u32,
    font: OnceLock<Option<Font>>,
}

/// A file with one face or several, which share its bytes.
struct FontFile {
    source: Source,
    bytes: OnceLock<Option<Bytes>>,
}

enum Source {
    Embedded(&'static [u8]),
    Disk(PathBuf),
}

/// The shelves of a process, and what has been said about characters that no font has.
pub struct Fonts {
    own_dirs: Vec<PathBuf>,
    small: OnceLock<Arc<Shelf>>,
    whole: OnceLock<Arc<Shelf>>,
    warned: Mutex<BTreeSet<&'static str>>,
}

/// The shelf for one document, and the families to try, in order.
pub struct Choice {
    pub shelf: Arc<Shelf>,
    pub families: Vec<String>,
}

impl Fonts {
    pub fn new(own_dirs: Vec<PathBuf>) -> Self {
        Self { own_dirs, small: OnceLock::new(), whole: OnceLock::new(), warned: Mutex::default() }
    }

    /// Chooses for the characters that a document shows. Han characters have other shapes in Japan than in China, so
    /// `region` decides whose font comes first.
    pub fn choose(&self, shown: &BTreeSet<char>, region: Region) -> Choice {
        let small = self.small.get_or_init(|| Arc::new(self.stocked(Need::Small)));
        if small.lacks(shown).is_empty() {
            return Choice { families: small.present(SANS.iter().copied()), shelf: Arc::clone(small) };
        }
        let whole = self.whole.get_or_init(|| Arc::new(self.stocked(Need::Whole)));
        self.warn_of(&whole.lacks(shown));
        let families = whole.present(SANS.iter().chain(region.families()).copied());
        Choice { families, shelf: Arc::clone(whole) }
    }

    fn stocked(&self, need: Need) -> Shelf {
        let own = scan::own_files(&self.own_dirs).into_iter().map(Source::Disk);
        let system = scan::system_files(need).into_iter().map(Source::Disk);
        let embedded = typst_assets::fonts().map(Source::Embedded);
        let stocked = Shelf::of(own.chain(system).chain(embedded));
        tracing::debug!(faces = stocked.slots.len(), ?need, "fonts indexed");
        stocked
    }

    /// Once for each package: the log of a busy server must not fill with it.
    fn warn_of(&self, missing: &[char]) {
        for &c in missing {
            let package = package_for(c);
            if self.warned.lock().insert(package) {
                tracing::warn!(
                    character = %c.escape_unicode(),
                    "no font has a character of an invoice, which is printed as an empty box; \
                     install a font that has it (on Debian: apt-get install {package}) and restart"
                );
            }
        }
    }
}

impl Shelf {
    /// What typst asks for by its index in the book.
    pub fn font(&self, index: usize) -> Option<Font> {
        let slot = self.slots.get(index)?;
        slot.font.get_or_init(|| Font::new(slot.file.bytes()?, slot.index)).clone()
    }

    /// Reads the files' metadata; the bytes of one on disk are let go again until a face of it is used. What is no font
    /// is passed over.
    fn of(sources: impl Iterator<Item = Source>) -> Self {
        let mut infos = Vec::new();
        let mut slots = Vec::new();
        for source in sources {
            let file = Arc::new(FontFile { source, bytes: OnceLock::new() });
            let Some(bytes) = file.read() else { continue };
            for (index, info) in (0_u32..).zip(FontInfo::iter(&bytes)) {
                infos.push(info);
                slots.push(Slot { file: Arc::clone(&file), index, font: OnceLock::new() });
            }
        }
        Self { book: LazyHash::new(FontBook::from_infos(infos)), slots }
    }

    /// Characters that no font on it has.
    fn lacks(&self, shown: &BTreeSet<char>) -> Vec<char> {
        let covers = |c: char| {
            (0..self.slots.len())
                .filter_map(|index| self.book.info(index))
                .any(|info| info.coverage.contains(u32::from(c)))
        };
        shown.iter().copied().filter(|&c| !is_invisible(c) && !covers(c)).collect()
    }

    fn present(&self, families: impl Iterator<Item = &'static str>) -> Vec<String> {
        let known: Vec<&str> = families.filter(|family| self.book.contains_family(&family.to_lowercase())).collect();
        known.into_iter().map(str::to_owned).collect()
    }
}

impl FontFile {
    fn read(&self) -> Option<Bytes> {
        match &self.source {
            Source::Embedded(bytes) => Some(Bytes::new(*bytes)),
            Source::Disk(path) => std::fs::read(path).ok().map(Bytes::new),
        }
    }

    fn bytes(&self) -> Option<Bytes> {
        self.bytes.get_or_init(|| self.read()).clone()
    }
}

/// Characters that are never drawn, so no font needs them.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> BTreeSet<char> {
        text.chars().collect()
    }

    #[test]
    fn without_any_font_on_the_machine_the_embedded_ones_serve_latin_text() {
        let shelf = Shelf::of(typst_assets::fonts().map(Source::Embedded));
        assert_eq!(shelf.lacks(&shown("Grüße, Łódź – €1,234.50 · Ελλάδα Привет")), Vec::<char>::new());
        assert_eq!(shelf.lacks(&shown("ab東")), ['東']);
        assert_eq!(shelf.present(SANS.iter().copied()), ["Libertinus Serif"]);
        assert!(shelf.font(0).is_some());
        assert!(shelf.font(usize::MAX).is_none());
    }

    #[test]
    fn a_file_that_is_no_font_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("broken.ttf"), b"not a font").unwrap();
        std::fs::write(dir.path().join("empty.otf"), b"").unwrap();
        let fonts = Fonts::new(vec![dir.path().to_owned(), dir.path().join("absent")]);
        let choice = fonts.choose(&shown("plain"), Region::China);
        assert!(!choice.families.is_empty());
    }

    #[test]
    fn han_characters_come_from_the_region_s_font_first() {
        let fonts = Fonts::new(Vec::new());
        let cases = [
            (Region::Japan, "Noto Sans CJK JP"),
            (Region::China, "Noto Sans CJK SC"),
            (Region::Taiwan, "Noto Sans CJK TC"),
            (Region::HongKong, "Noto Sans CJK HK"),
            (Region::Korea, "Noto Sans CJK KR"),
        ];
        for (region, expected) in cases {
            let choice = fonts.choose(&shown("請求書"), region);
            let first = choice.families.iter().find(|family| family.contains("CJK"));
            assert_eq!(first.map(String::as_str), Some(expected), "install Debian's fonts-noto-cjk to run this test");
        }
    }
}
