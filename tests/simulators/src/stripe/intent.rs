//! A payment: what it is, which states it can be in, how it is made and called off.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::books::Books;
use super::currency;
use super::params::Params;
use super::pay::Confirmation;
use super::problem::Problem;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    RequiresCapture,
    Succeeded,
    Canceled,
}

impl Status {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }

    /// Nothing leads out of it.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Canceled)
    }

    /// The client's side still has something to do: it can be confirmed, or called off.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::RequiresPaymentMethod | Self::RequiresConfirmation | Self::RequiresAction)
    }
}

#[derive(Debug, Clone)]
pub struct Intent {
    pub id: String,
    pub number: u64,
    pub client_secret: String,
    pub amount: i64,
    pub currency: String,
    pub status: Status,
    pub created_s: i64,
    pub customer: Option<String>,
    pub method: Option<String>,
    pub latest_charge: Option<String>,
    /// `payment_method_types`, where the older version gave them.
    pub types: Vec<String>,
    /// `allowed_payment_method_types`, where the newer version gave them.
    pub allowed: Vec<String>,
    /// Methods may lead the client to another site.
    pub allows_redirects: bool,
    pub capture_method: String,
    pub setup_future_usage: Option<String>,
    pub description: Option<String>,
    pub receipt_email: Option<String>,
    pub statement_descriptor_suffix: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub last_error: Option<Value>,
    pub next_action: Option<Value>,
    pub return_url: Option<String>,
    pub off_session: bool,
    /// What was taken.
    pub received: i64,
    /// When processing ends, and whether it ends well.
    pub processing: Option<(i64, bool)>,
    pub canceled_s: Option<i64>,
    pub cancellation_reason: Option<String>,
}

impl Intent {
    #[must_use]
    pub fn json(&self, books: &Books) -> Value {
        let types = if self.types.is_empty() { vec!["card".to_owned()] } else { self.types.clone() };
        let is_automatic = self.types.is_empty();
        let redirects = if self.allows_redirects { "always" } else { "never" };
        json!({
            "id": self.id,
            "object": "payment_intent",
            "allowed_payment_method_types": (!self.allowed.is_empty()).then_some(&self.allowed),
            "amount": self.amount,
            "amount_capturable": if self.status == Status::RequiresCapture { self.amount } else { 0 },
            "amount_details": { "tip": {} },
            "amount_received": self.received,
            "application": null,
            "application_fee_amount": null,
            "automatic_payment_methods": is_automatic.then(|| json!({ "allow_redirects": redirects, "enabled": true })),
            "canceled_at": self.canceled_s,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": self.capture_method,
            "client_secret": self.client_secret,
            "confirmation_method": "automatic",
            "created": self.created_s,
            "currency": self.currency,
            "customer": self.customer,
            "description": self.description,
            "excluded_payment_method_types": null,
            "last_payment_error": self.last_error,
            "latest_charge": self.latest_charge,
            "livemode": books.account.is_live,
            "metadata": self.metadata,
            "next_action": self.next_action,
            "on_behalf_of": null,
            "payment_method": self.method,
            "payment_method_configuration_details": null,
            "payment_method_options": { "card": {
                "installments": null, "mandate_options": null, "network": null, "request_three_d_secure": "automatic",
            } },
            "payment_method_types": types,
            "processing": null,
            "receipt_email": self.receipt_email,
            "review": null,
            "setup_future_usage": self.setup_future_usage,
            "shipping": null,
            "source": null,
            "statement_descriptor": null,
            "statement_descriptor_suffix": self.statement_descriptor_suffix,
            "status": self.status.name(),
            "transfer_data": null,
            "transfer_group": null,
        })
    }
}

/// `POST /v1/payment_intents`
///
/// # Errors
/// A wrong amount or combination of parameters; with `confirm`, everything that confirming refuses.
pub fn create(books: &mut Books, params: &Params) -> Result<Value, Problem> {
    let amount = params.integer("amount").unwrap_or_default();
    let currency = params.owned("currency").unwrap_or_default();
    currency::check(amount, &currency)?;
    check_combination(params)?;
    if let Some(customer) = params.text("customer").filter(|id| !books.customers.contains_key(*id)) {
        return Err(Problem::missing("customer", customer, Some("customer")));
    }
    let confirmation = Confirmation::read(books, params)?;
    let id = books.id("pi");
    let automatic = params.object("automatic_payment_methods");
    let allows_redirects = automatic.is_none_or(|automatic| automatic.text("allow_redirects") != Some("never"));
    let intent = Intent {
        client_secret: format!("{id}_secret_{}", books.rig.ids.base62(25)),
        amount,
        currency,
        status: Status::RequiresPaymentMethod,
        number: books.next_number(),
        created_s: books.now_s(),
        customer: params.owned("customer"),
        method: None,
        latest_charge: None,
        types: params.texts("payment_method_types"),
        allowed: params.texts("allowed_payment_method_types"),
        allows_redirects,
        capture_method: params.owned("capture_method").unwrap_or_else(|| "automatic_async".to_owned()),
        setup_future_usage: params.owned("setup_future_usage"),
        description: params.owned("description"),
        receipt_email: params.owned("receipt_email"),
        statement_descriptor_suffix: params.owned("statement_descriptor_suffix"),
        metadata: params.map("metadata"),
        last_error: None,
        next_action: None,
        return_url: None,
        off_session: false,
        received: 0,
        processing: None,
        canceled_s: None,
        cancellation_reason: None,
        id: id.clone(),
    };
    if params.flag("confirm") {
        // What the request has wrong must leave nothing behind.
        books.check_confirmation(&intent, &confirmation)?;
    }
    books.intents.insert(id.clone(), intent);
    if let Some(method) = &confirmation.method {
        let intent = books.intent_mut(&id)?;
        intent.method = Some(method.clone());
        intent.status = Status::RequiresConfirmation;
    }
    let shown = books.shown(&id)?;
    books.emit("payment_intent.created", &shown);
    if params.flag("confirm") { books.confirm(&id, confirmation) } else { Ok(shown) }
}

