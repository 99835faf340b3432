//! What the template is given: every amount, date and word already as it is printed, so that a template cannot compute
//! one wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tollgate_billing::invoice::{Invoice, InvoiceStatus, Line, TaxRate};
use tollgate_billing::ledger::{Allocation, AllocationSource};
use tollgate_billing::money::{Money, MoneyError};
use tollgate_billing::plugin::CodeStyle;
use tollgate_billing::ports::{Document, DocumentsError, Party, PrintedCode, PrintedReturn, PrintedSlip, ReturnKind};
use unic_langid::LanguageIdentifier;
use unic_langid::subtags::{Language, Region as RegionTag, Script};

use crate::code;
use crate::fonts::Region;
use crate::format::Format;
use crate::labels::Labels;
use crate::text::{plain, printable};

/// Rows, notes and addresses of more lines than this are cut: a page is for reading.
const ROWS_MAX: usize = 40;
/// Lines that the foot of a page has room for.
const FOOTER_LINES_MAX: usize = 4;
/// A slip of more rows or characters may go on to another page; below that it surely fits on one, and is kept whole.
const SLIP_ROWS_KEPT_MAX: usize = 20;
const SLIP_CHARS_KEPT_MAX: usize = 1_500;
/// Codes that stand side by side on a page.
const CODES_MAX: usize = 3;

/// The data of one document, as `data.json` has it. Its names are the template's interface: a change breaks the
/// templates that providers have edited.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    pub lang: String,
    pub region: Option<String>,
    pub fonts: Vec<String>,
    pub labels: &'a BTreeMap<String, String>,
    /// How many pages it has, so that a foot with "1 of 3" need not ask typst, which would then lay everything out again.
    pub pages: usize,
    /// A file beside the template, where the provider has put one.
    pub logo: Option<&'static str>,
    title: String,
    author: String,
    number: String,
    /// `unpaid`, `paid` or `cancelled`.
    status: &'static str,
    status_text: String,
    issued: String,
    due: String,
    paid_on: Option<String>,
    gateway: Option<String>,
    company: Block,
    contact: Vec<String>,
    footer: Vec<String>,
    client: Block,
    currency: &'static str,
    /// Whether any line has tax; where none has, a column of zeros would only puzzle.
    taxed: bool,
    lines: Vec<LineView>,
    subtotal: String,
    taxes: Vec<TaxView>,
    total: String,
    allocations: Vec<AllocationView>,
    /// Money that went back; as `allocations`, with the amount as what is missing again.
    returns: Vec<AllocationView>,
    amount_due: String,
    slip: Option<SlipView>,
}

#[derive(Debug, Serialize)]
struct Block {
    name: String,
    lines: Vec<String>,
}

#[derive(Debug, Serialize)]
struct LineView {
    description: String,
    net: String,
    tax_rate: String,
    tax: String,
    gross: String,
}

#[derive(Debug, Serialize)]
struct TaxView {
    label: String,
    on: String,
    amount: String,
}

#[derive(Debug, Serialize)]
struct AllocationView {
    source: String,
    date: String,
    amount: String,
}

#[derive(Debug, Serialize)]
struct SlipView {
    title: String,
    rows: Vec<RowView>,
    codes: Vec<CodeView>,
    notes: Vec<String>,
    /// Too long to be kept on one page for certain.
    long: bool,
}

#[derive(Debug, Serialize)]
struct RowView {
    label: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct CodeView {
    svg: String,
    /// Read aloud in its place.
    alt: String,
    label: String,
    swiss: bool,
}

impl<'a> View<'a> {
    /// # Errors
    /// [`DocumentsError::Failed`] for amounts that do not add up or times that no calendar has.
    pub fn new(document: &Document, locale: &LanguageIdentifier, labels: &'a Labels) -> Result<Self, DocumentsError> {
        let Document { company, invoice, totals, .. } = document;
        let words = Words { format: Format::of(locale.language.as_str(), region_of(locale)), labels };
        Ok(Self {
            lang: language_of(locale),
            region: typographic_region(locale),
            fonts: Vec::new(),
            labels: labels.all(),
            pages: 1,
            logo: None,
            title: plain(&format!("{} {}", labels.get("invoice"), invoice.number)),
            author: plain(&company.name),
            number: printable(&invoice.number),
            status: status(invoice),
            status_text: words.status(invoice),
            issued: words.format.date(invoice.created).ok_or_else(|| no_such_day(invoice))?,
            due: words.format.date(invoice.due).ok_or_else(|| no_such_day(invoice))?,
            paid_on: invoice.paid_at.and_then(|at| words.format.date(at)),
            gateway: document.gateway.as_ref().map(|(_, label)| printable(label)),
            company: words.company(company),
            contact: lines([&company.email, &company.phone, &company.website]),
            footer: lines(company.footer.iter().take(FOOTER_LINES_MAX)),
            client: words.client(document),
            currency: invoice.currency().code(),
            taxed: invoice.lines.iter().any(|line| line.tax_rate != TaxRate::NONE),
            lines: words.lines(invoice).map_err(|error| wrong_sum(invoice, &error))?,
            subtotal: words.format.money(totals.net),
            taxes: words.taxes(invoice).map_err(|error| wrong_sum(invoice, &error))?,
            total: words.format.money(totals.total),
            allocations: words.allocations(document),
            returns: words.returns(document),
            amount_due: words.format.money(invoice.amount_due()),
            slip: document.slip.as_ref().filter(|_| invoice.amount_due().is_positive()).map(slip),
        })
    }

