//! Reads posted forms, within bounds.

use std::fmt;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;

use super::patience::{ReadWithin, TooSlow};

/// The longest form: a gateway's settings with fifty accounts is some 20 kB.
pub const FORM_BYTES_MAX: usize = 64 * 1024;
/// Fields of the longest form.
const FIELDS_MAX: usize = 1_000;
/// A field's name is a key of the contract, with its group and index.
const NAME_BYTES_MAX: usize = 200;

/// The fields of a posted form, in their order.
#[derive(Clone, PartialEq, Eq)]
pub struct FormFields(Vec<(String, String)>);

/// Names only: among the values are passwords and secrets.
impl fmt::Debug for FormFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// Why a form is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormRefusal {
    /// Longer than [`FORM_BYTES_MAX`], or more fields than any form has.
    TooLarge,
    /// Not a form, or cut off.
    Unreadable,
    /// It did not come in time.
    TooSlow,
}

impl FormFields {
    fn new(fields: Vec<(String, String)>) -> Result<Self, FormRefusal> {
        if fields.len() > FIELDS_MAX {
            return Err(FormRefusal::TooLarge);
        }
        let readable = |(name, value): &(String, String)| name.len() <= NAME_BYTES_MAX && !value.contains('\0');
        if fields.iter().all(readable) { Ok(Self(fields)) } else { Err(FormRefusal::Unreadable) }
    }

    /// The field that a form has once; `None` where it is missing.
    ///
    /// # Errors
    /// [`FormRefusal::Unreadable`] where it is there twice: one of both is somebody else's.
    pub fn one(&self, name: &str) -> Result<Option<&str>, FormRefusal> {
        let mut named = self.0.iter().filter(|(of, _)| of == name).map(|(_, value)| value.as_str());
        let first = named.next();
        if named.next().is_some() { Err(FormRefusal::Unreadable) } else { Ok(first) }
    }

    /// Every value of a field that a form may have several times, such as a list of switches.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// Every field but those of the host itself, for a plugin.
    #[must_use]
    pub fn for_plugin(&self) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| !matches!(name.as_str(), "csrf" | "form_key")).cloned().collect()
    }
}

impl<S: Send + Sync> FromRequest<S> for FormFields {
    type Rejection = FormRefusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let within = ReadWithin::of(request.extensions());
        match within.read(Form::<Vec<(String, String)>>::from_request(request, state)).await {
            Err(TooSlow) => Err(FormRefusal::TooSlow),
            Ok(Ok(Form(fields))) => Self::new(fields),
            Ok(Err(FormRejection::BytesRejection(error))) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(FormRefusal::TooLarge)
            }
            Ok(Err(_)) => Err(FormRefusal::Unreadable),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Result<FormFields, FormRefusal> {
        FormFields::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_field_that_comes_twice_is_refused_where_one_is_meant() {
        let form = fields(&[("csrf", "a"), ("amount", "1"), ("csrf", "b")]).expect("a small form");
        assert_eq!(form.one("amount"), Ok(Some("1")));
        assert_eq!(form.one("gateway"), Ok(None));
        assert_eq!(form.one("csrf"), Err(FormRefusal::Unreadable));
    }

    #[test]
    fn a_form_says_nothing_of_its_values() {
        let form = fields(&[("s.key", "planted"), ("hosts", "a"), ("hosts", "b")]).expect("a small form");
        assert_eq!(format!("{form:?}"), "[\"s.key\", \"hosts\", \"hosts\"]");
        assert_eq!(form.all("hosts").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_plugin_never_sees_the_hosts_own_fields() {
        let form = fields(&[("csrf", "a"), ("amount", "1"), ("form_key", "k")]).expect("a small form");
        assert_eq!(form.for_plugin(), [("amount".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn forms_beyond_their_bounds_are_refused() {
        assert_eq!(fields(&vec![("a", "b"); 1_001]), Err(FormRefusal::TooLarge));
        assert_eq!(fields(&[(&"n".repeat(201), "v")]), Err(FormRefusal::Unreadable));
        assert_eq!(fields(&[("a", "b\0c")]), Err(FormRefusal::Unreadable));
    }
}
