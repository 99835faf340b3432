use tollgate_billing::ids::Timestamp;
use tollgate_billing::ports::{Document, DocumentsError};

use crate::sample::{make, pdf, typesetter, unpaid};
use crate::tools::Pdf;

/// What markup, JSON, SVG, PDF or a terminal would act upon.
const HOSTILE: [&str; 10] = [
    "#panic(\"taken over\")",
    "$ x $ *bold* _it_ = head",
    "#import \"/etc/passwd\": *",
    "\"}], \"number\": \"FORGED",
    "\\u{41} \\ #{",
    "</svg><script>alert(1)</script>",
    "(string) Tj ET Q endstream",
    "`raw` @ref <label> // comment /* c */",
    "https://example.com/?a=b&c=d",
    "100% {page} {pages} {rate}",
];

fn with_everywhere(text: &str) -> Document {
    let mut document = unpaid();
    document.invoice.lines[0].description = text.to_owned();
    document.client.company = text.to_owned();
    document.client.address = vec![text.to_owned()];
    document.company.name = text.to_owned();
    document.company.footer = vec![text.to_owned()];
    if let Some(slip) = document.slip.as_mut() {
        slip.title = text.to_owned();
        slip.rows[0] = (text.to_owned(), text.to_owned());
        slip.notes[0] = text.to_owned();
    }
    document
}

#[test]
fn what_looks_like_markup_is_printed_as_it_was_written() {
    for text in HOSTILE {
        let printed = Pdf::new(&pdf(&with_everywhere(text)));
        let words = printed.words();
        assert!(words.matches(text).count() >= 6, "“{text}” is not in: {words}");
        assert!(words.contains("INV-000042") && words.contains("Page 1 of 1"), "{words}");
    }
}

#[test]
fn control_characters_and_turned_text_reach_no_page() {
    let words = Pdf::new(&pdf(&with_everywhere("Pay\u{0}\u{1b}[2J \u{202e}00.01 RUE\u{202c} now\u{2028}here"))).words();
    assert!(words.contains("Pay[2J 00.01 RUE now here"), "{words}");
}

#[test]
fn text_from_right_to_left_is_printed_too() {
    let printed = Pdf::new(&pdf(&with_everywhere("שלום עולם مرحبا")));
    assert!(printed.words().contains("שלום"), "{}", printed.words());
    assert!(printed.fonts().contains("Hebrew") || printed.fonts().contains("DejaVu"), "{}", printed.fonts());
}

#[test]
fn empty_texts_leave_a_document_that_can_be_read() {
    let mut document = with_everywhere("");
    document.client.name = String::new();
    document.company.address.clear();
    assert!(Pdf::new(&pdf(&document)).words().contains("Amount due EUR 1,306.14"));
}

#[test]
fn a_date_that_no_calendar_has_is_refused() {
    for spoil in [
        |document: &mut Document| document.invoice.created = Timestamp(i64::MAX),
        |document: &mut Document| {
            document.invoice.due = Timestamp(i64::MIN);
        },
    ] {
        let mut document = unpaid();
        spoil(&mut document);
        let refused = make(&typesetter(), &document).unwrap_err();
        let expected = DocumentsError::Failed("invoice INV-000042 has a date that no calendar has".to_owned());
        assert_eq!(refused, expected);
    }
}
