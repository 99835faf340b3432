//! The endpoints and their parameters, as published.

use serde_json::Value;

use super::books::Books;
use super::params::{Field, Kind, Params, may, need};
use super::problem::Problem;
use super::{customer, endpoint, intent, lists, method, pay, refund};

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Secret,
    Publishable,
    /// A publishable key needs the payment's client secret.
    Either,
}

/// Called with the id in the path, empty where there is none, and checked parameters.
pub type Handler = fn(&mut Books, &str, &Params) -> Result<Value, Problem>;

pub struct Route {
    method: &'static str,
    /// Below `/v1/`; `*` stands for an id.
    path: &'static str,
    pub key: Key,
    pub fields: &'static [Field],
    pub handler: Handler,
}

impl Route {
    const fn get(path: &'static str, fields: &'static [Field], handler: Handler) -> Self {
        Self { method: "GET", path, key: Key::Secret, fields, handler }
    }

    const fn post(path: &'static str, fields: &'static [Field], handler: Handler) -> Self {
        Self { method: "POST", path, key: Key::Secret, fields, handler }
    }

    /// The id in the path, empty where there is none; `None` where the path is another.
    fn matches<'a>(&self, method: &str, path: &'a str) -> Option<&'a str> {
        let (own, given): (Vec<&str>, Vec<&'a str>) = (self.path.split('/').collect(), path.split('/').collect());
        if self.method != method || own.len() != given.len() {
            return None;
        }
        let mut id = "";
        for (own, given) in own.into_iter().zip(given) {
            match own {
                "*" if !given.is_empty() => id = given,
                _ if own == given => {}
                _ => return None,
            }
        }
        Some(id)
    }
}

/// The route of a request, and the id in its path.
///
/// # Errors
/// There is none (404).
pub fn find<'a>(method: &str, path: &'a str) -> Result<(&'static Route, &'a str), Problem> {
    let below = path.strip_prefix("/v1/").unwrap_or_default();
    ROUTES.iter().find_map(|route| Some((route, route.matches(method, below)?))).ok_or_else(|| {
        let message = format!("Unrecognized request URL ({method}: {path})");
        Problem { status: 404, ..Problem::invalid(message) }
    })
}

const USAGE: Kind = Kind::Choice(&["off_session", "on_session"]);
const REVOCABLE_USAGE: Kind = Kind::Revocable(&["off_session", "on_session"]);
const ABSENCE: Kind = Kind::Choice(&["true", "false", "one_off", "recurring"]);
const TYPES: Kind = Kind::Choices(&["card"]);
const CAPTURE: Kind = Kind::Choice(&["automatic", "automatic_async", "manual"]);
const PAGE: [Field; 3] =
    [may("limit", Kind::Integer), may("starting_after", Kind::Text), may("ending_before", Kind::Text)];

const AUTOMATIC: [Field; 2] =
    [need("enabled", Kind::Boolean), may("allow_redirects", Kind::Choice(&["always", "never"]))];

const CREATE_INTENT: [Field; 37] = [
    need("amount", Kind::Integer),
    need("currency", Kind::Text),
    may("allowed_payment_method_types", TYPES),
    may("amount_details", Kind::Beyond),
    may("application_fee_amount", Kind::Beyond),
    may("automatic_payment_methods", Kind::Object(&AUTOMATIC)),
    may("capture_method", CAPTURE),
    may("confirm", Kind::Boolean),
    may("confirmation_method", Kind::Choice(&["automatic"])),
    may("confirmation_token", Kind::Text),
    may("customer", Kind::Text),
    may("customer_account", Kind::Beyond),
    may("description", Kind::Short(1000)),
    may("error_on_requires_action", Kind::Boolean),
    may("excluded_payment_method_types", Kind::Beyond),
    may("expand", Kind::Texts),
    may("mandate", Kind::Beyond),
    may("mandate_data", Kind::Beyond),
    may("metadata", Kind::Metadata),
    may("off_session", ABSENCE),
    may("on_behalf_of", Kind::Beyond),
    may("payment_details", Kind::Beyond),
    may("payment_method", Kind::Text),
    may("payment_method_configuration", Kind::Beyond),
    may("payment_method_data", Kind::Beyond),
    may("payment_method_options", Kind::Beyond),
    may("payment_method_types", TYPES),
    may("radar_options", Kind::Beyond),
    may("receipt_email", Kind::Email),
    may("return_url", Kind::Url),
    may("setup_future_usage", USAGE),
    may("shipping", Kind::Beyond),
    may("statement_descriptor", Kind::Beyond),
    may("statement_descriptor_suffix", Kind::Short(22)),
    may("transfer_data", Kind::Beyond),
    may("transfer_group", Kind::Beyond),
    may("use_stripe_sdk", Kind::Boolean),
];

