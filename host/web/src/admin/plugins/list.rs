//! Every plugin: those that staff installed, then the files of the plugins' directory.

use std::collections::BTreeSet;

use serde::Serialize;
use tollgate_billing::billing::Texts;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::plugin::{Component, ComponentId, Identity, Instance, Manifest, PluginRow, PluginState};
use tollgate_billing::ports::StoreError;
use tollgate_billing::publisher::Publisher;

use super::PLUGINS;
use super::facts::{SignerView, signer_view};
use crate::admin::gateways::{INSTANCES_OF_PLUGIN_MAX, LIST, numbered};
use crate::frame::StaffVisit;
use crate::state::WebState;

#[derive(Default, Serialize)]
pub(in crate::admin) struct PluginView {
    file: String,
    name: Option<String>,
    version: String,
    publisher: String,
    licence: String,
    summary: String,
    state: &'static str,
    error: Option<String>,
    sha256: String,
    setup_url: Option<String>,
    configured: bool,
    /// Its own page; `None` for a file of the plugins' directory.
    url: Option<String>,
    /// Who signed it; `None` for a file of the plugins' directory, of which nobody was asked.
    signer: Option<SignerView>,
}

/// # Errors
/// Where the store cannot answer.
pub(in crate::admin) async fn plugin_views(
    state: &WebState,
    visit: &StaffVisit,
    instances: &[Instance],
) -> Result<Vec<PluginView>, StoreError> {
    let rows = state.billing().plugins().rows();
    let known = if rows.iter().any(|row| row.installed) {
        let store = state.billing().store();
        (store.components().await?, store.publishers().await?)
    } else {
        (Vec::new(), Vec::new())
    };
    let view = |row: PluginRow| PluginView { signer: signer_of(&row, &known), ..view(state, visit, instances, row) };
    Ok(rows.into_iter().map(view).collect())
}

fn signer_of(row: &PluginRow, (components, publishers): &(Vec<Component>, Vec<Publisher>)) -> Option<SignerView> {
    if !row.installed {
        return None;
    }
    let id = ComponentId::new(row.sha256.as_str());
    let component = components.iter().find(|component| component.id == id)?;
    let signer = publishers.iter().find(|publisher| Some(&publisher.key) == component.signed_by.as_ref());
    Some(signer_view(component, signer))
}

fn view(state: &WebState, visit: &StaffVisit, instances: &[Instance], row: PluginRow) -> PluginView {
    let url = row.installed.then(|| match &row.state {
        PluginState::Loaded(identity) => format!("{PLUGINS}/{}", identity.id),
        PluginState::Broken(_) => format!("{PLUGINS}/{}", row.file),
    });
    let view = PluginView { file: row.file, sha256: row.sha256, url, ..PluginView::default() };
    match row.state {
        PluginState::Broken(error) => PluginView { state: "broken", error: Some(error), ..view },
        PluginState::Loaded(identity) => {
            let summary = state.plugin_texts().text(&identity.id, &identity.summary, &visit.reader.words.locale());
            PluginView {
                state: "loaded",
                setup_url: setup_url(state, instances, &identity),
                configured: instances.iter().any(|instance| instance.plugin == identity.id),
                name: Some(identity.name),
                version: identity.version,
                publisher: identity.publisher,
                licence: identity.licence,
                summary,
                ..view
            }
        }
    }
}

/// Where an instance more is set up. A module has one: its tab's address is the plugin's.
pub(super) fn setup_url(state: &WebState, instances: &[Instance], identity: &Identity) -> Option<String> {
    let manifest = state.billing().plugins().manifest(&identity.id)?;
    let most = if matches!(*manifest, Manifest::Module(_)) { 1 } else { INSTANCES_OF_PLUGIN_MAX };
    let taken: BTreeSet<&InstanceId> = instances.iter().map(|instance| &instance.id).collect();
    let free = (1..=most).map(|number| numbered(&identity.id, number)).find(|id| !taken.contains(id))?;
    Some(format!("{LIST}/{free}?plugin={}", identity.id))
}
