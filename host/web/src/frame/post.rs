//! A posted form that is known to come from a page of ours, shown to the same session.

use axum::extract::{FromRequest, FromRequestParts, Request};

use super::visit::Guest;
use crate::errors::WebError;
use crate::guard::{FormFields, check_csrf, same_origin};
use crate::state::WebState;

/// Longest key of a form; ours have 32.
const FORM_KEY_BYTES_MAX: usize = 64;

/// The form and who sent it. There is no other way to the fields of a form.
pub struct Posted<V> {
    pub visit: V,
    pub fields: FormFields,
}

impl<V> FromRequest<WebState> for Posted<V>
where
    V: Guest + FromRequestParts<WebState, Rejection = WebError>,
{
    type Rejection = WebError;

    async fn from_request(request: Request, state: &WebState) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        same_origin(&parts.headers)?;
        let visit = V::from_request_parts(&mut parts, state).await?;
        let fields = FormFields::from_request(Request::from_parts(parts, body), state).await?;
        check_csrf(visit.reader().secret(), fields.one("csrf")?)?;
        Ok(Self { visit, fields })
    }
}

impl<V> Posted<V> {
    /// The value of a field, without spaces around it; empty where it is missing.
    ///
    /// # Errors
    /// [`WebError::BadRequest`] where it is there twice.
    pub fn text(&self, name: &str) -> Result<&str, WebError> {
        Ok(self.fields.one(name)?.unwrap_or_default().trim())
    }

    /// The key that makes what the form asks for happen once.
    ///
    /// # Errors
    /// [`WebError::BadRequest`] where it is no key of ours.
    pub fn form_key(&self) -> Result<&str, WebError> {
        let key = self.fields.one("form_key")?.unwrap_or_default();
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if key.is_empty() || key.len() > FORM_KEY_BYTES_MAX || !plain { Err(WebError::BadRequest) } else { Ok(key) }
    }
}