const UPDATE_INTENT: [Field; 12] = [
    may("amount", Kind::Integer),
    may("capture_method", Kind::Beyond),
    may("currency", Kind::Text),
    may("customer", Kind::Text),
    may("description", Kind::Short(1000)),
    may("expand", Kind::Texts),
    may("metadata", Kind::Metadata),
    may("payment_method", Kind::Beyond),
    may("receipt_email", Kind::Email),
    may("setup_future_usage", REVOCABLE_USAGE),
    may("shipping", Kind::Beyond),
    may("statement_descriptor_suffix", Kind::Beyond),
];

const CONFIRM_INTENT: [Field; 16] = [
    may("confirmation_token", Kind::Text),
    may("capture_method", Kind::Beyond),
    may("error_on_requires_action", Kind::Boolean),
    may("expand", Kind::Texts),
    may("mandate", Kind::Beyond),
    may("mandate_data", Kind::Beyond),
    may("off_session", ABSENCE),
    may("payment_method", Kind::Text),
    may("payment_method_data", Kind::Beyond),
    may("payment_method_options", Kind::Beyond),
    may("radar_options", Kind::Beyond),
    may("receipt_email", Kind::Beyond),
    may("return_url", Kind::Url),
    may("setup_future_usage", REVOCABLE_USAGE),
    may("shipping", Kind::Beyond),
    may("use_stripe_sdk", Kind::Boolean),
];

const CANCEL_INTENT: [Field; 2] = [
    may("cancellation_reason", Kind::Choice(&["abandoned", "duplicate", "fraudulent", "requested_by_customer"])),
    may("expand", Kind::Texts),
];

const ADDRESS: [Field; 6] = [
    may("city", Kind::Text),
    may("country", Kind::Short(2)),
    may("line1", Kind::Text),
    may("line2", Kind::Text),
    may("postal_code", Kind::Text),
    may("state", Kind::Text),
];

const CREATE_CUSTOMER: [Field; 10] = [
    may("address", Kind::Object(&ADDRESS)),
    may("description", Kind::Text),
    may("email", Kind::Email),
    may("expand", Kind::Texts),
    may("invoice_settings", Kind::Beyond),
    may("metadata", Kind::Metadata),
    may("name", Kind::Short(256)),
    may("payment_method", Kind::Beyond),
    may("phone", Kind::Short(20)),
    may("preferred_locales", Kind::Beyond),
];

const CREATE_REFUND: [Field; 11] = [
    may("amount", Kind::Integer),
    may("charge", Kind::Text),
    may("currency", Kind::Beyond),
    may("customer", Kind::Beyond),
    may("expand", Kind::Texts),
    may("instructions_email", Kind::Email),
    may("metadata", Kind::Metadata),
    may("origin", Kind::Beyond),
    may("payment_intent", Kind::Text),
    may("reason", Kind::Choice(&["duplicate", "fraudulent", "requested_by_customer"])),
    may("reverse_transfer", Kind::Beyond),
];

/// Every event that the simulator sends, `*` for all.
const EVENTS: [&str; 26] = [
    "*",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.expired",
    "charge.failed",
    "charge.pending",
    "charge.refund.updated",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    "customer.created",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.created",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "payment_method.attached",
    "payment_method.detached",
    "refund.created",
    "refund.failed",
    "refund.updated",
];

