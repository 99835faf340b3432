//! Runs one call: a place, a fresh instance, a deadline, an error with the plugin's name.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tollgate_billing::ids::{ClientId, InstanceId, PluginId};
use tollgate_billing::plugin::{CallLimits, ComponentId, PluginError, Rest};
use wasmtime::component::{ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Lower};
use wasmtime::{Store, UpdateDeadline};

use crate::allowance::{Allowances, Counted};
use crate::breaker::{Breaker, Part, Resting, Watch};
use crate::engine::Running;
use crate::failure::{self, Stop};
use crate::grants::Grants;
use crate::guest::{Guest, Reach, Services};
use crate::lanes::{Lanes, Work};
use crate::limits::Limits;
use crate::redacted::Redacted;
use crate::sent::Sent;

/// Epochs after which a running guest comes up for air.
const TICKS_BETWEEN_YIELDS: u64 = 1;

/// Which call it is: all that errors, logs and limits need to know.
pub struct CallOf<'a> {
    pub plugin: &'a PluginId,
    pub instance: Option<&'a InstanceId>,
    /// Which file of the plugin, where the instance names one.
    pub file: Option<&'a ComponentId>,
    /// Who pays, where it is about a payment.
    pub client: Option<ClientId>,
    /// As the contract has it: `pay-now`.
    pub export: &'static str,
    pub reach: Reach,
    /// The plugin's own places.
    pub places: &'a Semaphore,
    /// What it may reach outside.
    pub grants: Grants,
    /// What is known of its requests.
    pub sent: Sent,
    /// What is known of its work.
    pub work: Work,
    /// Who hears what becomes of it.
    pub watch: Watch,
}

impl<'a> CallOf<'a> {
    /// Asks a file what it is; `name` is what it goes by until it has said so.
    pub fn describe(name: &'a PluginId, places: &'a Semaphore) -> Self {
        Self {
            plugin: name,
            instance: None,
            file: None,
            client: None,
            export: "describe",
            reach: Reach::Nothing,
            places,
            grants: Grants::default(),
            sent: Sent::default(),
            work: Work::default(),
            watch: Watch::default(),
        }
    }

    /// The plugin broke off or broke the contract. Where its provider may have done something before that, nothing is known
    /// of the payment, and that is what the host must hear; why, staff read in the log and in the text.
    pub fn broken(&self, reason: impl std::fmt::Display) -> PluginError {
        let reason = format!("`{}` {reason}", self.export);
        self.watch.broke(&reason);
        let broken = PluginError::Broken { plugin: self.plugin.clone(), reason };
        if !self.sent.breaks_unknown(self.export) {
            return broken;
        }
        PluginError::Unknown(format!("a request to the provider may have been sent, but {broken}"))
    }

    /// The plugin's own error, which cannot take back what was sent.
    pub fn failed(&self, error: PluginError) -> PluginError {
        match error {
            PluginError::Unavailable(words) if self.sent.is_unanswered(self.export) => PluginError::Unknown(words),
            other => other,
        }
    }
}

/// What all calls share. Nothing in it is locked while a guest runs.
pub struct Caller {
    running: Running,
    limits: Limits,
    places: Semaphore,
    lanes: Lanes,
    allowances: Allowances,
    breaker: Arc<Breaker>,
    services: Arc<Services>,
}

