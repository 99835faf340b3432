//! localstripe, a simulated Stripe that others wrote, plays a 3-D Secure payment with its own signed webhooks. It refuses
//! many parameters that Stripe takes, so what a client's browser would do is done here; the gateway makes the payment,
//! follows it and believes the webhooks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use http::HeaderMap;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tollgate_billing::claim::Claim;
use tollgate_billing::ids::Timestamp;
use tollgate_billing::plugin::Instance;
use tollgate_billing::ports::{Gateways, Verified, Webhook, WebhookRefusal};
use tollgate_simulators::http_client;

use crate::attempt::{Attempt, Due, only, page, some};
use crate::report::Report;
use crate::signatures::configured;
use crate::stage::Stage;
use crate::tool::{Running, Tools};

const JUDGE: &str = "localstripe plays 3-D Secure";
const SECRET: &str = "whsec_of_localstripe";
/// It delivers a second after the event; on a loaded machine this is never the reason to fail.
const DELIVERY_MAX: Duration = Duration::from_mins(1);

/// The gateway, localstripe, and what it delivers.
struct Play<'a> {
    stage: &'a Stage,
    instance: Instance,
    base: String,
    delivered: mpsc::Receiver<Webhook>,
}

/// Starts it, plays and ends it.
///
/// # Errors
/// Where it does not start.
pub async fn judge(report: &mut Report, stage: &Stage, tools: &Tools) -> anyhow::Result<()> {
    let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
    let mut command = tools.python("localstripe_server.py");
    command.arg(port.to_string());
    let _server = Running::start(command, port).await?;
    let (hook, delivered) = receive().await?;
    let mut instance = configured(stage, "card-localstripe", &format!("127.0.0.1:{port}")).await?;
    stage.set_secret(&mut instance, "webhook-secret", SECRET).await?;
    let mut play = Play { stage, instance, base: format!("http://127.0.0.1:{port}"), delivered };
    play.post("/_config/webhooks/judges", &[("url", &hook), ("secret", SECRET)]).await?;
    let mut note = |what: &str, result: anyhow::Result<()>| {
        report.note(JUDGE, what, result.map_err(|error| format!("{error:#}")));
    };
    note("a payment that the bank asks about and the client approves", play.approves().await);
    note("a payment that the client does not approve", play.refuses().await);
    note("a refund", play.refunds().await);
    Ok(())
}

/// A receiver of webhooks that keeps them as they came.
async fn receive() -> anyhow::Result<(String, mpsc::Receiver<Webhook>)> {
    let (sender, delivered) = mpsc::channel(100);
    let socket = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/hook", socket.local_addr()?);
    let keep = async |State(sender): State<mpsc::Sender<Webhook>>, headers: HeaderMap, body: Bytes| {
        let pair =
            |(name, value): (&http::HeaderName, &http::HeaderValue)| (name.to_string(), value.as_bytes().to_vec());
        let received = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let webhook = Webhook {
            body: body.to_vec(),
            headers: headers.iter().map(pair).collect(),
            query: String::new(),
            received: Timestamp(i64::try_from(received).unwrap_or(i64::MAX)),
        };
        // Nobody waits for more than is asked about.
        let _ = sender.send(webhook).await;
    };
    let router = Router::new().route("/hook", post(keep)).with_state(sender);
    tokio::spawn(async move { axum::serve(socket, router).await });
    Ok((address, delivered))
}

impl<'a> Play<'a> {
    async fn approves(&mut self) -> anyhow::Result<()> {
        let mut attempt = self.asked(300).await?;
        let (template, data) = page(attempt.pay_now().await?)?;
        let secret = data["client_secret"].as_str().unwrap_or_default();
        ensure!(template == "authenticate" && secret.contains("_secret_"), "{template}");
        self.authenticate(&attempt, true).await?;
        let webhook = self.next("payment_intent.succeeded").await?;
        let claim = only(self.verify(&webhook).await?.claims, "paid")?;
        ensure!(claim.amount == attempt.call.payment.amount && !claim.live, "{claim:?}");
        self.refuses_tampered(&webhook).await?;
        let checked = attempt.come_back().await?.paid()?;
        ensure!(same(&checked, &claim), "the webhook says {claim:?}, the return says {checked:?}");
        Ok(())
    }

