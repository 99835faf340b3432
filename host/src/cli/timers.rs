//! What happens by the clock while the server runs: the outbox, the sweep of open payments, expired sessions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tollgate_billing::billing::Billing;
use tollgate_billing::ids::InstanceId;

use super::serve::told;

/// How often promises of settlements are carried out that could not be carried out at once.
const DELIVER_EVERY: Duration = Duration::from_secs(5);
/// How often it is looked which payments are to be looked up; each has its own time.
const SWEEP_EVERY: Duration = Duration::from_secs(15);
/// How often expired sessions are removed.
const SESSIONS_EVERY: Duration = Duration::from_mins(15);

/// The sweeps under way, one for each instance: a provider that answers slowly delays nobody else's payments.
type Sweeps = BTreeMap<InstanceId, JoinHandle<()>>;

/// Runs until told to stop. A sweep under way then is left: whatever it settled is durable, the rest is swept again.
pub async fn keep_time(billing: Arc<Billing>, mut stopped: watch::Receiver<bool>) {
    let (mut deliver, mut sweep, mut sessions) = (every(DELIVER_EVERY), every(SWEEP_EVERY), every(SESSIONS_EVERY));
    let mut sweeps = Sweeps::new();
    loop {
        tokio::select! {
            _ = deliver.tick() => {
                if let Err(error) = billing.deliver().await {
                    tracing::error!(%error, "the outbox could not be carried out; it is tried again");
                }
            }
            _ = sweep.tick() => start_sweeps(&billing, &mut sweeps).await,
            _ = sessions.tick() => {
                if let Err(error) = billing.store().sweep_sessions(billing.now()).await {
                    tracing::error!(%error, "expired sessions could not be removed; it is tried again");
                }
            }
            () = told(&mut stopped) => break,
        }
    }
    for sweep in sweeps.into_values() {
        sweep.abort();
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// Starts a sweep of every instance whose last one has ended.
async fn start_sweeps(billing: &Arc<Billing>, sweeps: &mut Sweeps) {
    sweeps.retain(|_, sweep| !sweep.is_finished());
    let instances = match billing.sweepable().await {
        Ok(instances) => instances,
        Err(error) => {
            tracing::error!(%error, "open payments could not be swept; it is tried again");
            return;
        }
    };
    for instance in instances {
        if !sweeps.contains_key(&instance) {
            let task = tokio::spawn(sweep(Arc::clone(billing), instance.clone()));
            sweeps.insert(instance, task);
        }
    }
}

async fn sweep(billing: Arc<Billing>, instance: InstanceId) {
    match billing.sweep(&instance).await {
        Ok(swept) => {
            for (payment, error) in &swept.failed {
                tracing::warn!(%instance, %payment, %error, "a payment could not be looked up; it is tried again later");
            }
            if swept.checked > 0 {
                tracing::debug!(%instance, checked = swept.checked, settled = swept.settled.len(), "swept");
            }
        }
        Err(error) => tracing::error!(%instance, %error, "open payments could not be swept; it is tried again"),
    }
}
