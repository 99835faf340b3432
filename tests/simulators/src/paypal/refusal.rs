//! Answers that say no, in PayPal's shapes. Issues and their words are those that the contract lists for the call.

use serde_json::{Value, json};

use super::issues::words;

/// Which call's list of issues applies: the lists differ in words and in what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contract {
    CreateOrder,
    CaptureOrder,
    Refund,
    /// Calls whose errors are free in form: webhooks, disputes.
    Plain,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    pub issue: String,
    /// JSON pointer into the body, or a name in the path or the query.
    pub field: Option<String>,
    pub value: Option<String>,
    pub location: Option<&'static str>,
}

/// A refused request.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub status: u16,
    pub body: Value,
}

impl Detail {
    #[must_use]
    pub fn of(issue: &str) -> Self {
        Self { issue: issue.to_owned(), field: None, value: None, location: None }
    }

    /// About a field of the body.
    #[must_use]
    pub fn at(issue: &str, pointer: &str) -> Self {
        Self { field: Some(pointer.to_owned()), location: Some("body"), ..Self::of(issue) }
    }

    #[must_use]
    pub fn value(self, value: &str) -> Self {
        Self { value: Some(value.to_owned()), ..self }
    }

    fn json(&self, contract: Contract) -> Value {
        let description = words(contract, &self.issue).unwrap_or("The request was refused.");
        let mut json = json!({ "issue": self.issue, "description": description });
        let optional =
            [("field", self.field.as_deref()), ("value", self.value.as_deref()), ("location", self.location)];
        for (name, value) in optional {
            if let Some(value) = value {
                json[name] = value.into();
            }
        }
        json
    }
}

impl Refusal {
    /// 400: the body is not what the contract describes.
    #[must_use]
    pub fn invalid(contract: Contract, detail: &Detail) -> Self {
        let message = "Request is not well-formed, syntactically incorrect, or violates schema.";
        Self::error(400, "INVALID_REQUEST", message).detail(contract, detail)
    }

    /// 422: well written, and yet it cannot be done.
    #[must_use]
    pub fn unprocessable(contract: Contract, detail: &Detail) -> Self {
        let message =
            "The requested action could not be performed, semantically incorrect, or failed business validation.";
        Self::error(422, "UNPROCESSABLE_ENTITY", message).detail(contract, detail)
    }

    /// 404.
    #[must_use]
    pub fn not_found() -> Self {
        Self::error(404, "RESOURCE_NOT_FOUND", "The specified resource does not exist.")
            .detail(Contract::Plain, &Detail::of("INVALID_RESOURCE_ID"))
    }

    /// 403: the token's scope does not cover the call.
    #[must_use]
    pub fn not_authorized() -> Self {
        Self::error(403, "NOT_AUTHORIZED", "Authorization failed due to insufficient permissions.")
            .detail(Contract::Plain, &Detail::of("PERMISSION_DENIED"))
    }

    /// 409: the request id belongs to another request. The contract lists no issue for it.
    #[must_use]
    pub fn conflict() -> Self {
        Self::error(409, "RESOURCE_CONFLICT", "The server has detected a conflict while processing this request.")
    }

    /// 415.
    #[must_use]
    pub fn media_type() -> Self {
        let message = "The server does not support the request payload's media type.";
        Self::error(415, "UNSUPPORTED_MEDIA_TYPE", message)
    }

    /// 401 without any credentials.
    #[must_use]
    pub fn unauthenticated() -> Self {
        let message =
            "Authentication failed due to missing authorization header, or invalid authentication credentials.";
        Self::error(401, "AUTHENTICATION_FAILURE", message)
    }

    /// 401 as the token endpoint, and every call with a bad token, says it.
    #[must_use]
    pub fn oauth(status: u16, error: &str, description: &str) -> Self {
        Self { status, body: json!({ "error": error, "error_description": description }) }
    }

    /// 401 for a bad token: as the gate before every call says it, and for the older calls in their own shape as well,
    /// because their contract demands its fields of every error.
    #[must_use]
    pub fn bad_token(is_older: bool) -> Self {
        let mut refusal = if is_older { Self::unauthenticated() } else { Self { status: 401, body: json!({}) } };
        refusal.body["error"] = json!("invalid_token");
        refusal.body["error_description"] = json!("Token signature verification failed");
        refusal
    }

    /// The older shape of the webhooks API, which names the error instead of the class of error.
    #[must_use]
    pub fn error(status: u16, name: &str, message: &str) -> Self {
        Self { status, body: json!({ "name": name, "message": message, "debug_id": "", "links": [] }) }
    }

    #[must_use]
    pub fn detail(mut self, contract: Contract, detail: &Detail) -> Self {
        self.body["details"] = json!([detail.json(contract)]);
        self
    }

    #[must_use]
    pub fn link(mut self, rel: &str, href: &str) -> Self {
        if let Some(links) = self.body["links"].as_array_mut() {
            links.push(json!({ "href": href, "rel": rel, "method": "GET" }));
        }
        self
    }

    /// The first issue, for tests and logs.
    #[must_use]
    pub fn issue(&self) -> &str {
        self.body["details"][0]["issue"].as_str().or_else(|| self.body["name"].as_str()).unwrap_or_default()
    }
}
