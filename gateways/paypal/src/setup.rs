//! "Set up webhook": PayPal learns where to send its events, once.

use serde_json::json;
use tollgate_sdk::gateway::WebhookSetup;
use tollgate_sdk::{ConfigError, Error, Instance, Setting, Text};

use crate::api::{Api, Fault, is_id};
use crate::events;
use crate::wire::{EventType, Webhook, Webhooks};

const WEBHOOKS: &str = "/v1/notifications/webhooks";
/// Stands for every event there is.
const ALL_EVENTS: &str = "*";

/// Finds the webhook of this address, or registers it.
///
/// # Errors
/// What PayPal refused.
pub fn set_up(instance: &Instance, url: &str) -> Result<WebhookSetup, ConfigError> {
    let api = Api::of(instance)?;
    let (webhook, note) = match find(&api, url)? {
        Some(webhook) => {
            let missing = missing(&webhook);
            if missing.is_empty() {
                (webhook, Text::msg("webhook-found"))
            } else {
                add(&api, &webhook, &missing)?;
                (webhook, Text::msg("webhook-completed").arg("count", missing.len()))
            }
        }
        None => (register(&api, url)?, Text::msg("webhook-made")),
    };
    if !is_id(&webhook.id) {
        return Err(Error::Unknown("PayPal registered a webhook without a usable id".into()).into());
    }
    let settings = vec![Setting { key: "webhook-id".into(), value: webhook.id }];
    Ok(WebhookSetup { settings, notes: vec![note] })
}

/// The webhook of this address.
///
/// # Errors
/// What PayPal refused, or that it did not answer.
pub fn find(api: &Api, url: &str) -> Result<Option<Webhook>, Error> {
    Ok(all(api)?.into_iter().find(|webhook| webhook.url == url))
}

/// Every webhook of the app: the smallest question that needs the app's own credentials.
///
/// # Errors
/// As [`find`].
pub fn all(api: &Api) -> Result<Vec<Webhook>, Error> {
    Ok(api.get::<Webhooks>(WEBHOOKS)?.webhooks)
}

/// Events that this gateway reads and the webhook does not bring.
#[must_use]
pub fn missing(webhook: &Webhook) -> Vec<&'static str> {
    let brings = |name: &str| webhook.event_types.iter().any(|kind| kind.name == name);
    if brings(ALL_EVENTS) {
        return Vec::new();
    }
    events::TYPES.into_iter().filter(|name| !brings(name)).collect()
}

fn register(api: &Api, url: &str) -> Result<Webhook, Error> {
    let kinds: Vec<_> = events::TYPES.iter().map(|name| json!({ "name": name })).collect();
    let body = json!({ "url": url, "event_types": kinds }).to_string().into_bytes();
    match api.post_plain::<Webhook>(WEBHOOKS, body) {
        Ok(webhook) => Ok(webhook),
        // Somebody was quicker, or the answer to an earlier try was lost.
        Err(Fault::Refused(problem)) if problem.is("WEBHOOK_URL_ALREADY_EXISTS") => {
            find(api, url)?.ok_or_else(|| Error::rejected(problem.words()))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// What is there stays: somebody may have added events of their own.
fn add(api: &Api, webhook: &Webhook, missing: &[&str]) -> Result<(), Error> {
    let added = missing.iter().map(|name| EventType { name: (*name).to_owned() });
    let kinds: Vec<_> = webhook.event_types.iter().cloned().chain(added).collect();
    let body = json!([{ "op": "replace", "path": "/event_types", "value": kinds }]).to_string().into_bytes();
    if !is_id(&webhook.id) {
        return Err(Error::Unavailable("PayPal answered a webhook without a usable id".into()));
    }
    Ok(api.patch(&format!("{WEBHOOKS}/{}", webhook.id), body)?)
}
