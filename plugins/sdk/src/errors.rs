//! How a plugin says no.

use crate::bindings::shared::tollgate::plugin::types::{ConfigError, Error, FieldError, Refusal, Text};

impl Error {
    /// The provider said no: `client` is told to the payer, `staff` to staff only.
    #[must_use]
    pub fn declined(client: Text, staff: impl Into<String>) -> Self {
        Self::Declined(Refusal { client, staff: staff.into() })
    }

    /// Our own request or configuration was wrong: told to staff.
    #[must_use]
    pub fn rejected(staff: impl Into<String>) -> Self {
        Self::Rejected(staff.into())
    }
}

impl From<crate::money::MoneyError> for Error {
    /// An amount that the host sent or a provider answered; what a person typed is a [`FieldError`] instead.
    fn from(error: crate::money::MoneyError) -> Self {
        Self::Rejected(error.to_string())
    }
}

/// Gathers what is wrong with a form or a configuration, so that people see all of it at once.
///
/// ```
/// use tollgate_sdk::{FieldErrors, Text};
///
/// let mut errors = FieldErrors::default();
/// errors.add("accounts.0.iban", Text::msg("iban-checksum"));
/// assert!(errors.into_result().is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors {
    errors: Vec<FieldError>,
}

impl FieldErrors {
    /// Most errors that one answer may carry.
    pub const COUNT_MAX: usize = 20;

    /// `field` is the name in the form or the whole key of the setting; empty for the form as a whole.
    /// What is past [`FieldErrors::COUNT_MAX`] is left out: the first ones are enough to go on with.
    pub fn add(&mut self, field: impl Into<String>, message: Text) {
        if self.errors.len() < Self::COUNT_MAX {
            self.errors.push(FieldError { field: field.into(), message });
        }
    }

    /// Keeps the value, or notes what is wrong with it.
    pub fn keep<T>(&mut self, field: impl Into<String>, value: Result<T, Text>) -> Option<T> {
        value.map_err(|message| self.add(field, message)).ok()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// # Errors
    /// All that was added, where anything was.
    pub fn into_result(self) -> Result<(), Vec<FieldError>> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }
}

impl From<FieldErrors> for Vec<FieldError> {
    fn from(errors: FieldErrors) -> Self {
        errors.errors
    }
}

impl From<FieldErrors> for ConfigError {
    fn from(errors: FieldErrors) -> Self {
        Self::Fields(errors.errors)
    }
}

impl From<Error> for ConfigError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