    /// As the template reads it.
    pub fn to_json(&self) -> Result<String, DocumentsError> {
        serde_json::to_string(self).map_err(|error| DocumentsError::Failed(error.to_string()))
    }
}

/// The document's language; English for a tag that cannot be read.
pub fn locale_of(document: &Document) -> LanguageIdentifier {
    let english = || Language::from_bytes(b"en").unwrap_or_default();
    document.locale.parse().unwrap_or_else(|_| LanguageIdentifier::from_parts(english(), None, None, &[]))
}

/// Whose shapes Han characters have in this document: its reader's, else the client's country's, else the company's.
pub fn han_region(document: &Document, locale: &LanguageIdentifier, shown: &BTreeSet<char>) -> Region {
    let script = locale.script.as_ref().map(Script::as_str);
    Region::of_language(locale.language.as_str(), script, region_of(locale))
        .or_else(|| Region::of_country(&document.client.country))
        .or_else(|| Region::of_country(&document.company.country))
        .unwrap_or_else(|| Region::of_text(shown.iter().copied()))
}

fn region_of(locale: &LanguageIdentifier) -> Option<&str> {
    locale.region.as_ref().map(RegionTag::as_str)
}

/// typst knows languages of two or three letters.
fn language_of(locale: &LanguageIdentifier) -> String {
    let language = locale.language.as_str();
    if locale.language.is_empty() || language.len() > 3 { "en".to_owned() } else { language.to_owned() }
}

/// Two letters, as typst wants them. Chinese needs one, since its script decides the shapes of its punctuation.
fn typographic_region(locale: &LanguageIdentifier) -> Option<String> {
    let region = region_of(locale).filter(|region| region.len() == 2);
    let script = locale.script.as_ref().map(Script::as_str);
    let implied = match (locale.language.as_str(), script) {
        ("zh", Some("Hant")) => Some("TW"),
        ("zh", _) => Some("CN"),
        _ => None,
    };
    region.or(implied).map(str::to_owned)
}

fn status(invoice: &Invoice) -> &'static str {
    match invoice.status {
        InvoiceStatus::Unpaid => "unpaid",
        InvoiceStatus::Paid => "paid",
        InvoiceStatus::Cancelled => "cancelled",
    }
}

fn no_such_day(invoice: &Invoice) -> DocumentsError {
    DocumentsError::Failed(format!("invoice {} has a date that no calendar has", plain(&invoice.number)))
}

fn wrong_sum(invoice: &Invoice, error: &MoneyError) -> DocumentsError {
    DocumentsError::Failed(format!("the lines of invoice {} do not add up: {error}", plain(&invoice.number)))
}

/// Printable lines, without the empty ones.
fn lines<'t>(texts: impl IntoIterator<Item = &'t String>) -> Vec<String> {
    texts.into_iter().map(|text| printable(text)).filter(|text| !text.is_empty()).take(ROWS_MAX).collect()
}

fn slip(slip: &PrintedSlip) -> SlipView {
    let row = |(label, value): &(String, String)| RowView { label: printable(label), value: printable(value) };
    let rows: Vec<RowView> = slip.rows.iter().take(ROWS_MAX).map(row).collect();
    let notes = lines(&slip.notes);
    let texts = rows.iter().flat_map(|row| [&row.label, &row.value]).chain(&notes);
    let chars: usize = texts.map(|text| text.chars().count()).sum();
    SlipView {
        title: printable(&slip.title),
        long: rows.len() + notes.len() > SLIP_ROWS_KEPT_MAX || chars > SLIP_CHARS_KEPT_MAX,
        rows,
        codes: slip.codes.iter().take(CODES_MAX).filter_map(drawn).collect(),
        notes,
    }
}

