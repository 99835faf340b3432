//! What was gathered, and where.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tollgate_tests::tools::pdf_text;
use tollgate_tests::visitor::{Answer, Visitor};

use crate::planted::Planted;

/// A portal of a test has a few dozen pages; a crawl that finds more goes in a circle.
const PAGES_MAX: usize = 300;

#[derive(Default)]
pub struct Evidence {
    pieces: Vec<(String, Vec<u8>)>,
}

impl Evidence {
    pub fn add(&mut self, place: &str, bytes: impl Into<Vec<u8>>) {
        self.pieces.push((place.to_owned(), bytes.into()));
    }

    /// The headers too.
    pub fn add_answer(&mut self, place: &str, answer: &Answer) {
        let place = format!("{place} ({})", answer.status);
        self.add(&place, format!("{:?}", answer.headers));
        self.add(&place, answer.body.clone());
    }

    /// Every page that a link leads to, from here on, with its address.
    pub fn crawl(&mut self, who: &str, visitor: &mut Visitor, start: &str) -> anyhow::Result<Vec<(String, Answer)>> {
        let (mut seen, mut waiting, mut pages) = (BTreeSet::new(), vec![start.to_owned()], Vec::new());
        while let Some(path) = waiting.pop() {
            if seen.len() >= PAGES_MAX || !seen.insert(path.clone()) {
                continue;
            }
            let answer = visitor.get(&path)?;
            self.add_answer(&format!("{who} {path}"), &answer);
            if answer.body.starts_with(b"%PDF") {
                self.add_pdf(&answer)?;
            }
            let links = [answer.attributes("href"), answer.attributes("src")].concat();
            let location = answer.header("location").map(str::to_owned);
            let ours =
                links.into_iter().chain(location).filter(|link| link.starts_with('/') && !link.starts_with("//"));
            waiting.extend(ours.map(|link| link.split('#').next().unwrap_or_default().to_owned()));
            pages.push((path, answer));
        }
        Ok(pages)
    }

    /// Its text: a PDF packs what it says.
    fn add_pdf(&mut self, answer: &Answer) -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("invoice.pdf");
        std::fs::write(&file, &answer.body)?;
        let text = pdf_text(&file)?;
        self.add("invoice.pdf", text);
        Ok(())
    }

    /// What was found, and where.
    pub fn search(&self, planted: &Planted) -> Vec<String> {
        let find = |(place, bytes): &(String, Vec<u8>)| {
            let found = planted.search(bytes);
            found.into_iter().map(|what| format!("{what}: {place}")).collect::<Vec<_>>()
        };
        let found: BTreeSet<String> = self.pieces.iter().flat_map(find).collect();
        found.into_iter().collect()
    }
}

/// Every file below a folder.
pub fn files_of(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_of(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