const CREATE_ENDPOINT: [Field; 7] = [
    may("api_version", Kind::Choice(&["2025-09-30.clover", "2026-10-28.endive"])),
    may("connect", Kind::Beyond),
    may("description", Kind::Short(5000)),
    need("enabled_events", Kind::Choices(&EVENTS)),
    may("expand", Kind::Texts),
    may("metadata", Kind::Metadata),
    need("url", Kind::Url),
];

const CARD: [Field; 4] = [
    need("number", Kind::Text),
    need("exp_month", Kind::Integer),
    need("exp_year", Kind::Integer),
    need("cvc", Kind::Text),
];
const BILLING: [Field; 2] = [may("name", Kind::Text), may("email", Kind::Email)];
const TYPED: [Field; 3] = [
    need("type", Kind::Choice(&["card"])),
    need("card", Kind::Object(&CARD)),
    may("billing_details", Kind::Object(&BILLING)),
];
const CREATE_TOKEN: [Field; 3] =
    [need("payment_method_data", Kind::Object(&TYPED)), may("return_url", Kind::Url), may("setup_future_usage", USAGE)];
const CREATE_TEST_TOKEN: [Field; 7] = [
    may("expand", Kind::Texts),
    may("payment_method", Kind::Text),
    may("payment_method_data", Kind::Beyond),
    may("payment_method_options", Kind::Beyond),
    may("return_url", Kind::Url),
    may("setup_future_usage", USAGE),
    may("shipping", Kind::Beyond),
];

const UPDATE_ENDPOINT: [Field; 6] = [
    may("description", Kind::Short(5000)),
    may("disabled", Kind::Beyond),
    may("enabled_events", Kind::Choices(&EVENTS)),
    may("expand", Kind::Texts),
    may("metadata", Kind::Metadata),
    may("url", Kind::Url),
];

const SPAN: [Field; 4] =
    [may("gt", Kind::Integer), may("gte", Kind::Integer), may("lt", Kind::Integer), may("lte", Kind::Integer)];
const CREATED: Field = may("created", Kind::Object(&SPAN));
const LIST_INTENTS: [Field; 6] = [may("customer", Kind::Text), CREATED, PAGE[0], PAGE[1], PAGE[2], EXPAND[0]];
const LIST_CUSTOMERS: [Field; 6] = [may("email", Kind::Text), CREATED, PAGE[0], PAGE[1], PAGE[2], EXPAND[0]];
const OF_PAYMENT: [Field; 7] =
    [may("charge", Kind::Text), may("payment_intent", Kind::Text), CREATED, PAGE[0], PAGE[1], PAGE[2], EXPAND[0]];

const EXPAND: [Field; 1] = [may("expand", Kind::Texts)];
const LIST_METHODS: [Field; 6] = [
    need("customer", Kind::Text),
    may("type", Kind::Choice(&["card", "link", "sepa_debit", "us_bank_account"])),
    PAGE[0],
    PAGE[1],
    PAGE[2],
    EXPAND[0],
];
const LIST_CUSTOMER_METHODS: [Field; 5] = [
    may("type", Kind::Choice(&["card", "link", "sepa_debit", "us_bank_account"])),
    PAGE[0],
    PAGE[1],
    PAGE[2],
    EXPAND[0],
];

