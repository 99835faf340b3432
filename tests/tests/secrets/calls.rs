//! Every call that the host can make of a gateway, and what each needs to have happened before.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, ensure};
use tollgate_billing::claim::{Claim, MethodToken, SavedMethod};
use tollgate_billing::ids::RefundId;
use tollgate_billing::plugin::{Instance, NextStep, Step};
use tollgate_billing::ports::{
    Clock, ConfigDepth, GatewayCall, Gateways, Outcome, Plugins, RefundOrder, Webhook, WebhookSetup,
};
use tollgate_simulators::paypal::Simulator;
use tollgate_simulators::paypal::order::Funding;
use tollgate_simulators::rig::Rig;
use tollgate_simulators::stripe::Stripe;

use crate::stage::{Machine, Provider, Stage, fresh};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    CheckValues,
    CheckConnection,
    PayNow,
    Submit,
    Return,
    Check,
    Refund,
    CheckRefund,
    ChargeSaved,
    ForgetSaved,
    SetUpWebhook,
    VerifyTrue,
    VerifyForged,
    VerifyMalformed,
    VerifyUnsigned,
}

pub const PATHS: [Path; 15] = [
    Path::CheckValues,
    Path::CheckConnection,
    Path::PayNow,
    Path::Submit,
    Path::Return,
    Path::Check,
    Path::Refund,
    Path::CheckRefund,
    Path::ChargeSaved,
    Path::ForgetSaved,
    Path::SetUpWebhook,
    Path::VerifyTrue,
    Path::VerifyForged,
    Path::VerifyMalformed,
    Path::VerifyUnsigned,
];

/// A gateway with a history: somebody paid, a webhook came.
pub struct Gateway<'a> {
    pub stage: &'a Stage,
    pub instance: Instance,
    /// A payment whose page was opened, for a form and the way back.
    opened: GatewayCall,
    form: Vec<(String, String)>,
    refund: RefundOrder,
    saved: SavedMethod,
    webhook: Webhook,
    numbers: AtomicU64,
}

/// What a call answered, or why it did not, as it would be written down.
pub struct Said {
    pub text: String,
    pub is_ok: bool,
}

fn said<T: Debug, E: Debug>(answer: &Result<T, E>) -> Said {
    Said { text: format!("{answer:?} {answer:#?}"), is_ok: answer.is_ok() }
}

impl<'a> Gateway<'a> {
    /// One that talks to nobody.
    pub fn silent(stage: &'a Stage, instance: Instance) -> anyhow::Result<Self> {
        let webhook =
            Webhook { body: b"{}".to_vec(), headers: Vec::new(), query: String::new(), received: Machine.now() };
        Ok(Self {
            stage,
            opened: fresh(&instance, 1)?,
            form: Vec::new(),
            refund: refund_of("none", &fresh(&instance, 1)?),
            saved: SavedMethod { token: MethodToken::new("none"), label: "none".to_owned(), expires: None },
            webhook,
            numbers: AtomicU64::new(2),
            instance,
        })
    }

    /// Everything has happened once that later calls are about.
    pub async fn paypal(stage: &'a Stage, instance: Instance, provider: &Provider<Simulator>) -> anyhow::Result<Self> {
        let mut own = Self::silent(stage, instance)?;
        own.set_up().await?;
        let gateways: &dyn Gateways = &stage.sandbox;
        let paid = own.open().await?;
        approve(&paid, provider)?;
        let claims = claims_of(gateways.return_from_provider(&paid, "").await?)?;
        own.refund = refund_of(&claims[0].transaction, &paid);
        own.webhook = last_webhook(&provider.rig)?;
        own.opened = own.open().await?;
        approve(&own.opened, provider)?;
        Ok(own)
    }

    pub async fn card(stage: &'a Stage, instance: Instance, provider: &Provider<Stripe>) -> anyhow::Result<Self> {
        let mut own = Self::silent(stage, instance)?;
        own.set_up().await?;
        let gateways: &dyn Gateways = &stage.sandbox;
        let form = |token| vec![("confirmation_token".to_owned(), token), ("save".to_owned(), "1".to_owned())];
        let paid = own.open().await?;
        let claims = claims_of(gateways.submit(&paid, &form(provider.confirmation_token())).await?)?;
        own.refund = refund_of(&claims[0].transaction, &paid);
        own.saved = claims[0].saved.clone().context("the card is kept")?;
        own.webhook = last_webhook(&provider.rig)?;
        own.opened = own.open().await?;
        own.form = form(provider.confirmation_token());
        Ok(own)
    }

