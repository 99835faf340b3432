//! The module as the host calls it, natively.

mod amounts;
mod config;
mod events;
mod page;
mod words;

use tollgate_sdk::module::{Action, GatewayChoice, Module, OpenInvoice, View};
use tollgate_sdk::{FieldError, Form, Instance, Money};

use tollgate_add_funds::AddFunds;

/// EUR 5.00 to 500.00, balance up to 1,000.00; JPY 500 to 50,000 without a ceiling; KWD 1.500 to 100.
const SETTINGS: [(&str, &str); 12] = [
    ("open-max", "1"),
    ("limits.0.currency", "EUR"),
    ("limits.0.minimum", "5"),
    ("limits.0.maximum", "500"),
    ("limits.0.ceiling", "1000"),
    ("limits.1.currency", "JPY"),
    ("limits.1.minimum", "500"),
    ("limits.1.maximum", "50000"),
    ("limits.1.ceiling", ""),
    ("limits.2.currency", "KWD"),
    ("limits.2.minimum", "1.500"),
    ("limits.2.maximum", "100"),
];

fn instance() -> Instance {
    Instance::with_settings(SETTINGS)
}

/// The same settings with one of them changed or added.
fn instance_but<'a>(key: &'a str, value: &'a str) -> Instance {
    Instance::with_settings(SETTINGS.into_iter().filter(|(known, _)| *known != key).chain([(key, value)]))
}

fn view(currency: &str, balance_minor: i64) -> View {
    let gateway =
        |instance: &str| GatewayChoice { instance: instance.into(), label: "Bank".into(), help: "Slow".into() };
    View {
        currency: currency.into(),
        balance: money(balance_minor, currency),
        gateways: vec![gateway("bank"), gateway("card")],
        open_invoices: Vec::new(),
        terms_url: "/terms".into(),
        now: 1_767_225_600_000,
    }
}

fn open_invoice(due_minor: i64, currency: &str) -> OpenInvoice {
    OpenInvoice {
        number: "2026-0007".into(),
        path: "/billing/invoices/7".into(),
        due: money(due_minor, currency),
        created: 1_767_225_600_000,
    }
}

fn money(minor: i64, currency: &str) -> Money {
    Money { minor, currency: currency.into() }
}

fn form(fields: &[(&str, &str)]) -> Form {
    fields.iter().copied().collect()
}

fn submit(instance: &Instance, view: &View, fields: &[(&str, &str)]) -> Action {
    AddFunds::submit(instance, view, &form(fields)).expect("the host's numbers fit together")
}

/// The field and the message's id of each error; empty where it was let through.
fn refusals(action: &Action) -> Vec<(String, String)> {
    let words = |error: &FieldError| (error.field.clone(), error.message.id().unwrap_or_default().to_owned());
    match action {
        Action::Refuse(refusal) => refusal.errors.iter().map(words).collect(),
        Action::CreateInvoice(_) | Action::RedeemVoucher(_) => Vec::new(),
    }
}

/// The page's data.
fn data(page: &tollgate_sdk::Page) -> serde_json::Value {
    serde_json::from_str(&page.data).expect("the data is JSON")
}
