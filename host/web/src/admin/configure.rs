//! The configuration of one instance: the form that its plugin's manifest describes.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tollgate_billing::billing::{ConfigureError, NewSettings, Texts};
use tollgate_billing::ids::{InstanceId, PluginId};
use tollgate_billing::plugin::{ConfigReport, Group, Instance, Manifest};
use tollgate_billing::text::Text;

use super::by;
use super::config_errors::Speaker;
use super::config_view::{GroupView, HostView, Values, focus_added, focus_removed, group_views, host_views};
use super::draft::{Action, Draft, LABEL_CHARS_MAX};
use super::gateways::{LIST, is_id_of, label_of};
use super::menu;
use super::plugins::page_of;
use super::webhook_setup::{SetupView, setup_view};
use crate::errors::WebError;
use crate::frame::{FieldMessage, Flash, FlashKind, Page, Posted, StaffVisit, message_for, redirect};
use crate::state::WebState;

/// What the form of a new instance is asked with.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct AskedPlugin {
    plugin: Option<String>,
}

/// The instance that is configured, which may not be there yet.
pub(crate) struct Subject {
    pub(crate) id: InstanceId,
    plugin: PluginId,
    manifest: Arc<Manifest>,
    stored: Option<Instance>,
}

/// One showing of the form.
struct Shown {
    draft: Draft,
    errors: Vec<FieldMessage>,
    /// What the plugin said of the settings when they were tried.
    report: Option<ConfigReport>,
    /// The entry that was just added, or the group that lost one.
    touched: Option<Touched>,
    /// The webhook that was just registered.
    registered: Option<Registered>,
}

/// A webhook that the provider sends to from now on.
pub(crate) struct Registered {
    pub(crate) url: String,
    pub(crate) notes: Vec<Text>,
}

enum Touched {
    Added { group: String },
    Removed { group: String },
}

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    instance: InstanceView,
    label: String,
    enabled: bool,
    groups: Vec<GroupView>,
    hosts: Vec<HostView>,
    tested: bool,
    notes: Vec<String>,
    /// What its webhook needs; not for an instance that is not saved yet.
    webhook: Option<SetupView>,
    registered: Option<RegisteredView>,
}

#[derive(Serialize)]
struct RegisteredView {
    url: String,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct InstanceView {
    name: String,
    plugin_name: String,
    /// The page of an installed plugin, where its version and grants are; `None` for a file of the plugins' directory.
    plugin_url: Option<String>,
    summary: String,
    url: String,
}

impl Subject {
    /// An instance that is there.
    pub(crate) async fn known(state: &WebState, id: &InstanceId) -> Result<Self, WebError> {
        Self::find(state, id, &AskedPlugin::default()).await
    }

    /// An instance that is there, or one to be of a plugin that is loaded.
    async fn find(state: &WebState, id: &InstanceId, asked: &AskedPlugin) -> Result<Self, WebError> {
        let stored = state.billing().store().instance(id).await?;
        let plugin = match (&stored, &asked.plugin) {
            (Some(instance), _) => instance.plugin.clone(),
            (None, Some(plugin)) => PluginId::new(plugin.as_str()),
            (None, None) => return Err(WebError::NotFound),
        };
        if stored.is_none() && !is_id_of(id, &plugin) {
            return Err(WebError::NotFound);
        }
        let manifest = state.billing().plugins().manifest(&plugin).ok_or(WebError::NotFound)?;
        Ok(Self { id: id.clone(), plugin, manifest, stored })
    }

    pub(crate) fn name(&self) -> String {
        let own = self.stored.as_ref().map(|instance| label_of(instance, Some(&self.manifest)));
        own.unwrap_or_else(|| self.manifest.identity().name.clone())
    }

    fn groups(&self) -> &[Group] {
        self.manifest.configuration()
    }

    fn url(&self) -> String {
        match &self.stored {
            Some(_) => format!("{LIST}/{}", self.id),
            None => format!("{LIST}/{}?plugin={}", self.id, self.plugin),
        }
    }

    fn draft(&self, state: &WebState) -> Draft {
        match &self.stored {
            Some(instance) => Draft::stored(instance),
            None => Draft::initial(self.groups(), self.granted_hosts(state)),
        }
    }