static ROUTES: [Route; 30] = [
    Route::get("account", &[], |books, _, _| Ok(books.account.json())),
    Route::get("balance", &EXPAND, |books, _, _| Ok(lists::balance(books))),
    Route::get("customers", &LIST_CUSTOMERS, |books, _, params| lists::customers(books, params)),
    Route::get("payment_intents", &LIST_INTENTS, |books, _, params| lists::intents(books, params)),
    Route::post("payment_intents/*", &UPDATE_INTENT, intent::update),
    Route::get("refunds", &OF_PAYMENT, |books, _, params| lists::refunds(books, params)),
    Route::get("disputes", &OF_PAYMENT, |books, _, params| lists::disputes(books, params)),
    Route::post("webhook_endpoints/*", &UPDATE_ENDPOINT, endpoint::update),
    Route::post("customers", &CREATE_CUSTOMER, |books, _, params| customer::create(books, params)),
    Route::get("customers/*", &EXPAND, |books, id, _| shown(books, "customer", "cus_", id)),
    Route::get("customers/*/payment_methods", &LIST_CUSTOMER_METHODS, |books, id, params| {
        method::of_customer(books, id, None, &format!("/v1/customers/{id}/payment_methods"), params)
    }),
    Route::post("payment_intents", &CREATE_INTENT, |books, _, params| intent::create(books, params)),
    Route {
        method: "GET",
        path: "payment_intents/*",
        key: Key::Either,
        fields: &[may("client_secret", Kind::Text), EXPAND[0]],
        handler: |books, id, _| shown(books, "payment_intent", "pi_", id),
    },
    Route::post("payment_intents/*/confirm", &CONFIRM_INTENT, pay::confirm),
    Route::post("payment_intents/*/cancel", &CANCEL_INTENT, intent::cancel),
    Route::post("payment_intents/*/capture", &[may("amount_to_capture", Kind::Integer), EXPAND[0]], pay::capture),
    Route {
        method: "POST",
        path: "confirmation_tokens",
        key: Key::Publishable,
        fields: &CREATE_TOKEN,
        handler: |books, _, params| method::create_token(books, params),
    },
    Route::post("test_helpers/confirmation_tokens", &CREATE_TEST_TOKEN, |books, _, params| {
        method::create_test_token(books, params)
    }),
    Route::get("confirmation_tokens/*", &EXPAND, |books, id, _| {
        let token = books.tokens.get(id).ok_or_else(|| Problem::missing("ConfirmationToken", id, None))?;
        Ok(token.json(books.account.is_live))
    }),
    Route::get("payment_methods", &LIST_METHODS, |books, _, params| {
        let customer = params.text("customer").unwrap_or_default();
        method::of_customer(books, customer, Some("customer"), "/v1/payment_methods", params)
    }),
    Route::get("payment_methods/*", &EXPAND, |books, id, _| shown(books, "PaymentMethod", "pm_", id)),
    Route::post("payment_methods/*/attach", &[need("customer", Kind::Text), EXPAND[0]], method::attach),
    Route::post("payment_methods/*/detach", &EXPAND, |books, id, _| method::detach(books, id)),
    Route::post("refunds", &CREATE_REFUND, |books, _, params| refund::create(books, params)),
    Route::get("refunds/*", &EXPAND, |books, id, _| shown(books, "refund", "re_", id)),
    Route::get("disputes/*", &EXPAND, |books, id, _| shown(books, "dispute", "du_", id)),
    Route::post("webhook_endpoints", &CREATE_ENDPOINT, |books, _, params| endpoint::create(books, params)),
    Route::get("webhook_endpoints", &[PAGE[0], PAGE[1], PAGE[2]], |books, _, params| endpoint::all(books, params)),
    Route::get("webhook_endpoints/*", &EXPAND, |books, id, _| endpoint::show(books, id)),
    Route {
        method: "DELETE",
        path: "webhook_endpoints/*",
        key: Key::Secret,
        fields: &[],
        handler: |books, id, _| endpoint::delete(books, id),
    },
];

fn shown(books: &Books, object: &str, prefix: &str, id: &str) -> Result<Value, Problem> {
    let found = if id.starts_with(prefix) { books.object(id) } else { None };
    found.ok_or_else(|| Problem::missing(object, id, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_found_by_method_and_path() {
        let found = |method, path| find(method, path).map(|(_, id)| id.to_owned()).map_err(|problem| problem.status);
        assert_eq!(found("POST", "/v1/payment_intents/pi_1/confirm"), Ok("pi_1".to_owned()));
        assert_eq!(found("GET", "/v1/account"), Ok(String::new()));
        for (method, path) in
            [("PUT", "/v1/account"), ("GET", "/v2/account"), ("GET", "/v1/payment_intents/"), ("GET", "/v1/a")]
        {
            assert_eq!(found(method, path), Err(404), "{path}");
        }
    }
}
