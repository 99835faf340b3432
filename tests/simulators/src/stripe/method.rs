//! Payment methods, and the confirmation tokens that the Payment Element makes.

use serde_json::{Value, json};

use super::answer::list;
use super::books::Books;
use super::cards::Card;
use super::params::Params;
use super::problem::Problem;

/// A confirmation token lives this long.
const TOKEN_LIFE_S: i64 = 12 * 3600;

/// A card as it was typed: its details never leave the provider.
#[derive(Debug, Clone)]
pub struct Details {
    pub card: Card,
    pub exp_month: u8,
    pub exp_year: u16,
    pub name: Option<String>,
    pub email: Option<String>,
}

impl Details {
    /// A test card without a holder, good until the end of 2034.
    #[must_use]
    pub fn of(card: Card) -> Self {
        Self { card, exp_month: 12, exp_year: 2034, name: None, email: None }
    }

    fn card_json(&self) -> Value {
        json!({
            "brand": self.card.brand,
            "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
            "country": "US",
            "display_brand": self.card.brand,
            "exp_month": self.exp_month,
            "exp_year": self.exp_year,
            "fingerprint": format!("Simulated{}", self.card.last4()),
            "funding": "credit",
            "generated_from": null,
            "last4": self.card.last4(),
            "networks": { "available": [self.card.brand], "preferred": null },
            "regulated_status": "unregulated",
            "three_d_secure_usage": { "supported": true },
            "wallet": null,
        })
    }

    #[must_use]
    pub fn billing_json(&self) -> Value {
        let nobody = json!(null);
        json!({
            "address": { "city": nobody, "country": nobody, "line1": nobody, "line2": nobody, "postal_code": nobody, "state": nobody },
            "email": self.email,
            "name": self.name,
            "phone": null,
            "tax_id": null,
        })
    }

    /// The card as a charge shows it.
    #[must_use]
    pub fn charge_json(&self, amount: i64) -> Value {
        let card = self.card_json();
        json!({
            "type": "card",
            "card": {
                "amount_authorized": amount,
                "authorization_code": null,
                "brand": card["brand"],
                "checks": card["checks"],
                "country": card["country"],
                "exp_month": card["exp_month"],
                "exp_year": card["exp_year"],
                "fingerprint": card["fingerprint"],
                "funding": card["funding"],
                "installments": null,
                "last4": card["last4"],
                "mandate": null,
                "network": self.card.brand,
                "network_transaction_id": null,
                "regulated_status": card["regulated_status"],
                "three_d_secure": null,
                "wallet": null,
            },
        })
    }
}

#[derive(Debug, Clone)]
pub struct Method {
    pub id: String,
    pub number: u64,
    pub created_s: i64,
    pub details: Details,
    pub customer: Option<String>,
    /// Used for a payment without being attached: not to be used again.
    pub is_spent: bool,
    /// Its holder authenticated it for payments in their absence.
    pub is_set_up: bool,
}

impl Method {
    #[must_use]
    pub fn json(&self, is_live: bool) -> Value {
        json!({
            "id": self.id,
            "object": "payment_method",
            "allow_redisplay": "unspecified",
            "billing_details": self.details.billing_json(),
            "card": self.details.card_json(),
            "created": self.created_s,
            "customer": self.customer,
            "livemode": is_live,
            "metadata": {},
            "type": "card",
        })
    }
}

/// What the Payment Element hands to the page in place of a card. Good for one payment.
#[derive(Debug, Clone)]
pub struct Token {
    pub id: String,
    pub created_s: i64,
    pub details: Details,
    pub return_url: Option<String>,
    pub setup_future_usage: Option<String>,
    /// The payment that it was used for.
    pub intent: Option<String>,
}

impl Token {
    #[must_use]
    pub fn expires_s(&self) -> i64 {
        self.created_s + TOKEN_LIFE_S
    }

    #[must_use]
    pub fn json(&self, is_live: bool) -> Value {
        json!({
            "id": self.id,
            "object": "confirmation_token",
            "created": self.created_s,
            "expires_at": self.expires_s(),
            "livemode": is_live,
            "mandate_data": null,
            "payment_intent": self.intent,
            "payment_method_options": null,
            "payment_method_preview": {
                "allow_redisplay": "unspecified",
                "billing_details": self.details.billing_json(),
                "card": self.details.card_json(),
                "customer": null,
                "type": "card",
            },
            "return_url": self.return_url,
            "setup_future_usage": self.setup_future_usage,
            "setup_intent": null,
            "shipping": null,
            "use_stripe_sdk": true,
        })
    }
}

impl Books {
    /// A new payment method; answers its id.
    pub fn add_method(&mut self, details: Details) -> String {
        let (id, number, created_s) = (self.id("pm"), self.next_number(), self.now_s());
        let method =
            Method { id: id.clone(), number, created_s, details, customer: None, is_spent: false, is_set_up: false };
        self.methods.insert(id.clone(), method);
        id
    }

    /// A new confirmation token; answers its id.
    pub fn add_token(
        &mut self,
        details: Details,
        return_url: Option<String>,
        setup_future_usage: Option<String>,
    ) -> String {
        let (id, created_s) = (self.id("ctoken"), self.now_s());
        let token = Token { id: id.clone(), created_s, details, return_url, setup_future_usage, intent: None };
        self.tokens.insert(id.clone(), token);
        id
    }

