//! What the pages' origin answers: a document for its token, the scripts of plugins, the theme's files.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{Manifest, Script};

use super::ConfinedDocument;
use crate::engine::assets::hex;
use crate::engine::scope::Scope;
use crate::errors::WebError;
use crate::files;
use crate::guard::Framed;
use crate::routes::{Access, Routes};
use crate::state::WebState;

/// Where documents find the theme's files.
pub const ASSETS_PATH: &str = "/confined/assets";
/// Of a script's hash, in its address.
const HASH_BYTES: usize = 16;

pub fn routes(state: &WebState) -> Routes {
    Routes::new(state)
        .get("/confined/brand.css", Access::Anyone, files::brand_sheet)
        .get("/confined/assets/{*name}", Access::Anyone, files::asset)
        .get("/confined/scripts/{plugin}/{file}", Access::Anyone, script)
        .get("/confined/{token}", Access::Anyone, document)
}

/// Where a plugin's own script is served: under its hash, so that an address means one text for ever.
pub fn script_path(plugin: &PluginId, script: &Script) -> String {
    format!("/confined/scripts/{plugin}/{}", script_file(script))
}

fn script_file(script: &Script) -> String {
    format!("{}-{}.js", script.name, hex(&Sha256::digest(script.source.as_bytes())[..HASH_BYTES]))
}

async fn document(State(state): State<WebState>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    // Browsers say what they want it for; whoever does not is an old one.
    let for_frame = headers.get("sec-fetch-dest").is_none_or(|wanted| wanted == "iframe");
    if !for_frame {
        return StatusCode::NOT_FOUND.into_response();
    }
    match state.waiting().take(&token, state.billing().now()) {
        Some(ConfinedDocument { html, policy }) => framed((Html(html)).into_response(), policy),
        None => gone(&state, &headers).unwrap_or_else(IntoResponse::into_response),
    }
}

fn framed(mut response: Response, policy: HeaderValue) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.extensions_mut().insert(Framed);
    response
}

#[derive(Serialize)]
struct Gone {
    locale: String,
    dir: &'static str,
    stylesheet: Option<&'static str>,
}

/// A token that is used up: the browser opened the frame again by itself. Says what to do; runs nothing.
fn gone(state: &WebState, headers: &HeaderMap) -> Result<Response, WebError> {
    let words = state.words(None, headers);
    let engine = state.engine();
    let data = Gone { locale: words.locale(), dir: words.direction(), stylesheet: brand_path(state) };
    let scope = Scope {
        words,
        now: state.billing().now(),
        assets: engine.confined_assets.clone(),
        csrf: String::new(),
        form_action: None,
        content: String::new(),
        budget: None,
    };
    let html = engine.render("portal/confined-gone", &data, scope)?;
    let (portal, pages) = (&state.config().base_url, state.config().pages_url.as_deref().unwrap_or("'none'"));
    let policy = format!(
        "default-src 'none'; style-src {pages}; font-src {pages}; base-uri 'none'; form-action 'none'; \
         frame-ancestors {portal}; sandbox"
    );
    let policy = HeaderValue::from_str(&policy).map_err(|error| WebError::failed(error.to_string()))?;
    Ok(framed((StatusCode::NOT_FOUND, Html(html)).into_response(), policy))
}

/// The brand's tokens, where the configuration names any.
pub fn brand_path(state: &WebState) -> Option<&'static str> {
    (!state.brand_sheet().is_empty()).then_some("/confined/brand.css")
}

async fn script(State(state): State<WebState>, Path((plugin, file)): Path<(String, String)>) -> Response {
    // A payment may go on with an older file of the plugin, whose scripts have names of their own.
    let manifests = state.billing().plugins().manifests(&PluginId::new(plugin));
    let scripts = manifests.iter().filter_map(|manifest| match &**manifest {
        Manifest::Gateway(gateway) => Some(gateway.scripts.as_slice()),
        Manifest::Module(_) => None,
    });
    let found = scripts.flatten().find(|script| script_file(script) == file);
    let Some(found) = found else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static(files::FOR_EVER)),
    ];
    (headers, found.source.clone()).into_response()
}
