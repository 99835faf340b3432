//! Secrets are planted, every error path of every gateway is driven against providers that repeat them in what they
//! answer, and then they are looked for: in the memory of guests, in answers, logs, pages, exports, and on the disk.

mod calls;
mod driver;
mod faults;
mod logs;
mod planted;
mod stage;
mod watched;
mod whole;

use std::collections::BTreeSet;

use stage::{
    CARD_SECRET, NEXT_WEBHOOK_SECRET, PAYPAL_SECRET, PUBLISHABLE_KEY, Provider, Stage, WEBHOOK_SECRET, instance,
};
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{MemoryEntry, PluginMemory};

use calls::{Gateway, PATHS, Path};
use driver::Driver;
use faults::Echo;
use planted::Planted;

/// Calls that a gateway which is well answers without an error.
const WELL: [Path; 5] = [Path::CheckValues, Path::CheckConnection, Path::PayNow, Path::Check, Path::VerifyTrue];

fn planted() -> Planted {
    let mut planted = Planted::default();
    planted.add_pair("PayPal's secret", ("simulated-client-id", PAYPAL_SECRET));
    planted.add("Stripe's key", CARD_SECRET);
    planted.add("the webhook's secret", WEBHOOK_SECRET);
    planted.add("the webhook's next secret", NEXT_WEBHOOK_SECRET);
    planted.add("a secret that is wrong", stage::WRONG_SECRET);
    planted
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_of_paypal_shows_a_secret() -> anyhow::Result<()> {
    let (stage, provider) = (Stage::open("paypal").await?, Provider::paypal().await?);
    stage.set_secret("paypal", "client-secret", PAYPAL_SECRET).await?;
    let instance = instance("paypal", &provider.host, provider.settings())?;
    let gateway = Gateway::paypal(&stage, instance, &provider).await?;
    let revoke = || provider.simulator.revoke_tokens();
    let mut driver = Driver::new(&gateway, &provider.rig, planted(), |planted| provider.learn(planted));
    driver.go_well(&[&WELL[..], &[Path::Submit, Path::Return, Path::Refund, Path::SetUpWebhook]].concat()).await?;
    driver.go_wrong(&faults::all(Echo { says: &[PAYPAL_SECRET] }), &revoke).await?;
    driver.hang().await?;
    stage.set_secret("paypal", "client-secret", stage::WRONG_SECRET).await?;
    driver.go_wrong(&[faults::none("a wrong secret")], &revoke).await?;
    driver.end()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_of_the_card_gateway_shows_a_secret() -> anyhow::Result<()> {
    let (stage, provider) = (Stage::open("card").await?, Provider::stripe().await?);
    for (key, value) in
        [("secret-key", CARD_SECRET), ("webhook-secret", WEBHOOK_SECRET), ("webhook-secret-next", NEXT_WEBHOOK_SECRET)]
    {
        stage.set_secret("card", key, value).await?;
    }
    let instance = instance("card", &provider.host, provider.settings())?;
    let gateway = Gateway::card(&stage, instance, &provider).await?;
    let mut driver = Driver::new(&gateway, &provider.rig, planted(), |planted| provider.learn(planted));
    let stored = [Path::Submit, Path::Return, Path::Refund, Path::ChargeSaved, Path::ForgetSaved, Path::SetUpWebhook];
    driver.go_well(&[&WELL[..], &stored].concat()).await?;
    let echo = Echo { says: &[WEBHOOK_SECRET, NEXT_WEBHOOK_SECRET] };
    driver.go_wrong(&faults::all(echo), &|| ()).await?;
    driver.hang().await?;
    stage.set_secret("card", "secret-key", stage::WRONG_SECRET).await?;
    driver.go_wrong(&[faults::none("a wrong key")], &|| ()).await?;
    driver.end()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_of_a_gateway_without_secrets_shows_those_of_others() -> anyhow::Result<()> {
    let (stage, other) = (Stage::open("bank-transfer").await?, Provider::stripe().await?);
    stage.set_secret("card", "secret-key", CARD_SECRET).await?;
    let settings = [("currency", "EUR"), ("holder", "Example Hosting"), ("iban", "DE89370400440532013000")];
    let settings = settings.map(|(key, value)| (format!("accounts.0.{key}"), value.to_owned()));
    let mut instance = instance("bank-transfer", &other.host, stage::Settings::new())?;
    instance.settings.extend(settings.map(|(key, value)| tollgate_billing::plugin::Setting { key, value }));
    let gateway = Gateway::silent(&stage, instance)?;
    let mut driver = Driver::new(&gateway, &other.rig, planted(), |_| ());
    driver.go_well(&[Path::CheckValues, Path::PayNow]).await?;
    driver.end()
}

/// The search must find what is there: a value that may be seen is looked for as if it were a secret.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_secret_is_found_in_every_place_that_is_searched() -> anyhow::Result<()> {
    let (stage, provider) = (Stage::open("card").await?, Provider::stripe().await?);
    stage.set_secret("card", "secret-key", CARD_SECRET).await?;
    stage.set_secret("card", "webhook-secret", WEBHOOK_SECRET).await?;
    stage.set_secret("card", "webhook-secret-next", NEXT_WEBHOOK_SECRET).await?;
    let instance = instance("card", &provider.host, provider.settings())?;
    let gateway = Gateway::card(&stage, instance, &provider).await?;
    let mut seen = Planted::default();
    seen.add("what may be seen", PUBLISHABLE_KEY);
    let mut driver = Driver::new(&gateway, &provider.rig, seen, |_| ());
    driver.go_well(&[Path::PayNow]).await?;
    tracing::trace!(planted = PUBLISHABLE_KEY, "it is in the log");
    let value = PUBLISHABLE_KEY.as_bytes().to_vec();
    let (instance, key) = (InstanceId::new("card"), "planted".to_owned());
    let entry =
        MemoryEntry { instance, key, value, expires: None, keys_max: 100, bytes_max: 1 << 20, only_if_absent: false };
    stage.store.memory_put(entry, tollgate_billing::ports::Clock::now(&stage::Machine)).await?;
    let found = driver.findings()?;
    for place in [
        "PayNow, all being well, in a guest's memory",
        "PayNow, all being well, in its answer",
        "in the log",
        "on the disk",
    ] {
        assert!(found.iter().any(|finding| finding.contains(place)), "nothing was found {place}: {found:#?}");
    }
    assert!(found.iter().all(|finding| finding.starts_with("what may be seen as it is")), "{found:#?}");
    Ok(())
}

#[test]
fn a_secret_is_found_wherever_it_lies_and_only_whole() {
    let planted = planted();
    for before in 0..40 {
        for after in ["", "\0", " and more"] {
            let text = [&vec![0xff; before], CARD_SECRET.as_bytes(), after.as_bytes()].concat();
            let found = planted.search(&text);
            assert_eq!(found, BTreeSet::from(["Stripe's key as it is"]), "{before} bytes before, {after:?} after");
            let cut = before + CARD_SECRET.len() - 1;
            assert_eq!(planted.search(&text[..cut]), BTreeSet::new(), "{before} bytes before, cut off");
        }
    }
}

#[test]
fn a_secret_is_found_in_every_clothing_and_nothing_else_is() {
    let planted = planted();
    let mut clothings = BTreeSet::new();
    let words = format!(
        "Basic {}",
        base64::Engine::encode(
            &base64::engine::general_purpose::STANDARD,
            format!("simulated-client-id:{PAYPAL_SECRET}")
        )
    );
    let json = serde_json::json!({ "message": WEBHOOK_SECRET }).to_string();
    let address: String = url::form_urlencoded::byte_serialize(WEBHOOK_SECRET.as_bytes()).collect();
    let html = "whsec_Planted/first+secret&amp;with=%41&quot;odd&#x27;&lt;signs&gt;\\é";
    for text in [words.as_str(), &json, &address, html, WEBHOOK_SECRET] {
        let found = planted.search(text.as_bytes());
        assert!(!found.is_empty(), "nothing was found in {text}");
        clothings.extend(found);
    }
    assert!(clothings.len() >= 6, "{clothings:?}");
    let harmless = "a portal without any secret, whsec_Planted/first+secre sk_test_51 whsec_ %41".repeat(100);
    assert_eq!(planted.search(harmless.as_bytes()), BTreeSet::new());
    assert_eq!(PATHS.len(), BTreeSet::from(PATHS.map(|path| format!("{path:?}"))).len());
}
