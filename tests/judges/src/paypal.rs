//! Every path of the PayPal gateway, so that the simulated PayPal receives every request that the gateway can make.

mod afterwards;
mod paying;

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tollgate_billing::ids::Timestamp;
use tollgate_billing::plugin::Instance;
use tollgate_billing::ports::{ConfigDepth, Gateways, Plugins, Verified, Webhook, WebhookRefusal};
use tollgate_simulators::delivery::{Envelope, Forgery};
use tollgate_simulators::paypal::Simulator;
use tollgate_simulators::paypal::refusal::Refusal;
use tower::ServiceExt;

use crate::report::Report;
use crate::stage::{Setup, Stage, setting};

const JUDGE: &str = "PayPal gateway, every path";
const WEBHOOKS: &str = "/v1/notifications/webhooks";
/// The simulated account's id and secret.
const BASIC: &str = "Basic c2ltdWxhdGVkLWNsaWVudC1pZDpzaW11bGF0ZWQtY2xpZW50LXNlY3JldA==";
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// The gateway as configured, and the simulated PayPal.
pub struct PayPal<'a> {
    pub stage: &'a Stage,
    pub instance: Instance,
    pub simulator: &'a Simulator,
}

impl<'a> PayPal<'a> {
    /// Configures the gateway for the simulator that listens there.
    ///
    /// # Errors
    /// Where it cannot be configured.
    pub async fn configured(stage: &'a Stage, simulator: &'a Simulator, address: SocketAddr) -> anyhow::Result<Self> {
        let settings = vec![
            ("client-id", "simulated-client-id".to_owned()),
            ("merchant", "TESTMERCHANT2".to_owned()),
            ("brand-name", "Beispiel & Söhne Hosting".to_owned()),
        ];
        let secrets = vec![("client-secret", "simulated-client-secret".to_owned())];
        let setup = Setup { plugin: "paypal", instance: "paypal", host: address.to_string(), settings, secrets };
        Ok(Self { stage, instance: stage.configure(setup).await?, simulator })
    }

    /// Plays every path and says of each whether it ended as it should.
    ///
    /// # Errors
    /// Where the webhook cannot be set up, without which nothing else is worth a try.
    pub async fn drive(&mut self, report: &mut Report) -> anyhow::Result<()> {
        self.set_up().await.context("the PayPal gateway's webhook")?;
        let own = &*self;
        let mut note = |what: &str, result: anyhow::Result<()>| {
            report.note(JUDGE, what, result.map_err(|error| format!("{error:#}")));
        };
        note("tests its connection", own.connection().await);
        note("pays", paying::pays(own).await);
        note("pays in other currencies and with other words", paying::varies(own).await);
        note("is turned back, then pays", paying::turns_back(own).await);
        note("is captured by the sweep", paying::never_comes_back(own).await);
        note("waits for money that comes later", paying::waits(own).await);
        note("sends the payer back whose card was declined", paying::chooses_again(own).await);
        note("is refused for good", paying::refused(own).await);
        note("makes another order where the first is void", paying::orders_again(own).await);
        note("finds out what became of a lost answer", paying::loses_answers(own).await);
        note("gets a new token where the old one is revoked", paying::renews_token(own).await);
        note("refunds in part and in full", afterwards::refunds(own).await);
        note("hears of refunds that wait, and of one that is refused", afterwards::refunds_slowly(own).await);
        note("hears of a refund that was made at PayPal", afterwards::refunds_at_paypal(own).await);
        note("hears of disputes and of a reversal", afterwards::disputes(own).await);
        note("asks PayPal about every webhook", own.webhooks().await);
        Ok(())
    }

    async fn connection(&self) -> anyhow::Result<()> {
        let report = self.stage.gateways.check_config(&self.instance, ConfigDepth::Connection).await;
        report.map(drop).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
    }

    /// Made, found, and mended where somebody took events away.
    async fn set_up(&mut self) -> anyhow::Result<()> {
        let url = format!("{}/hooks/paypal", crate::stage::PORTAL);
        let few = json!({ "url": url, "event_types": [{ "name": "PAYMENT.CAPTURE.COMPLETED" }] });
        let by_hand = self.send("POST", WEBHOOKS, &few).await?;
        let id = self.registered().await?;
        ensure!(by_hand["id"] == id, "a webhook that lacks events gets them");
        ensure!(self.registered().await? == id, "a webhook that is there is not made again");
        self.send("DELETE", &format!("{WEBHOOKS}/{id}"), &Value::Null).await?;
        ensure!(self.registered().await? != id, "a webhook that is gone is made");
        Ok(())
    }

    async fn registered(&mut self) -> anyhow::Result<String> {
        let setup = self.stage.gateways.set_up_webhook(&self.instance).await;
        let setup = setup.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        let [own] = setup.settings.as_slice() else { anyhow::bail!("not one setting: {setup:?}") };
        self.instance.settings.retain(|known| known.key != own.key);
        self.instance.settings.push(setting((own.key.as_str(), own.value.clone())));
        Ok(own.value.clone())
    }

    /// Everything in the outbox: the real one is proven, and one that was changed is not.
    async fn webhooks(&self) -> anyhow::Result<()> {
        let outbox = &self.simulator.rig().outbox;
        let mut claims = 0;
        for webhook in outbox.all() {
            let envelope = outbox.envelope(webhook.id, None).context("it is in the outbox")?;
            let verified = self.verify(&envelope).await.with_context(|| webhook.kind.clone())?;
            claims += verified.claims.len();
            let forged = outbox.envelope(webhook.id, Some(&Forgery::Signature)).context("it is in the outbox")?;
            let refusal = self.verify(&forged).await;
            ensure!(matches!(refusal, Err(WebhookRefusal::Forged(_))), "{}: {refusal:?}", webhook.kind);
        }
        ensure!(claims > 20, "only {claims} claims came of all webhooks");
        Ok(())
    }

    /// Something that the merchant does beside the gateway.
    async fn send(&self, method: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let form = "application/x-www-form-urlencoded";
        let request = Request::post("/v1/oauth2/token").header("authorization", BASIC).header("content-type", form);
        let token = self.answer(request.body(Body::from("grant_type=client_credentials"))?).await?;
        let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
        let request = Request::builder().method(method).uri(path).header("authorization", bearer);
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.answer(request.header("content-type", "application/json").body(body)?).await
    }

    async fn answer(&self, request: Request<Body>) -> anyhow::Result<Value> {
        let answer = self.simulator.router().oneshot(request).await?;
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), ANSWER_BYTES_MAX).await?;
        ensure!(status.is_success(), "PayPal said {status}: {}", String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body).unwrap_or_default())
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
}

/// What the simulator said to the test itself.
fn refused(refusal: &Refusal) -> anyhow::Error {
    anyhow::anyhow!("the simulator said {}: {}", refusal.status, refusal.body)
}
