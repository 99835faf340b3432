//! Answers that are no pages: assets, logos of plugins, the brand's tokens, health.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::ImageKind;

use crate::engine::assets::hex;
use crate::errors::WebError;
use crate::state::WebState;

/// A file under an address that names its version never changes.
pub const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A file that may change: kept, but asked about.
const ASK_AGAIN: &str = "no-cache";
/// A logo changes when its plugin does.
const FOR_AN_HOUR: &str = "public, max-age=3600";
/// An image that was opened as a page of its own: nothing in it runs.
const IMAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

#[derive(Debug, Deserialize)]
pub struct Version {
    v: Option<String>,
}

pub async fn asset(
    State(state): State<WebState>,
    Path(name): Path<String>,
    Query(version): Query<Version>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let engine = state.engine();
    let asset = engine.assets.get(&name).ok_or(WebError::NotFound)?;
    let kept = if version.v.as_deref() == Some(asset.hash.as_str()) { FOR_EVER } else { ASK_AGAIN };
    Ok(File { content_type: asset.content_type, hash: &asset.hash, kept }.answer(&headers, || asset.bytes.clone()))
}

pub async fn logo(
    State(state): State<WebState>,
    Path(plugin): Path<String>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let manifest = state.billing().plugins().manifest(&PluginId::new(plugin)).ok_or(WebError::NotFound)?;
    let logo = manifest.assets().logo.as_ref().ok_or(WebError::NotFound)?;
    let content_type = match logo.kind {
        ImageKind::Svg => "image/svg+xml; charset=utf-8",
        ImageKind::Png => "image/png",
    };
    let hash = hex(&Sha256::digest(&logo.bytes)[..8]);
    Ok(File { content_type, hash: &hash, kept: FOR_AN_HOUR }.answer(&headers, || logo.bytes.clone().into()))
}

/// The tokens that the configuration sets.
pub async fn brand_sheet(State(state): State<WebState>, headers: HeaderMap) -> Response {
    let sheet = state.brand_sheet().to_owned();
    let hash = hex(&Sha256::digest(sheet.as_bytes())[..8]);
    let file = File { content_type: "text/css; charset=utf-8", hash: &hash, kept: ASK_AGAIN };
    file.answer(&headers, || sheet.into())
}

/// For whoever watches whether the host is up: says so, and which version.
pub async fn health(State(state): State<WebState>) -> Response {
    format!("ok {}\n", state.config().version).into_response()
}

struct File<'a> {
    content_type: &'static str,
    hash: &'a str,
    kept: &'static str,
}

impl File<'_> {
    /// The bytes, or that the browser has them already.
    fn answer(&self, asked: &HeaderMap, bytes: impl FnOnce() -> axum::body::Bytes) -> Response {
        let tag = format!("\"{}\"", self.hash);
        let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        let unchanged =
            known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
        let mut response = if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { bytes().into_response() };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.kept));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if !unchanged {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(IMAGE_POLICY));
        response
    }
}
