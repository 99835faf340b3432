//! The page of an installed plugin, and its forms.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tollgate_billing::billing::{Done, LifeError, PluginInfo};
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{Component, Granted, Installed, Instance, Manifest, limits_among};

use super::asks::{AskView, ask_views, granted};
use super::facts::{Facts, secret_labels};
use super::limits::{LimitView, Typed, limit_views, limits_of, typed};
use super::list::setup_url;
use super::page_of;
use super::problems::life_words;
use crate::admin::gateways::{LIST, label_of};
use crate::admin::{by, menu};
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{FieldMessage, Flash, FlashKind, Page, Posted, StaffVisit, message_for, moment_of, redirect};
use crate::state::WebState;
use crate::texts::OfferedTexts;

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    name: String,
    url: String,
    /// `None` where its file cannot be read any more; `broken` says why.
    facts: Option<Facts>,
    broken: Option<String>,
    updated: Option<Moment>,
    asks: Vec<AskView>,
    secrets: Vec<String>,
    limits: Vec<LimitView>,
    instances: Vec<InstanceView>,
    any_on: bool,
    setup_url: Option<String>,
    /// The version that rolling back brings.
    previous: Option<String>,
    in_use: Vec<FileView>,
}

#[derive(Serialize)]
pub(super) struct InstanceView {
    label: String,
    url: String,
    enabled: bool,
}

/// A file that payments still go on with.
#[derive(Serialize)]
struct FileView {
    version: String,
    sha256: String,
}

/// What can be known of a plugin.
enum Known {
    Whole(Box<PluginInfo>),
    /// Its file cannot be read any more.
    Broken(Box<Broken>),
}

struct Broken {
    reason: String,
    installed: Installed,
    previous: Option<Component>,
}

pub(super) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    draw(&state, &visit, &PluginId::new(id), Refused::default()).await
}

/// The file as it came.
pub(super) async fn file(
    State(state): State<WebState>,
    visit: StaffVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let (component, bytes) = match state.billing().plugin_file(&PluginId::new(id)).await {
        Ok(file) => file,
        Err(LifeError::NotOffered) => return Err(WebError::NotFound),
        Err(error) => return Err(WebError::failed(life_words(&visit.reader.words, error)?)),
    };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '+');
    let name = format!("{}-{}", component.plugin, component.version);
    let name: String = name.chars().map(|letter| if plain(letter) { letter } else { '-' }).collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}.wasm\""));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/wasm"));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok((headers, bytes).into_response())
}

pub(super) async fn grant(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let (plugin, granted) = (PluginId::new(id), granted(&posted.fields));
    match state.billing().grant_plugin(by(&posted.visit), &plugin, granted.clone()).await {
        Ok(_) => Ok(told(&state, &plugin, Flash::new(FlashKind::Success, "admin-plugin-granted"))),
        Err(error) => {
            let words = life_words(&posted.visit.reader.words, error)?;
            let errors = vec![message_for("", words)];
            draw(&state, &posted.visit, &plugin, Refused { errors, granted: Some(granted), ..Refused::default() }).await
        }
    }
}

pub(super) async fn limit(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let (plugin, typed) = (PluginId::new(id), typed(&posted.fields)?);
    let (billing, words) = (state.billing(), &posted.visit.reader.words);
    let errors = match limits_of(&typed, &billing.plugins().limits(), words) {
        Err(errors) => errors,
        Ok(limits) => match billing.limit_plugin(by(&posted.visit), &plugin, &limits).await {
            Ok(_) => return Ok(told(&state, &plugin, Flash::new(FlashKind::Success, "admin-plugin-limited"))),
            Err(error) => vec![message_for("", life_words(words, error)?)],
        },
    };
    draw(&state, &posted.visit, &plugin, Refused { errors, limits: Some(typed), ..Refused::default() }).await
}

pub(super) async fn roll_back(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let plugin = PluginId::new(id);
    match state.billing().roll_back_plugin(by(&posted.visit), &plugin).await {
        Ok(done) => Ok(told(&state, &plugin, rolled_back(&done))),
        Err(error) => refuse(&state, &posted.visit, &plugin, error).await,
    }
}

pub(super) async fn disable(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let plugin = PluginId::new(id);
    match state.billing().disable_plugin(by(&posted.visit), &plugin).await {
        Ok(_) => Ok(told(&state, &plugin, Flash::new(FlashKind::Success, "admin-plugin-disabled"))),
        Err(error) => refuse(&state, &posted.visit, &plugin, error).await,
    }
}

fn rolled_back(done: &Done) -> Flash {
    if done.switched_off.is_empty() {
        Flash::new(FlashKind::Success, "admin-plugin-rolled-back").with(done.component.version.as_str())
    } else {
        Flash::new(FlashKind::Info, "admin-plugin-rolled-back-off").with(done.switched_off.join(", "))
    }
}

