//! What is wrong with a file of templates or translations, in one sentence for whoever can mend it.

use std::fmt;

/// Names the file and, where known, the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateProblem {
    /// Relative to the templates' directory, or `plugin-id/template`.
    pub file: String,
    /// From 1.
    pub line: Option<usize>,
    /// What is wrong and what to do, without a full stop.
    pub what: String,
}

impl TemplateProblem {
    pub(crate) fn new(file: impl Into<String>, line: Option<usize>, what: impl Into<String>) -> Self {
        Self { file: file.into(), line, what: what.into() }
    }
}

impl fmt::Display for TemplateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, line {line}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

impl std::error::Error for TemplateProblem {}
