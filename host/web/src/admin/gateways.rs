//! Gateways and modules: what is set up, in its order, and every file of the plugins' directory.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::ConfigureError;
use tollgate_billing::ids::{InstanceId, PluginId};
use tollgate_billing::plugin::{Instance, Manifest, Rest};

use super::plugins::{FILE_MEGABYTES_MAX, PluginView, plugin_views};
use super::second_origin::undrawable;
use super::{by, configure, menu};
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{FieldMessage, Flash, FlashKind, Page, Posted, StaffVisit, moment_of, redirect};
use crate::state::WebState;
use crate::texts::Words;

/// Where the list is.
pub(crate) const LIST: &str = "/admin/gateways";
/// Instances of one plugin; more are not told apart by people.
pub(super) const INSTANCES_OF_PLUGIN_MAX: u32 = 20;

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    /// Those that are on and cannot be drawn; `None` where all can.
    undrawable: Option<String>,
    instances: Vec<InstanceView>,
    plugins: Vec<PluginView>,
    file_megabytes_max: usize,
}

#[derive(Serialize)]
struct InstanceView {
    label: String,
    url: String,
    plugin: String,
    plugin_name: String,
    version: String,
    kind: &'static str,
    enabled: bool,
    /// Its plugin's file is gone or broken.
    missing: bool,
    currencies: String,
    /// Calls that rest, because they kept failing.
    rests: Vec<RestView>,
}

#[derive(Serialize)]
struct RestView {
    /// As the contract has it.
    call: &'static str,
    failures: u32,
    until: Option<Moment>,
    reason: String,
}

/// What an instance is called in front of clients: staff's name for it, the plugin's, or its id where both are gone.
pub(crate) fn label_of(instance: &Instance, manifest: Option<&Manifest>) -> String {
    if !instance.label.is_empty() {
        return instance.label.clone();
    }
    manifest.map_or_else(|| instance.id.to_string(), |manifest| manifest.identity().name.clone())
}

/// The ids that instances of a plugin may have: the plugin's own, then with a number.
pub(crate) fn is_id_of(id: &InstanceId, plugin: &PluginId) -> bool {
    (1..=INSTANCES_OF_PLUGIN_MAX).any(|number| *id == numbered(plugin, number))
}

pub(super) fn numbered(plugin: &PluginId, number: u32) -> InstanceId {
    if number == 1 { InstanceId::new(plugin.as_str()) } else { InstanceId::new(format!("{plugin}-{number}")) }
}

pub(crate) async fn show(State(state): State<WebState>, visit: StaffVisit) -> Result<Response, WebError> {
    draw(&state, &visit, Vec::new(), StatusCode::OK).await
}

/// The list, with what is wrong with the file that was to be installed.
pub(super) async fn draw(
    state: &WebState,
    visit: &StaffVisit,
    errors: Vec<FieldMessage>,
    status: StatusCode,
) -> Result<Response, WebError> {
    let instances = state.billing().instances().await?;
    let words = &visit.reader.words;
    let view = View {
        errors,
        undrawable: undrawable(state).await?,
        instances: instances.iter().map(|instance| instance_view((state, words), instance)).collect(),
        plugins: plugin_views(state, visit, &instances).await?,
        file_megabytes_max: FILE_MEGABYTES_MAX,
    };
    let layout = menu::layout(state, visit).await?;
    Page::new("admin/gateways", layout, view).status(status).render(state, &visit.reader)
}

fn instance_view((state, words): (&WebState, &Words), instance: &Instance) -> InstanceView {
    let manifest = state.billing().plugins().manifest(&instance.plugin);
    let identity = manifest.as_deref().map(Manifest::identity);
    let codes: Vec<&str> = instance.currencies.iter().map(|currency| currency.code()).collect();
    InstanceView {
        label: label_of(instance, manifest.as_deref()),
        url: format!("{LIST}/{}", instance.id),
        plugin: instance.plugin.to_string(),
        plugin_name: identity.map_or_else(String::new, |identity| identity.name.clone()),
        version: identity.map_or_else(String::new, |identity| identity.version.clone()),
        kind: match manifest.as_deref() {
            Some(Manifest::Module(_)) => "module",
            Some(Manifest::Gateway(_)) | None => "gateway",
        },
        enabled: instance.enabled,
        missing: manifest.is_none(),
        currencies: codes.join(", "),
        rests: state.billing().plugins().resting(&instance.id).into_iter().map(|rest| rest_view(words, rest)).collect(),
    }
}

fn rest_view(words: &Words, rest: Rest) -> RestView {
    let Rest { export: call, failures, until, reason } = rest;
    RestView { call, failures, until: moment_of(words, until), reason }
}

/// Switches an instance on or off. Where its settings do not allow that, the form says why.
pub(crate) async fn enable(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let id = InstanceId::new(id);
    match posted.text("enabled")? {
        "true" => switch_on(&state, &posted.visit, &id).await,
        "false" => switch_off(&state, &posted.visit, &id).await,
        _ => Err(WebError::BadRequest),
    }
}

async fn switch_on(state: &WebState, visit: &StaffVisit, id: &InstanceId) -> Result<Response, WebError> {
    let subject = configure::Subject::known(state, id).await?;
    match state.billing().enable(by(visit), id, true).await {
        Ok(()) => Ok(switched(state, "admin-enabled", subject.name())),
        Err(error) => configure::refuse_stored(state, visit, &subject, error).await,
    }
}

/// Works without the plugin too: what is broken can always be switched off.
async fn switch_off(state: &WebState, visit: &StaffVisit, id: &InstanceId) -> Result<Response, WebError> {
    let instance = state.billing().store().instance(id).await?.ok_or(WebError::NotFound)?;
    state.billing().enable(by(visit), id, false).await.map_err(of_store)?;
    let manifest = state.billing().plugins().manifest(&instance.plugin);
    Ok(switched(state, "admin-disabled", label_of(&instance, manifest.as_deref())))
}

fn switched(state: &WebState, word: &str, name: String) -> Response {
    redirect(state, LIST, Some(Flash::new(FlashKind::Success, word).with(name)))
}

/// Where no plugin is asked, only these are left.
fn of_store(error: ConfigureError) -> WebError {
    match error {
        ConfigureError::NotFound => WebError::NotFound,
        ConfigureError::Store(error) => error.into(),
        error => WebError::failed(error.to_string()),
    }
}

/// Moves an instance one place up or down.
pub(crate) async fn reorder(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let up = match posted.text("direction")? {
        "up" => true,
        "down" => false,
        _ => return Err(WebError::BadRequest),
    };
    state.billing().reorder(by(&posted.visit), &InstanceId::new(id), up).await.map_err(of_store)?;
    Ok(redirect(&state, LIST, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_named_after_its_plugin() {
        let check = |id: &str, expected: bool| {
            assert_eq!(is_id_of(&InstanceId::new(id), &PluginId::new("bank")), expected, "{id}");
        };
        check("bank", true);
        check("bank-2", true);
        check("bank-20", true);
        check("bank-1", false);
        check("bank-21", false);
        check("bank-02", false);
        check("card", false);
        check("bank-", false);
        check("", false);
    }
}
