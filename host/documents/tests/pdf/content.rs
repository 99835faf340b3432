use tollgate_billing::ids::InstanceId;
use tollgate_billing::invoice::InvoiceStatus;
use tollgate_billing::ledger::AllocationSource;
use tollgate_billing::ports::{PrintedReturn, ReturnKind};

use crate::sample::{add_funds, allocation, document, line, money, paid, pdf, unpaid};
use crate::tools::{Pdf, is_archival};

fn assert_shows(words: &str, expected: &[&str]) {
    for text in expected {
        assert!(words.contains(text), "“{text}” is not in: {words}");
    }
}

#[test]
fn an_unpaid_invoice_shows_who_what_how_much_and_how_to_pay() {
    let words = Pdf::new(&pdf(&unpaid())).words();
    assert_shows(
        &words,
        &[
            "Example Hosting GmbH",
            "Hafenstraße 12",
            "20457 Hamburg",
            "Tax ID DE123456789",
            "Smith & Sons Ltd",
            "Ada Smith",
            "London N1 9GU",
            "Tax ID GB999999973",
            "INV-000042",
            "22 Nov 2026",
            "6 Dec 2026",
            "Unpaid",
            "Description Net (EUR) Tax rate Tax Gross (EUR)",
            "Virtual server M, 22 Nov – 21 Dec 2026 120.00 19% 22.80 142.80",
            "Handbook, printed 1,020.50 7% 71.44 1,091.94",
            "Subtotal EUR 1,200.50",
            "Tax 7% on EUR 1,020.50 EUR 71.44",
            "Tax 19% on EUR 180.00 EUR 34.20",
            "Total EUR 1,306.14",
            "Amount due EUR 1,306.14",
            "Pay by bank transfer",
            "DE89 3704 0044 0532 0130 00",
            "COBADEFFXXX",
            "RF18 INV0 0004 2",
            "Scan to pay",
            "Transfers take one working day",
            "Amtsgericht Hamburg, HRB 12345",
            "billing@example.com",
            "Page 1 of 1",
        ],
    );
    assert!(!words.contains("Paid"), "{words}");
}

#[test]
fn a_paid_invoice_has_its_stamp_its_payments_and_no_slip() {
    let words = Pdf::new(&pdf(&paid())).words();
    assert_shows(
        &words,
        &[
            "PAID",
            "Paid on",
            "24 Nov 2026",
            "Account credit 23 Nov 2026 −EUR 100.00",
            "Bank transfer 24 Nov 2026 −EUR 1,206.14",
        ],
    );
    for absent in ["Amount due", "Pay by bank transfer", "Scan to pay", "COBADEFFXXX"] {
        assert!(!words.contains(absent), "“{absent}” is in: {words}");
    }
}

#[test]
fn a_part_payment_leaves_the_rest_due() {
    let mut document = unpaid();
    let source = AllocationSource::Gateway(InstanceId::new("bank-transfer"));
    document.allocations = vec![allocation("306.14", "EUR", source, "Bank transfer")];
    document.invoice.settled = money("306.14", "EUR");
    let words = Pdf::new(&pdf(&document)).words();
    assert_shows(&words, &["Partly paid", "−EUR 306.14", "Amount due EUR 1,000.00", "Scan to pay"]);
}

#[test]
fn money_that_went_back_stands_under_what_was_paid() {
    let mut document = unpaid();
    document.invoice.status = InvoiceStatus::Paid;
    let back = |kind, amount: &str| PrintedReturn { kind, amount: money(amount, "EUR"), at: document.invoice.created };
    document.returns = vec![back(ReturnKind::Refund, "10.00"), back(ReturnKind::Dispute, "5.50")];
    let words = Pdf::new(&pdf(&document)).words();
    assert_shows(&words, &["Refunded", "EUR 10.00", "Taken back by bank or provider", "EUR 5.50"]);
    document.returns.clear();
    assert!(!Pdf::new(&pdf(&document)).words().contains("Refunded"));
}

#[test]
fn a_cancelled_invoice_asks_for_nothing() {
    let mut document = unpaid();
    document.invoice.status = InvoiceStatus::Cancelled;
    let words = Pdf::new(&pdf(&document)).words();
    // pdftotext reads a long word that is stamped aslant as two.
    assert_shows(&words, &["CANCEL", "LED", "Status", "Cancelled", "Total EUR 1,306.14"]);
    for absent in ["Amount due", "Scan to pay"] {
        assert!(!words.contains(absent), "“{absent}” is in: {words}");
    }
}

#[test]
fn an_invoice_without_tax_has_one_column_of_amounts_in_its_currency_s_decimals() {
    let cases = [
        ("1234567", "JPY", "Add Funds 1,234,567", "Amount due JPY 1,234,567"),
        ("1234.567", "KWD", "Add Funds 1,234.567", "Amount due KWD 1,234.567"),
    ];
    for (amount, code, row, due) in cases {
        let words = Pdf::new(&pdf(&add_funds(amount, code, "en"))).words();
        assert_shows(&words, &[row, due, &format!("Amount ({code})")]);
        assert!(!words.contains("Tax rate"), "{words}");
    }
}

#[test]
fn an_invoice_speaks_its_reader_s_language() {
    let mut german = unpaid();
    german.locale = "de-DE".to_owned();
    let words = Pdf::new(&pdf(&german)).words();
    assert_shows(&words, &["Rechnung", "06.12.2026", "Zu zahlen 1.306,14 EUR", "Steuer 19%", "Seite 1 von 1"]);
}

#[test]
fn a_tag_that_is_no_language_is_english() {
    for locale in ["", "not a tag!", "../../etc", "xx-XX", "abcdefgh"] {
        let mut document = add_funds("10.00", "EUR", "en");
        document.locale = locale.to_owned();
        assert_shows(&Pdf::new(&pdf(&document)).words(), &["Amount due EUR 10.00"]);
    }
}

#[test]
fn the_file_says_what_it_is() {
    let bytes = pdf(&document("en", "EUR", vec![line("Server", "10.00", "EUR", "0")]));
    assert!(is_archival(&bytes), "PDF/A, whose mark is readable in the file");
    let printed = Pdf::new(&bytes);
    let info = printed.info();
    for expected in
        ["Title:           Invoice INV-000042", "Author:          Example Hosting GmbH", "Tagged:          yes"]
    {
        assert!(info.contains(expected), "“{expected}” is not in: {info}");
    }
    assert!(info.contains("Nov 22") && info.contains("2026"), "{info}");
    printed.check();
}
