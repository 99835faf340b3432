//! What happens by the clock while the server runs: the outbox, the sweep of open payments, webhooks, mail, expired
//! sessions, removed payment methods.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tollgate_billing::billing::{Billing, Posted, Retried};
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{Clock, Letters, Mail};

use super::serve::told;
use crate::clock::SystemClock;
use crate::tls::Tls;

/// How often promises of settlements are carried out that could not be carried out at once.
const DELIVER_EVERY: Duration = Duration::from_secs(5);
/// How often it is looked which payments are to be looked up; each has its own time.
const SWEEP_EVERY: Duration = Duration::from_secs(15);
/// How often it is looked which webhooks are to be tried again; each has its own time.
const WEBHOOKS_EVERY: Duration = Duration::from_secs(15);
/// How often it is looked which removed payment methods a provider is to forget; each has its own time.
const FORGET_METHODS_EVERY: Duration = Duration::from_secs(30);
/// How often it is looked which mails are to be sent; each has its own time. Somebody waits for them.
const MAIL_EVERY: Duration = Duration::from_secs(2);
/// How often webhooks that were done long ago are forgotten, some of them each time.
const FORGET_EVERY: Duration = Duration::from_mins(1);
/// How often it is looked whether the certificate's files changed: they are renewed weeks before they end.
const CERTIFICATE_EVERY: Duration = Duration::from_mins(1);
/// How often it is looked whether somebody installed or changed a plugin at the command line.
const PLUGINS_EVERY: Duration = Duration::from_secs(1);
/// How often expired sessions are removed.
const SESSIONS_EVERY: Duration = Duration::from_mins(15);

/// What is under way, one for each instance: a provider that answers slowly delays nobody else's payments.
type UnderWay = BTreeMap<InstanceId, JoinHandle<()>>;

/// Who sends mail, and who writes it.
#[derive(Clone)]
pub struct Post {
    /// `None` where no server is configured.
    pub mail: Option<Arc<dyn Mail>>,
    pub letters: Arc<dyn Letters>,
}

