//! The portal, the back office and the pages of plugins, over HTTP.
//!
//! Routes parse and render; every rule is billing's. A page is a template of the theme with one value for its data; a
//! plugin's page is its own template, checked and bounded, within the host's frame.
#![forbid(unsafe_code)]

mod admin;
mod config;
mod confined;
mod deep;
mod door;
mod engine;
mod errors;
mod files;
mod finish;
mod format;
mod frame;
mod guard;
mod helpers;
mod hooks;
mod portal;
mod problem;
mod state;
mod texts;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::get;

pub use config::{Brand, WebConfig};
pub use engine::{TemplateSource, check_templates};
pub use guard::{PasswordError, ReadWithin, hash_password};
pub use problem::TemplateProblem;
pub use state::WebState;
pub use texts::PluginTexts;

use guard::FORM_BYTES_MAX;

/// Everything that this host answers. Serve it with connection info, so that limits know addresses.
pub fn router(state: WebState) -> Router {
    let pages = confined::routes().with_state(state.clone());
    let pages = confined::Pages::new(state.config().pages_url.as_deref(), state.config().hsts_seconds(), pages);
    Router::new()
        .route("/health", get(files::health))
        .route("/brand.css", get(files::brand_sheet))
        .route("/assets/{*name}", get(files::asset))
        .route("/plugins/{id}/logo", get(files::logo))
        .merge(portal::routes())
        .merge(admin::routes())
        .merge(hooks::routes())
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(middleware::from_fn_with_state(state.clone(), finish::finish))
        .layer(middleware::from_fn_with_state(pages, confined::divide))
        .with_state(state)
}
