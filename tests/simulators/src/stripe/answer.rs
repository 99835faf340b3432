//! Lists, and objects shown inside objects.

use serde_json::{Value, json};

use super::books::Books;
use super::params::Params;
use super::problem::Problem;

const LIMIT_DEFAULT: usize = 10;
const LIMIT_MAX: i64 = 100;
/// `a.b.c.d` at most.
const EXPAND_DEPTH_MAX: usize = 4;

/// A page of a list; the items come newest first.
///
/// # Errors
/// A limit out of bounds, or a cursor that is not in the list.
pub fn list(url: &str, items: &[Value], params: &Params) -> Result<Value, Problem> {
    let limit = match params.integer("limit") {
        None => LIMIT_DEFAULT,
        Some(limit @ 1..=LIMIT_MAX) => usize::try_from(limit).unwrap_or(LIMIT_DEFAULT),
        Some(limit) => {
            let problem = Problem::invalid(format!("Invalid limit: {limit} is not between 1 and {LIMIT_MAX}"));
            return Err(Problem { param: Some("limit".to_owned()), ..problem });
        }
    };
    let at = |name: &str| match params.text(name) {
        None => Ok(None),
        Some(id) => match items.iter().position(|item| item["id"] == id) {
            Some(at) => Ok(Some(at)),
            None => Err(Problem::missing("object", id, Some(name))),
        },
    };
    let (from, to) = match (at("starting_after")?, at("ending_before")?) {
        (Some(after), _) => (after + 1, items.len().min(after + 1 + limit)),
        (None, Some(before)) => (before.saturating_sub(limit), before),
        (None, None) => (0, items.len().min(limit)),
    };
    let has_more = if params.has("ending_before") { from > 0 } else { to < items.len() };
    Ok(json!({ "object": "list", "data": items[from..to], "has_more": has_more, "url": url }))
}

/// The fields of an object that can be shown in full.
fn expandable(object: &str) -> &'static [&'static str] {
    match object {
        "payment_intent" => &["customer", "latest_charge", "payment_method"],
        "charge" => &["balance_transaction", "customer", "payment_intent"],
        "refund" => &["balance_transaction", "charge", "failure_balance_transaction", "payment_intent"],
        "payment_method" => &["customer"],
        "dispute" => &["charge", "payment_intent"],
        "balance_transaction" => &["source"],
        _ => &[],
    }
}

/// Replaces ids by their objects, along paths such as `latest_charge.balance_transaction`.
///
/// # Errors
/// A path that is too deep, or leads over a field that is no reference.
pub fn expand(books: &Books, value: &mut Value, paths: &[String]) -> Result<(), Problem> {
    for path in paths {
        let parts: Vec<&str> = path.split('.').collect();
        if parts.len() > EXPAND_DEPTH_MAX {
            return Err(cannot(path));
        }
        expand_one(books, value, &parts, path)?;
    }
    Ok(())
}

fn expand_one(books: &Books, value: &mut Value, parts: &[&str], path: &str) -> Result<(), Problem> {
    let Some((first, rest)) = parts.split_first() else { return Ok(()) };
    let object = value["object"].as_str().unwrap_or_default().to_owned();
    if object == "list" && *first == "data" {
        let mut items = value["data"].as_array_mut().into_iter().flatten();
        return items.try_for_each(|item| expand_one(books, item, rest, path));
    }
    if !expandable(&object).contains(first) {
        return Err(cannot(path));
    }
    let inner = &mut value[*first];
    if let Some(shown) = inner.as_str().and_then(|id| books.object(id)) {
        *inner = shown;
    }
    // What is null cannot be looked into, which is no mistake of the caller.
    if inner.is_object() { expand_one(books, inner, rest, path) } else { Ok(()) }
}

fn cannot(path: &str) -> Problem {
    Problem {
        param: Some("expand".to_owned()),
        ..Problem::invalid(format!("This property cannot be expanded ({path})."))
    }
}
