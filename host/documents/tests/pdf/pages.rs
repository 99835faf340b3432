use tollgate_billing::invoice::LINES_MAX;

use crate::sample::{document, line, pdf, unpaid};
use crate::tools::Pdf;

/// A4 in points.
const PAGE_WIDTH: f64 = 595.3;

#[test]
fn many_lines_take_pages_with_the_table_s_head_on_each() {
    let lines = (1..=90).map(|index| line(&format!("Server number {index}"), "1.00", "EUR", "19")).collect();
    let pages = Pdf::new(&pdf(&document("en", "EUR", lines))).page_texts();
    assert!(pages.len() >= 3, "{} pages", pages.len());
    for (index, page) in pages.iter().enumerate() {
        let foot = format!("Page {} of {}", index + 1, pages.len());
        assert!(page.contains(&foot), "“{foot}” is not in: {page}");
        assert_eq!(page.contains("Server number"), page.contains("Description"), "{page}");
    }
    let all = pages.concat();
    assert!((1..=90).all(|index| all.contains(&format!("Server number {index} "))), "every line is there");
    assert!(pages.last().is_some_and(|page| page.contains("Amount due")));
}

#[test]
fn the_longest_invoice_that_there_can_be_is_printed() {
    let lines = (0..LINES_MAX).map(|_| line("Hour", "1.00", "EUR", "0")).collect();
    let pages = Pdf::new(&pdf(&document("en", "EUR", lines))).page_texts();
    assert!((10..=25).contains(&pages.len()), "{} pages", pages.len());
    assert_eq!(pages.concat().matches("Hour").count(), LINES_MAX);
}

#[test]
fn nothing_runs_off_the_page() {
    let mut long = unpaid();
    let word = "W".repeat(200);
    long.client.name = word.clone();
    long.client.company = "unbroken".repeat(30);
    long.client.address = vec!["/".repeat(300), "a".repeat(100)];
    long.company.name.clone_from(&word);
    long.company.address = vec![word.clone()];
    long.company.footer = vec!["x".repeat(400)];
    long.invoice.number = "N".repeat(120);
    long.invoice.lines[0].description.clone_from(&word);
    if let Some(slip) = long.slip.as_mut() {
        slip.title.clone_from(&word);
        slip.rows.push(("L".repeat(100), word.clone()));
        slip.notes.push("ÄÖÜ".repeat(100));
        slip.codes[0].label.clone_from(&word);
    }
    let boxes = Pdf::new(&pdf(&long)).boxes();
    assert!(boxes.len() > 50, "{}", boxes.len());
    for (left, right, word) in boxes {
        assert!(left >= 0.0 && right <= PAGE_WIDTH, "“{word}” reaches from {left} to {right}");
    }
}

#[test]
fn the_largest_amounts_stay_on_the_page() {
    let lines = vec![line("All of it", "4000000000000.00", "EUR", "19"), line("More", "4000000000000.00", "EUR", "7")];
    let printed = Pdf::new(&pdf(&document("en", "EUR", lines)));
    assert!(printed.words().contains("Amount due EUR 9,040,000,000,000.00"));
    assert!(printed.boxes().iter().all(|(left, right, _)| *left >= 0.0 && *right <= PAGE_WIDTH));
}
