//! The webhooks of the app: where they go and what they want to hear.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::{Host, Url};

use super::event::EVENT_TYPES;
use super::refusal::{Contract, Detail, Refusal};

/// An app has ten webhooks at most.
const HOOKS_MAX: usize = 10;
const URL_CHARS_MAX: usize = 2048;
/// Every event.
const ALL: &str = "*";

#[derive(Debug, Clone)]
pub struct Hook {
    pub id: String,
    pub url: String,
    /// Names of events, or `*`.
    pub event_types: Vec<String>,
}

#[derive(Debug, Default)]
pub struct Hooks(BTreeMap<String, Hook>);

fn invalid(field: &str, issue: &str) -> Refusal {
    let detail = Detail { field: Some(field.to_owned()), location: Some("body"), ..Detail::of(issue) };
    Refusal::error(400, "VALIDATION_ERROR", "Invalid data provided").detail(Contract::Plain, &detail)
}

fn unknown() -> Refusal {
    Refusal::error(404, "INVALID_RESOURCE_ID", "Resource id is invalid")
}

impl Hooks {
    /// # Errors
    /// 400 where the body is not a webhook, its address is taken, or there are too many.
    pub fn create(&mut self, id: String, body: &Value) -> Result<Hook, Refusal> {
        let fields = body.as_object().ok_or_else(|| invalid("", "Not a JSON object"))?;
        if let Some(stranger) = fields.keys().find(|key| !matches!(key.as_str(), "url" | "event_types")) {
            return Err(invalid(stranger, "Unknown field"));
        }
        let url = read_url(fields.get("url"))?;
        let event_types = read_types(fields.get("event_types"))?;
        self.free(&url, None)?;
        if self.0.len() >= HOOKS_MAX {
            let message = "Number of webhooks exceeds the limit of 10";
            return Err(Refusal::error(400, "WEBHOOK_NUMBER_LIMIT_EXCEEDED", message));
        }
        let hook = Hook { id, url, event_types };
        self.0.insert(hook.id.clone(), hook.clone());
        Ok(hook)
    }

    fn free(&self, url: &str, own_id: Option<&str>) -> Result<(), Refusal> {
        if self.0.values().any(|hook| hook.url == url && Some(hook.id.as_str()) != own_id) {
            return Err(Refusal::error(400, "WEBHOOK_URL_ALREADY_EXISTS", "Webhook URL already exists"));
        }
        Ok(())
    }

    /// # Errors
    /// 404.
    pub fn get(&self, id: &str) -> Result<&Hook, Refusal> {
        self.0.get(id).ok_or_else(unknown)
    }

    pub fn all(&self) -> impl Iterator<Item = &Hook> {
        self.0.values()
    }

    /// Replaces `/url` or `/event_types`, as a JSON patch.
    ///
    /// # Errors
    /// 404, or 400 for any other patch.
    pub fn replace(&mut self, id: &str, patch: &Value) -> Result<Hook, Refusal> {
        let mut hook = self.get(id)?.clone();
        let steps = patch.as_array().filter(|steps| !steps.is_empty());
        for step in steps.ok_or_else(|| invalid("", "Not a JSON patch"))? {
            match (step["op"].as_str(), step["path"].as_str()) {
                (Some("replace"), Some("/url")) => hook.url = read_url(step.get("value"))?,
                (Some("replace"), Some("/event_types")) => hook.event_types = read_types(step.get("value"))?,
                _ => return Err(invalid("path", "Only /url and /event_types can be replaced")),
            }
        }
        self.free(&hook.url, Some(id))?;
        self.0.insert(id.to_owned(), hook.clone());
        Ok(hook)
    }

    /// # Errors
    /// 404.
    pub fn delete(&mut self, id: &str) -> Result<(), Refusal> {
        self.0.remove(id).map(drop).ok_or_else(unknown)
    }

    /// Those that want to hear of it.
    #[must_use]
    pub fn listening(&self, kind: &str) -> Vec<Hook> {
        let wants = |hook: &&Hook| hook.event_types.iter().any(|name| name == kind || name == ALL);
        self.0.values().filter(wants).cloned().collect()
    }
}

impl Hook {
    #[must_use]
    pub fn json(&self, base: &str) -> Value {
        let own = format!("{base}/v1/notifications/webhooks/{}", self.id);
        let types: Vec<Value> = self.event_types.iter().map(|name| type_json(name)).collect();
        let links: Vec<Value> = [("self", "GET"), ("update", "PATCH"), ("delete", "DELETE")]
            .map(|(rel, method)| json!({ "href": own, "rel": rel, "method": method }))
            .into();
        json!({ "id": self.id, "url": self.url, "event_types": types, "links": links })
    }
}

/// An event's name with its words.
#[must_use]
pub fn type_json(name: &str) -> Value {
    let words = EVENT_TYPES.iter().find(|row| row.0 == name).map_or("ALL", |row| row.1);
    json!({ "name": name, "description": words, "status": "ENABLED" })
}

/// https, or http on this machine: PayPal itself takes https alone.
fn read_url(value: Option<&Value>) -> Result<String, Refusal> {
    let text = value.and_then(Value::as_str).filter(|text| text.len() <= URL_CHARS_MAX);
    let text = text.ok_or_else(|| invalid("url", "Not a valid webhook URL"))?;
    let url = Url::parse(text).map_err(|_| invalid("url", "Not a valid webhook URL"))?;
    let is_local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok(text.to_owned()),
        "http" if is_local => Ok(text.to_owned()),
        _ => Err(invalid("url", "Not a valid webhook URL")),
    }
}

fn read_types(value: Option<&Value>) -> Result<Vec<String>, Refusal> {
    let list = value.and_then(Value::as_array).filter(|list| !list.is_empty() && list.len() <= 500);
    let list = list.ok_or_else(|| invalid("event_types", "Event types are required"))?;
    let name = |(index, one): (usize, &Value)| {
        let only_name = one.as_object().is_some_and(|fields| fields.len() == 1);
        let name = one["name"].as_str().filter(|name| *name == ALL || EVENT_TYPES.iter().any(|row| row.0 == *name));
        let name = name.filter(|_| only_name).map(str::to_owned);
        name.ok_or_else(|| invalid(&format!("event_types[{index}].name"), "Not a valid webhook event name"))
    };
    list.iter().enumerate().map(name).collect()
}
