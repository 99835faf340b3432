use tollgate_billing::plugin::CodeStyle;
use tollgate_billing::ports::PrintedCode;

use crate::sample::{EPC, SWISS, pdf, slip, unpaid};
use crate::tools::{PICTURE_DPI, Pdf};

#[test]
fn a_telephone_reads_the_code_of_a_euro_transfer() {
    let codes = Pdf::new(&pdf(&unpaid())).codes();
    assert_eq!(codes.iter().map(|code| code.trim_end()).collect::<Vec<_>>(), [EPC.trim_end()]);
}

/// Read by another reader, because zbar takes the black square with the cross for one of the code's corners.
#[test]
fn a_swiss_code_is_read_through_its_cross() {
    let mut document = unpaid();
    document.slip = Some(slip(CodeStyle::SwissQr, SWISS));
    let picture = Pdf::new(&pdf(&document)).picture();
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(picture.width, picture.height, |x, y| picture.pixel(x, y));
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    let (facts, payload) = grids[0].decode().unwrap();
    assert_eq!(payload, SWISS);
    assert_eq!(facts.ecc_level, 0, "correction level M, whose code is 0");
    // The two upper corner marks are dark from edge to edge of the code.
    let corner = grids[0].bounds;
    let near = |at: i32, by: i32| usize::try_from(at + by).unwrap();
    let row = near(corner[0].y, 12);
    let dark: Vec<usize> =
        (near(corner[0].x, -20)..near(corner[1].x, 20)).filter(|&x| picture.pixel(x, row) < 128).collect();
    let width_px = dark.last().unwrap() - dark.first().unwrap() + 1;
    let width_tenths_mm = width_px * 254 / usize::try_from(PICTURE_DPI).unwrap();
    assert!((457..=463).contains(&width_tenths_mm), "{width_tenths_mm} tenths of a millimetre wide, not 46 mm");
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
