//! Webhooks that Stripe's official library signed: the card gateway must say of each what the library says.

use anyhow::Context;
use serde_json::Value;
use tollgate_billing::ids::Timestamp;
use tollgate_billing::plugin::Instance;
use tollgate_billing::ports::{Gateways, Webhook, WebhookRefusal};

use crate::report::Report;
use crate::stage::{Setup, Stage};
use crate::tool::{Tools, output};

const JUDGE: &str = "Stripe's library signs webhooks";
/// Discard: nothing is asked of Stripe to believe a signature.
const NOWHERE: &str = "127.0.0.1:9";

/// Has the library sign, and the gateway verify.
///
/// # Errors
/// Where the library says nothing, or the gateway cannot be configured.
pub async fn judge(report: &mut Report, stage: &Stage, tools: &Tools) -> anyhow::Result<()> {
    let said = output(tools.node("sdk/signatures.cjs")).await?;
    let mut instance = configured(stage, "card-signed", NOWHERE).await?;
    let mut cases = 0;
    for line in said.lines() {
        let case: Value = serde_json::from_str(line)?;
        for (key, secret) in ["webhook-secret", "webhook-secret-next"].into_iter().zip(texts(&case["secrets"])) {
            stage.set_secret(&mut instance, key, secret).await?;
        }
        let what = case["what"].as_str().context("a case has a name")?;
        report.note(JUDGE, &format!("a webhook {what}"), agree(stage, &instance, &case).await);
        cases += 1;
    }
    anyhow::ensure!(cases > 10, "the library signed only {cases} webhooks");
    Ok(())
}

/// A card gateway of its own, whose provider is at this address.
///
/// # Errors
/// Where it cannot be stored.
pub async fn configured(stage: &Stage, instance: &str, host: &str) -> anyhow::Result<Instance> {
    let settings =
        vec![("publishable-key", "pk_test_simulator".to_owned()), ("merchant", "acct_1SimulatedStripe".to_owned())];
    let secrets = vec![("secret-key", "sk_test_simulator".to_owned())];
    stage.configure(Setup { plugin: "card", instance, host: host.to_owned(), settings, secrets }).await
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What was planned, what the library says, and what the gateway says must be one.
async fn agree(stage: &Stage, instance: &Instance, case: &Value) -> Result<(), String> {
    let text = |key: &str| case[key].as_str().unwrap_or_default().as_bytes().to_vec();
    let webhook = Webhook {
        body: text("body"),
        headers: vec![("stripe-signature".to_owned(), text("header"))],
        query: String::new(),
        received: Timestamp(case["received_s"].as_i64().unwrap_or_default() * 1_000),
    };
    let gateway = match stage.gateways.verify(instance, &webhook).await {
        Ok(verified) if verified.claims.len() == 1 => true,
        Err(WebhookRefusal::Forged(_)) => false,
        other => return Err(format!("the gateway said {other:?}")),
    };
    let (planned, library) = (case["accept"] == true, case["library"] == true);
    if (planned, library) == (gateway, gateway) {
        Ok(())
    } else {
        Err(format!("accepted: planned {planned}, library {library}, gateway {gateway}"))
    }
}