    /// Registers the webhook and takes its settings over, as the host does.
    async fn set_up(&mut self) -> anyhow::Result<()> {
        let gateways: &dyn Gateways = &self.stage.sandbox;
        let setup = gateways.set_up_webhook(&self.instance).await;
        let WebhookSetup { settings, .. } = setup.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        self.instance.settings.extend(settings);
        Ok(())
    }

    fn fresh(&self) -> anyhow::Result<GatewayCall> {
        fresh(&self.instance, self.numbers.fetch_add(1, Ordering::Relaxed))
    }

    /// A payment whose page was opened, with what the host stored of that.
    async fn open(&self) -> anyhow::Result<GatewayCall> {
        let mut call = self.fresh()?;
        let gateways: &dyn Gateways = &self.stage.sandbox;
        let Step { next, provider_reference, memo } = gateways.pay_now(&call).await?;
        ensure!(matches!(next, NextStep::Redirect(_) | NextStep::Confined(_)), "{next:?} opens nothing");
        let payment = Arc::make_mut(&mut call.payment);
        (payment.provider_reference, payment.memo) = (provider_reference, memo);
        Ok(call)
    }

    pub async fn go(&self, path: Path) -> anyhow::Result<Said> {
        let gateways: &dyn Gateways = &self.stage.sandbox;
        let plugins: &dyn Plugins = &self.stage.sandbox;
        let (instance, opened) = (&self.instance, &self.opened);
        Ok(match path {
            Path::CheckValues => said(&plugins.check_config(instance, ConfigDepth::Values).await),
            Path::CheckConnection => said(&plugins.check_config(instance, ConfigDepth::Connection).await),
            Path::PayNow => said(&gateways.pay_now(&self.fresh()?).await),
            Path::Submit => said(&gateways.submit(opened, &self.form).await),
            Path::Return => said(&gateways.return_from_provider(opened, "token=1&PayerID=2").await),
            Path::Check => said(&gateways.check(opened).await),
            Path::Refund => said(&gateways.refund(opened, &self.refund).await),
            Path::CheckRefund => said(&gateways.check_refund(opened, &self.refund).await),
            Path::ChargeSaved => said(&gateways.charge_saved(&self.fresh()?, &self.saved).await),
            Path::ForgetSaved => said(&gateways.forget_saved(instance, &self.saved).await),
            Path::SetUpWebhook => said(&gateways.set_up_webhook(instance).await),
            Path::VerifyTrue => said(&gateways.verify(instance, &self.webhook).await),
            Path::VerifyForged | Path::VerifyMalformed | Path::VerifyUnsigned => {
                said(&gateways.verify(instance, &self.spoiled(path)).await)
            }
        })
    }

    fn spoiled(&self, path: Path) -> Webhook {
        let mut webhook = self.webhook.clone();
        match path {
            Path::VerifyForged => {
                webhook.body = String::from_utf8_lossy(&webhook.body).replace("25", "52").into_bytes();
            }
            Path::VerifyMalformed => webhook.body.truncate(webhook.body.len() / 2),
            _ => webhook.headers.clear(),
        }
        webhook
    }
}

fn refund_of(transaction: &str, call: &GatewayCall) -> RefundOrder {
    RefundOrder {
        id: RefundId::new("R0000000000000000000000001"),
        amount: call.payment.amount,
        transaction: transaction.to_owned(),
        reason: "asked for".to_owned(),
        provider_reference: None,
    }
}

fn claims_of(outcome: Outcome) -> anyhow::Result<Vec<Claim>> {
    match outcome {
        Outcome::Claims(claims) if !claims.is_empty() => Ok(claims),
        other => anyhow::bail!("no claims but {other:?}"),
    }
}

/// The newest of the outbox, as it would come.
fn last_webhook(rig: &Rig) -> anyhow::Result<Webhook> {
    let last = rig.outbox.all().last().map(|webhook| webhook.id).context("a webhook was sent")?;
    let envelope = rig.outbox.envelope(last, None).context("the webhook is there")?;
    let header = |(name, value): (String, String)| (name.to_ascii_lowercase(), value.into_bytes());
    Ok(Webhook {
        body: envelope.body.into_bytes(),
        headers: envelope.headers.into_iter().map(header).collect(),
        query: String::new(),
        received: Machine.now(),
    })
}

fn approve(call: &GatewayCall, provider: &Provider<Simulator>) -> anyhow::Result<()> {
    let order = call.payment.provider_reference.as_deref().context("an order")?;
    ensure!(provider.simulator.approve(order, Funding::Balance) == Ok(true), "the order can be approved");
    Ok(())
}
