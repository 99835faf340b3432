//! Plugins of published contracts, as they were when the contract was published: one of each world, which answers every function
//! with something that can be told apart. Their files lie in `kept/<version>/`; what is here made them.

use std::path::{Path, PathBuf};

use crate::guest::{Guest, gateway, module};
use crate::value::{Value, bare, case, money, plain, record, text};

/// When everything in their answers happened: 2026-01-01T00:00:00Z.
pub const AT: i64 = 1_767_225_600_000;

/// Where the files of a version lie.
#[must_use]
pub fn folder(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("kept").join(version)
}

/// A gateway of contract 1.0.0 that can do all that gateways could then.
#[must_use]
pub fn gateway_1_0_0() -> Guest {
    let all = [
        "check",
        "refund",
        "partial-refund",
        "saved-methods",
        "statements",
        "payer-sets-amount",
        "slip",
        "webhook-setup",
    ];
    let host = record(&[
        ("host", text("api.kept.example")),
        ("environment", bare("both")),
        ("purpose", plain("to take payments")),
    ]);
    let claims = || case("claims", Value::List(vec![claim()]));
    let verified = record(&[("event", text("event-1")), ("claims", Value::List(vec![claim()]))]);
    let setup =
        record(&[("settings", Value::List(vec![setting("hook", "hook-1")])), ("notes", Value::List(Vec::new()))]);
    gateway()
        .id("kept-pay")
        .answers("describe", "capabilities", Value::List(all.map(text).to_vec()))
        .answers("describe", "hosts", Value::List(vec![host]))
        .answers("describe", "configuration", Value::List(vec![group("hook")]))
        .answers("check-config", "ok.notes", Value::List(vec![plain("kept")]))
        .answers("pay-now", "ok.next", case("wait", plain("kept")))
        .whole("submit", case("ok", claims()))
        .whole("return-from-provider", case("ok", claims()))
        .whole("verify", case("ok", verified))
        .whole("check", case("ok", Value::List(vec![claim()])))
        .whole("refund", case("ok", refunded()))
        .whole("check-refund", case("ok", refunded()))
        .whole("charge-saved", case("ok", claims()))
        .whole("set-up-webhook", case("ok", setup))
        .whole("migrate-config", case("ok", Value::List(vec![setting("hook", "hook-2")])))
}

/// A module of contract 1.0.0.
#[must_use]
pub fn module_1_0_0() -> Guest {
    let invoice = record(&[
        ("description", plain("Account credit")),
        ("amount", money(2_000, "EUR")),
        ("gateway", text("kept-pay")),
    ]);
    let credit = record(&[("line", Value::Int(0)), ("amount", money(2_000, "EUR")), ("description", plain("Top-up"))]);
    module()
        .id("kept-module")
        .answers("describe", "effects", Value::List(["create-invoice", "credit-paid"].map(text).to_vec()))
        .answers("describe", "events", Value::List(vec![text("invoice-paid")]))
        .answers("describe", "configuration", Value::List(vec![group("hook")]))
        .whole("submit", case("ok", case("create-invoice", invoice)))
        .answers("on-event", "ok", Value::List(vec![case("credit-paid", credit)]))
        .whole("migrate-config", case("ok", Value::List(vec![setting("hook", "hook-2")])))
}

fn setting(key: &str, value: &str) -> Value {
    record(&[("key", text(key)), ("value", text(value))])
}

/// One field of one line.
fn group(key: &str) -> Value {
    let field = record(&[
        ("key", text(key)),
        ("label", plain("Label")),
        ("help", bare("none")),
        ("kind", case("line", Value::Int(20))),
        ("required", Value::Bool(false)),
        ("required-when", bare("none")),
        ("initial", bare("none")),
    ]);
    record(&[
        ("key", text("")),
        ("label", plain("Label")),
        ("help", bare("none")),
        ("entries-max", Value::Int(1)),
        ("fields", Value::List(vec![field])),
    ])
}

fn claim() -> Value {
    claim_of("paid-1", bare("paid"))
}

fn refunded() -> Value {
    claim_of("refund-1", case("refunded", bare("none")))
}

fn claim_of(transaction: &str, state: Value) -> Value {
    record(&[
        ("payment", case("reference", text("INV000042"))),
        ("transaction", text(transaction)),
        ("amount", money(1_050, "EUR")),
        ("state", state),
        ("fee", case("some", money(35, "EUR"))),
        ("live", Value::Bool(true)),
        ("merchant", case("some", text("M-1"))),
        ("provider-reference", case("some", text("P-1"))),
        ("at", Value::Int(AT)),
        ("saved", bare("none")),
    ])
}
