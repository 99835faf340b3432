//! Every path of the card gateway, so that the simulated Stripe receives every request that the gateway can make.

mod afterwards;
mod paying;
mod saving;

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use axum::body::Body;
use http::Request;
use serde_json::Value;
use tollgate_billing::ids::Timestamp;
use tollgate_billing::plugin::Instance;
use tollgate_billing::ports::{ConfigDepth, Gateways, Plugins, Verified, Webhook, WebhookRefusal};
use tollgate_simulators::delivery::Envelope;
use tollgate_simulators::stripe::{Books, Problem, Stripe};
use tower::ServiceExt;

use crate::report::Report;
use crate::stage::{Setup, Stage};

const JUDGE: &str = "card gateway, every path";
const SECRET_KEY: &str = "sk_test_simulator";
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// The version that the gateway speaks; the buyer's side of these tests speaks it too.
const VERSION: &str = "2025-09-30.clover";

/// The gateway as configured, and the simulated Stripe.
pub struct Card<'a> {
    pub stage: &'a Stage,
    pub instance: Instance,
    pub stripe: &'a Stripe,
}

impl<'a> Card<'a> {
    /// Configures the gateway for the simulator that listens there.
    ///
    /// # Errors
    /// Where it cannot be configured.
    pub async fn configured(stage: &'a Stage, stripe: &'a Stripe, address: SocketAddr) -> anyhow::Result<Self> {
        let settings = vec![
            ("publishable-key", "pk_test_simulator".to_owned()),
            ("merchant", "acct_1SimulatedStripe".to_owned()),
            ("save-cards", "true".to_owned()),
            ("ask-fee", "true".to_owned()),
        ];
        let secrets = vec![("secret-key", SECRET_KEY.to_owned())];
        let setup = Setup { plugin: "card", instance: "card", host: address.to_string(), settings, secrets };
        Ok(Self { stage, instance: stage.configure(setup).await?, stripe })
    }

    /// Plays every path and says of each whether it ended as it should.
    ///
    /// # Errors
    /// Where the webhook cannot be set up, without which nothing else is worth a try.
    pub async fn drive(&mut self, report: &mut Report) -> anyhow::Result<()> {
        self.set_up().await.context("the card gateway's webhook")?;
        let own = &*self;
        let mut note = |what: &str, result: anyhow::Result<()>| {
            report.note(JUDGE, what, result.map_err(|error| format!("{error:#}")));
        };
        note("tests its connection", own.connection().await);
        note("pays", paying::pays(own).await);
        note("pays in other currencies and with other words", paying::varies(own).await);
        note("pays after 3-D Secure", paying::authenticates(own).await);
        note("fails 3-D Secure, then pays", paying::fails_authentication(own).await);
        note("is declined, then pays with another card", paying::declined(own).await);
        note("waits while Stripe processes", paying::processes(own).await);
        note("stores the intent before it charges", paying::stores_first(own).await);
        note("finds out what became of a lost answer", paying::loses_answers(own).await);
        note("calls off what nobody pays", paying::abandons(own).await);
        note("keeps a card, charges it and forgets it", saving::keeps(own).await);
        note("asks the client back for a card that wants approval", saving::approves(own).await);
        note("is declined while the client is away", saving::declined(own).await);
        note("finds a charge whose answer was lost", saving::finds_lost(own).await);
        note("refunds in part and in full", afterwards::refunds(own).await);
        note("hears of a refund that waits, and of one that fails", afterwards::refunds_slowly(own).await);
        note("hears of disputes", afterwards::disputes(own).await);
        note("believes every webhook that Stripe sent", own.webhooks().await);
        Ok(())
    }

    async fn connection(&self) -> anyhow::Result<()> {
        let report = self.stage.gateways.check_config(&self.instance, ConfigDepth::Connection).await;
        report.map(drop).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
    }

