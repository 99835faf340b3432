//! Webhook endpoints, events, and their way into the outbox.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Map, Value, json};

use crate::delivery::{Message, Signer};

use super::answer::list;
use super::books::Books;
use super::params::Params;
use super::problem::Problem;
use super::signature;
use super::version::Version;

/// An account has at most so many.
const ENDPOINTS_MAX: usize = 16;

/// The secrets that sign for an endpoint, the newest first. Shared with what is in the outbox: a delivery is signed with
/// what is valid when it leaves.
pub type Secrets = Arc<Mutex<Vec<String>>>;

#[derive(Debug, Clone)]
pub struct Endpoint {
    pub id: String,
    pub number: u64,
    pub url: String,
    pub enabled_events: Vec<String>,
    pub description: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub version: Option<Version>,
    pub created_s: i64,
    pub secrets: Secrets,
}

impl Endpoint {
    fn json(&self, is_live: bool) -> Value {
        json!({
            "id": self.id,
            "object": "webhook_endpoint",
            "api_version": self.version.map(Version::name),
            "application": null,
            "created": self.created_s,
            "description": self.description,
            "enabled_events": self.enabled_events,
            "livemode": is_live,
            "metadata": self.metadata,
            "status": "enabled",
            "url": self.url,
        })
    }

    fn wants(&self, kind: &str) -> bool {
        self.enabled_events.iter().any(|event| event == "*" || event == kind)
    }
}

struct Sign(Secrets);

impl Signer for Sign {
    fn headers(&self, body: &str, now_ms: i64) -> Vec<(String, String)> {
        let header = signature::header(&self.0.lock(), body, now_ms.div_euclid(1000));
        [("content-type", "application/json; charset=utf-8".to_owned()), ("stripe-signature", header)]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// `POST /v1/webhook_endpoints`: the one answer that holds the secret.
///
/// # Errors
/// Too many, no event, or a version that the simulator does not speak.
pub fn create(books: &mut Books, params: &Params) -> Result<Value, Problem> {
    let enabled_events = params.texts("enabled_events");
    if enabled_events.is_empty() {
        return Err(Problem::parameter("parameter_invalid_empty", "enabled_events", "Name at least one event"));
    }
    if books.endpoints.len() >= ENDPOINTS_MAX {
        return Err(Problem::invalid(format!("An account has at most {ENDPOINTS_MAX} webhook endpoints")));
    }
    let endpoint = Endpoint {
        id: books.id("we"),
        number: books.next_number(),
        url: params.owned("url").unwrap_or_default(),
        enabled_events,
        description: params.owned("description"),
        metadata: params.map("metadata"),
        version: params.text("api_version").and_then(Version::named),
        created_s: books.now_s(),
        secrets: Arc::new(Mutex::new(vec![format!("whsec_{}", books.rig.ids.base62(32))])),
    };
    let mut shown = endpoint.json(books.account.is_live);
    shown["secret"] = json!(endpoint.secrets.lock().first());
    books.endpoints.insert(endpoint.id.clone(), endpoint);
    Ok(shown)
}

/// `GET /v1/webhook_endpoints`, newest first.
///
/// # Errors
/// A wrong page.
pub fn all(books: &Books, params: &Params) -> Result<Value, Problem> {
    let mut endpoints: Vec<&Endpoint> = books.endpoints.values().collect();
    endpoints.sort_by_key(|endpoint| std::cmp::Reverse(endpoint.number));
    let shown: Vec<Value> = endpoints.iter().map(|endpoint| endpoint.json(books.account.is_live)).collect();
    list("/v1/webhook_endpoints", &shown, params)
}

/// `GET /v1/webhook_endpoints/{id}`
///
/// # Errors
/// There is none.
pub fn show(books: &Books, id: &str) -> Result<Value, Problem> {
    let endpoint = books.endpoints.get(id).ok_or_else(|| Problem::missing("webhook_endpoint", id, None))?;
    Ok(endpoint.json(books.account.is_live))
}

/// `POST /v1/webhook_endpoints/{id}`: other events, another address.
///
/// # Errors
/// There is none.
pub fn update(books: &mut Books, id: &str, params: &Params) -> Result<Value, Problem> {
    let endpoint = books.endpoints.get_mut(id).ok_or_else(|| Problem::missing("webhook_endpoint", id, None))?;
    if params.has("enabled_events") {
        endpoint.enabled_events = params.texts("enabled_events");
    }
    if let Some(url) = params.owned("url") {
        endpoint.url = url;
    }
    if params.has("description") {
        endpoint.description = params.owned("description");
    }
    endpoint.metadata.extend(params.map("metadata"));
    show(books, id)
}

/// `DELETE /v1/webhook_endpoints/{id}`
///
/// # Errors
/// There is none.
pub fn delete(books: &mut Books, id: &str) -> Result<Value, Problem> {
    books.endpoints.remove(id).ok_or_else(|| Problem::missing("webhook_endpoint", id, None))?;
    Ok(json!({ "id": id, "object": "webhook_endpoint", "deleted": true }))
}

impl Books {
    /// Records an event, and puts it into the outbox for every endpoint that wants it.
    pub fn emit(&mut self, kind: &str, object: &Value) {
        self.emit_with(kind, object, Map::new());
    }

    /// An event that differs from what the account would say: another `livemode`, an `account`, an old `created`. It is
    /// signed like any other.
    pub fn emit_with(&mut self, kind: &str, object: &Value, differences: Map<String, Value>) {
        let (request_id, key) = self.request.clone();
        let wanted: Vec<Endpoint> = self.endpoints.values().filter(|endpoint| endpoint.wants(kind)).cloned().collect();
        let mut event = json!({
            "id": self.id("evt"),
            "object": "event",
            "api_version": Version::NEWEST.name(),
            "created": self.now_s(),
            "data": { "object": object },
            "livemode": self.account.is_live,
            "pending_webhooks": wanted.len(),
            "request": { "id": request_id, "idempotency_key": key },
            "type": kind,
        });
        if let Some(fields) = event.as_object_mut() {
            fields.extend(differences);
        }
        for endpoint in wanted {
            let version = endpoint.version.unwrap_or(Version::NEWEST);
            let mut body = version.adapted(event.clone());
            body["api_version"] = json!(version.name());
            self.rig.outbox.add(Message {
                event: event["id"].as_str().unwrap_or_default().to_owned(),
                kind: kind.to_owned(),
                url: endpoint.url.clone(),
                body: format!("{body:#}"),
                signer: Arc::new(Sign(endpoint.secrets)),
            });
        }
        self.events.push(event);
    }

    /// Rolls an endpoint's secret: the new one signs first, and the old one beside it until it is retired.
    ///
    /// # Errors
    /// No such endpoint.
    pub fn roll_secret(&mut self, id: &str) -> Result<String, Problem> {
        let fresh = format!("whsec_{}", self.rig.ids.base62(32));
        let endpoint = self.endpoints.get(id).ok_or_else(|| Problem::missing("webhook_endpoint", id, None))?;
        endpoint.secrets.lock().insert(0, fresh.clone());
        Ok(fresh)
    }

    /// Lets the newest secret alone sign.
    ///
    /// # Errors
    /// No such endpoint.
    pub fn retire_secrets(&mut self, id: &str) -> Result<(), Problem> {
        let endpoint = self.endpoints.get(id).ok_or_else(|| Problem::missing("webhook_endpoint", id, None))?;
        endpoint.secrets.lock().truncate(1);
        Ok(())
    }
}
