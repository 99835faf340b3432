//! Stripe's objects, as far as this gateway reads them. Everything that Stripe may leave out has a default; what decides
//! about money (amounts, currency, status, mode) has none.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// Longest id that is believed: Stripe promises fewer than 255 characters, the contract takes 128.
const ID_BYTES_MAX: usize = 128;

/// Whether a text can be one of Stripe's ids of a kind: `pi_`, then letters, digits and `_`. Only such a text is ever put
/// into an address.
#[must_use]
pub fn is_id(prefix: &str, text: &str) -> bool {
    let plain = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    text.len() <= ID_BYTES_MAX && text.strip_prefix(prefix).is_some_and(plain)
}

/// An object, or only its id where it was not expanded.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Expandable<T> {
    Id(String),
    Object(Box<T>),
}

impl<T> Expandable<T> {
    #[must_use]
    pub fn object(&self) -> Option<&T> {
        match self {
            Self::Id(_) => None,
            Self::Object(object) => Some(object),
        }
    }
}

/// Any object of which only the id matters.
#[derive(Debug, Clone, Deserialize)]
pub struct Named {
    pub id: String,
}

impl Expandable<Named> {
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Object(named) => &named.id,
        }
    }
}

/// `status` of a payment intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    RequiresCapture,
    Processing,
    Succeeded,
    Canceled,
    /// A status that the pinned version does not have.
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Intent {
    pub id: String,
    pub status: Status,
    pub amount: i64,
    #[serde(default)]
    pub amount_received: i64,
    pub currency: String,
    pub livemode: bool,
    pub created: u64,
    pub client_secret: Option<String>,
    pub customer: Option<Expandable<Named>>,
    pub payment_method: Option<Expandable<Named>>,
    pub latest_charge: Option<Expandable<Charge>>,
    pub last_payment_error: Option<Problem>,
    pub setup_future_usage: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Charge {
    pub id: String,
    pub created: u64,
    #[serde(default)]
    pub amount_refunded: i64,
    #[serde(default)]
    pub disputed: bool,
    pub balance_transaction: Option<Expandable<BalanceTransaction>>,
    pub payment_method_details: Option<MethodDetails>,
    pub payment_intent: Option<Expandable<Named>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct BalanceTransaction {
    pub fee: i64,
    pub currency: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct MethodDetails {
    pub card: Option<Card>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Card {
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub exp_month: Option<u32>,
    pub exp_year: Option<u32>,
}

/// A stored card, as it stands in `last_payment_error`.
#[derive(Debug, Clone, Deserialize)]
pub struct Method {
    pub id: String,
    pub card: Option<Card>,
    pub customer: Option<Expandable<Named>>,
}

/// `error` of a refused request, and `last_payment_error` of an intent.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Problem {
    #[serde(default, rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub decline_code: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
    #[serde(default)]
    pub param: Option<String>,
    /// Read later, so that an odd one does not hide the error.
    #[serde(default)]
    pub payment_intent: Option<Value>,
    #[serde(default)]
    pub payment_method: Option<Value>,
}

impl Problem {
    #[must_use]
    pub fn code(&self) -> &str {
        self.code.as_deref().unwrap_or_default()
    }

    /// The intent as it stands after the refusal, where Stripe sends it along.
    #[must_use]
    pub fn intent(&self) -> Option<Intent> {
        serde_json::from_value(self.payment_intent.clone()?).ok()
    }

    #[must_use]
    pub fn method(&self) -> Option<Method> {
        serde_json::from_value(self.payment_method.clone()?).ok()
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Refund {
    pub id: String,
    pub amount: i64,
    pub currency: String,
    pub created: u64,
    pub status: Option<String>,
    pub payment_intent: Option<Expandable<Named>>,
    pub failure_reason: Option<String>,
    pub pending_reason: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Dispute {
    pub id: String,
    pub amount: i64,
    pub currency: String,
    pub created: u64,
    pub livemode: bool,
    pub status: String,
    #[serde(default)]
    pub reason: String,
    pub payment_intent: Option<Expandable<Named>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Customer {
    pub id: String,
    #[serde(default)]
    pub deleted: bool,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    pub id: String,
    #[serde(default)]
    pub charges_enabled: bool,
    #[serde(default)]
    pub default_currency: Option<String>,
}

/// The balance, of which only the mode matters: an account does not say its own.
#[derive(Debug, Clone, Deserialize)]
pub struct Balance {
    pub livemode: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Endpoint {
    pub id: String,
    pub url: String,
    #[serde(default)]
    pub status: String,
    pub api_version: Option<String>,
    #[serde(default)]
    pub enabled_events: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub livemode: bool,
    pub created: u64,
    pub account: Option<String>,
    pub api_version: Option<String>,
    pub data: EventData,
}

#[derive(Debug, Clone, Deserialize)]
pub struct EventData {
    /// Read once the event's kind says what it is.
    pub object: Box<RawValue>,
}
