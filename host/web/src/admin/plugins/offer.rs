//! An uploaded file before it is installed: what it is, what it asks for, and what staff grant.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::{ConfigureError, Done, InstallOrder, LifeError, Offer};
use tollgate_billing::ids::InstanceId;
use tollgate_billing::plugin::ComponentId;

use super::asks::{AskView, ask_views, granted, new_and_known};
use super::facts::{Facts, secret_labels};
use super::problems::life_words;
use super::{offer_of, page_of};
use crate::admin::config_errors::Speaker;
use crate::admin::draft::Draft;
use crate::admin::gateways::{self, LIST, label_of};
use crate::admin::{by, menu};
use crate::errors::WebError;
use crate::frame::{FieldMessage, Flash, FlashKind, Page, Posted, StaffVisit, message_for, redirect};
use crate::state::WebState;
use crate::texts::OfferedTexts;

/// The switch that lets an upgrade switch off what it does not fit.
const SWITCH_OFF: &str = "switch_off";

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    facts: Facts,
    url: String,
    /// The version whose place it takes.
    before: Option<String>,
    same_version: bool,
    asks_new: Vec<AskView>,
    asks_known: Vec<AskView>,
    secrets: Vec<String>,
    unfit: Option<UnfitView>,
    switch_off: bool,
}

/// An instance whose settings the new version does not take.
#[derive(Serialize)]
struct UnfitView {
    label: String,
    url: String,
    problems: Vec<String>,
}

/// Why what was posted came to nothing.
enum Refusal {
    Words(String),
    Settings(UnfitView),
}

pub(super) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Path(sha256): Path<String>,
) -> Result<Response, WebError> {
    match state.billing().offered_plugin(&ComponentId::new(sha256)).await {
        Ok(offer) => draw(&state, &visit, &offer, None).await,
        Err(LifeError::NotOffered) => Err(WebError::NotFound),
        Err(error) => refuse_file(&state, &visit, error).await,
    }
}

pub(super) async fn install(
    State(state): State<WebState>,
    Path(sha256): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let visit = &posted.visit;
    let order = InstallOrder {
        component: ComponentId::new(sha256),
        granted: granted(&posted.fields),
        switch_off: posted.text(SWITCH_OFF)? == "true",
    };
    let offer = match state.billing().offered_plugin(&order.component).await {
        Ok(offer) => offer,
        Err(error) => return refuse_file(&state, visit, error).await,
    };
    let refusal = match state.billing().install_plugin(by(visit), &order).await {
        Ok(done) => return Ok(redirect(&state, &page_of(&done.component.plugin), Some(told(&done)))),
        Err(LifeError::Same) => {
            let flash = Flash::new(FlashKind::Info, "admin-plugin-same");
            return Ok(redirect(&state, &page_of(&offer.component.plugin), Some(flash)));
        }
        Err(LifeError::Settings { instance, error }) => {
            Refusal::Settings(unfit(&state, visit, &offer, &instance, *error).await?)
        }
        Err(error) => Refusal::Words(life_words(&visit.reader.words, error)?),
    };
    draw(&state, visit, &offer, Some((&order, refusal))).await
}

fn told(done: &Done) -> Flash {
    let named = format!("{} {}", done.component.plugin, done.component.version);
    match &done.before {
        _ if !done.switched_off.is_empty() => {
            Flash::new(FlashKind::Info, "admin-plugin-upgraded-off").with(done.switched_off.join(", "))
        }
        Some(_) => Flash::new(FlashKind::Success, "admin-plugin-upgraded").with(named),
        None => Flash::new(FlashKind::Success, "admin-plugin-installed").with(named),
    }
}

/// The list again, where there is no file that could be shown.
async fn refuse_file(state: &WebState, visit: &StaffVisit, error: LifeError) -> Result<Response, WebError> {
    let words = life_words(&visit.reader.words, error)?;
    let errors = vec![message_for(super::upload::FILE, words)];
    gateways::draw(state, visit, errors, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn unfit(
    state: &WebState,
    visit: &StaffVisit,
    offer: &Offer,
    id: &InstanceId,
    error: ConfigureError,
) -> Result<UnfitView, WebError> {
    let instance = state.billing().store().instance(id).await?.ok_or(WebError::NotFound)?;
    let texts = OfferedTexts::read(&offer.manifest, &visit.reader.words.locale());
    let (draft, say) = (Draft::stored(&instance), |text: &_| texts.say(text));
    let groups = offer.manifest.configuration();
    let speaker = Speaker { groups, draft: &draft, words: &visit.reader.words, say: &say };
    Ok(UnfitView {
        label: label_of(&instance, Some(&offer.manifest)),
        url: format!("{LIST}/{id}"),
        problems: speaker.messages(error)?.into_iter().map(|problem| problem.message).collect(),
    })
}

async fn draw(
    state: &WebState,
    visit: &StaffVisit,
    offer: &Offer,
    refused: Option<(&InstallOrder, Refusal)>,
) -> Result<Response, WebError> {
    let words = &visit.reader.words;
    let texts = OfferedTexts::read(&offer.manifest, &words.locale());
    let (order, refusal) = refused.unzip();
    let asks = ask_views(&offer.asks, order.map(|order| &order.granted), &texts);
    let (asks_new, asks_known) = new_and_known(asks);
    let (error, unfit) = match refusal {
        Some(Refusal::Words(words)) => (Some(message_for("", words)), None),
        Some(Refusal::Settings(unfit)) => {
            let sentence = words.say_with("admin-life-settings", &[("instance", &unfit.label)]);
            (Some(message_for(SWITCH_OFF, sentence)), Some(unfit))
        }
        None => (None, None),
    };
    let status = if error.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let before = offer.before.as_ref().map(|before| before.version.clone());
    let view = View {
        errors: error.into_iter().collect(),
        facts: Facts::of(offer, &texts),
        url: offer_of(&offer.component.id),
        same_version: before.as_ref() == Some(&offer.component.version),
        before,
        asks_new,
        asks_known,
        secrets: secret_labels(&offer.manifest, &texts),
        unfit,
        switch_off: order.is_some_and(|order| order.switch_off),
    };
    let layout = menu::layout(state, visit).await?;
    Page::new("admin/plugin-offer", layout, view).status(status).render(state, &visit.reader)
}
