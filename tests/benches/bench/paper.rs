//! The invoice as a PDF: a new document each time, once everything is warm.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, Timestamp};
use tollgate_billing::invoice::{Invoice, InvoiceStatus, Line, LineKind, TaxRate, totals};
use tollgate_billing::people::Client;
use tollgate_billing::plugin::CodeStyle;
use tollgate_billing::ports::{Document, Documents, Party, PrintedCode, PrintedSlip};
use tollgate_documents::{Typesetter, TypesetterConfig};
use tollgate_tests::house;

use crate::report::{Bar, Report};
use crate::rounds::median;
use crate::sample::{eur, euros};

/// Documents that warm fonts and the typesetter's own memory up.
const WARM: i64 = 10;
const MEASURED: i64 = 60;

pub fn measure(report: &mut Report) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let templates = Some(house::top().join("templates"));
    let typesetter = Typesetter::new(TypesetterConfig { templates, font_dirs: vec![] })?;
    let mut times = Vec::new();
    for number in 1..=WARM + MEASURED {
        let document = Arc::new(document(number)?);
        let start = Instant::now();
        runtime.block_on(typesetter.invoice_pdf(document))?;
        if number > WARM {
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    report.alone("invoice PDF, each another document", "ms", median(times), Bar::AtMost(10.0));
    Ok(())
}

fn document(number: i64) -> Result<Document> {
    let at = Timestamp(1_700_000_000_000);
    let rate = TaxRate::from_percent(19.into()).unwrap_or(TaxRate::NONE);
    let line = |minor| Line::new(LineKind::Service, format!("Hosting, month {number}"), euros(minor), rate);
    let lines = vec![line(1000 + number)?, line(2500)?, line(750)?];
    let totals = totals(eur(), &lines)?;
    let instance = InstanceId::new("bank-transfer");
    let invoice = Invoice {
        id: InvoiceId(number),
        number: format!("INV-{number:06}"),
        client: ClientId(7),
        revision: 1,
        version: 1,
        status: InvoiceStatus::Unpaid,
        gateway: Some(instance.clone()),
        created: at,
        due: at.plus_days(14),
        paid_at: None,
        lines,
        total: totals.total,
        settled: euros(0),
        credit_applied: euros(0),
    };
    Ok(Document {
        company: Party {
            name: "Example Hosting".to_owned(),
            email: "billing@example.com".to_owned(),
            ..Party::default()
        },
        client: client(at),
        invoice,
        totals,
        allocations: vec![],
        returns: vec![],
        slip: Some(slip(number)),
        gateway: Some((instance, "Bank transfer".to_owned())),
        locale: "en".to_owned(),
    })
}

fn client(created: Timestamp) -> Client {
    Client {
        id: ClientId(7),
        email: "client@example.com".to_owned(),
        name: "Example Client".to_owned(),
        company: String::new(),
        address: vec!["Example Street 1".to_owned(), "12345 Town".to_owned()],
        country: "DE".to_owned(),
        tax_id: String::new(),
        currency: eur(),
        locale: "en".to_owned(),
        created,
    }
}

fn slip(number: i64) -> PrintedSlip {
    let row = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    PrintedSlip {
        title: "Bank transfer".to_owned(),
        rows: vec![row("Account holder", "Example Hosting"), row("IBAN", "DE89 3704 0044 0532 0130 00")],
        codes: vec![PrintedCode {
            style: CodeStyle::Qr,
            payload: format!(
                "BCD\n002\n1\nSCT\n\nExample Hosting\nDE89370400440532013000\nEUR50.58\n\nRF18INV{number:06}"
            ),
            label: "Scan to pay".to_owned(),
        }],
        notes: vec!["A transfer usually takes one to three working days.".to_owned()],
    }
}
