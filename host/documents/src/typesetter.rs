//! The port's implementation: looks a document up, or has it made on a thread of its own kind.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use rayon::{ThreadPool, ThreadPoolBuilder};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use tollgate_billing::ports::{Document, Documents, DocumentsError};

use crate::cache::{Cache, Key};
use crate::files::{TEMPLATE, TemplateFiles, id_of};
use crate::fonts::Fonts;
use crate::format::day_of;
use crate::labels::Labels;
use crate::press::{Imprint, export, lay_out};
use crate::view::{View, han_region, locale_of};
use crate::world::ClosedWorld;

/// Finished documents that are kept. A page has 20 to 60 kB, so this is some hundred of them.
const CACHE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// How long a request waits for its document. Far beyond what the longest invoice takes, so that a template that needs
/// longer can be taken to run for ever. An unoptimised build is about fifty times slower.
const DEADLINE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 180 } else { 20 });

/// Documents made at once. More would only take the processors from the portal.
const PRESSES: usize = 2;

/// Bytes of stack for each. Only what is used is ever real; deep nesting in a template must meet typst's own limits
/// before it meets the end of the stack, which would end the process.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Languages whose words are kept ready; a locale comes from a client's profile, so the number of different ones is
/// bounded here and not by trust.
const LANGUAGES_MAX: usize = 64;

/// A logo beside the template, in the order of preference.
const LOGOS: [&str; 4] = ["logo.svg", "logo.png", "logo.jpg", "logo.webp"];

/// Where templates and fonts are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypesetterConfig {
    /// The directory with `invoice.typ`, its `locales/` and perhaps a logo. What it lacks, the built-in files serve;
    /// `None` for those alone.
    pub templates: Option<PathBuf>,
    /// Directories of fonts that come before the system's. `fonts/` beside the template is one without being named.
    pub font_dirs: Vec<PathBuf>,
}

/// Makes invoices. Cheap to make itself: fonts are read and threads started with the first document.
pub struct Typesetter {
    shop: Arc<Shop>,
    presses: Mutex<Option<Arc<ThreadPool>>>,
}

/// What all documents share.
struct Shop {
    files: TemplateFiles,
    fonts: Fonts,
    cache: Mutex<Cache>,
    labels: Mutex<HashMap<String, (u64, Arc<Labels>)>>,
}

impl Typesetter {
    /// # Errors
    /// [`DocumentsError::Failed`] for a directory of templates or fonts that is not there.
    pub fn new(config: TypesetterConfig) -> Result<Self, DocumentsError> {
        for dir in config.templates.iter().chain(&config.font_dirs) {
            if !dir.is_dir() {
                return Err(DocumentsError::Failed(format!("{} is not a directory that can be read", dir.display())));
            }
        }
        let beside = config.templates.iter().map(|dir| dir.join("fonts"));
        let font_dirs = config.font_dirs.iter().cloned().chain(beside).collect();
        let shop = Shop {
            files: TemplateFiles::new(config.templates),
            fonts: Fonts::new(font_dirs),
            cache: Mutex::new(Cache::new(CACHE_BYTES_MAX)),
            labels: Mutex::default(),
        };
        Ok(Self { shop: Arc::new(shop), presses: Mutex::default() })
    }

