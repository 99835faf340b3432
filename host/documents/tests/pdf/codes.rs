use tollgate_billing::plugin::CodeStyle;
use tollgate_billing::ports::PrintedCode;

use crate::sample::{EPC, SWISS, pdf, slip, unpaid};
use crate::tools::Pdf;

#[test]
fn a_telephone_reads_the_code_of_a_euro_transfer() {
    let codes = Pdf::new(&pdf(&unpaid())).codes();
    assert_eq!(codes.iter().map(|code| code.trim_end()).collect::<Vec<_>>(), [EPC.trim_end()]);
}

#[test]
fn a_swiss_code_is_read_through_its_cross() {
    let mut document = unpaid();
    document.slip = Some(slip(CodeStyle::SwissQr, SWISS));
    let codes = Pdf::new(&pdf(&document)).codes();
    assert_eq!(codes.iter().map(|code| code.trim_end()).collect::<Vec<_>>(), [SWISS]);
}

#[test]
fn two_codes_stand_side_by_side() {
    let mut document = unpaid();
    let mut both = slip(CodeStyle::Qr, EPC);
    both.codes.push(PrintedCode { style: CodeStyle::Qr, payload: "second".to_owned(), label: "Or this".to_owned() });
    document.slip = Some(both);
    let codes = Pdf::new(&pdf(&document)).codes().concat();
    assert!(codes.contains("second") && codes.contains("RF18INV000042"), "{codes}");
}

#[test]
fn a_payload_that_fits_no_code_leaves_the_slip_without_one() {
    let mut document = unpaid();
    document.slip = Some(slip(CodeStyle::Qr, &"x".repeat(5_000)));
    let printed = Pdf::new(&pdf(&document));
    assert!(printed.words().contains("DE89 3704 0044 0532 0130 00"));
    assert_eq!(printed.codes(), Vec::<String>::new());
}
