//! What a plugin answers to be shown. The host renders it, escaped.

use serde::Serialize;

use crate::bindings::shared::tollgate::plugin::types::{Code, CodeStyle, Error, Page, Slip, SlipRow, Text};

impl Page {
    /// `template` is the name of one of the plugin's own; `data` becomes the template's `data` and must be a JSON object.
    ///
    /// # Errors
    /// [`Error::Rejected`] where `data` has no JSON form or is no object.
    pub fn new(template: impl Into<String>, data: &impl Serialize) -> Result<Self, Error> {
        let template = template.into();
        let data = serde_json::to_string(data)
            .map_err(|error| Error::Rejected(format!("the data of the page “{template}” has no JSON form: {error}")))?;
        if !data.starts_with('{') {
            return Err(Error::Rejected(format!("the data of the page “{template}” must be a JSON object")));
        }
        Ok(Self { template, data, slip: None })
    }

    /// Adds what the payer needs away from the browser.
    #[must_use]
    pub fn slip(mut self, slip: Slip) -> Self {
        self.slip = Some(slip);
        self
    }
}

impl Slip {
    /// Nothing yet.
    #[must_use]
    pub fn empty() -> Self {
        Self { rows: Vec::new(), codes: Vec::new(), notes: Vec::new() }
    }

    /// Adds a row of at most 20.
    #[must_use]
    pub fn row(mut self, row: SlipRow) -> Self {
        self.rows.push(row);
        self
    }

    /// Adds a code of at most 2.
    #[must_use]
    pub fn code(mut self, code: Code) -> Self {
        self.codes.push(code);
        self
    }

    /// Adds a paragraph of at most 5.
    #[must_use]
    pub fn note(mut self, note: Text) -> Self {
        self.notes.push(note);
        self
    }
}

impl SlipRow {
    /// `key` names the row for templates and tests.
    #[must_use]
    pub fn new(key: &str, label: Text, value: impl Into<String>) -> Self {
        Self { key: key.into(), label, value: value.into(), copy: None }
    }

    /// What the copy button copies, where it differs from what is read.
    #[must_use]
    pub fn copying(mut self, copy: impl Into<String>) -> Self {
        self.copy = Some(copy.into());
        self
    }
}

impl Code {
    /// `label` says what scanning it does.
    #[must_use]
    pub fn new(style: CodeStyle, payload: impl Into<String>, label: Text) -> Self {
        Self { style, payload: payload.into(), label }
    }
}
