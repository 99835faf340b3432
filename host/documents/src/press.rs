//! From data to the bytes of a PDF: compile, check, export.

use std::sync::atomic::{AtomicUsize, Ordering};

use typst::World;
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use tollgate_billing::ports::DocumentsError;

use crate::diagnosis::describe;
use crate::world::ClosedWorld;

/// Pages of one document. Five hundred lines, the most that an invoice has, need about thirty.
const PAGES_MAX: usize = 100;

/// After so many compilations typst forgets what none of them used again. What all documents share stays, such as the
/// parsed template and shaped words; looking through its memory after each one would take longer.
const COMPILATIONS_REMEMBERED: usize = 16;

static COMPILATIONS: AtomicUsize = AtomicUsize::new(0);

/// What goes into the file beside the pages.
pub struct Imprint {
    /// Tells this document from every other; the same for the same document.
    pub identifier: String,
    /// The day of the invoice, never of its making: year, month, day.
    pub day: (i32, u8, u8),
}

/// Lays the pages out.
///
/// # Errors
/// [`DocumentsError::Template`] for what the template's author can mend.
pub fn lay_out(world: &ClosedWorld) -> Result<PagedDocument, DocumentsError> {
    let Warned { output, warnings } = typst::compile::<PagedDocument>(world);
    if COMPILATIONS.fetch_add(1, Ordering::Relaxed) % COMPILATIONS_REMEMBERED == COMPILATIONS_REMEMBERED - 1 {
        typst::comemo::evict(1);
    }
    if !warnings.is_empty() {
        tracing::debug!("the invoice template compiles with warnings: {}", describe(world, &warnings));
    }
    let document = output.map_err(|faults| template_error(world, &faults))?;
    let pages = document.pages().len();
    if pages > PAGES_MAX {
        return Err(DocumentsError::Failed(format!("it has {pages} pages; at most {PAGES_MAX} are allowed")));
    }
    Ok(document)
}

/// An archive's PDF (PDF/A-3b) wherever the page allows it. It does not where a character has no glyph or the template
/// does what archives forbid; a plain PDF then serves the reader better than none.
///
/// # Errors
/// [`DocumentsError::Template`] as above.
pub fn export(world: &ClosedWorld, document: &PagedDocument, imprint: &Imprint) -> Result<Vec<u8>, DocumentsError> {
    let archival = PdfStandards::new(&[PdfStandard::A_3b])
        .map_err(|error| DocumentsError::Failed(format!("the PDF exporter knows no PDF/A-3b: {}", error.message())))?;
    match typst_pdf::pdf(document, &options(imprint, archival)) {
        Ok(bytes) => Ok(bytes),
        Err(faults) => {
            tracing::debug!("an invoice is printed as plain PDF, not PDF/A: {}", describe(world, &faults));
            let plain = options(imprint, PdfStandards::default());
            typst_pdf::pdf(document, &plain).map_err(|faults| template_error(world, &faults))
        }
    }
}

fn options(imprint: &Imprint, standards: PdfStandards) -> PdfOptions {
    let (year, month, day) = imprint.day;
    PdfOptions {
        ident: Smart::Custom(imprint.identifier.clone()),
        creator: Smart::Custom(Some("Tollgate".to_owned())),
        timestamp: Datetime::from_ymd_hms(year, month, day, 0, 0, 0).map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    }
}

fn template_error(world: &dyn World, faults: &[SourceDiagnostic]) -> DocumentsError {
    DocumentsError::Template(describe(world, faults))
}
