//! Independent readers of what we make.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

/// The text of a PDF, as laid out.
///
/// # Errors
/// Where pdftotext is missing or refuses the file.
pub fn pdf_text(pdf: &Path) -> anyhow::Result<String> {
    run(Command::new("pdftotext").arg("-layout").arg(pdf).arg("-"))
}

/// What the QR codes on the first page of a PDF say.
///
/// # Errors
/// Where a tool is missing or there is no code.
pub fn pdf_codes(pdf: &Path) -> anyhow::Result<String> {
    let stem = pdf.with_extension("page");
    run(Command::new("pdftoppm").args(["-r", "200", "-png", "-singlefile", "-f", "1", "-l", "1"]).arg(pdf).arg(&stem))?;
    let mut png = stem.into_os_string();
    png.push(".png");
    run(Command::new("zbarimg").args(["--quiet", "--raw"]).arg(png))
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{name} does not start; install it with: .ci/setup test"))?;
    ensure!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
