//! What plugins are told, and what of their answers reaches billing.

use tollgate_billing::claim::{ClaimState, PaymentKey};
use tollgate_billing::ids::{PluginId, Timestamp};
use tollgate_billing::plugin::{Manifest, NextStep, PluginError};
use tollgate_billing::ports::{
    GatewayChoice, Gateways, InvoiceFact, LineFact, ModuleAction, ModuleEffect, ModuleEvent, Modules, OpenInvoice,
    Plugins, View,
};
use tollgate_billing::text::{Argument, Text};

use crate::guest::{Guest, gateway, module};
use crate::host::{FakeMemory, Host, NOW, REVISION_AT, call, call_of_revision, euro, instance, patient};
use crate::value::{Value, bare, case, money, plain, record, text};

/// A gateway that answers with the text which lies where the invoice's revision says in what it is passed.
fn echo() -> Guest {
    let body = format!(
        "(i32.store8 (i32.const 2048) (i32.const 0))
        (i32.store8 (i32.const 2052) (i32.const 3))
        (i32.store8 (i32.const 2056) (i32.const 1))
        (i64.store (i32.const 2060)
            (i64.load (i32.add (local.get 0) (i32.load offset={REVISION_AT} (local.get 0)))))
        (i32.const 2048)"
    );
    gateway().body("pay-now", &body)
}

#[tokio::test]
async fn a_gateway_is_told_the_payment_and_its_permanent_links() {
    // Offsets in the parameters: instance (id, settings, test-mode) is 20 bytes, the payment starts at 24.
    let told = [
        (0, "acme-1"),
        (24, "01ABCDEFGHJKMNPQRSTVWXYZ01"),
        (32, "INV000042"),
        (40, "INV-000042"),
        (64, "EUR"),
        (80, "EUR"),
        (88, "Hosting"),
        (100, "7"),
        (108, "Kim"),
        (116, "kim@example.com"),
        (128, "NL"),
        (136, "en"),
        (176, "https://portal.example/billing/payments/01ABCDEFGHJKMNPQRSTVWXYZ01/return"),
        (184, "https://portal.example/billing/payments/01ABCDEFGHJKMNPQRSTVWXYZ01/cancel"),
        (192, "https://portal.example/hooks/acme-1"),
        (200, "https://portal.example/billing/invoices/42"),
    ];
    let host = Host::of(patient(), &echo()).await;
    for (offset, expected) in told {
        let step = host.sandbox.pay_now(&call_of_revision("acme", offset)).await;
        let step = step.unwrap_or_else(|error| panic!("{offset}: {error}"));
        assert_eq!(step.next, NextStep::Wait(Text::plain(expected)), "at {offset}");
    }
}

pub fn claim() -> Value {
    record(&[
        ("payment", case("reference", text("INV000042"))),
        ("transaction", text("tx-1")),
        ("amount", money(1_050, "EUR")),
        ("state", bare("paid")),
        ("fee", case("some", money(35, "EUR"))),
        ("live", Value::Bool(true)),
        ("merchant", case("some", text("M-1"))),
        ("provider-reference", case("some", text("P-1"))),
        ("at", Value::Int(NOW.0)),
        ("saved", bare("none")),
    ])
}

#[tokio::test]
async fn a_claim_reaches_billing_as_it_was_made() {
    let guest = gateway().answers("check", "ok", Value::List(vec![claim()]));
    let host = Host::of(patient(), &guest).await;
    let claims = host.sandbox.check(&call("acme")).await.unwrap();
    let [claim] = claims.as_slice() else { panic!("{claims:?}") };
    assert_eq!(claim.payment, PaymentKey::Reference("INV000042".to_owned()));
    assert_eq!((claim.transaction.as_str(), claim.amount, claim.fee), ("tx-1", euro(1_050), Some(euro(35))));
    assert_eq!((claim.state.clone(), claim.live, claim.at), (ClaimState::Paid, true, NOW));
    assert_eq!((claim.merchant.as_deref(), claim.provider_reference.as_deref()), (Some("M-1"), Some("P-1")));
}

#[tokio::test]
async fn the_values_of_a_message_reach_billing_as_they_were_given() {
    let given = [
        case("text", text("Kim")),
        case("number", Value::Int(-2)),
        case("money", money(1_050, "EUR")),
        case("time", Value::Int(NOW.0)),
    ];
    let args = given.into_iter().map(|value| record(&[("0", text("value")), ("1", value)]));
    let message = record(&[("id", text("soon")), ("args", Value::List(args.collect()))]);
    let guest = gateway().answers("pay-now", "ok.next", case("wait", case("translated", message)));
    let step = Host::of(patient(), &guest).await.pay_now().await.unwrap();
    let NextStep::Wait(Text::Translated(message)) = step.next else { panic!("{step:?}") };
    let values: Vec<Argument> = message.args.into_iter().map(|(_, value)| value).collect();
    let expected =
        [Argument::Text("Kim".to_owned()), Argument::Number(-2), Argument::Money(euro(1_050)), Argument::Time(NOW)];
    assert_eq!(values, expected);
}

#[tokio::test]
async fn a_gateway_that_cannot_be_asked_is_not_asked() {
    let guest = gateway().answers("describe", "capabilities", Value::List(Vec::new())).body("check", "unreachable");
    let host = Host::of(patient(), &guest).await;
    assert!(matches!(host.sandbox.check(&call("acme")).await, Err(PluginError::Rejected(_))));
}

