//! `{{qr code}}`: a code to scan, drawn as one path of an inline SVG. What is secret is drawn with `secret=true`, and not kept.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::Arc;

use handlebars::{Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError};
use parking_lot::Mutex;
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};
use serde_json::Value;

use super::{escape, text_of};
use crate::engine::scope::{current, refuse, take_steps};

/// As the contract says: the longest payload of a Swiss QR code.
const PAYLOAD_BYTES_MAX: usize = 997;
/// Light modules around the code that scanners need.
const QUIET_MODULES: i32 = 4;
/// The largest code that is drawn: version 25 is the Swiss QR-bill's bound, and 997 bytes fit into it.
const VERSION_MAX: u8 = 25;
/// Drawn codes that are kept: those of the invoices that are being looked at.
const KEPT_MAX: usize = 128;
/// What drawing costs a plugin's budget: as much as a few dozen turns of a loop.
const STEPS: u32 = 50;
/// The Swiss cross is 7 mm on a code of 46 mm.
const CROSS_SIZE: (i32, i32) = (7, 46);

/// A drawing and what it was drawn from.
struct Kept {
    swiss: bool,
    payload: String,
    drawing: Arc<str>,
}

static KEPT: Mutex<VecDeque<Kept>> = Mutex::new(VecDeque::new());

pub struct QrDrawing;

impl HelperDef for QrDrawing {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        take_steps(STEPS)?;
        let code = helper.param(0).map_or(&Value::Null, |param| param.value());
        let field = |name: &str| {
            let of_code = code.get(name).or_else(|| helper.hash_get(name).map(handlebars::PathAndJson::value));
            of_code.map(text_of).unwrap_or_default()
        };
        let payload = if code.is_object() { field("payload") } else { text_of(code) };
        if payload.is_empty() {
            return Ok(());
        }
        let label = match field("label") {
            label if label.is_empty() => current()?.words.say("qr-label"),
            label => label,
        };
        let swiss = field("style") == "swiss-qr";
        let drawing = if field("secret") == "true" { draw(&payload, swiss)?.into() } else { drawn(&payload, swiss)? };
        out.write(&format!("<svg class=\"qr-code\" role=\"img\" aria-label=\"{}\"", escape(&label)))?;
        Ok(out.write(&drawing)?)
    }
}

/// The rest of the element after its label, from memory where it was drawn lately.
fn drawn(payload: &str, swiss: bool) -> Result<Arc<str>, RenderError> {
    let mut kept = KEPT.lock();
    if let Some(at) = kept.iter().position(|one| one.swiss == swiss && one.payload == payload) {
        let drawing = kept[at].drawing.clone();
        // The latest stands first; moved only where it had fallen back, so that the common case moves nothing.
        if at > 0
            && let Some(one) = kept.remove(at)
        {
            kept.push_front(one);
        }
        return Ok(drawing);
    }
    drop(kept);
    let drawing: Arc<str> = draw(payload, swiss)?.into();
    let mut kept = KEPT.lock();
    kept.push_front(Kept { swiss, payload: payload.to_owned(), drawing: drawing.clone() });
    kept.truncate(KEPT_MAX);
    Ok(drawing)
}

fn draw(payload: &str, swiss: bool) -> Result<String, RenderError> {
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(refuse(&format!("a code holds {PAYLOAD_BYTES_MAX} bytes at most")));
    }
    let segments = [QrSegment::make_bytes(payload.as_bytes())];
    let highest = Version::new(VERSION_MAX);
    let code = QrCode::encode_segments_advanced(&segments, QrCodeEcc::Medium, Version::MIN, highest, None, false)
        .map_err(|_| refuse("the code's payload is too long"))?;
    let side = code.size() + 2 * QUIET_MODULES;
    let cross = if swiss { cross(side, code.size()) } else { String::new() };
    Ok(format!(
        " viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><rect class=\"qr-light\" width=\"{side}\" \
         height=\"{side}\"/><path class=\"qr-dark\" d=\"{}\"/>{cross}</svg>",
        path(&code)
    ))
}

/// Runs of dark modules, each a rectangle of one module's height.
fn path(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while x < code.size() && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let run = x - start;
                let _ = write!(path, "M{},{}h{run}v1h-{run}z", start + QUIET_MODULES, y + QUIET_MODULES);
            }
            x += 1;
        }
    }
    path
}

/// The Swiss cross: a black square with a white cross and a white rim, in the middle. In tenths of its size, scaled.
fn cross(side: i32, code_size: i32) -> String {
    let thousandths = code_size * 1_000 * CROSS_SIZE.0 / CROSS_SIZE.1;
    let scale = Thousandths(thousandths / 19);
    let start = Thousandths((side * 1_000 - thousandths) / 2);
    format!(
        "<g class=\"qr-cross\" shape-rendering=\"geometricPrecision\" transform=\"translate({start} {start}) scale({scale})\">\
         <path class=\"qr-light\" d=\"M0,0h19v19h-19z\"/><path class=\"qr-dark\" d=\"M.7,.7h17.6v17.6h-17.6z\"/>\
         <path class=\"qr-light\" d=\"M8,4h3v4h4v3h-4v4h-3v-4h-4v-3h4z\"/></g>"
    )
}

/// A number of thousandths, written with its point.
struct Thousandths(i32);

impl std::fmt::Display for Thousandths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1_000, self.0 % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_covers_exactly_the_dark_modules() {
        let code = QrCode::encode_text("RF18539007547034", QrCodeEcc::Medium).expect("a short text fits");
        let dark: i32 = (0..code.size())
            .flat_map(|y| (0..code.size()).map(move |x| (x, y)))
            .filter(|(x, y)| code.get_module(*x, *y))
            .map(|_| 1)
            .sum();
        let path = path(&code);
        let runs = path.split('h').skip(1).filter_map(|rest| rest.split('v').next()?.parse::<i32>().ok());
        assert_eq!(runs.filter(|run| *run > 0).sum::<i32>(), dark);
    }

    #[test]
    fn the_swiss_code_has_its_cross_and_the_plain_one_has_none() {
        let swiss = draw("SPC\r\n0200\r\n1", true).expect("a short payload fits");
        let plain = draw("SPC\r\n0200\r\n1", false).expect("a short payload fits");
        assert!(swiss.contains("qr-cross") && !plain.contains("qr-cross"));
    }

    #[test]
    fn a_payload_of_997_bytes_fits_and_one_more_is_refused() {
        assert!(draw(&"x".repeat(997), true).is_ok());
        assert!(draw(&"x".repeat(998), false).is_err());
    }
}
