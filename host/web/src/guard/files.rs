//! Reads posted forms that carry files, within bounds. Nothing of a file is read before the form is known to be ours.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;

use super::csrf::{Forged, check_csrf};
use super::patience::{ReadWithin, TooSlow};

/// Files are larger than forms, and come over lines that are slower upwards: 32 MB in five minutes is 1 Mbit/s.
const PATIENCE: u32 = 10;
/// Longer than any token.
const TOKEN_BYTES_MAX: usize = 256;
/// What a form has beside its files, with the boundaries between.
const REST_BYTES_MAX: usize = 64 * 1024;

/// A field that carries a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileField {
    pub name: &'static str,
    pub bytes_max: usize,
}

/// The most that a form with these files may have in its body.
pub(crate) const fn files_bytes_max(fields: &[FileField]) -> usize {
    let (mut all, mut at) = (REST_BYTES_MAX, 0);
    while at < fields.len() {
        all += fields[at].bytes_max;
        at += 1;
    }
    all
}

/// Why a form with files is not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FilesRefusal {
    Forged,
    /// The file of this field is longer than it may be; `None` where the body is.
    TooLarge(Option<&'static str>),
    /// No form, cut off, or with fields that the form does not have.
    Unreadable,
    TooSlow,
}

impl From<Forged> for FilesRefusal {
    fn from(_: Forged) -> Self {
        Self::Forged
    }
}

impl From<MultipartError> for FilesRefusal {
    fn from(error: MultipartError) -> Self {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Self::TooLarge(None) } else { Self::Unreadable }
    }
}

/// The files of a form, in the order of `fields`; `None` for one that was not chosen. The token is the form's first field.
///
/// # Errors
/// [`FilesRefusal`].
pub(crate) async fn read_files<const N: usize>(
    request: Request,
    secret: &str,
    fields: &[FileField; N],
) -> Result<[Option<Vec<u8>>; N], FilesRefusal> {
    let within = ReadWithin::of(request.extensions()).times(PATIENCE);
    match within.read(read(request, secret, fields)).await {
        Ok(read) => read,
        Err(TooSlow) => Err(FilesRefusal::TooSlow),
    }
}

async fn read<const N: usize>(
    request: Request,
    secret: &str,
    fields: &[FileField; N],
) -> Result<[Option<Vec<u8>>; N], FilesRefusal> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| FilesRefusal::Unreadable)?;
    let token = match form.next_field().await? {
        Some(field) if field.name() == Some("csrf") => take(field, TOKEN_BYTES_MAX).await?,
        _ => None,
    };
    check_csrf(secret, token.as_deref().and_then(|token| std::str::from_utf8(token).ok()))?;
    let mut files: [Option<Vec<u8>>; N] = [const { None }; N];
    let mut keyed = false;
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default();
        if name == "form_key" && !keyed {
            keyed = true;
            take(field, TOKEN_BYTES_MAX).await?.ok_or(FilesRefusal::Unreadable)?;
            continue;
        }
        let at = fields.iter().position(|known| known.name == name).ok_or(FilesRefusal::Unreadable)?;
        let (Some(known), Some(place)) = (fields.get(at), files.get_mut(at)) else {
            return Err(FilesRefusal::Unreadable);
        };
        // A field that comes twice is somebody else's.
        if place.is_some() {
            return Err(FilesRefusal::Unreadable);
        }
        *place = Some(take(field, known.bytes_max).await?.ok_or(FilesRefusal::TooLarge(Some(known.name)))?);
    }
    // Browsers send a field without a file too.
    Ok(files.map(|file| file.filter(|bytes| !bytes.is_empty())))
}

/// A field's bytes; `None` where there are more than there may be.
async fn take(mut field: Field<'_>, bytes_max: usize) -> Result<Option<Vec<u8>>, FilesRefusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        if bytes.len().saturating_add(chunk.len()) > bytes_max {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}
