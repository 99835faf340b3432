//! "Set up webhook" on the configuration page: says what it will do, does it, and says what was registered.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::{ConfigureError, WebhookSetupError};
use tollgate_billing::ids::InstanceId;
use tollgate_billing::plugin::Instance;

use super::by;
use super::configure::{self, Registered, Subject};
use super::gateways::LIST;
use crate::errors::WebError;
use crate::frame::{Posted, StaffVisit, message_for};
use crate::state::WebState;
use crate::texts::Words;

/// The button, or why there is none.
#[derive(Serialize)]
pub(crate) struct SetupView {
    /// What would be registered.
    url: String,
    /// Where the button posts.
    action: String,
    /// Providers cannot post to that address.
    unreachable: bool,
}

/// `None` where the plugin registers no webhooks.
pub(crate) fn setup_view(state: &WebState, instance: &Instance) -> Option<SetupView> {
    let action = format!("{LIST}/{}/webhook", instance.id);
    match state.billing().webhook_address(instance) {
        Ok(url) => Some(SetupView { url, action, unreachable: false }),
        Err(WebhookSetupError::Unreachable { url }) => Some(SetupView { url, action, unreachable: true }),
        Err(_) => None,
    }
}

pub(crate) async fn set_up(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let (id, visit) = (InstanceId::new(id), &posted.visit);
    let subject = Subject::known(&state, &id).await?;
    match state.billing().set_up_webhook(by(visit), &id).await {
        Ok(ready) => {
            let registered = Registered { url: ready.url, notes: ready.notes };
            configure::draw_registered(&state, visit, &Subject::known(&state, &id).await?, registered).await
        }
        // Its page has no such button.
        Err(WebhookSetupError::NotOffered) => Err(WebError::BadRequest),
        Err(WebhookSetupError::Config(error)) if !matches!(error, ConfigureError::Plugin(_)) => {
            configure::refuse_stored(&state, visit, &subject, error).await
        }
        Err(error) => {
            let message = message_for("", words_of(&visit.reader.words, &error));
            configure::refuse_with(&state, visit, &subject, vec![message]).await
        }
    }
}

fn words_of(words: &Words, error: &WebhookSetupError) -> String {
    match error {
        WebhookSetupError::Unreachable { url } => words.say_with("admin-webhook-setup-unreachable", &[("url", url)]),
        WebhookSetupError::UnderWay => words.say("admin-webhook-setup-under-way"),
        other => words.say_with("admin-webhook-setup-failed", &[("reason", &other.to_string())]),
    }
}
