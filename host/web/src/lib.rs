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
mod forwarded;
mod frame;
mod guard;
mod helpers;
mod hooks;
mod letters;
mod portal;
mod problem;
mod reset;
mod routes;
mod second_step;
mod security;
mod state;
mod texts;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;

pub use config::{Brand, WebConfig};
pub use engine::{TemplateSource, check_templates};
pub use forwarded::Network;
pub use guard::{PasswordError, ReadWithin, hash_password};
pub use problem::TemplateProblem;
pub use routes::{Access, Route};
pub use state::WebState;
pub use texts::PluginTexts;

use guard::FORM_BYTES_MAX;
use routes::Routes;

/// Everything that this host answers. Serve it with connection info, so that limits know addresses.
pub fn router(state: WebState) -> Router {
    let pages = confined::routes(&state).into_router().with_state(state.clone());
    let config = state.config();
    let pages = confined::Pages::new(config.pages_url.as_deref(), &config.base_url, config.hsts_seconds(), pages);
    own(&state)
        .into_router()
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(middleware::from_fn_with_state(state.clone(), finish::finish))
        .layer(middleware::from_fn_with_state(pages, confined::divide))
        .with_state(state)
}

/// Every route of [`router`] and who may come by it; those of the pages' origin begin with `/confined/`.
#[must_use]
pub fn routes(state: &WebState) -> Vec<Route> {
    own(state).merge(confined::routes(state)).into_list()
}

/// All but the pages' origin.
fn own(state: &WebState) -> Routes {
    Routes::new(state)
        .get("/health", Access::Anyone, files::health)
        .get("/brand.css", Access::Anyone, files::brand_sheet)
        .get("/assets/{*name}", Access::Anyone, files::asset)
        .get("/plugins/{id}/logo", Access::Anyone, files::logo)
        .merge(portal::routes(state))
        .merge(admin::routes(state))
        .merge(hooks::routes(state))
}
