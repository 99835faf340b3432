//! Pages: a template, its data, and what is to be printed.

use tollgate_billing::plugin::{Assets, Code, CodeStyle, Page, Slip, SlipRow};

use super::text::text;
use crate::abi::v1_0_0::wit;
use crate::checks::{Breach, Inside, bounded, list, named, optional, slug};
use crate::json;

/// The contract's numbers for `slip` and what is in it.
const ROWS_MAX: usize = 20;
const CODES_MAX: usize = 2;
const NOTES_MAX: usize = 5;
const KEY_BYTES_MAX: usize = 40;
const VALUE_BYTES_MAX: usize = 500;
const PAYLOAD_BYTES_MAX: usize = 997;

/// `assets` are the plugin's own: a page names one of its templates.
pub fn page(page: wit::Page, assets: &Assets) -> Result<Page, Breach> {
    Ok(Page {
        template: template("page.template", page.template, assets)?,
        data: json::data("page.data", page.data)?,
        slip: page.slip.map(slip).transpose().inside("page.slip")?,
    })
}

/// The name of one of the plugin's own templates.
pub fn template(field: &str, name: String, assets: &Assets) -> Result<String, Breach> {
    if assets.templates.iter().any(|template| template.name == name) {
        Ok(name)
    } else {
        Err(Breach::new(field, "is none of the manifest's templates"))
    }
}

fn slip(slip: wit::Slip) -> Result<Slip, Breach> {
    Ok(Slip {
        rows: list("rows", slip.rows, ROWS_MAX, row)?,
        codes: list("codes", slip.codes, CODES_MAX, code)?,
        notes: list("notes", slip.notes, NOTES_MAX, |note| text("", note))?,
    })
}

fn row(row: wit::SlipRow) -> Result<SlipRow, Breach> {
    Ok(SlipRow {
        key: slug("key", row.key, KEY_BYTES_MAX)?,
        label: text("label", row.label)?,
        value: bounded("value", row.value, VALUE_BYTES_MAX)?,
        copy: optional("copy", row.copy, VALUE_BYTES_MAX)?,
    })
}

fn code(code: wit::Code) -> Result<Code, Breach> {
    let style = match code.style {
        wit::CodeStyle::Qr => CodeStyle::Qr,
        wit::CodeStyle::SwissQr => CodeStyle::SwissQr,
    };
    Ok(Code { style, payload: named("payload", code.payload, PAYLOAD_BYTES_MAX)?, label: text("label", code.label)? })
}