#[tokio::test]
async fn the_errors_of_the_contract_say_what_the_host_must_do() {
    let refusal = Value::Record(vec![("client".to_owned(), plain("Try again")), ("staff".to_owned(), text("code 51"))]);
    let table = [
        (
            case("declined", refusal),
            PluginError::Declined { client: Text::plain("Try again"), staff: "code 51".to_owned() },
        ),
        (case("rejected", text("a")), PluginError::Rejected("a".to_owned())),
        (case("unavailable", text("b")), PluginError::Unavailable("b".to_owned())),
        (case("unknown", text("c")), PluginError::Unknown("c".to_owned())),
    ];
    let answers = table.iter().map(|(answer, _)| case("err", answer.clone())).collect();
    let host = Host::of(patient(), &gateway().chosen("pay-now", REVISION_AT, answers)).await;
    for (index, (_, expected)) in table.into_iter().enumerate() {
        assert_eq!(host.sandbox.pay_now(&call_of_revision("acme", index)).await, Err(expected));
    }
}

#[tokio::test]
async fn a_plugin_that_is_not_loaded_or_of_the_other_kind_is_missing() {
    let files = [("acme.wasm", gateway().build()), ("other.wasm", module().id("other").build())];
    let host = Host::with(patient(), FakeMemory::default(), &files).await;
    for plugin in ["nobody", "other"] {
        let answer = host.sandbox.pay_now(&call(plugin)).await;
        assert_eq!(answer, Err(PluginError::Missing(PluginId::new(plugin))));
        assert!(host.sandbox.gateway(&PluginId::new(plugin)).is_none());
    }
    let missing = host.sandbox.tab(&instance("acme")).await;
    assert_eq!(missing, Err(PluginError::Missing(PluginId::new("acme"))));
    assert!(host.sandbox.module(&PluginId::new("other")).is_some());
    assert!(matches!(host.sandbox.manifest(&PluginId::new("acme")).as_deref(), Some(Manifest::Gateway(_))));
}

pub fn view() -> View {
    View {
        currency: euro(0).currency(),
        balance: euro(500),
        gateways: vec![GatewayChoice {
            instance: instance("acme").id,
            plugin: PluginId::new("acme"),
            label: "Acme".to_owned(),
            help: Text::plain("slow"),
            has_logo: false,
        }],
        open_invoices: vec![OpenInvoice {
            id: tollgate_billing::ids::InvoiceId(1),
            number: "INV-1".to_owned(),
            path: "/billing/invoices/1".to_owned(),
            due: euro(100),
            created: Timestamp(1),
        }],
        terms_url: "https://portal.example/terms".to_owned(),
        now: NOW,
    }
}

#[tokio::test]
async fn a_module_shows_its_tab_and_its_page() {
    let host = Host::of(patient(), &module()).await;
    assert_eq!(host.sandbox.tab(&instance("acme")).await.unwrap().slug, "acme");
    let page = host.sandbox.page(&instance("acme"), &view()).await.unwrap();
    assert_eq!((page.template.as_str(), page.data.as_str()), ("page", "{}"));
}

#[tokio::test]
async fn a_module_asks_for_an_invoice() {
    let new = Value::Record(vec![
        ("description".to_owned(), plain("Account credit")),
        ("amount".to_owned(), money(2_000, "EUR")),
        ("gateway".to_owned(), text("acme-1")),
    ]);
    let host = Host::of(patient(), &module().whole("submit", case("ok", case("create-invoice", new)))).await;
    let form = [("amount".to_owned(), "20".to_owned())];
    let action = host.sandbox.module_submit(&form).await;
    let ModuleAction::CreateInvoice(new) = action else { panic!("{action:?}") };
    assert_eq!((new.amount, new.gateway.as_str()), (euro(2_000), "acme-1"));
}

#[tokio::test]
async fn a_module_answers_an_event_with_effects() {
    let credit = Value::Record(vec![
        ("line".to_owned(), Value::Int(2)),
        ("amount".to_owned(), money(2_000, "EUR")),
        ("description".to_owned(), plain("Top-up")),
    ]);
    let effects = Value::List(vec![case("credit-paid", credit.clone()), case("credit-bonus", credit)]);
    let host = Host::of(patient(), &module().answers("on-event", "ok", effects)).await;
    let lines = vec![LineFact { line: 2, amount: euro(2_000) }];
    let fact = InvoiceFact { invoice_number: "INV-1".to_owned(), lines, balance: euro(0) };
    let expected = vec![
        ModuleEffect::CreditPaid { line: 2, amount: euro(2_000) },
        ModuleEffect::CreditBonus { line: 2, amount: euro(2_000) },
    ];
    for event in [ModuleEvent::InvoicePaid(fact.clone()), ModuleEvent::InvoiceCancelled(fact)] {
        assert_eq!(host.sandbox.on_event(&instance("acme"), &event).await, Ok(expected.clone()));
    }
}

/// The port's `submit` of modules, which shares its name with the gateways'.
trait ModuleSubmit {
    async fn module_submit(&self, form: &[(String, String)]) -> ModuleAction;
}

impl ModuleSubmit for tollgate_sandbox::Sandbox {
    async fn module_submit(&self, form: &[(String, String)]) -> ModuleAction {
        Modules::submit(self, &instance("acme"), &view(), form).await.expect("it answers")
    }
}
