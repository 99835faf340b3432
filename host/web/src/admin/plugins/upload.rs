//! A plugin's file comes in, with its signature where it has one.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use tollgate_billing::billing::{LifeError, Offer, PluginFile};

use super::problems::life_words;
use super::{offer_of, page_of};
use crate::admin::gateways;
use crate::errors::WebError;
use crate::frame::{FieldMessage, Flash, FlashKind, StaffVisit, message_for, redirect};
use crate::guard::{FileField, FilesRefusal, files_bytes_max, read_files, same_origin};
use crate::state::WebState;

/// What the sandbox reads of a file at most.
pub(in crate::admin) const FILE_MEGABYTES_MAX: usize = 32;
pub(super) const FILE: &str = "file";
const SIGNATURE: &str = "signature";
const FILES: [FileField; 2] = [
    FileField { name: FILE, bytes_max: FILE_MEGABYTES_MAX << 20 },
    // Four short lines, the last of which is the publisher's own.
    FileField { name: SIGNATURE, bytes_max: 8 << 10 },
];
/// Of the whole form.
pub(super) const BODY_BYTES_MAX: usize = files_bytes_max(&FILES);

pub(super) async fn upload(
    State(state): State<WebState>,
    visit: StaffVisit,
    request: Request,
) -> Result<Response, WebError> {
    same_origin(request.headers())?;
    let (file, signature) = match read_files(request, visit.reader.secret(), &FILES).await {
        Ok([file, signature]) => (file, signature),
        Err(FilesRefusal::TooLarge(field)) => {
            let error = too_large(&visit, field.unwrap_or(FILE));
            return gateways::draw(&state, &visit, vec![error], StatusCode::PAYLOAD_TOO_LARGE).await;
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let file = match plugin_file(&visit, file, signature) {
        Ok(file) => file,
        Err(error) => return refuse(&state, &visit, error).await,
    };
    match state.billing().offer_plugin(file).await {
        Ok(offer) => on_to(&state, &offer).await,
        Err(error) => {
            let field =
                if matches!(error, LifeError::Signature(_) | LifeError::Unsigned { .. }) { SIGNATURE } else { FILE };
            let words = life_words(&visit.reader.words, error)?;
            refuse(&state, &visit, message_for(field, words)).await
        }
    }
}

/// To the offer; where the very same file is installed, to its page.
async fn on_to(state: &WebState, offer: &Offer) -> Result<Response, WebError> {
    let installed = state.billing().installed_plugins().await?;
    if installed.iter().any(|plugin| plugin.current.as_ref() == Some(&offer.component.id)) {
        let flash = Flash::new(FlashKind::Info, "admin-plugin-same");
        return Ok(redirect(state, &page_of(&offer.component.plugin), Some(flash)));
    }
    Ok(redirect(state, &offer_of(&offer.component.id), None))
}

fn plugin_file(
    visit: &StaffVisit,
    file: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
) -> Result<PluginFile, FieldMessage> {
    let words = &visit.reader.words;
    let bytes = file.ok_or_else(|| message_for(FILE, words.say("admin-life-no-file")))?;
    let signature = signature.map(String::from_utf8).transpose();
    let signature = signature.map_err(|_| message_for(SIGNATURE, words.say("admin-life-signature-no-text")))?;
    Ok(PluginFile { bytes, signature })
}

fn too_large(visit: &StaffVisit, field: &str) -> FieldMessage {
    let words = &visit.reader.words;
    if field == SIGNATURE {
        return message_for(SIGNATURE, words.say("admin-life-signature-no-text"));
    }
    let most = FILE_MEGABYTES_MAX.to_string();
    message_for(FILE, words.say_with("admin-life-too-large", &[("max", &most)]))
}

async fn refuse(state: &WebState, visit: &StaffVisit, error: FieldMessage) -> Result<Response, WebError> {
    gateways::draw(state, visit, vec![error], StatusCode::UNPROCESSABLE_ENTITY).await
}