    fn is_installed(&self, state: &WebState) -> bool {
        state.billing().plugins().running(&self.plugin).is_some()
    }

    /// Of an installed plugin those that it was granted: its manifest has no other. Nobody granted anything to a file of the
    /// plugins' directory; its hosts are switched on here.
    fn granted_hosts(&self, state: &WebState) -> BTreeSet<String> {
        if !self.is_installed(state) {
            return BTreeSet::new();
        }
        self.manifest.hosts(state.billing().policy().live).map(|request| request.host.clone()).collect()
    }

    fn new_settings(&self, draft: &Draft) -> NewSettings {
        NewSettings {
            instance: self.id.clone(),
            plugin: self.plugin.clone(),
            label: draft.label.clone(),
            enabled: draft.enabled,
            settings: draft.settings.clone(),
            secrets: draft.secret_changes(),
            granted_hosts: draft.hosts.iter().cloned().collect(),
        }
    }

    fn group(&self, key: &str) -> Result<&Group, WebError> {
        let repeats = |group: &&Group| group.key == key && group.entries_max > 1;
        self.groups().iter().find(repeats).ok_or(WebError::BadRequest)
    }
}

impl Shown {
    fn of(draft: Draft) -> Self {
        Self { draft, errors: Vec::new(), report: None, touched: None, registered: None }
    }
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Path(id): Path<String>,
    Query(asked): Query<AskedPlugin>,
) -> Result<Response, WebError> {
    let subject = Subject::find(&state, &InstanceId::new(id), &asked).await?;
    let draft = subject.draft(&state);
    draw(&state, &visit, &subject, Shown::of(draft)).await
}

pub(crate) async fn submit(
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(asked): Query<AskedPlugin>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let subject = Subject::find(&state, &InstanceId::new(id), &asked).await?;
    let mut draft = Draft::posted(subject.groups(), &posted.fields)?;
    let visit = &posted.visit;
    match Action::read(&posted.fields)? {
        Action::Save => save(&state, visit, &subject, draft).await,
        Action::Test => test(&state, visit, &subject, draft).await,
        Action::Add { group } => {
            draft.add(subject.group(&group)?);
            let touched = Some(Touched::Added { group });
            draw(&state, visit, &subject, Shown { touched, ..Shown::of(draft) }).await
        }
        Action::Remove { group, index } => {
            let of = subject.group(&group)?;
            if !draft.may_remove(of, index) {
                return Err(WebError::BadRequest);
            }
            draft.remove(of, index);
            let touched = Some(Touched::Removed { group });
            draw(&state, visit, &subject, Shown { touched, ..Shown::of(draft) }).await
        }
    }
}

async fn save(state: &WebState, visit: &StaffVisit, subject: &Subject, draft: Draft) -> Result<Response, WebError> {
    let errors = label_errors(visit, &draft);
    if !errors.is_empty() {
        return draw(state, visit, subject, Shown { errors, ..Shown::of(draft) }).await;
    }
    match state.billing().configure(by(visit), &subject.new_settings(&draft)).await {
        Ok(configured) => {
            let name = label_of(&configured.instance, Some(&subject.manifest));
            Ok(redirect(state, LIST, Some(Flash::new(FlashKind::Success, "admin-saved").with(name))))
        }
        Err(error) => refuse(state, visit, subject, draft, error).await,
    }
}

/// Saves nothing, and so tries no secret that was typed just now.
async fn test(state: &WebState, visit: &StaffVisit, subject: &Subject, draft: Draft) -> Result<Response, WebError> {
    let errors = with_speaker(state, visit, subject, &draft, |speaker| speaker.of_typed("admin-error-secret-untried"));
    if !errors.is_empty() {
        return draw(state, visit, subject, Shown { errors, ..Shown::of(draft) }).await;
    }
    match state.billing().try_settings(&subject.new_settings(&draft)).await {
        Ok(report) => draw(state, visit, subject, Shown { report: Some(report), ..Shown::of(draft) }).await,
        Err(error) => refuse(state, visit, subject, draft, error).await,
    }
}

/// The stored settings again, with what is wrong with them.
pub(crate) async fn refuse_stored(
    state: &WebState,
    visit: &StaffVisit,
    subject: &Subject,
    error: ConfigureError,
) -> Result<Response, WebError> {
    refuse(state, visit, subject, subject.draft(state), error).await
}

/// The stored settings again, with these errors.
pub(crate) async fn refuse_with(
    state: &WebState,
    visit: &StaffVisit,
    subject: &Subject,
    errors: Vec<FieldMessage>,
) -> Result<Response, WebError> {
    draw(state, visit, subject, Shown { errors, ..Shown::of(subject.draft(state)) }).await
}

/// The settings as they are now that the webhook is registered.
pub(crate) async fn draw_registered(
    state: &WebState,
    visit: &StaffVisit,
    subject: &Subject,
    registered: Registered,
) -> Result<Response, WebError> {
    draw(state, visit, subject, Shown { registered: Some(registered), ..Shown::of(subject.draft(state)) }).await
}

async fn refuse(
    state: &WebState,
    visit: &StaffVisit,
    subject: &Subject,
    draft: Draft,
    error: ConfigureError,
) -> Result<Response, WebError> {
    let mut errors = label_errors(visit, &draft);
    errors.extend(with_speaker(state, visit, subject, &draft, |speaker| speaker.messages(error))?);
    draw(state, visit, subject, Shown { errors, ..Shown::of(draft) }).await
}

fn with_speaker<T>(
    state: &WebState,
    visit: &StaffVisit,
    subject: &Subject,
    draft: &Draft,
    speak: impl FnOnce(&Speaker<'_>) -> T,
) -> T {
    let say = |text: &Text| plugin_words(state, visit, subject, text);
    speak(&Speaker { groups: subject.groups(), draft, words: &visit.reader.words, say: &say })
}

fn label_errors(visit: &StaffVisit, draft: &Draft) -> Vec<FieldMessage> {
    if draft.label.chars().count() <= LABEL_CHARS_MAX {
        return Vec::new();
    }
    let most = LABEL_CHARS_MAX.to_string();
    vec![message_for("label", visit.reader.words.say_with("admin-error-too-long", &[("max", &most)]))]
}

fn plugin_words(state: &WebState, visit: &StaffVisit, subject: &Subject, text: &Text) -> String {
    state.plugin_texts().text(&subject.plugin, text, &visit.reader.words.locale())
}

async fn draw(state: &WebState, visit: &StaffVisit, subject: &Subject, shown: Shown) -> Result<Response, WebError> {
    let held = state.billing().secrets_set(&subject.id).await;
    let say = |text: &Text| plugin_words(state, visit, subject, text);
    let mut groups = group_views(subject.groups(), &Values { draft: &shown.draft, held: &held }, &say);
    match &shown.touched {
        Some(Touched::Added { group }) => focus_added(&mut groups, group),
        Some(Touched::Removed { group }) => focus_removed(&mut groups, group),
        None => {}
    }
    let identity = subject.manifest.identity();
    let status = if shown.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = View {
        instance: InstanceView {
            name: subject.name(),
            plugin_name: identity.name.clone(),
            plugin_url: subject.is_installed(state).then(|| page_of(&subject.plugin)),
            summary: say(&identity.summary),
            url: subject.url(),
        },
        label: shown.draft.label.clone(),
        enabled: shown.draft.enabled,
        groups,
        hosts: host_views(
            subject.manifest.hosts(state.billing().policy().live),
            &shown.draft,
            &say,
            &visit.reader.words.say("admin-hosts-this-machine"),
        ),
        tested: shown.report.is_some(),
        notes: shown.report.map_or_else(Vec::new, |report| report.notes.iter().map(&say).collect()),
        webhook: subject.stored.as_ref().and_then(|instance| setup_view(state, instance)),
        registered: shown.registered.map(|registered| RegisteredView {
            notes: registered.notes.iter().map(&say).collect(),
            url: registered.url,
        }),
        errors: shown.errors,
    };
    let layout = menu::layout(state, visit).await?;
    Page::new("admin/configure", layout, view).status(status).render(state, &visit.reader)
}
