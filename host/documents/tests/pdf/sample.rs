//! Documents to print, and a typesetter to print them with.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PluginId, Timestamp};
use tollgate_billing::invoice::{Invoice, InvoiceStatus, Line, LineKind, TaxRate, totals};
use tollgate_billing::ledger::{Allocation, AllocationSource};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::people::Client;
use tollgate_billing::plugin::CodeStyle;
use tollgate_billing::ports::{Document, Documents, DocumentsError, Party, PrintedCode, PrintedSlip};
use tollgate_documents::{Typesetter, TypesetterConfig};

/// 2026-11-22T12:00:00Z
pub const NOON: Timestamp = Timestamp(1_795_348_800_000);

pub const EPC: &str =
    "BCD\n002\n1\nSCT\nCOBADEFFXXX\nExample Hosting GmbH\nDE89370400440532013000\nEUR214.20\n\nRF18INV000042\n\n";

pub const SWISS: &str = "SPC\n0200\n1\nCH4431999123000889012\nS\nExample Hosting AG\nBahnhofstrasse\n1\n8001\nZürich\nCH\n\n\n\n\n\n\n\n214.20\nCHF\n\n\n\n\n\n\n\nQRR\n210000000003139471430009017\nInvoice INV-000042\nEPD";

pub fn currency(code: &str) -> Currency {
    Currency::from_code(code).unwrap()
}

pub fn money(text: &str, code: &str) -> Money {
    Money::parse(text, currency(code)).unwrap()
}

pub fn line(description: &str, net: &str, code: &str, percent: &str) -> Line {
    let rate = TaxRate::from_percent(percent.parse().unwrap()).unwrap();
    Line::new(LineKind::Service, description.to_owned(), money(net, code), rate).unwrap()
}

pub fn company() -> Party {
    Party {
        name: "Example Hosting GmbH".to_owned(),
        address: vec!["Hafenstraße 12".to_owned(), "20457 Hamburg".to_owned()],
        country: "DE".to_owned(),
        tax_id: "DE123456789".to_owned(),
        email: "billing@example.com".to_owned(),
        phone: "+49 40 1234567".to_owned(),
        website: "example.com".to_owned(),
        footer: vec!["Amtsgericht Hamburg, HRB 12345 · Managing director: Ada Example".to_owned()],
    }
}

pub fn client(locale: &str, code: &str) -> Client {
    Client {
        id: ClientId(7),
        email: "ada@example.org".to_owned(),
        name: "Ada Smith".to_owned(),
        company: "Smith & Sons Ltd".to_owned(),
        address: vec!["1 High Street".to_owned(), "London N1 9GU".to_owned()],
        country: "GB".to_owned(),
        tax_id: "GB999999973".to_owned(),
        currency: currency(code),
        locale: locale.to_owned(),
        created: NOON,
    }
}

/// An unpaid invoice of the given lines.
pub fn document(locale: &str, code: &str, lines: Vec<Line>) -> Document {
    let sums = totals(currency(code), &lines).unwrap();
    Document {
        company: company(),
        client: client(locale, code),
        invoice: Invoice {
            id: InvoiceId(42),
            number: "INV-000042".to_owned(),
            client: ClientId(7),
            revision: 1,
            version: 1,
            status: InvoiceStatus::Unpaid,
            gateway: Some(InstanceId::new("bank-transfer")),
            created: NOON,
            due: NOON.plus_days(14),
            paid_at: None,
            lines,
            total: sums.total,
            settled: Money::zero(currency(code)),
            credit_applied: Money::zero(currency(code)),
        },
        totals: sums,
        allocations: Vec::new(),
        returns: Vec::new(),
        slip: None,
        gateway: Some((InstanceId::new("bank-transfer"), "Bank transfer".to_owned())),
        locale: locale.to_owned(),
    }
}

/// Two services at two rates, to be paid by bank transfer.
pub fn unpaid() -> Document {
    let lines = vec![
        line("Virtual server M, 22 Nov – 21 Dec 2026", "120.00", "EUR", "19"),
        line("Domain example.org, 1 year", "60.00", "EUR", "19"),
        line("Handbook, printed", "1020.50", "EUR", "7"),
    ];
    let mut document = document("en", "EUR", lines);
    document.slip = Some(slip(CodeStyle::Qr, EPC));
    document
}

pub fn slip(style: CodeStyle, payload: &str) -> PrintedSlip {
    let row = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    PrintedSlip {
        title: "Pay by bank transfer".to_owned(),
        rows: vec![
            row("Account holder", "Example Hosting GmbH"),
            row("IBAN", "DE89 3704 0044 0532 0130 00"),
            row("BIC", "COBADEFFXXX"),
            row("Reference", "RF18 INV0 0004 2"),
        ],
        codes: vec![PrintedCode { style, payload: payload.to_owned(), label: "Scan to pay".to_owned() }],
        notes: vec!["Transfers take one working day. Your invoice is paid when the money has arrived.".to_owned()],
    }
}

pub fn allocation(amount: &str, code: &str, source: AllocationSource, label: &str) -> (Allocation, String) {
    (Allocation { at: NOON.plus_days(1), amount: money(amount, code), source }, label.to_owned())
}

/// The same, paid: part by credit, the rest by a transfer.
pub fn paid() -> Document {
    let mut document = unpaid();
    let total = document.invoice.total;
    let credit = money("100.00", "EUR");
    document.allocations = vec![
        allocation("100.00", "EUR", AllocationSource::Credit, ""),
        (
            Allocation {
                at: NOON.plus_days(2),
                amount: total.checked_sub(credit).unwrap(),
                source: AllocationSource::Gateway(InstanceId::new("bank-transfer")),
            },
            "Bank transfer".to_owned(),
        ),
    ];
    document.invoice.status = InvoiceStatus::Paid;
    document.invoice.paid_at = Some(NOON.plus_days(2));
    document.invoice.settled = total;
    document.invoice.credit_applied = credit;
    document
}

pub fn add_funds(amount: &str, code: &str, locale: &str) -> Document {
    let kind = LineKind::Module(PluginId::new("add-funds"));
    let line = Line::new(kind, "Add Funds".to_owned(), money(amount, code), TaxRate::NONE).unwrap();
    document(locale, code, vec![line])
}

pub fn typesetter() -> Typesetter {
    Typesetter::new(TypesetterConfig::default()).unwrap()
}

pub fn typesetter_with(dir: &Path) -> Typesetter {
    Typesetter::new(TypesetterConfig { templates: Some(dir.to_owned()), font_dirs: Vec::new() }).unwrap()
}

pub fn make(typesetter: &Typesetter, document: &Document) -> Result<Arc<[u8]>, DocumentsError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(typesetter.invoice_pdf(Arc::new(document.clone())))
}

/// With the built-in template. One typesetter serves all tests that do not look at the typesetter itself, since each
/// reads the machine's fonts anew.
pub fn pdf(document: &Document) -> Arc<[u8]> {
    static SHARED: LazyLock<Typesetter> = LazyLock::new(typesetter);
    make(&SHARED, document).unwrap()
}
