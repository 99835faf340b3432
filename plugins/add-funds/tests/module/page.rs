//! What the tab shows.

use tollgate_sdk::Text;
use tollgate_sdk::module::{Action, Effects, Events, Module};

use super::*;

fn shown(instance: &Instance, view: &View) -> serde_json::Value {
    data(&AddFunds::page(instance, view).expect("the host's numbers fit together"))
}

#[test]
fn the_form_says_what_may_be_added() {
    let data = shown(&instance(), &view("EUR", 0));
    assert_eq!(data["state"], "open");
    assert_eq!(data["limits"]["minimum"], serde_json::json!({"minor": 500, "currency": "EUR"}));
    assert_eq!(data["limits"]["most"], serde_json::json!({"minor": 50_000, "currency": "EUR"}));
    assert_eq!(data["typed"], serde_json::json!({"amount": "", "gateway": "", "voucher": ""}));
}

#[test]
fn near_the_ceiling_the_form_says_what_still_fits() {
    assert_eq!(shown(&instance(), &view("EUR", 88_000))["limits"]["most"]["minor"], 12_000);
}

#[test]
fn a_notice_stands_in_place_of_a_form_that_could_only_fail() {
    let mut blocked = view("EUR", 0);
    blocked.open_invoices = vec![open_invoice(1_000, "EUR")];
    let mut without_gateways = view("EUR", 0);
    without_gateways.gateways.clear();
    let table = [
        (view("USD", 0), "not-offered"),
        (view("EUR", 99_501), "ceiling-reached"),
        (blocked, "blocked"),
        (without_gateways, "no-gateway"),
    ];
    for (client, state) in table {
        assert_eq!(shown(&instance(), &client)["state"], state);
    }
}

#[test]
fn unpaid_top_ups_are_listed_with_their_links() {
    let mut client = view("EUR", 0);
    client.open_invoices = vec![open_invoice(1_000, "EUR")];
    let expected = serde_json::json!([
        {"number": "2026-0007", "path": "/billing/invoices/7", "due": {"minor": 1_000, "currency": "EUR"}}
    ]);
    assert_eq!(shown(&instance(), &client)["open"], expected);
}

#[test]
fn a_single_gateway_is_chosen_already() {
    let mut client = view("EUR", 0);
    client.gateways.truncate(1);
    assert_eq!(shown(&instance(), &client)["typed"]["gateway"], "bank");
}

#[test]
fn a_refused_form_comes_back_with_what_was_typed() {
    let typed = [("amount", "<b>1e9</b>"), ("gateway", "card"), ("voucher", "V"), ("intent", "add-funds")];
    let Action::Refuse(refusal) = submit(&instance(), &view("EUR", 0), &typed) else { panic!("no amount") };
    let expected = serde_json::json!({"amount": "<b>1e9</b>", "gateway": "card", "voucher": "V"});
    assert_eq!(data(&refusal.page)["typed"], expected);
}

#[test]
fn what_was_typed_comes_back_short() {
    let long = "９".repeat(100_000);
    let Action::Refuse(refusal) = submit(&instance(), &view("EUR", 0), &[("amount", &long)]) else {
        panic!("no amount")
    };
    assert!(refusal.page.data.len() < 2_000);
}

#[test]
fn the_tab_is_add_funds_under_billing() {
    let tab = AddFunds::tab(&instance());
    assert_eq!((tab.slug.as_str(), tab.label), ("add-funds", Text::msg("tab")));
}

#[test]
fn the_manifest_asks_for_no_more_than_it_uses() {
    let manifest = AddFunds::describe();
    assert_eq!(manifest.effects, Effects::CREATE_INVOICE | Effects::CREDIT_PAID | Effects::REDEEM_VOUCHER);
    assert_eq!(manifest.events, Events::INVOICE_PAID);
    assert_eq!(manifest, AddFunds::describe(), "it says the same every time");
}
