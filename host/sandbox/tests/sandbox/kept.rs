//! Published contracts: their files never change, and plugins that were built for them keep running.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};
use tollgate_billing::claim::{Claim, ClaimState, MethodToken, SavedMethod};
use tollgate_billing::ids::{RefundId, Timestamp};
use tollgate_billing::plugin::{NextStep, PluginState, Setting};
use tollgate_billing::ports::{
    ConfigDepth, Gateways, InvoiceFact, LineFact, ModuleAction, ModuleEffect, ModuleEvent, Modules, Outcome, Plugins,
    RefundOrder, Webhook, WebhookSetup,
};
use tollgate_billing::text::Text;
use tollgate_guests::kept::{AT, folder, gateway_1_0_0, module_1_0_0};

use crate::fakes::Fakes;
use crate::guest::contract;
use crate::host::{Host, NOW, call, euro, instance, patient};
use crate::told::view;

/// Every file of every published contract, and the plugins that are kept of it.
const WIT_1_0_0: [(&str, &str); 5] = [
    ("gateway.wit", "70553eb766cece2efc45cf607b7f9b8bff5486f199f283e080b5e608eb9b4ca6"),
    ("host.wit", "1180f8a65a86ae9c4f14a9211db476535c07f64215ab1cd340e64f2f4c67fe26"),
    ("module.wit", "9c6b855293e77259b2ed6de667a497fecc4fe52c1c55ff179d7cf33b4fbe4168"),
    ("types.wit", "9e5b3ba5d5bf2b8f7fe123d1832b413c61c15bf94666521dab14b534a681c978"),
    ("worlds.wit", "3db69610ef7cf8553234627d6736c574ec85ccc8c4ed2563558402fbe3659555"),
];
const KEPT_1_0_0: [(&str, &str); 2] = [
    ("gateway.wasm", "3253a3d36fdbbbabd8794166b33923f305134426104fd540abb0615444b28e9d"),
    ("module.wasm", "285d7a8c94590a9ba20b8bce907629ae48afeaab52ec217ceb668b5e4c61a798"),
];

