//! Lists of what an account holds, newest first.

use serde_json::{Value, json};

use super::answer::list;
use super::books::Books;
use super::params::Params;
use super::problem::Problem;

/// An object on its way into a list.
struct Item {
    number: u64,
    created_s: i64,
    json: Value,
}

/// `GET /v1/payment_intents`, of one customer where one is named.
///
/// # Errors
/// A wrong page.
pub fn intents(books: &Books, params: &Params) -> Result<Value, Problem> {
    let intents = books.intents.values().filter(|intent| fits(params, "customer", intent.customer.as_deref()));
    let item =
        |intent: &super::Intent| Item { number: intent.number, created_s: intent.created_s, json: intent.json(books) };
    shown("/v1/payment_intents", intents.map(item).collect(), params)
}

/// `GET /v1/customers`, of one address where one is named: its case counts.
///
/// # Errors
/// A wrong page.
pub fn customers(books: &Books, params: &Params) -> Result<Value, Problem> {
    let customers = books.customers.values().filter(|customer| fits(params, "email", customer.email.as_deref()));
    let item = |customer: &super::customer::Customer| Item {
        number: customer.number,
        created_s: customer.created_s,
        json: customer.json(books.account.is_live),
    };
    shown("/v1/customers", customers.map(item).collect(), params)
}

/// `GET /v1/refunds`, of one payment or charge where one is named.
///
/// # Errors
/// A wrong page.
pub fn refunds(books: &Books, params: &Params) -> Result<Value, Problem> {
    let is_wanted = |refund: &&super::Refund| {
        fits(params, "payment_intent", Some(&refund.intent)) && fits(params, "charge", Some(&refund.charge))
    };
    let item =
        |refund: &super::Refund| Item { number: refund.number, created_s: refund.created_s, json: refund.json() };
    shown("/v1/refunds", books.refunds.values().filter(is_wanted).map(item).collect(), params)
}

/// `GET /v1/disputes`, of one payment or charge where one is named.
///
/// # Errors
/// A wrong page.
pub fn disputes(books: &Books, params: &Params) -> Result<Value, Problem> {
    let is_wanted = |dispute: &&super::Dispute| {
        fits(params, "payment_intent", Some(&dispute.intent)) && fits(params, "charge", Some(&dispute.charge))
    };
    let item = |dispute: &super::Dispute| Item {
        number: dispute.number,
        created_s: dispute.created_s,
        json: dispute.json(books),
    };
    shown("/v1/disputes", books.disputes.values().filter(is_wanted).map(item).collect(), params)
}

/// `GET /v1/balance`: everything that was booked, by currency. Nothing is ever paid out.
#[must_use]
pub fn balance(books: &Books) -> Value {
    let mut sums = std::collections::BTreeMap::<&str, i64>::new();
    for balance in books.balances.values() {
        *sums.entry(&balance.currency).or_default() += balance.amount - balance.fee;
    }
    let amounts = |of: &dyn Fn(i64) -> i64| -> Vec<Value> {
        let amount = |(currency, sum): (&&str, &i64)| json!({ "amount": of(*sum), "currency": currency, "source_types": { "card": of(*sum) } });
        sums.iter().map(amount).collect()
    };
    json!({
        "object": "balance",
        "available": amounts(&|_| 0),
        "livemode": books.account.is_live,
        "pending": amounts(&|sum| sum),
    })
}

/// Whether a filter is absent or names this value.
fn fits(params: &Params, name: &str, value: Option<&str>) -> bool {
    params.text(name).is_none_or(|wanted| Some(wanted) == value)
}

fn shown(url: &str, mut items: Vec<Item>, params: &Params) -> Result<Value, Problem> {
    let created = params.object("created").unwrap_or_default();
    items.retain(|item| {
        let bound = |name: &str, holds: fn(i64, i64) -> bool| {
            created.integer(name).is_none_or(|bound_s| holds(item.created_s, bound_s))
        };
        bound("gt", |own, other| own > other)
            && bound("gte", |own, other| own >= other)
            && bound("lt", |own, other| own < other)
            && bound("lte", |own, other| own <= other)
    });
    items.sort_by_key(|item| std::cmp::Reverse(item.number));
    let items: Vec<Value> = items.into_iter().map(|item| item.json).collect();
    list(url, &items, params)
}