    /// The threads that documents are made on. typst's own parallel work stays on them too.
    fn presses(&self) -> Result<Arc<ThreadPool>, DocumentsError> {
        let mut presses = self.presses.lock();
        if let Some(pool) = presses.as_ref() {
            return Ok(Arc::clone(pool));
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(PRESSES)
            .stack_size(STACK_BYTES)
            .thread_name(|index| format!("documents-{index}"))
            .build()
            .map_err(|error| DocumentsError::Failed(format!("no thread for documents: {error}")))?;
        let pool = Arc::new(pool);
        *presses = Some(Arc::clone(&pool));
        Ok(pool)
    }

    /// Leaves threads that do not come back to themselves, so that the next document has fresh ones.
    fn abandon(&self, stuck: &Arc<ThreadPool>) {
        let mut presses = self.presses.lock();
        if presses.as_ref().is_some_and(|current| Arc::ptr_eq(current, stuck)) {
            *presses = None;
        }
    }
}

#[async_trait]
impl Documents for Typesetter {
    async fn invoice_pdf(&self, document: Arc<Document>) -> Result<Arc<[u8]>, DocumentsError> {
        let presses = self.presses()?;
        let (sender, receiver) = oneshot::channel();
        let shop = Arc::clone(&self.shop);
        presses.spawn(move || {
            let made = catch_unwind(AssertUnwindSafe(|| shop.invoice(&document)))
                .unwrap_or_else(|_| Err(DocumentsError::Failed("typesetting it failed within typst".to_owned())));
            // Nobody listens any more where the deadline has passed.
            let _ = sender.send(made);
        });
        match tokio::time::timeout(DEADLINE, receiver).await {
            Ok(Ok(made)) => made,
            Ok(Err(_)) => Err(DocumentsError::Failed("its thread ended early".to_owned())),
            Err(_) => {
                self.abandon(&presses);
                let seconds = DEADLINE.as_secs();
                Err(DocumentsError::Template(format!("{TEMPLATE} took longer than {seconds} seconds: does it loop?")))
            }
        }
    }
}

impl Shop {
    fn invoice(&self, document: &Document) -> Result<Arc<[u8]>, DocumentsError> {
        let version = self.files.refresh();
        let locale = locale_of(document);
        let labels = self.labels(&locale, version);
        let mut view = View::new(document, &locale, &labels)?;
        view.logo = LOGOS.into_iter().find(|name| self.files.exists(name));
        let content: Key = Sha256::digest(view.to_json()?).into();
        let key = key(version, &content);
        if let Some(known) = self.cache.lock().get(&key) {
            return Ok(known);
        }
        let made: Arc<[u8]> = self.print(document, &mut view, &content)?.into();
        // A template that changed meanwhile may have shown half of each.
        if self.files.version() == version {
            self.cache.lock().put(key, Arc::clone(&made));
        }
        Ok(made)
    }

    fn print(&self, document: &Document, view: &mut View, content: &Key) -> Result<Vec<u8>, DocumentsError> {
        let shown = self.shown(&view.to_json()?);
        let choice = self.fonts.choose(&shown, han_region(document, &locale_of(document), &shown));
        view.fonts = choice.families;
        let failed = |error: &dyn std::fmt::Display| DocumentsError::Failed(error.to_string());
        let day = day_of(document.invoice.created).ok_or_else(|| failed(&"it has a date that no calendar has"))?;
        let imprint = Imprint {
            identifier: hex(content),
            day: (i32::from(day.year()), day.month().unsigned_abs(), day.day().unsigned_abs()),
        };
        // Nearly every invoice has one page. Where that was wrong it is laid out again, with the number that it has.
        let mut pages = 1;
        loop {
            view.pages = pages;
            let fonts = Arc::clone(&choice.shelf);
            let world = ClosedWorld::new(&self.files, fonts, view.to_json()?).map_err(|error| failed(&error))?;
            let laid_out = lay_out(&world)?;
            if pages != 1 || laid_out.pages().len() == 1 {
                return export(&world, &laid_out, &imprint);
            }
            pages = laid_out.pages().len();
        }
    }

    /// All characters of the data and the template, for which fonts are chosen.
    fn shown(&self, data: &str) -> BTreeSet<char> {
        let template = id_of(TEMPLATE).and_then(|id| self.files.source(id));
        let template = template.as_ref().map_or("", |source| source.text());
        characters_of(data).union(&characters_of(template)).copied().collect()
    }

    fn labels(&self, locale: &unic_langid::LanguageIdentifier, version: u64) -> Arc<Labels> {
        let name = locale.to_string();
        if let Some((known_version, labels)) = self.labels.lock().get(&name)
            && *known_version == version
        {
            return Arc::clone(labels);
        }
        let labels = Arc::new(Labels::of(locale, &self.files));
        let mut known = self.labels.lock();
        if known.len() >= LANGUAGES_MAX {
            known.clear();
        }
        known.insert(name, (version, Arc::clone(&labels)));
        labels
    }
}

/// What a text is written with. Nearly all of it is ASCII, which is told apart without a tree.
fn characters_of(text: &str) -> BTreeSet<char> {
    let mut ascii = [false; 128];
    let mut found = BTreeSet::new();
    for c in text.chars().filter(|c| !c.is_control()) {
        match ascii.get_mut(c as usize) {
            Some(seen) => *seen = true,
            None => _ = found.insert(c),
        }
    }
    let ascii = (0_u8..).zip(ascii).filter(|(_, seen)| *seen).map(|(code, _)| char::from(code));
    found.extend(ascii);
    found
}

/// A document is the same where all that it shows is, and the template is. Found by content, one that is asked for again
/// after a change that it does not show is not made again.
fn key(version: u64, content: &Key) -> Key {
    Sha256::new().chain_update(version.to_be_bytes()).chain_update(content).finalize().into()
}

fn hex(bytes: &Key) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