fn sha256(file: &Path) -> String {
    let bytes = std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

#[test]
fn a_published_contract_never_changes() {
    let mut found: Vec<String> =
        std::fs::read_dir(contract()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    found.sort();
    assert_eq!(
        found,
        WIT_1_0_0.map(|(name, _)| name),
        "a change of the contract is a new folder: plugins/sdk/CHANGELOG.md"
    );
    for (name, hash) in WIT_1_0_0 {
        let why =
            "contract 1.0.0 is published: put it back, and make a folder for a new version (plugins/sdk/CHANGELOG.md)";
        assert_eq!(sha256(&contract().join(name)), hash, "{name}: {why}");
    }
}

#[test]
fn what_was_kept_of_it_is_as_it_was_built() {
    for (name, hash) in KEPT_1_0_0 {
        assert_eq!(sha256(&folder("1.0.0").join(name)), hash, "{name} is kept: take it back from the history");
    }
    // Who reads src/kept.rs reads what the files answer.
    for (name, guest) in [("gateway.wasm", gateway_1_0_0()), ("module.wasm", module_1_0_0())] {
        assert!(guest.build().len() > 1_000, "{name}");
    }
}

async fn kept(name: &str) -> Host {
    let file = std::fs::read(folder("1.0.0").join(name)).unwrap();
    let host = Host::among(Fakes::default(), patient(), &[("kept.wasm", file)]).await;
    assert!(matches!(host.state(0), PluginState::Loaded(_)), "{:?}", host.state(0));
    host
}

fn is_paid(claims: &[Claim]) {
    let [claim] = claims else { panic!("{claims:?}") };
    assert_eq!((claim.transaction.as_str(), claim.amount, claim.fee), ("paid-1", euro(1_050), Some(euro(35))));
    assert_eq!((&claim.state, claim.at), (&ClaimState::Paid, Timestamp(AT)));
}

fn settled(outcome: Outcome) {
    match outcome {
        Outcome::Claims(claims) => is_paid(&claims),
        Outcome::Step(step) => panic!("{step:?}"),
    }
}

#[tokio::test]
async fn a_gateway_of_contract_1_0_0_keeps_running() {
    let host = kept("gateway.wasm").await;
    let (sandbox, instance, call) = (&host.sandbox, instance("kept-pay"), call("kept-pay"));
    let method = SavedMethod { token: MethodToken::new("t"), label: "Visa".to_owned(), expires: None };
    let order = RefundOrder {
        id: RefundId::new("01REFUND"),
        amount: euro(500),
        transaction: "paid-1".to_owned(),
        reason: String::new(),
        provider_reference: None,
    };
    let webhook = Webhook { body: b"{}".to_vec(), headers: Vec::new(), query: String::new(), received: NOW };
    let manifest = sandbox.gateway(&instance.plugin).unwrap();
    assert!(
        manifest.capabilities.saved_methods
            && manifest.capabilities.statements
            && manifest.capabilities.payer_sets_amount
    );
    assert_eq!(manifest.hosts[0].host, "api.kept.example");

    let report = sandbox.check_config(&instance, ConfigDepth::Values).await.unwrap();
    assert_eq!(report.notes, [Text::plain("kept")]);
    let settings = sandbox.migrate_config(&instance, "0.9.0").await;
    assert_eq!(settings, Ok(vec![Setting { key: "hook".to_owned(), value: "hook-2".to_owned() }]));
    assert_eq!(sandbox.pay_now(&call).await.unwrap().next, NextStep::Wait(Text::plain("kept")));
    settled(Gateways::submit(sandbox, &call, &[]).await.unwrap());
    settled(sandbox.return_from_provider(&call, "").await.unwrap());
    is_paid(&sandbox.check(&call).await.unwrap());
    let verified = sandbox.verify(&instance, &webhook).await.unwrap();
    assert_eq!(verified.event, "event-1");
    is_paid(&verified.claims);
    for refund in [sandbox.refund(&call, &order).await, sandbox.check_refund(&call, &order).await] {
        assert_eq!(refund.unwrap().transaction, "refund-1");
    }
    settled(sandbox.charge_saved(&call, &method).await.unwrap());
    assert_eq!(sandbox.forget_saved(&instance, &method).await, Ok(()));
    let settings = vec![Setting { key: "hook".to_owned(), value: "hook-1".to_owned() }];
    assert_eq!(sandbox.set_up_webhook(&instance).await, Ok(WebhookSetup { settings, notes: Vec::new() }));
}

#[tokio::test]
async fn a_module_of_contract_1_0_0_keeps_running() {
    let host = kept("module.wasm").await;
    let (sandbox, instance) = (&host.sandbox, instance("kept-module"));
    let manifest = sandbox.module(&instance.plugin).unwrap();
    assert!(manifest.effects.create_invoice && manifest.effects.credit_paid && !manifest.effects.credit_bonus);
    assert!(sandbox.check_config(&instance, ConfigDepth::Values).await.is_ok());
    let settings = sandbox.migrate_config(&instance, "0.9.0").await;
    assert_eq!(settings, Ok(vec![Setting { key: "hook".to_owned(), value: "hook-2".to_owned() }]));
    assert_eq!(sandbox.tab(&instance).await.unwrap().slug, "kept-module");
    assert_eq!(Modules::page(sandbox, &instance, &view()).await.unwrap().template, "page");
    let action = Modules::submit(sandbox, &instance, &view(), &[]).await.unwrap();
    assert!(matches!(&action, ModuleAction::CreateInvoice(new) if new.amount == euro(2_000)), "{action:?}");
    let lines = vec![LineFact { line: 0, amount: euro(2_000) }];
    let event = ModuleEvent::InvoicePaid(InvoiceFact { invoice_number: "INV-1".to_owned(), lines, balance: euro(0) });
    let effects = sandbox.on_event(&instance, &event).await;
    assert_eq!(effects, Ok(vec![ModuleEffect::CreditPaid { line: 0, amount: euro(2_000) }]));
}