/// `None` for a payload that no code can hold: what it says stands in the rows too, so the slip is still of use.
fn drawn(printed: &PrintedCode) -> Option<CodeView> {
    match code::svg(printed.style, &printed.payload) {
        Ok(svg) => Some(CodeView {
            svg,
            alt: plain(&printed.label),
            label: printable(&printed.label),
            swiss: printed.style == CodeStyle::SwissQr,
        }),
        Err(error) => {
            tracing::warn!(label = plain(&printed.label), %error, "a gateway's code is left out of an invoice");
            None
        }
    }
}

/// One language's words and numbers.
struct Words<'a> {
    format: Format,
    labels: &'a Labels,
}

impl Words<'_> {
    fn status(&self, invoice: &Invoice) -> String {
        let id = match invoice.status {
            InvoiceStatus::Unpaid if invoice.settled.is_positive() => "status-part-paid",
            InvoiceStatus::Unpaid => "status-unpaid",
            InvoiceStatus::Paid => "status-paid",
            InvoiceStatus::Cancelled => "status-cancelled",
        };
        self.labels.get(id).to_owned()
    }

    fn company(&self, company: &Party) -> Block {
        let tax_id = self.tax_id(&company.tax_id);
        let texts = company.address.iter().chain([&company.country, &tax_id]);
        Block { name: printable(&company.name), lines: lines(texts) }
    }

    /// A company's name stands first where there is one, and the person's under it.
    fn client(&self, document: &Document) -> Block {
        let client = &document.client;
        let tax_id = self.tax_id(&client.tax_id);
        let rest = client.address.iter().chain([&client.country, &tax_id]);
        if client.company.is_empty() {
            Block { name: printable(&client.name), lines: lines(rest) }
        } else {
            Block { name: printable(&client.company), lines: lines([&client.name].into_iter().chain(rest)) }
        }
    }

    fn tax_id(&self, tax_id: &str) -> String {
        if tax_id.is_empty() { String::new() } else { format!("{} {tax_id}", self.labels.get("tax-id")) }
    }

    fn lines(&self, invoice: &Invoice) -> Result<Vec<LineView>, MoneyError> {
        invoice.lines.iter().map(|line| self.line(line)).collect()
    }

    fn line(&self, line: &Line) -> Result<LineView, MoneyError> {
        Ok(LineView {
            description: printable(&line.description),
            net: self.format.number(line.net),
            tax_rate: self.format.rate(line.tax_rate),
            tax: self.format.number(line.tax),
            gross: self.format.number(line.gross()?),
        })
    }

    /// One row for each rate, the lowest first; none where nothing is taxed.
    fn taxes(&self, invoice: &Invoice) -> Result<Vec<TaxView>, MoneyError> {
        let zero = Money::zero(invoice.currency());
        let mut by_rate: BTreeMap<TaxRate, (Money, Money)> = BTreeMap::new();
        for line in &invoice.lines {
            let (net, tax) = by_rate.entry(line.tax_rate).or_insert((zero, zero));
            *net = net.checked_add(line.net)?;
            *tax = tax.checked_add(line.tax)?;
        }
        if by_rate.keys().all(|&rate| rate == TaxRate::NONE) {
            return Ok(Vec::new());
        }
        Ok(by_rate.into_iter().map(|(rate, (net, tax))| self.tax(rate, net, tax)).collect())
    }

    fn tax(&self, rate: TaxRate, net: Money, tax: Money) -> TaxView {
        TaxView {
            label: self.labels.with("tax-at", "rate", &self.format.rate(rate)),
            on: self.labels.with("tax-on", "net", &self.format.money(net)),
            amount: self.format.money(tax),
        }
    }

    /// Payments and credit, as what they take off the total.
    fn allocations(&self, document: &Document) -> Vec<AllocationView> {
        let view = |(allocation, source): &(Allocation, String)| {
            let own = if allocation.source == AllocationSource::Credit { self.labels.get("credit") } else { "" };
            AllocationView {
                source: printable(if source.is_empty() { own } else { source }),
                date: self.format.date(allocation.at).unwrap_or_default(),
                amount: self.format.money(allocation.amount.negated()),
            }
        };
        document.allocations.iter().map(view).collect()
    }

    /// What was refunded or taken back; the same lines as payments, the other way round.
    fn returns(&self, document: &Document) -> Vec<AllocationView> {
        let view = |back: &PrintedReturn| AllocationView {
            source: printable(self.labels.get(match back.kind {
                ReturnKind::Refund => "refunded",
                ReturnKind::Dispute => "taken-back",
            })),
            date: self.format.date(back.at).unwrap_or_default(),
            amount: self.format.money(back.amount),
        };
        document.returns.iter().map(view).collect()
    }
}
