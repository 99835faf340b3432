//! "Set up webhook": one endpoint at Stripe for this instance's address, in the pinned version.

use tollgate_sdk::gateway::WebhookSetup;
use tollgate_sdk::{ConfigError, Error, Instance, Setting, Text};

use crate::api::{Api, Fault, VERSION};
use crate::config::{Config, WEBHOOK_SECRET};
use crate::webhook::EVENTS;
use crate::wire::{Endpoint, is_id};

/// Finds the endpoint, or makes it, so that there is one in the end.
///
/// Stripe tells an endpoint's secret only when it makes it. One that is there while its secret is not here can prove
/// nothing, and one of another version sends other shapes: in both cases a new one is made first and the old one deleted
/// after, so that no event falls in between.
///
/// # Errors
/// [`ConfigError::Failed`] with what Stripe says.
pub fn set_up(instance: &Instance, url: &str) -> Result<WebhookSetup, ConfigError> {
    let config = Config::read(instance)?;
    let api = config.api();
    let settings = instance.settings();
    let ours = registered(api, url)?;
    let usable = |endpoint: &&Endpoint| {
        endpoint.status == "enabled" && endpoint.api_version.as_deref() == Some(VERSION) && is_id("we_", &endpoint.id)
    };
    let recorded = settings.text("webhook-id");
    // Without a recorded id staff made the endpoint by hand, and the secret that they saved is taken to be its.
    let is_recorded = |endpoint: &&Endpoint| endpoint.id == recorded || (recorded.is_empty() && ours.len() == 1);
    let kept = ours.iter().filter(usable).find(is_recorded).filter(|_| settings.is_set(WEBHOOK_SECRET));
    let (id, note) = match kept {
        Some(endpoint) => (complete(api, endpoint)?, "note-webhook-found"),
        None => (register(api, url)?, "note-webhook-made"),
    };
    for endpoint in ours.iter().filter(|endpoint| endpoint.id != id && is_id("we_", &endpoint.id)) {
        api.delete(&format!("/v1/webhook_endpoints/{}", endpoint.id)).map_err(failed)?;
    }
    Ok(setup(id, note))
}

fn setup(id: String, note: &str) -> WebhookSetup {
    let setting = Setting { key: "webhook-id".into(), value: id };
    WebhookSetup { settings: vec![setting], notes: vec![Text::msg(note)] }
}

fn registered(api: Api<'_>, url: &str) -> Result<Vec<Endpoint>, ConfigError> {
    let mut ours = Vec::new();
    let collect = |endpoint: Endpoint| {
        if endpoint.url == url {
            ours.push(endpoint);
        }
        None::<()>
    };
    api.find("/v1/webhook_endpoints", &[], |endpoint: &Endpoint| &endpoint.id, collect).map_err(failed)?;
    Ok(ours)
}

/// Has a found endpoint send all that is needed.
fn complete(api: Api<'_>, endpoint: &Endpoint) -> Result<String, ConfigError> {
    let sends = |wanted: &&str| endpoint.enabled_events.iter().any(|event| event == wanted || event == "*");
    if !EVENTS.iter().all(sends) {
        let path = format!("/v1/webhook_endpoints/{}", endpoint.id);
        api.post::<serde_json::Value>(&path, &events(), None).map_err(failed)?;
    }
    Ok(endpoint.id.clone())
}

fn register(api: Api<'_>, url: &str) -> Result<String, ConfigError> {
    let mut fields = vec![("url", url), ("api_version", VERSION), ("description", "Tollgate")];
    fields.extend(events());
    let made: Endpoint =
        api.post_keeping("/v1/webhook_endpoints", &fields, ("/secret", WEBHOOK_SECRET)).map_err(failed)?;
    if is_id("we_", &made.id) {
        Ok(made.id)
    } else {
        Err(ConfigError::Failed(Error::rejected("Stripe's new webhook endpoint has a strange id")))
    }
}

fn events() -> Vec<(&'static str, &'static str)> {
    EVENTS.iter().map(|event| ("enabled_events[]", *event)).collect()
}

fn failed(fault: Fault) -> ConfigError {
    ConfigError::Failed(fault.of_money())
}
