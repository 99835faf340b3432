//! QR codes as vector drawings.

use std::fmt::Write as _;

use qrcodegen::{DataTooLong, QrCode, QrCodeEcc, QrSegment, Version};
use tollgate_billing::plugin::CodeStyle;

/// The Swiss QR-bill allows no larger one: 117 modules on 46 mm.
const SWISS_VERSION_MAX: u8 = 25;
/// Past this, modules of a code printed 36 mm wide are smaller than what a telephone's camera tells apart.
const VERSION_MAX: u8 = 30;

/// A Swiss code is 46 mm wide; the drawing has this many units in each of its millimetres per module of the code, so
/// that the cross, which is measured in millimetres, lies on whole units too.
const SWISS_MM: i32 = 46;
const UNITS_PER_MM: i32 = 12;
/// Units of a module of every other code: even, so that the middle of a row lies on a whole one.
const MODULE: i32 = 2;
/// The cross, in twelfths of a millimetre: its white square (7 mm), the black one in it (6 mm), and the two bars.
const CROSS_WHITE: i32 = 84;
const CROSS_BLACK: i32 = 72;
const CROSS_BAR_LONG: i32 = 46;
const CROSS_BAR_SHORT: i32 = 14;

/// The code as SVG, exactly as wide as its modules: the quiet zone is the page's.
///
/// # Errors
/// [`DataTooLong`] where the payload does not fit the largest code of that style.
pub fn svg(style: CodeStyle, payload: &str) -> Result<String, DataTooLong> {
    let version_max = match style {
        CodeStyle::Qr => VERSION_MAX,
        CodeStyle::SwissQr => SWISS_VERSION_MAX,
    };
    let segments = QrSegment::make_segments(payload);
    // Error correction stays at M, which both the EPC's and the Swiss rules ask for: never raised where there is room.
    let code = QrCode::encode_segments_advanced(
        &segments,
        QrCodeEcc::Medium,
        Version::MIN,
        Version::new(version_max),
        None,
        false,
    )?;
    Ok(match style {
        CodeStyle::Qr => drawing(code.size() * MODULE, &modules(&code, MODULE)),
        CodeStyle::SwissQr => {
            let module = SWISS_MM * UNITS_PER_MM;
            let side = code.size() * module;
            drawing(side, &format!("{}{}", modules(&code, module), swiss_cross(side / 2, code.size())))
        }
    })
}

fn drawing(side: i32, inside: &str) -> String {
    format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">{inside}</svg>"#)
}

/// All dark modules as one path: along the middle of each row, a stroke as thick as a module for each run of them.
fn modules(code: &QrCode, module: i32) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while x < code.size() && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h{}", start * module, y * module + module / 2, (x - start) * module);
            }
            x += 1;
        }
    }
    format!(r##"<path stroke="#000" stroke-width="{module}" d="{path}"/>"##)
}

/// A black square with a white border and a white cross, 7 mm wide, in the middle. It covers less than the error
/// correction restores.
fn swiss_cross(middle: i32, unit: i32) -> String {
    let mut cross = String::new();
    let parts = [
        ("#fff", CROSS_WHITE, CROSS_WHITE),
        ("#000", CROSS_BLACK, CROSS_BLACK),
        ("#fff", CROSS_BAR_LONG, CROSS_BAR_SHORT),
        ("#fff", CROSS_BAR_SHORT, CROSS_BAR_LONG),
    ];
    for (colour, width, height) in parts {
        let (width, height) = (width * unit, height * unit);
        let mut path = String::new();
        push_rectangle(&mut path, middle - width / 2, middle - height / 2, width, height);
        // Writing to a String cannot fail.
        let _ = write!(cross, r#"<path fill="{colour}" d="{path}"/>"#);
    }
    cross
}

fn push_rectangle(path: &mut String, x: i32, y: i32, width: i32, height: i32) {
    // Writing to a String cannot fail.
    let _ = write!(path, "M{x} {y}h{width}v{height}h-{width}z");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_path_on_whole_units() {
        let drawing = svg(CodeStyle::Qr, "https://example.com").unwrap();
        assert!(
            drawing.starts_with(r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 50 50"><path stroke="#000" stroke-width="2" d="M0 1h14"##)
        );
        assert_eq!(drawing.matches("<path").count(), 1);
    }

    #[test]
    fn the_swiss_cross_is_seven_forty_sixths_of_the_code_and_in_its_middle() {
        let drawing = svg(CodeStyle::SwissQr, "SPC\n0200\n1").unwrap();
        assert_eq!(drawing.matches("<path").count(), 5);
        // Version 1 has 21 modules of 46 units of a twelfth of a millimetre each: 11592 units, of which the cross has 1764.
        assert!(drawing.contains(r#"viewBox="0 0 11592 11592""#));
        assert!(drawing.contains(r##"<path fill="#fff" d="M4914 4914h1764v1764h-1764z"/>"##));
    }

    #[test]
    fn a_payload_that_no_code_holds_is_refused() {
        let long = "ä".repeat(2_000);
        assert!(svg(CodeStyle::Qr, &long).is_err());
        let too_long_for_swiss = "x".repeat(998);
        assert!(svg(CodeStyle::SwissQr, &too_long_for_swiss).is_err());
        assert!(svg(CodeStyle::Qr, &too_long_for_swiss).is_ok());
    }

    #[test]
    fn a_payload_never_reaches_the_drawing_as_text() {
        let drawing = svg(CodeStyle::Qr, "</svg><script>").unwrap();
        assert!(!drawing.contains("script"));
    }
}
