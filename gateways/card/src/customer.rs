//! The customer at Stripe whom a client's stored cards belong to. Made only when a client agrees to store one.

use tollgate_sdk::gateway::Payer;
use tollgate_sdk::signing::{self, Algorithm, Data};
use tollgate_sdk::{log, state};

use crate::api::{Api, Fault};
use crate::hex::hex;
use crate::wire::{Customer, List, is_id};

/// The longest payer's id that makes a key of the state as it is.
const PAYER_BYTES_MAX: usize = 100;
/// Digits of a digest that stand for what they were made of.
const DIGEST_CHARS: usize = 40;

/// The payer's customer, made where there is none.
///
/// # Errors
/// See [`Fault`].
pub fn of(api: Api<'_>, payer: &Payer, live: bool) -> Result<String, Fault> {
    match known(api, payer, live)? {
        Some(customer) => Ok(customer),
        None => create(api, payer, live),
    }
}

/// The payer's customer, as remembered or as Stripe lists it by the payer's address.
///
/// # Errors
/// See [`Fault`].
pub fn known(api: Api<'_>, payer: &Payer, live: bool) -> Result<Option<String>, Fault> {
    if let Some(customer) = remembered(payer, live) {
        return Ok(Some(customer));
    }
    if payer.email.is_empty() {
        return Ok(None);
    }
    let list: List<Customer> = api.get("/v1/customers", &[("email", &payer.email), ("limit", "100")])?;
    let same = |customer: &Customer| !customer.deleted && customer.metadata.get("payer") == Some(&payer.id);
    let found = list.data.into_iter().find(|customer| same(customer) && is_id("cus_", &customer.id));
    Ok(found.map(|customer| remember(payer, live, customer.id)))
}

/// Forgets a customer that Stripe does not know any more.
pub fn forget(payer: &Payer, live: bool) {
    let Some(key) = state_key(payer, live) else { return };
    if let Err(why) = state::delete(&key) {
        log::warn!("a customer could not be forgotten: {why:?}");
    }
}

/// The key holds whatever is sent, because the same key with other words would be refused.
fn create(api: Api<'_>, payer: &Payer, live: bool) -> Result<String, Fault> {
    let fields = [("name", payer.name.as_str()), ("email", &payer.email), ("metadata[payer]", &payer.id)];
    let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let words: Vec<_> = fields.iter().map(|(_, value)| *value).collect();
    let key = digest(&words.join("\n")).map(|digest| format!("customer-{digest}"));
    let made: Customer = api.post("/v1/customers", &fields, key.as_deref())?.body;
    if !is_id("cus_", &made.id) {
        return Err(Fault::Lost("Stripe's new customer has a strange id".into()));
    }
    Ok(remember(payer, live, made.id))
}

fn remembered(payer: &Payer, live: bool) -> Option<String> {
    let value = state::get(&state_key(payer, live)?).ok().flatten()?;
    String::from_utf8(value).ok().filter(|id| is_id("cus_", id))
}

/// What cannot be remembered is looked up next time.
fn remember(payer: &Payer, live: bool, customer: String) -> String {
    if let Some(key) = state_key(payer, live)
        && let Err(why) = state::put(&key, customer.as_bytes(), None)
    {
        log::warn!("a customer is not remembered, and will be looked up: {why:?}");
    }
    customer
}

/// Test customers are none in live mode, and the other way round.
fn state_key(payer: &Payer, live: bool) -> Option<String> {
    let mode = if live { "live" } else { "test" };
    if payer.id.len() <= PAYER_BYTES_MAX {
        return Some(format!("customer/{mode}/{}", payer.id));
    }
    digest(&payer.id).map(|digest| format!("customer/{mode}/digest/{digest}"))
}

/// `None` only for what is too large to be digested: then nothing stands for it.
fn digest(text: &str) -> Option<String> {
    let digest = signing::digest(Algorithm::Sha256, &[Data::bytes(text)]).ok()?;
    Some(hex(&digest).chars().take(DIGEST_CHARS).collect())
}
