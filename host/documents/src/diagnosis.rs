//! What is wrong with a template, so that who edited it can mend it.

use std::fmt::Write as _;

use typst::diag::SourceDiagnostic;
use typst::{World, WorldExt};

/// Faults that are told at once; later ones are often only their echo.
const FAULTS_MAX: usize = 5;

/// `invoice.typ:12:3: unknown variable: foo (hint: …)`, one fault a line.
pub fn describe(world: &dyn World, faults: &[SourceDiagnostic]) -> String {
    let mut lines: Vec<String> = faults.iter().take(FAULTS_MAX).map(|fault| describe_one(world, fault)).collect();
    if faults.len() > FAULTS_MAX {
        lines.push(format!("and {} more", faults.len() - FAULTS_MAX));
    }
    lines.join("\n")
}

fn describe_one(world: &dyn World, fault: &SourceDiagnostic) -> String {
    let mut text = match place(world, fault) {
        Some(place) => format!("{place}: {}", fault.message),
        None => fault.message.to_string(),
    };
    for hint in &fault.hints {
        // Writing to a String cannot fail.
        let _ = write!(text, " (hint: {})", hint.v);
    }
    text
}

/// File, line and column, counted from one as editors do.
fn place(world: &dyn World, fault: &SourceDiagnostic) -> Option<String> {
    let id = fault.span.id()?;
    let name = id.get().vpath().get_without_slash();
    let position = || {
        let range = world.range(fault.span)?;
        world.source(id).ok()?.lines().byte_to_line_column(range.start)
    };
    Some(match position() {
        Some((line, column)) => format!("{name}:{}:{}", line + 1, column + 1),
        None => name.to_owned(),
    })
}
