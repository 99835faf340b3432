//! Grants narrow a manifest to what staff allowed, whatever they allowed.

use proptest::prelude::*;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{
    Assets, Capabilities, CurrencySupport, Effects, Environment, GatewayManifest, Granted, HostRequest, Identity,
    Manifest, ModuleManifest, OriginRequest, Script,
};
use tollgate_billing::text::Text;

fn identity() -> Identity {
    Identity {
        id: PluginId::new("acme"),
        name: "Acme".to_owned(),
        version: "1.0.0".to_owned(),
        publisher: "Acme Ltd".to_owned(),
        licence: "MIT".to_owned(),
        summary: Text::plain("Pays"),
    }
}

fn host(host: &str, environment: Environment) -> HostRequest {
    HostRequest { host: host.to_owned(), environment, purpose: Text::plain("to pay") }
}

fn origin(origin: &str) -> OriginRequest {
    OriginRequest {
        origin: origin.to_owned(),
        environment: Environment::Both,
        script: true,
        frame: true,
        form: false,
        connect: false,
        image: false,
        purpose: Text::plain("its fields"),
    }
}

/// Asks for everything that there is.
fn greedy_gateway() -> Manifest {
    Manifest::Gateway(GatewayManifest {
        identity: identity(),
        help: Text::plain("Pay"),
        configuration: Vec::new(),
        hosts: vec![
            host("api.example.com", Environment::Live),
            host("test.example.com", Environment::Test),
            host("api.example.com", Environment::Test),
        ],
        browser_origins: vec![origin("https://js.example.com"), origin("https://pay.example.com")],
        currencies: CurrencySupport::Any,
        capabilities: Capabilities {
            check: true,
            refund: true,
            partial_refund: true,
            saved_methods: true,
            statements: true,
            payer_sets_amount: true,
            slip: true,
            webhook_setup: true,
        },
        scripts: vec![Script { name: "own".to_owned(), source: String::new() }],
        assets: Assets::default(),
    })
}

fn greedy_module() -> Manifest {
    Manifest::Module(ModuleManifest {
        identity: identity(),
        configuration: Vec::new(),
        effects: Effects { create_invoice: true, credit_paid: true, credit_bonus: true, redeem_voucher: true },
        hears_invoice_paid: true,
        hears_invoice_cancelled: true,
        assets: Assets::default(),
    })
}

#[test]
fn each_thing_is_asked_once_and_for_every_environment_that_it_is_for() {
    let asks = greedy_gateway().asks();
    let words: Vec<&str> = asks.iter().map(|ask| ask.word.as_str()).collect();
    let expected = [
        "host:api.example.com",
        "host:test.example.com",
        "origin:https://js.example.com",
        "origin:https://pay.example.com",
        "scripts",
        "refund",
        "saved-methods",
        "statements",
        "payer-sets-amount",
        "webhook-setup",
    ];
    assert_eq!(words, expected);
    assert_eq!((asks[0].environment, asks[1].environment), (Environment::Both, Environment::Test));
    let module = greedy_module().asked().into_iter().collect::<Vec<_>>();
    assert_eq!(module, ["create-invoice", "credit-bonus", "credit-paid", "redeem-voucher"]);
}

#[test]
fn what_needs_no_trust_stays_without_any_grant() {
    let Manifest::Gateway(bare) = greedy_gateway().narrowed(&Granted::new()) else { panic!("a gateway stays one") };
    let harmless = Capabilities { check: true, slip: true, ..Capabilities::default() };
    assert_eq!(bare.capabilities, harmless);
    assert!(bare.hosts.is_empty() && bare.browser_origins.is_empty() && bare.scripts.is_empty());
}

proptest! {
    #[test]
    fn a_manifest_asks_for_no_more_than_was_granted(chosen in proptest::collection::vec(any::<bool>(), 14), strange in "[a-z:.]{0,20}") {
        for manifest in [greedy_gateway(), greedy_module()] {
            let asked = manifest.asked();
            let mut granted: Granted =
                asked.iter().zip(&chosen).filter(|(_, chosen)| **chosen).map(|(word, _)| word.clone()).collect();
            let kept = granted.clone();
            if !asked.contains(&strange) {
                granted.insert(strange.clone());
            }
            let narrow = manifest.narrowed(&granted);
            prop_assert_eq!(narrow.asked(), kept);
            prop_assert_eq!(narrow.narrowed(&granted), narrow.clone());
            prop_assert_eq!(narrow.narrowed(&asked), narrow.clone());
            prop_assert_eq!(manifest.narrowed(&asked), manifest);
        }
    }
}
