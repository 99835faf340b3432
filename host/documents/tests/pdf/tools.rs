//! Programs that read a PDF without knowing how it was made.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Dots per inch of the pictures that codes are read from.
pub const PICTURE_DPI: u32 = 200;

/// A page in shades of grey.
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    pub fn pixel(&self, x: usize, y: usize) -> u8 {
        self.pixels[y * self.width + x]
    }
}

pub struct Pdf {
    dir: TempDir,
}

impl Pdf {
    pub fn new(bytes: &[u8]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("invoice.pdf"), bytes).unwrap();
        Self { dir }
    }

    /// As laid out, so that what stands on one line is on one line.
    pub fn text(&self) -> String {
        run("pdftotext", "poppler-utils", self.dir.path(), &["-layout", "invoice.pdf", "-"])
    }

    /// Without the spaces that only place it.
    pub fn words(&self) -> String {
        self.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn page_texts(&self) -> Vec<String> {
        let text = self.text();
        text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
    }

    pub fn info(&self) -> String {
        run("pdfinfo", "poppler-utils", self.dir.path(), &["invoice.pdf"])
    }

    pub fn fonts(&self) -> String {
        run("pdffonts", "poppler-utils", self.dir.path(), &["invoice.pdf"])
    }

    /// Each word's place: `xMin yMin xMax yMax word`, in points.
    pub fn boxes(&self) -> Vec<(f64, f64, String)> {
        let html = run("pdftotext", "poppler-utils", self.dir.path(), &["-bbox", "invoice.pdf", "-"]);
        html.lines().filter_map(word_box).collect()
    }

    /// What a camera would read, one payload for each code.
    pub fn codes(&self) -> Vec<String> {
        run(
            "pdftoppm",
            "poppler-utils",
            self.dir.path(),
            &["-r", &PICTURE_DPI.to_string(), "-png", "invoice.pdf", "page"],
        );
        let mut pages: Vec<_> = std::fs::read_dir(self.dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("page"))
            .collect();
        pages.sort();
        pages.iter().filter_map(|page| self.code_on(page)).collect()
    }

    /// The first page.
    pub fn picture(&self) -> Picture {
        let dpi = PICTURE_DPI.to_string();
        run("pdftoppm", "poppler-utils", self.dir.path(), &["-r", &dpi, "-gray", "-singlefile", "invoice.pdf", "grey"]);
        let file = std::fs::read(self.dir.path().join("grey.pgm")).unwrap();
        let head = String::from_utf8_lossy(&file[..32]).into_owned();
        let mut sizes = head.split_ascii_whitespace().skip(1).map(|number| number.parse().unwrap());
        let (width, height): (usize, usize) = (sizes.next().unwrap(), sizes.next().unwrap());
        Picture { width, height, pixels: file[file.len() - width * height..].to_vec() }
    }

    fn code_on(&self, page: &str) -> Option<String> {
        let output =
            start("zbarimg", "zbar-tools", self.dir.path(), &["-q", "--raw", "-Sdisable", "-Sqrcode.enable", page]);
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    }

    pub fn check(&self) {
        run("qpdf", "qpdf", self.dir.path(), &["--check", "invoice.pdf"]);
    }
}

/// Whether a file says that it is a PDF/A.
pub fn is_archival(bytes: &[u8]) -> bool {
    bytes.windows(b"pdfaid:part".len()).any(|window| window == b"pdfaid:part")
}

/// `<word xMin="1.0" yMin="2.0" xMax="3.0" yMax="4.0">text</word>`
fn word_box(line: &str) -> Option<(f64, f64, String)> {
    let line = line.trim().strip_prefix("<word ")?;
    let (attributes, rest) = line.split_once('>')?;
    let edge =
        |name: &str| attributes.split(' ').find_map(|part| part.strip_prefix(name)?.trim_matches('"').parse().ok());
    Some((edge("xMin=")?, edge("xMax=")?, rest.trim_end_matches("</word>").to_owned()))
}

fn run(program: &str, package: &str, dir: &Path, args: &[&str]) -> String {
    let output = start(program, package, dir, args);
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn start(program: &str, package: &str, dir: &Path, args: &[&str]) -> std::process::Output {
    Command::new(program).args(args).current_dir(dir).output().unwrap_or_else(|error| {
        panic!("{program} could not be started ({error}): install Debian's package {package} to run this test")
    })
}