/// Runs until told to stop. A sweep under way then is left: whatever it settled is durable, the rest is swept again.
pub async fn keep_time(billing: Arc<Billing>, post: Post, mut stopped: watch::Receiver<bool>) {
    let (mut deliver, mut sessions) = (every(DELIVER_EVERY), every(SESSIONS_EVERY));
    let (mut sweep, mut webhooks) = (every(SWEEP_EVERY), every(WEBHOOKS_EVERY));
    let mut forget = every(FORGET_EVERY);
    let mut plugins = every(PLUGINS_EVERY);
    let (mut removed, mut mail) = (every(FORGET_METHODS_EVERY), every(MAIL_EVERY));
    let mut posting: Option<JoinHandle<()>> = None;
    let mut forgetting: Option<JoinHandle<()>> = None;
    let (mut sweeps, mut retries) = (UnderWay::new(), UnderWay::new());
    loop {
        tokio::select! {
            _ = deliver.tick() => {
                if let Err(error) = billing.deliver().await {
                    tracing::error!(%error, "the outbox could not be carried out; it is tried again");
                }
            }
            _ = plugins.tick() => match billing.place_changed_plugins().await {
                Ok(true) => tracing::info!("took up what was changed of plugins"),
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "changed plugins could not be taken up; it is tried again"),
            },
            _ = sweep.tick() => start_sweeps(&billing, &mut sweeps).await,
            _ = webhooks.tick() => start_retries(&billing, &mut retries).await,
            _ = forget.tick() => {
                if let Err(error) = billing.forget_webhooks().await {
                    tracing::error!(%error, "old webhooks could not be forgotten; it is tried again");
                }
            }
            _ = removed.tick() => {
                if forgetting.as_ref().is_none_or(JoinHandle::is_finished) {
                    forgetting = Some(tokio::spawn(forget_methods(Arc::clone(&billing))));
                }
            }
            _ = mail.tick() => {
                // A server that answers slowly holds mail up, and nothing else.
                if posting.as_ref().is_none_or(JoinHandle::is_finished) {
                    posting = Some(tokio::spawn(send_mails(Arc::clone(&billing), post.clone())));
                }
            }
            _ = sessions.tick() => {
                if let Err(error) = billing.forget_mails().await {
                    tracing::error!(%error, "old mails could not be forgotten; it is tried again");
                }
                if let Err(error) = billing.store().sweep_sessions(billing.now()).await {
                    tracing::error!(%error, "expired sessions could not be removed; it is tried again");
                }
            }
            () = told(&mut stopped) => break,
        }
    }
    for task in sweeps.into_values().chain(retries.into_values()).chain(forgetting).chain(posting) {
        task.abort();
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// Looks for renewed certificates until told to stop.
pub async fn keep_certificate(tls: Arc<Tls>, mut stopped: watch::Receiver<bool>) {
    let mut look = every(CERTIFICATE_EVERY);
    loop {
        tokio::select! {
            _ = look.tick() => {
                let tls = tls.clone();
                // Files may lie on a network: a look that takes long holds no request up.
                if tokio::task::spawn_blocking(move || tls.look(SystemClock.now())).await.is_err() {
                    tracing::error!("the certificate's files could not be looked at; it is tried again");
                }
            }
            () = told(&mut stopped) => return,
        }
    }
}

/// Starts a sweep of every instance whose last one has ended.
async fn start_sweeps(billing: &Arc<Billing>, sweeps: &mut UnderWay) {
    match billing.sweepable().await {
        Ok(instances) => start(sweeps, instances, |instance| tokio::spawn(sweep(Arc::clone(billing), instance))),
        Err(error) => tracing::error!(%error, "open payments could not be swept; it is tried again"),
    }
}

/// Starts to try the webhooks of every instance of which one is due.
async fn start_retries(billing: &Arc<Billing>, retries: &mut UnderWay) {
    match billing.webhook_retries().await {
        Ok(instances) => start(retries, instances, |instance| tokio::spawn(retry(Arc::clone(billing), instance))),
        Err(error) => tracing::error!(%error, "webhooks could not be tried again; it is tried again later"),
    }
}

/// Starts a task for every instance that has none under way.
fn start(under_way: &mut UnderWay, instances: Vec<InstanceId>, task: impl Fn(InstanceId) -> JoinHandle<()>) {
    under_way.retain(|_, task| !task.is_finished());
    for instance in instances {
        if let Entry::Vacant(free) = under_way.entry(instance) {
            let started = task(free.key().clone());
            free.insert(started);
        }
    }
}

async fn retry(billing: Arc<Billing>, instance: InstanceId) {
    match billing.retry_webhooks(&instance).await {
        Ok(retried) if retried.done + retried.over > 0 => {
            let Retried { done, waiting, over } = retried;
            tracing::info!(%instance, done, waiting, over, "webhooks that waited were tried again");
        }
        Ok(_) => {}
        Err(error) => tracing::error!(%instance, %error, "webhooks could not be tried again; it is tried again later"),
    }
}

async fn forget_methods(billing: Arc<Billing>) {
    match billing.forget_methods().await {
        Ok(forgot) => {
            for (method, error) in &forgot.failed {
                tracing::warn!(%method, %error, "a removed payment method is still at its provider; it is asked again later");
            }
        }
        Err(error) => tracing::error!(%error, "providers could not be asked to forget; they are asked again later"),
    }
}

/// Addresses are not logged: who forgot a password is nobody's business.
async fn send_mails(billing: Arc<Billing>, post: Post) {
    match billing.send_mails(post.mail.as_deref(), &*post.letters).await {
        Ok(Posted { sent, waiting, given_up, reason }) => {
            if sent > 0 {
                tracing::info!(sent, "mail was sent");
            }
            if let Some(reason) = reason {
                tracing::warn!(waiting, given_up, reason, "mail could not be sent; what waits is tried again later");
            }
        }
        Err(error) => tracing::error!(%error, "mail could not be sent; it is tried again later"),
    }
}

async fn sweep(billing: Arc<Billing>, instance: InstanceId) {
    match billing.sweep(&instance).await {
        Ok(swept) => {
            for (payment, error) in &swept.failed {
                tracing::warn!(%instance, %payment, %error, "a payment could not be looked up; it is tried again later");
            }
            for (refund, error) in &swept.refunds_failed {
                tracing::warn!(%instance, %refund, %error, "a refund could not be asked about; it is tried again later");
            }
            if swept.checked + swept.refunds > 0 {
                let (checked, refunds) = (swept.checked, swept.refunds);
                tracing::debug!(%instance, checked, refunds, settled = swept.settled.len(), "swept");
            }
        }
        Err(error) => tracing::error!(%instance, %error, "open payments could not be swept; it is tried again"),
    }
}
