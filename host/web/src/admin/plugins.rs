//! The life of a plugin: a file is uploaded, looked at, installed with what staff grant, upgraded, withdrawn.

mod asks;
mod facts;
mod limits;
mod list;
mod offer;
mod page;
mod problems;
mod remove;
mod upload;

use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::ComponentId;

pub(super) use list::{PluginView, plugin_views};
pub(super) use upload::FILE_MEGABYTES_MAX;

use super::{CONFIGURE, SEE};
use crate::routes::Routes;
use crate::state::WebState;

/// The pages of installed plugins, each under its id.
const PLUGINS: &str = "/admin/plugins";
/// Files that wait for staff to grant something. No plugin can have such an id, so that no offer stands in its way.
const OFFERS: &str = "/admin/plugin-offers";

pub(super) fn routes(state: &WebState) -> Routes {
    Routes::new(state)
        .get("/admin/plugin-offers/{sha256}", SEE, offer::show)
        .post("/admin/plugin-offers/{sha256}", CONFIGURE, offer::install)
        .get("/admin/plugins/{id}", SEE, page::show)
        .get("/admin/plugins/{id}/file", SEE, page::file)
        .post("/admin/plugins/{id}/grant", CONFIGURE, page::grant)
        .post("/admin/plugins/{id}/limits", CONFIGURE, page::limit)
        .post("/admin/plugins/{id}/rollback", CONFIGURE, page::roll_back)
        .post("/admin/plugins/{id}/disable", CONFIGURE, page::disable)
        .get("/admin/plugins/{id}/remove", CONFIGURE, remove::show)
        .post("/admin/plugins/{id}/remove", CONFIGURE, remove::submit)
        .merge(
            Routes::new(state).post("/admin/plugins", CONFIGURE, upload::upload).body_bytes_max(upload::BODY_BYTES_MAX),
        )
}

pub(super) fn page_of(plugin: &PluginId) -> String {
    format!("{PLUGINS}/{plugin}")
}

fn offer_of(component: &ComponentId) -> String {
    format!("{OFFERS}/{component}")
}
