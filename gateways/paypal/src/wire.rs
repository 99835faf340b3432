//! What PayPal sends, as far as it is needed. Every part may be missing; what has another type than PayPal's contract
//! says makes the whole answer unreadable.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub currency_code: String,
    pub value: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Link {
    pub href: String,
    pub rel: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Order {
    pub id: String,
    /// In the place of `id`, in the event that says that an approval was given back.
    pub order_id: String,
    pub status: String,
    pub create_time: String,
    pub update_time: String,
    pub purchase_units: Vec<Unit>,
    pub links: Vec<Link>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Unit {
    pub custom_id: Option<String>,
    pub amount: Option<Money>,
    pub payee: Option<Payee>,
    pub payments: Option<Payments>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Payee {
    pub merchant_id: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Payments {
    pub captures: Vec<Capture>,
    pub refunds: Vec<Refund>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StatusDetails {
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Capture {
    pub id: String,
    pub status: String,
    pub status_details: Option<StatusDetails>,
    pub amount: Option<Money>,
    pub custom_id: Option<String>,
    pub seller_receivable_breakdown: Option<Breakdown>,
    pub supplementary_data: Option<SupplementaryData>,
    pub payee: Option<Payee>,
    pub create_time: String,
    pub update_time: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Breakdown {
    pub paypal_fee: Option<Money>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SupplementaryData {
    pub related_ids: Option<RelatedIds>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RelatedIds {
    pub order_id: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Refund {
    pub id: String,
    pub status: String,
    pub status_details: Option<StatusDetails>,
    pub amount: Option<Money>,
    pub custom_id: Option<String>,
    /// Despite its name the merchant, who pays the money back.
    pub payer: Option<Payee>,
    pub create_time: String,
    pub update_time: String,
    pub links: Vec<Link>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Dispute {
    pub dispute_id: String,
    pub create_time: String,
    pub update_time: String,
    pub disputed_transactions: Vec<Disputed>,
    pub reason: String,
    pub status: String,
    pub dispute_amount: Option<Money>,
    pub dispute_outcome: Option<Outcome>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Disputed {
    pub seller_transaction_id: Option<String>,
    pub gross_amount: Option<Money>,
    pub custom: Option<String>,
    pub seller: Option<Payee>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Outcome {
    pub outcome_code: String,
    pub amount_refunded: Option<Money>,
}

/// The answer of a search has only the ids that matter here.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Disputes {
    pub items: Vec<DisputeId>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DisputeId {
    pub dispute_id: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub id: String,
    pub event_type: String,
    #[serde(default)]
    pub create_time: String,
    #[serde(default)]
    pub resource_type: String,
    pub resource: serde_json::Value,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Verification {
    pub verification_status: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Webhooks {
    #[serde(default)]
    pub webhooks: Vec<Webhook>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Webhook {
    pub id: String,
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub event_types: Vec<EventType>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventType {
    pub name: String,
}

/// What stands in an answer of 400 and more.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Refusal {
    pub name: String,
    pub message: String,
    pub debug_id: String,
    pub details: Vec<Issue>,
    pub links: Vec<Link>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Issue {
    pub issue: String,
    pub description: String,
}