impl Caller {
    pub fn new(running: Running, limits: Limits, services: Services) -> Self {
        let places = Semaphore::new(limits.calls_max as usize);
        let lanes = Lanes::new(limits.long_calls_max);
        let allowances = Allowances::new(limits.clone());
        let breaker = Arc::new(Breaker::new(Arc::clone(&services.clock), limits.failures_to_rest));
        Self { running, limits, places, lanes, allowances, breaker, services: Arc::new(services) }
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn engine(&self) -> &wasmtime::Engine {
        &self.running.engine
    }

    /// Places for the calls of one more plugin.
    pub fn plugin_places(&self) -> Semaphore {
        Semaphore::new(self.limits.calls_per_plugin_max as usize)
    }

    /// Limits these plugins more than the others.
    pub fn tighten(&self, tighter: impl IntoIterator<Item = (PluginId, CallLimits)>) {
        self.allowances.tighten(tighter);
    }

    /// What rests of an instance.
    pub fn resting(&self, instance: &InstanceId) -> Vec<Rest> {
        let now = self.services.clock.now();
        let rest = |rest: Resting| Rest {
            export: rest.export,
            failures: rest.failures,
            until: now.plus_ms(i64::try_from(rest.left.as_millis()).unwrap_or(i64::MAX)),
            reason: self.services.redact.black_out(instance, &rest.reason),
        };
        self.breaker.resting(instance).into_iter().map(rest).collect()
    }

    /// Has nothing rest any more: of one instance, or of all.
    pub fn wake(&self, instance: Option<&InstanceId>) {
        self.breaker.wake(instance);
    }

    /// Calls one export of a fresh instance.
    ///
    /// # Errors
    /// [`PluginError::Broken`] for all that the plugin does wrong, or [`PluginError::Unknown`] where its provider may have
    /// been asked before that; [`PluginError::NotAsked`] where no place gets free, the instance has had its calls of the
    /// minute, or the call rests because it kept failing.
    pub async fn call<P, R>(
        &self,
        of: &CallOf<'_>,
        pre: &InstancePre<Guest>,
        export: &ComponentExportIndex,
        params: P,
    ) -> Result<R, PluginError>
    where
        P: ComponentNamedList + Lower + Send + Sync,
        R: Lift + Send + Sync + 'static,
        (R,): ComponentNamedList,
    {
        let limits = self.allowances.limits(of.plugin);
        let allowed = limits.wall_deadline(!of.grants.hosts.is_empty());
        let deadline = Instant::now() + allowed;
        let _own = self.admitted(of, &limits, deadline).await?;
        let work = async {
            let mut store = self.store(of, deadline, self.limits.copied_bytes_max);
            let instance = pre.instantiate_async(&mut store).await?;
            let function = instance.get_typed_func::<P, (R,)>(&mut store, export)?;
            let (answer,) = function.call_async(&mut store, params).await?;
            Ok(answer)
        };
        let answer = self.bounded(of, (deadline, allowed), work).await?;
        of.watch.answered();
        Ok(answer)
    }

    /// Runs `work`, which holds the call's store, in a place of its own and until the deadline.
    ///
    /// # Errors
    /// As [`Caller::call`].
    pub async fn bounded<T>(
        &self,
        of: &CallOf<'_>,
        (deadline, allowed): (Instant, Duration),
        work: impl Future<Output = wasmtime::Result<T>>,
    ) -> Result<T, PluginError> {
        let _places = self.places(of, deadline).await?;
        let late = || {
            tracing::warn!(plugin = %of.plugin, export = of.export, "a plugin was stopped at its deadline");
            of.broken(format_args!("did not answer within {} and was stopped", seconds(allowed)))
        };
        let work = self.lanes.run(of.plugin, &of.work, work);
        let ended = tokio::time::timeout_at(deadline.into(), work).await;
        self.lanes.ended(of.plugin, &of.work, matches!(ended, Ok(Ok(_))));
        match ended {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) if error.downcast_ref::<Stop>() == Some(&Stop::Deadline) => Err(late()),
            Ok(Err(error)) => {
                tracing::warn!(plugin = %of.plugin, export = of.export, ?error, "a plugin broke off");
                let copied = self.copied_bytes_max(of);
                let broken = of.broken(failure::sentence(&error, self.limits.stack_bytes_max, copied));
                Err(self.redacted(of, broken))
            }
            Err(_) if !of.work.has_begun() => Err(no_place(of)),
            Err(_) => Err(late()),
        }
    }

    /// With every secret of the call's instance blacked out.
    pub fn redacted<T: Redacted>(&self, of: &CallOf<'_>, words: T) -> T {
        match of.instance {
            Some(instance) => words.redacted(&|text| self.services.redact.black_out(instance, text)),
            None => words,
        }
    }