    async fn refuses(&mut self) -> anyhow::Result<()> {
        let mut attempt = self.asked(301).await?;
        self.authenticate(&attempt, false).await?;
        let claim = only(attempt.check().await?, "pending")?;
        ensure!(claim.amount == attempt.call.payment.amount, "{claim:?}");
        let (template, data) = page(attempt.come_back().await?.step()?)?;
        ensure!(template == "card" && data["problem"].is_string(), "{template} {data}");
        Ok(())
    }

    /// Made at localstripe, as in Stripe's dashboard: it knows no reason of a refund.
    async fn refunds(&mut self) -> anyhow::Result<()> {
        let mut attempt = self.asked(302).await?;
        self.authenticate(&attempt, true).await?;
        self.next("payment_intent.succeeded").await?;
        self.post("/v1/refunds", &[("payment_intent", attempt.reference()?), ("amount", "700")]).await?;
        let claims = attempt.check().await?;
        some(&claims, "paid")
    }

    /// The gateway makes the intent; the client types a card that the bank asks about.
    async fn asked(&self, number: u32) -> anyhow::Result<Attempt<'a>> {
        let due = Due { description: "", ..Due::default() };
        let mut attempt = Attempt::new(self.stage, &self.instance, number, due)?;
        let (template, _) = page(attempt.pay_now().await?)?;
        ensure!(template == "card", "{template}");
        let details = [
            ("type", "card"),
            ("card[number]", "4000002760003184"),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2040"),
            ("card[cvc]", "123"),
        ];
        let method = self.post("/v1/payment_methods", &details).await?;
        let method = method["id"].as_str().context("a payment method has an id")?;
        let path = format!("/v1/payment_intents/{}", attempt.reference()?);
        self.post(&path, &[("payment_method", method)]).await?;
        let confirmed = self.post(&format!("{path}/confirm"), &[]).await?;
        ensure!(confirmed["status"] == "requires_action", "{confirmed}");
        only(attempt.check().await?, "pending")?;
        Ok(attempt)
    }

    /// As Stripe.js does for the client.
    async fn authenticate(&self, attempt: &Attempt<'_>, succeeds: bool) -> anyhow::Result<()> {
        let path = format!("/v1/payment_intents/{}", attempt.reference()?);
        let intent = self.send(http_client::builder().build()?.get(format!("{}{path}", self.base))).await?;
        let secret = intent["client_secret"].as_str().context("an intent has a client secret")?;
        let success = if succeeds { "true" } else { "false" };
        self.post(&format!("{path}/_authenticate"), &[("client_secret", secret), ("success", success)]).await?;
        Ok(())
    }

    /// The next webhook of this kind.
    async fn next(&mut self, kind: &str) -> anyhow::Result<Webhook> {
        let search = async {
            while let Some(webhook) = self.delivered.recv().await {
                let event: Value = serde_json::from_slice(&webhook.body)?;
                if event["type"] == kind {
                    return Ok(webhook);
                }
            }
            bail!("the receiver ended")
        };
        tokio::time::timeout(DELIVERY_MAX, search).await.with_context(|| format!("no {kind} came"))?
    }

    async fn verify(&self, webhook: &Webhook) -> Result<Verified, WebhookRefusal> {
        self.stage.gateways.verify(&self.instance, webhook).await
    }

    async fn refuses_tampered(&self, webhook: &Webhook) -> anyhow::Result<()> {
        let text = String::from_utf8(webhook.body.clone())?;
        let richer = Webhook { body: text.replace("2500", "9900").into_bytes(), ..webhook.clone() };
        let late = Webhook { received: webhook.received.plus_ms(400_000), ..webhook.clone() };
        let unsigned = Webhook { headers: Vec::new(), ..webhook.clone() };
        for tampered in [richer, late, unsigned] {
            let said = self.verify(&tampered).await;
            ensure!(matches!(said, Err(WebhookRefusal::Forged(_))), "{said:?}");
        }
        Ok(())
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> anyhow::Result<Value> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = http_client::builder().build()?.post(format!("{}{path}", self.base));
        self.send(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        let answer = request.header("authorization", "Bearer sk_test_simulator").send().await?;
        let (status, body) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "localstripe said {status}: {body}");
        Ok(serde_json::from_str(&body).unwrap_or_default())
    }
}

/// Whether two claims are about one movement.
fn same(one: &Claim, other: &Claim) -> bool {
    (&one.transaction, one.amount, &one.state) == (&other.transaction, other.amount, &other.state)
}
