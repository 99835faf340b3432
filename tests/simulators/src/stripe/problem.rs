//! Refusals in the shape that the API gives them.

use serde_json::{Map, Value, json};

/// A refused request. [`Problem::status`] is the answer's status, the rest its `error`.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub status: u16,
    pub kind: &'static str,
    pub code: Option<&'static str>,
    pub message: String,
    pub param: Option<String>,
    pub decline_code: Option<&'static str>,
    pub charge: Option<String>,
    /// The payment as it stands after the refusal.
    pub payment_intent: Option<Value>,
    pub payment_method: Option<Value>,
    /// The work had begun: the answer is kept under the idempotency key.
    pub began: bool,
}

impl Problem {
    /// 400: the request is wrong, nothing was done.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind: "invalid_request_error",
            code: None,
            message: message.into(),
            param: None,
            decline_code: None,
            charge: None,
            payment_intent: None,
            payment_method: None,
            began: false,
        }
    }

    /// 400 with a code and the parameter that it is about.
    #[must_use]
    pub fn parameter(code: &'static str, param: &str, message: impl Into<String>) -> Self {
        Self { code: Some(code), param: Some(param.to_owned()), ..Self::invalid(message) }
    }

    /// 400: the object is not in a state that allows it.
    #[must_use]
    pub fn state(code: &'static str, message: impl Into<String>) -> Self {
        Self { code: Some(code), began: true, ..Self::invalid(message) }
    }

    /// 404, or 400 where a parameter names it: there is no such object.
    #[must_use]
    pub fn missing(object: &str, id: &str, param: Option<&str>) -> Self {
        let param_name = param.unwrap_or("id").to_owned();
        Self {
            status: if param.is_some() { 400 } else { 404 },
            code: Some("resource_missing"),
            param: Some(param_name),
            ..Self::invalid(format!("There is no {object} with the id '{id}'"))
        }
    }

    /// 401: who asks is not known.
    #[must_use]
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self { status: 401, ..Self::invalid(message) }
    }

    /// 402: the card was refused.
    #[must_use]
    pub fn card(code: &'static str, decline_code: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { status: 402, kind: "card_error", code: Some(code), decline_code, began: true, ..Self::invalid(message) }
    }

    /// The value of the answer's `error`, and of a payment's `last_payment_error`.
    #[must_use]
    pub fn error(&self) -> Value {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        put("charge", self.charge.clone().map(Value::from));
        put("code", self.code.map(Value::from));
        put("decline_code", self.decline_code.map(Value::from));
        put(
            "doc_url",
            self.code.map(|code| json!(format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")))),
        );
        put("message", Some(Value::from(self.message.as_str())));
        put("param", self.param.clone().map(Value::from));
        put("payment_intent", self.payment_intent.clone());
        put("payment_method", self.payment_method.clone());
        put("type", Some(Value::from(self.kind)));
        Value::Object(fields)
    }
}