    /// A store for one call: nothing in it outlives the call.
    pub fn store(&self, of: &CallOf<'_>, deadline: Instant, copied_bytes_max: usize) -> Store<Guest> {
        let limits = self.allowances.limits(of.plugin);
        let guest = Guest::new(of, deadline, (Arc::clone(&self.services), &limits));
        let mut store = Store::new(&self.running.engine, guest);
        store.limiter(Guest::limiter);
        store.set_hostcall_fuel(copied_bytes_max);
        store.set_epoch_deadline(TICKS_BETWEEN_YIELDS);
        store.epoch_deadline_callback(|mut store| {
            if !store.data_mut().works_on() || Instant::now() >= store.data().deadline {
                return Err(Stop::Deadline.into());
            }
            // Tokio's own yield lets timers and sockets be looked at first, so that a spinning guest starves nobody.
            Ok(UpdateDeadline::YieldCustom(TICKS_BETWEEN_YIELDS, Box::pin(tokio::task::yield_now())))
        });
        store
    }

    fn copied_bytes_max(&self, of: &CallOf<'_>) -> usize {
        if of.reach == Reach::Nothing { self.limits.manifest_bytes_max } else { self.limits.copied_bytes_max }
    }

    /// Counts the call, and finds it a place among its instance's by the deadline.
    async fn admitted(
        &self,
        of: &CallOf<'_>,
        limits: &Limits,
        deadline: Instant,
    ) -> Result<Option<OwnedSemaphorePermit>, PluginError> {
        let Some(instance) = of.instance else { return Ok(None) };
        let part = Part { instance: instance.clone(), file: of.file.cloned(), export: of.export };
        self.breaker.admit(part, of.client, &of.watch).map_err(|rest| self.redacted(of, rests(of, instance, &rest)))?;
        let now = self.services.clock.steady();
        let places = self.allowances.admit(instance, Counted::of(of.export), (now, limits)).map_err(|wait| {
            tracing::warn!(plugin = %of.plugin, %instance, export = of.export, "an instance had its calls of the minute");
            let (most, wait) = (limits.calls_per_minute_max, wait.as_secs() + 1);
            PluginError::NotAsked(format!("{instance} had its {most} calls of a minute; it may be asked again in {wait} s"))
        })?;
        match tokio::time::timeout_at(deadline.into(), places.acquire_owned()).await {
            Ok(Ok(place)) => Ok(Some(place)),
            _ => Err(no_place(of)),
        }
    }

    /// A place among the plugin's and one among all, by the deadline.
    async fn places<'a>(&'a self, of: &CallOf<'a>, deadline: Instant) -> Result<[SemaphorePermit<'a>; 2], PluginError> {
        if let Ok(own) = of.places.try_acquire()
            && let Ok(shared) = self.places.try_acquire()
        {
            return Ok([own, shared]);
        }
        let both =
            async { Ok::<_, tokio::sync::AcquireError>([of.places.acquire().await?, self.places.acquire().await?]) };
        if let Ok(Ok(places)) = tokio::time::timeout_at(deadline.into(), both).await {
            return Ok(places);
        }
        Err(no_place(of))
    }
}

fn no_place(of: &CallOf<'_>) -> PluginError {
    tracing::warn!(plugin = %of.plugin, export = of.export, "no place for a plugin's call");
    PluginError::NotAsked(format!("too many calls of plugins at once; {} was not asked", of.plugin))
}

fn rests(of: &CallOf<'_>, instance: &InstanceId, rest: &Resting) -> PluginError {
    tracing::debug!(plugin = %of.plugin, %instance, export = of.export, "a call was not made, because it rests");
    let (seconds, failures, reason) = (rest.left.as_secs() + 1, rest.failures, &rest.reason);
    let times = if failures == 1 { "once".to_owned() } else { format!("{failures} times in a row") };
    PluginError::NotAsked(format!("{instance} failed {times} and rests for {seconds} s: {reason}"))
}

fn seconds(time: Duration) -> String {
    if time.as_millis() < 1_000 { format!("{} ms", time.as_millis()) } else { format!("{} s", time.as_secs()) }
}