fn check_combination(params: &Params) -> Result<(), Problem> {
    let wrong =
        |param: &str, message: String| Err(Problem { param: Some(param.to_owned()), ..Problem::invalid(message) });
    if !params.flag("confirm") {
        let only = ["off_session", "return_url", "confirmation_token", "error_on_requires_action"];
        if let Some(name) = only.into_iter().find(|name| params.has(name)) {
            return wrong(name, format!("`{name}` can only be given together with `confirm=true`"));
        }
    }
    if params.has("automatic_payment_methods") && params.has("payment_method_types") {
        return wrong(
            "automatic_payment_methods",
            "Give payment_method_types or automatic_payment_methods, not both".to_owned(),
        );
    }
    if params.has("confirmation_token") && params.has("payment_method") {
        return wrong("confirmation_token", "Give confirmation_token or payment_method, not both".to_owned());
    }
    if is_off_session(params) && params.has("setup_future_usage") {
        return wrong(
            "setup_future_usage",
            "`setup_future_usage` does not go with `off_session`: nobody is there to agree".to_owned(),
        );
    }
    Ok(())
}

/// `off_session` is a boolean, or the reason of the absence.
#[must_use]
pub fn is_off_session(params: &Params) -> bool {
    params.text("off_session").is_some_and(|text| text != "false")
}

/// `POST /v1/payment_intents/{id}`: what is said of a payment changes at any time, what is paid only while it is open.
///
/// # Errors
/// No such payment or customer, its state does not allow it, or a wrong amount.
pub fn update(books: &mut Books, id: &str, params: &Params) -> Result<Value, Problem> {
    let intent = books.intent(id)?;
    let is_changed = ["amount", "currency", "customer", "receipt_email", "setup_future_usage"];
    if !intent.status.is_open() && is_changed.into_iter().any(|name| params.has(name)) {
        return Err(books.unexpected(id, "update"));
    }
    let amount = params.integer("amount").unwrap_or(intent.amount);
    let currency = params.owned("currency").unwrap_or_else(|| intent.currency.clone());
    currency::check(amount, &currency)?;
    if let Some(customer) = params.text("customer").filter(|id| !books.customers.contains_key(*id)) {
        return Err(Problem::missing("customer", customer, Some("customer")));
    }
    let intent = books.intent_mut(id)?;
    intent.amount = amount;
    intent.currency = currency;
    let change = |own: &mut Option<String>, name: &str| {
        if params.has(name) {
            *own = params.owned(name).filter(|text| !text.is_empty());
        }
    };
    change(&mut intent.customer, "customer");
    change(&mut intent.description, "description");
    change(&mut intent.receipt_email, "receipt_email");
    change(&mut intent.setup_future_usage, "setup_future_usage");
    intent.metadata.extend(params.map("metadata"));
    books.shown(id)
}

/// `POST /v1/payment_intents/{id}/cancel`
///
/// # Errors
/// No such payment, or its state does not allow it.
pub fn cancel(books: &mut Books, id: &str, params: &Params) -> Result<Value, Problem> {
    let now_s = books.now_s();
    let intent = books.intent(id)?;
    if !intent.status.is_open() && intent.status != Status::RequiresCapture {
        return Err(books.unexpected(id, "cancel"));
    }
    let charge = intent.latest_charge.clone().filter(|_| intent.status == Status::RequiresCapture);
    let intent = books.intent_mut(id)?;
    intent.status = Status::Canceled;
    intent.next_action = None;
    intent.canceled_s = Some(now_s);
    intent.cancellation_reason = params.owned("cancellation_reason");
    if let Some(charge) = charge {
        books.release(&charge);
    }
    let shown = books.shown(id)?;
    books.emit("payment_intent.canceled", &shown);
    Ok(shown)
}