    /// The payment method that a parameter names: one of the account's, or a new one of a test card's name.
    ///
    /// # Errors
    /// There is none.
    pub fn method_named(&mut self, id: &str) -> Result<String, Problem> {
        if let Some(card) = Card::named(id) {
            return Ok(self.add_method(Details::of(card)));
        }
        if self.methods.contains_key(id) {
            Ok(id.to_owned())
        } else {
            Err(Problem::missing("PaymentMethod", id, Some("payment_method")))
        }
    }

    /// Gives a payment method to a customer.
    pub fn attach(&mut self, id: &str, customer: &str) {
        if let Some(method) = self.methods.get_mut(id) {
            method.customer = Some(customer.to_owned());
            let shown = method.json(self.account.is_live);
            self.emit("payment_method.attached", &shown);
        }
    }
}

/// `POST /v1/payment_methods/{id}/attach`
///
/// # Errors
/// No such payment method or customer; attached or used before.
pub fn attach(books: &mut Books, id: &str, params: &Params) -> Result<Value, Problem> {
    let customer = params.text("customer").unwrap_or_default();
    if !books.customers.contains_key(customer) {
        return Err(Problem::missing("customer", customer, Some("customer")));
    }
    let id = books.method_named(id).map_err(|problem| Problem { status: 404, ..problem })?;
    let method = &books.methods[&id];
    if method.customer.is_some() || method.is_spent {
        return Err(spent());
    }
    books.attach(&id, customer);
    books.shown(&id)
}

/// Why a payment method cannot be used again.
#[must_use]
pub fn spent() -> Problem {
    let message = "This PaymentMethod was used without a Customer, or was detached from one: it cannot be used again";
    Problem { param: Some("payment_method".to_owned()), ..Problem::state("payment_method_unexpected_state", message) }
}

/// `POST /v1/payment_methods/{id}/detach`
///
/// # Errors
/// No such payment method, or it belongs to nobody.
pub fn detach(books: &mut Books, id: &str) -> Result<Value, Problem> {
    let method = books.methods.get_mut(id).ok_or_else(|| Problem::missing("PaymentMethod", id, None))?;
    if method.customer.take().is_none() {
        let message = "The payment method is not attached to a customer, so that it cannot be detached";
        return Err(Problem { param: Some("payment_method".to_owned()), began: true, ..Problem::invalid(message) });
    }
    method.is_spent = true;
    let shown = method.json(books.account.is_live);
    books.emit("payment_method.detached", &shown);
    Ok(shown)
}

/// `GET /v1/payment_methods?customer=…` and `GET /v1/customers/{id}/payment_methods`, newest first.
///
/// # Errors
/// No such customer.
pub fn of_customer(
    books: &Books,
    customer: &str,
    param: Option<&str>,
    url: &str,
    params: &Params,
) -> Result<Value, Problem> {
    if !books.customers.contains_key(customer) {
        return Err(Problem::missing("customer", customer, param));
    }
    let mut methods: Vec<&Method> =
        books.methods.values().filter(|method| method.customer.as_deref() == Some(customer)).collect();
    methods.sort_by_key(|method| std::cmp::Reverse(method.number));
    if params.text("type").is_some_and(|kind| kind != "card") {
        methods.clear();
    }
    let shown: Vec<Value> = methods.iter().map(|method| method.json(books.account.is_live)).collect();
    list(url, &shown, params)
}

/// `POST /v1/confirmation_tokens`: what the Payment Element's frame sends, with the publishable key.
///
/// # Errors
/// A card that is none, or out of date.
pub fn create_token(books: &mut Books, params: &Params) -> Result<Value, Problem> {
    let data = params.object("payment_method_data").unwrap_or_default();
    let typed = data.object("card").unwrap_or_default();
    let card = Card::numbered(typed.text("number").unwrap_or_default())?;
    let field = |code, name: &str, message| {
        let problem = Problem::card(code, None, message);
        Problem { param: Some(name.to_owned()), began: false, ..problem }
    };
    let cvc = typed.text("cvc").unwrap_or_default();
    if !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(field("invalid_cvc", "cvc", "Your card's security code is invalid."));
    }
    let month = typed.integer("exp_month").and_then(|month| u8::try_from(month).ok());
    let Some(exp_month) = month.filter(|month| (1..=12).contains(month)) else {
        return Err(field("invalid_expiry_month", "exp_month", "Your card's expiration month is invalid."));
    };
    let year = typed.integer("exp_year").and_then(|year| u16::try_from(year).ok());
    let Some(exp_year) = year.filter(|year| (i64::from(*year), i64::from(exp_month)) >= month_of(books.now_s())) else {
        return Err(field("invalid_expiry_year", "exp_year", "Your card's expiration year is in the past."));
    };
    let billing = data.object("billing_details").unwrap_or_default();
    let details = Details { card, exp_month, exp_year, name: billing.owned("name"), email: billing.owned("email") };
    let id = books.add_token(details, params.owned("return_url"), params.owned("setup_future_usage"));
    Ok(books.tokens[&id].json(books.account.is_live))
}

/// `POST /v1/test_helpers/confirmation_tokens`: a token without a browser.
///
/// # Errors
/// No such payment method.
pub fn create_test_token(books: &mut Books, params: &Params) -> Result<Value, Problem> {
    let method = books.method_named(params.text("payment_method").unwrap_or("pm_card_visa"))?;
    let details = books.methods[&method].details.clone();
    let id = books.add_token(details, params.owned("return_url"), params.owned("setup_future_usage"));
    Ok(books.tokens[&id].json(books.account.is_live))
}

/// Year and month of a time.
fn month_of(now_s: i64) -> (i64, i64) {
    let Ok(now) = jiff::Timestamp::from_second(now_s) else { return (9999, 12) };
    let date = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    (i64::from(date.year()), i64::from(date.month()))
}
