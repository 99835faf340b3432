//! Customers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::books::Books;
use super::params::Params;
use super::problem::Problem;

#[derive(Debug, Clone)]
pub struct Customer {
    pub id: String,
    pub number: u64,
    pub created_s: i64,
    pub email: Option<String>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub description: Option<String>,
    pub address: Option<BTreeMap<String, String>>,
    pub metadata: BTreeMap<String, String>,
}

impl Customer {
    #[must_use]
    pub fn json(&self, is_live: bool) -> Value {
        json!({
            "id": self.id,
            "object": "customer",
            "address": self.address,
            "balance": 0,
            "created": self.created_s,
            "currency": null,
            "default_source": null,
            "delinquent": false,
            "description": self.description,
            "discount": null,
            "email": self.email,
            "invoice_prefix": null,
            "invoice_settings": { "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null },
            "livemode": is_live,
            "metadata": self.metadata,
            "name": self.name,
            "next_invoice_sequence": 1,
            "phone": self.phone,
            "preferred_locales": [],
            "shipping": null,
            "tax_exempt": "none",
            "test_clock": null,
        })
    }
}

/// `POST /v1/customers`
///
/// # Errors
/// None today; the same face as every other endpoint.
pub fn create(books: &mut Books, params: &Params) -> Result<Value, Problem> {
    let customer = Customer {
        id: format!("cus_{}", books.rig.ids.base62(14)),
        number: books.next_number(),
        created_s: books.now_s(),
        email: params.owned("email"),
        name: params.owned("name"),
        phone: params.owned("phone"),
        description: params.owned("description"),
        address: params.has("address").then(|| params.map("address")),
        metadata: params.map("metadata"),
    };
    let id = customer.id.clone();
    books.customers.insert(id.clone(), customer);
    let shown = books.shown(&id)?;
    books.emit("customer.created", &shown);
    Ok(shown)
}