fn told(state: &WebState, plugin: &PluginId, flash: Flash) -> Response {
    redirect(state, &page_of(plugin), Some(flash))
}

async fn refuse(
    state: &WebState,
    visit: &StaffVisit,
    plugin: &PluginId,
    error: LifeError,
) -> Result<Response, WebError> {
    let errors = vec![message_for("", life_words(&visit.reader.words, error)?)];
    draw(state, visit, plugin, Refused { errors, ..Refused::default() }).await
}

/// Instances of a plugin, in their order.
pub(super) fn instance_views(instances: &[Instance], plugin: &PluginId, state: &WebState) -> Vec<InstanceView> {
    let manifest = state.billing().plugins().manifest(plugin);
    let view = |instance: &Instance| InstanceView {
        label: label_of(instance, manifest.as_deref()),
        url: format!("{LIST}/{}", instance.id),
        enabled: instance.enabled,
    };
    instances.iter().filter(|instance| instance.plugin == *plugin).map(view).collect()
}

async fn know(state: &WebState, visit: &StaffVisit, plugin: &PluginId) -> Result<Known, WebError> {
    let words = &visit.reader.words;
    let reason = match state.billing().plugin_info(plugin).await {
        Ok(info) => return Ok(Known::Whole(Box::new(info))),
        Err(LifeError::NotAPlugin(reason)) => reason,
        Err(LifeError::NotOffered) => words.say("admin-life-not-kept"),
        Err(LifeError::NotInstalled(_)) => return Err(WebError::NotFound),
        Err(error) => return Err(WebError::failed(life_words(words, error)?)),
    };
    let installed = state.billing().installed_plugins().await?.into_iter().find(|one| one.id == *plugin);
    let installed = installed.ok_or(WebError::NotFound)?;
    let components = state.billing().store().components().await?;
    let previous = components.into_iter().find(|one| Some(&one.id) == installed.previous.as_ref());
    Ok(Known::Broken(Box::new(Broken { reason, installed, previous })))
}

/// What is wrong with a form, and what was posted with it.
#[derive(Default)]
struct Refused {
    errors: Vec<FieldMessage>,
    granted: Option<Granted>,
    limits: Option<Typed>,
}

/// With what came of a form.
async fn draw(state: &WebState, visit: &StaffVisit, plugin: &PluginId, refused: Refused) -> Result<Response, WebError> {
    let Refused { errors, granted, limits } = refused;
    let instances = state.billing().instances().await?;
    let views = instance_views(&instances, plugin, state);
    let view = View {
        errors,
        name: plugin.to_string(),
        url: page_of(plugin),
        facts: None,
        broken: None,
        updated: None,
        asks: Vec::new(),
        secrets: Vec::new(),
        limits: Vec::new(),
        any_on: views.iter().any(|view| view.enabled),
        instances: views,
        setup_url: None,
        previous: None,
        in_use: Vec::new(),
    };
    let view = match know(state, visit, plugin).await? {
        Known::Whole(info) => {
            let held = limits_among(&info.installed.granted);
            let limits = limit_views(&state.billing().plugins().limits(), &held, limits.as_ref());
            whole(visit, View { limits, ..view }, *info, granted.as_ref())
        }
        Known::Broken(known) => View {
            broken: Some(known.reason),
            updated: moment_of(&visit.reader.words, known.installed.updated),
            previous: known.previous.map(|previous| previous.version),
            ..view
        },
    };
    let running = state.billing().plugins().manifest(plugin);
    let identity = running.as_deref().map(Manifest::identity);
    let setup_url = identity.and_then(|identity| setup_url(state, &instances, identity));
    let view = View { setup_url, ..view };
    let status = if view.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let layout = menu::layout(state, visit).await?;
    Page::new("admin/plugin", layout, view).status(status).render(state, &visit.reader)
}

fn whole(visit: &StaffVisit, view: View, info: PluginInfo, posted: Option<&Granted>) -> View {
    let words = &visit.reader.words;
    let texts = OfferedTexts::read(&info.offer.manifest, &words.locale());
    let facts = Facts::of(&info.offer, &texts);
    let in_use = info.in_use.into_iter().map(|file| FileView { version: file.version, sha256: file.id.to_string() });
    View {
        name: facts.name.clone(),
        facts: Some(facts),
        updated: moment_of(words, info.installed.updated),
        asks: ask_views(&info.offer.asks, posted, &texts),
        secrets: secret_labels(&info.offer.manifest, &texts),
        previous: info.previous.map(|previous| previous.version),
        in_use: in_use.collect(),
        ..view
    }
}