    /// Three times: made, found, and mended where somebody took events away.
    async fn set_up(&mut self) -> anyhow::Result<()> {
        let id = self.registered().await?;
        self.instance.settings.push(crate::stage::setting(("webhook-secret", "set".to_owned())));
        ensure!(self.registered().await? == id, "a webhook that is there is not made again");
        self.post(&format!("/v1/webhook_endpoints/{id}"), &[("enabled_events[]", "charge.refunded")]).await?;
        ensure!(self.registered().await? == id, "a webhook that lacks events gets them");
        let url = format!("{}/hooks/card", crate::stage::PORTAL);
        let old = [("url", url.as_str()), ("enabled_events[]", "*"), ("description", "An old one")];
        let old = self.post("/v1/webhook_endpoints", &old).await?;
        ensure!(self.registered().await? == id, "the one that is configured stays");
        let gone = self.get(&format!("/v1/webhook_endpoints/{}", text(&old["id"]))).await;
        ensure!(gone.is_err(), "the other one of the same address goes");
        Ok(())
    }

    async fn registered(&mut self) -> anyhow::Result<String> {
        let setup = self.stage.gateways.set_up_webhook(&self.instance).await;
        let setup = setup.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        let [setting] = setup.settings.as_slice() else { anyhow::bail!("not one setting: {setup:?}") };
        self.instance.settings.retain(|known| known.key != setting.key);
        self.instance.settings.push(setting.clone());
        Ok(setting.value.clone())
    }

    /// Everything in the outbox; each delivery must be proven.
    async fn webhooks(&self) -> anyhow::Result<()> {
        let outbox = &self.stripe.rig().outbox;
        let mut claims = 0;
        for webhook in outbox.all() {
            let envelope = outbox.envelope(webhook.id, None).context("it is in the outbox")?;
            let verified = self.verify(&envelope).await.with_context(|| webhook.kind.clone())?;
            claims += verified.claims.len();
        }
        ensure!(claims > 20, "only {claims} claims came of all webhooks");
        Ok(())
    }

    async fn verify(&self, envelope: &Envelope) -> Result<Verified, WebhookRefusal> {
        let headers = envelope.headers.iter().map(|(name, value)| (name.to_lowercase(), value.as_bytes().to_vec()));
        let webhook = Webhook {
            body: envelope.body.clone().into_bytes(),
            headers: headers.collect(),
            query: String::new(),
            received: Timestamp(self.stage.clock.now_ms()),
        };
        self.stage.gateways.verify(&self.instance, &webhook).await
    }

    /// What a bank or a cardholder does.
    fn act<T>(&self, act: impl FnOnce(&mut Books) -> Result<T, Problem>) -> anyhow::Result<T> {
        self.stripe.with(act).map_err(|problem| anyhow::anyhow!("{problem:?}"))
    }

    /// What Stripe.js makes of a card that the client typed.
    async fn token(&self, method: &str) -> anyhow::Result<String> {
        let made = self.post("/v1/test_helpers/confirmation_tokens", &[("payment_method", method)]).await?;
        Ok(text(&made["id"]).to_owned())
    }

    /// Something that the merchant does beside the gateway.
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> anyhow::Result<Value> {
        self.send(Call { key: SECRET_KEY, method: "POST", path }, form).await
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(Call { key: SECRET_KEY, method: "GET", path }, &[]).await
    }

    async fn send(&self, call: Call<'_>, form: &[(&str, &str)]) -> anyhow::Result<Value> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Request::builder()
            .method(call.method)
            .uri(call.path)
            .header("authorization", format!("Bearer {}", call.key))
            .header("stripe-version", VERSION)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))?;
        let answer = self.stripe.router().oneshot(request).await?;
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), ANSWER_BYTES_MAX).await?;
        let body: Value = serde_json::from_slice(&body)?;
        ensure!(status.is_success(), "{} {}: {body}", call.method, call.path);
        Ok(body)
    }
}

/// A call that is not the gateway's.
struct Call<'a> {
    key: &'a str,
    method: &'a str,
    path: &'a str,
}

/// A text of an answer; empty where it is none.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
