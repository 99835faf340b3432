//! Everything that an account holds.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::rig::Rig;

use super::charge::{Balance, Charge};
use super::customer::Customer;
use super::dispute::Dispute;
use super::endpoint::Endpoint;
use super::idempotency::Idempotency;
use super::intent::Intent;
use super::method::{Method, Token};
use super::problem::Problem;
use super::refund::Refund;

/// Whose money it is, and the keys that open it.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: String,
    pub secret_key: String,
    pub publishable_key: String,
    pub is_live: bool,
}

impl Account {
    /// The account that the demo and most tests use.
    #[must_use]
    pub fn test() -> Self {
        Self {
            id: "acct_1SimulatedStripe".to_owned(),
            secret_key: "sk_test_simulator".to_owned(),
            publishable_key: "pk_test_simulator".to_owned(),
            is_live: false,
        }
    }

    /// The same account's live mode, for a test that mixes both up.
    #[must_use]
    pub fn live() -> Self {
        let key = |kind: &str| format!("{kind}_live_simulator");
        Self { secret_key: key("sk"), publishable_key: key("pk"), is_live: true, ..Self::test() }
    }

    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "account",
            "business_profile": {
                "mcc": null, "minority_owned_business_designation": null, "name": "Example Host", "support_address": null,
                "support_email": null, "support_phone": null, "support_url": null, "url": "https://example.com",
            },
            "business_type": "company",
            "capabilities": { "card_payments": "active", "transfers": "active" },
            "charges_enabled": true,
            "country": "DE",
            "default_currency": "eur",
            "details_submitted": true,
            "email": "billing@example.com",
            "payouts_enabled": true,
            "settings": settings(),
            "type": "standard",
        })
    }
}

/// Of an account whose owner left everything else as it was.
fn settings() -> Value {
    json!({
        "branding": { "icon": null, "logo": null, "primary_color": null, "secondary_color": null },
        "card_payments": {
            "statement_descriptor_prefix": "EXAMPLE HOST",
            "statement_descriptor_prefix_kana": null,
            "statement_descriptor_prefix_kanji": null,
        },
        "dashboard": { "display_name": "Example Host", "timezone": "Etc/UTC" },
        "payments": {
            "statement_descriptor": "EXAMPLE HOST",
            "statement_descriptor_kana": null,
            "statement_descriptor_kanji": null,
            "statement_descriptor_prefix_kana": null,
            "statement_descriptor_prefix_kanji": null,
        },
    })
}

/// Objects by id. Everything else in this folder adds to them.
pub struct Books {
    pub rig: Rig,
    pub account: Account,
    pub customers: BTreeMap<String, Customer>,
    pub methods: BTreeMap<String, Method>,
    pub tokens: BTreeMap<String, Token>,
    pub intents: BTreeMap<String, Intent>,
    pub charges: BTreeMap<String, Charge>,
    pub balances: BTreeMap<String, Balance>,
    pub refunds: BTreeMap<String, Refund>,
    pub disputes: BTreeMap<String, Dispute>,
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Oldest first, as the newest version shows them.
    pub events: Vec<Value>,
    pub idempotency: Idempotency,
    /// The request under way: its id and its idempotency key.
    pub request: (Option<String>, Option<String>),
    /// Payments and refunds that time alone will change.
    pub unsettled: Vec<String>,
    objects: u64,
}

impl Books {
    #[must_use]
    pub fn new(rig: Rig, account: Account) -> Self {
        Self {
            rig,
            account,
            customers: BTreeMap::new(),
            methods: BTreeMap::new(),
            tokens: BTreeMap::new(),
            intents: BTreeMap::new(),
            charges: BTreeMap::new(),
            balances: BTreeMap::new(),
            refunds: BTreeMap::new(),
            disputes: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            events: Vec::new(),
            idempotency: Idempotency::default(),
            request: (None, None),
            unsettled: Vec::new(),
            objects: 0,
        }
    }

    /// A new object's id.
    #[must_use]
    pub fn id(&self, prefix: &str) -> String {
        format!("{prefix}_{}", self.rig.ids.base62(24))
    }

    /// A number that grows from object to object: their order within one second.
    pub fn next_number(&mut self) -> u64 {
        self.objects += 1;
        self.objects
    }

    #[must_use]
    pub fn now_s(&self) -> i64 {
        self.rig.clock.now_s()
    }

    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.rig.clock.now_ms()
    }

    /// An object as the newest version shows it, by its id. `None` where there is none.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<Value> {
        let is_live = self.account.is_live;
        match id.split_once('_')?.0 {
            "cus" => self.customers.get(id).map(|customer| customer.json(is_live)),
            "pm" => self.methods.get(id).map(|method| method.json(is_live)),
            "pi" => self.intents.get(id).map(|intent| intent.json(self)),
            "ch" => self.charges.get(id).map(|charge| charge.json(self)),
            "txn" => self.balances.get(id).map(Balance::json),
            "re" => self.refunds.get(id).map(Refund::json),
            "du" => self.disputes.get(id).map(|dispute| dispute.json(self)),
            _ => None,
        }
    }

    /// A payment that a path names.
    ///
    /// # Errors
    /// There is none.
    pub fn intent(&self, id: &str) -> Result<&Intent, Problem> {
        self.intents.get(id).ok_or_else(|| Problem::missing("payment_intent", id, None))
    }

    /// See [`Self::intent`].
    ///
    /// # Errors
    /// There is none.
    pub fn intent_mut(&mut self, id: &str) -> Result<&mut Intent, Problem> {
        self.intents.get_mut(id).ok_or_else(|| Problem::missing("payment_intent", id, None))
    }

    /// The object that a handler answers.
    ///
    /// # Errors
    /// There is none: the handler named one that it did not make.
    pub fn shown(&self, id: &str) -> Result<Value, Problem> {
        self.object(id).ok_or_else(|| Problem::missing("object", id, None))
    }
}
