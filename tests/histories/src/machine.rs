//! The host's real sandbox with the real components. It keeps nothing of a call, so one of it serves all lives of a
//! worker: what it is plugged into is each life's own.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use parking_lot::RwLock;
use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::plugin::PluginState;
use tollgate_billing::ports::{
    Clock, Egress, EgressCaller, EgressRequest, EgressResponse, MemoryEntry, PluginMemory, Plugins, Redact,
    SendFailure, Signing, SigningAlgorithm, SigningError, SigningPart, StoreError,
};
use tollgate_sandbox::{Limits, Sandbox, SandboxConfig};

/// Where clients reach the portal that is simulated.
pub const PORTAL: &str = "http://127.0.0.1:8080";
/// A loaded machine must not end a call: time in a history is virtual, and only faults end calls.
const CALL_MS_MAX: u64 = 600_000;
/// As few places as a history needs, so that the pool of instances stays small.
const CALLS_MAX: u32 = 8;

/// What a life of the host gives its plugins.
#[derive(Clone)]
pub struct Plugged {
    pub memory: Arc<dyn PluginMemory>,
    pub clock: Arc<dyn Clock>,
    pub egress: Arc<dyn Egress>,
    pub signing: Arc<dyn Signing>,
    pub redact: Arc<dyn Redact>,
}

/// Where a life is plugged in. Between two lives there is none.
#[derive(Clone, Default)]
pub struct Socket(Arc<RwLock<Option<Plugged>>>);

impl Socket {
    pub fn plug(&self, life: Plugged) {
        *self.0.write() = Some(life);
    }

    pub fn unplug(&self) {
        *self.0.write() = None;
    }

    fn now(&self) -> Option<Plugged> {
        self.0.read().clone()
    }
}

const DEAD: &str = "the host is not running";

fn dead() -> StoreError {
    StoreError::Unavailable(DEAD.to_owned())
}

#[async_trait]
impl PluginMemory for Socket {
    async fn memory_get(
        &self,
        instance: &InstanceId,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.now().ok_or_else(dead)?.memory.memory_get(instance, key, now).await
    }

    async fn memory_put(&self, entry: MemoryEntry, now: Timestamp) -> Result<bool, StoreError> {
        self.now().ok_or_else(dead)?.memory.memory_put(entry, now).await
    }

    async fn memory_delete(&self, instance: &InstanceId, key: &str) -> Result<(), StoreError> {
        self.now().ok_or_else(dead)?.memory.memory_delete(instance, key).await
    }
}

impl Clock for Socket {
    fn now(&self) -> Timestamp {
        Socket::now(self).map_or(Timestamp(0), |life| life.clock.now())
    }
}

#[async_trait]
impl Egress for Socket {
    async fn send(&self, caller: &EgressCaller, request: EgressRequest) -> Result<EgressResponse, SendFailure> {
        let life = self.now().ok_or_else(|| SendFailure::Denied(DEAD.to_owned()))?;
        life.egress.send(caller, request).await
    }
}

#[async_trait]
impl Signing for Socket {
    async fn digest(
        &self,
        instance: &InstanceId,
        algorithm: SigningAlgorithm,
        parts: &[SigningPart],
    ) -> Result<Vec<u8>, SigningError> {
        let life = self.now().ok_or(SigningError::TooLarge)?;
        life.signing.digest(instance, algorithm, parts).await
    }

    async fn hmac(
        &self,
        instance: &InstanceId,
        algorithm: SigningAlgorithm,
        key: &SigningPart,
        parts: &[SigningPart],
    ) -> Result<Vec<u8>, SigningError> {
        let life = self.now().ok_or(SigningError::TooLarge)?;
        life.signing.hmac(instance, algorithm, key, parts).await
    }
}

impl Redact for Socket {
    fn black_out(&self, instance: &InstanceId, text: &str) -> String {
        self.now().map_or_else(|| text.to_owned(), |life| life.redact.black_out(instance, text))
    }
}

/// A worker's sandbox.
#[derive(Clone)]
pub struct Machine {
    pub sandbox: Arc<Sandbox>,
    pub socket: Socket,
}

impl Machine {
    /// Loads every component of a folder. Compiled code is kept in `compiled`.
    ///
    /// # Errors
    /// A component that does not load, or none.
    pub async fn start(components: &Path, compiled: &Path) -> anyhow::Result<Self> {
        let socket = Socket::default();
        let shared = Arc::new(socket.clone());
        let limits = Limits {
            call_deadline_ms: CALL_MS_MAX,
            provider_wait_ms: CALL_MS_MAX,
            describe_deadline_ms: CALL_MS_MAX,
            calls_max: CALLS_MAX,
            calls_per_plugin_max: CALLS_MAX,
            calls_per_instance_max: CALLS_MAX,
            calls_per_minute_max: u32::MAX,
            ..Limits::default()
        };
        let mut sandbox = Sandbox::new(SandboxConfig {
            cache_dir: compiled.to_owned(),
            base_url: PORTAL.to_owned(),
            live: false,
            limits,
            memory: shared.clone(),
            clock: shared.clone(),
            egress: shared.clone(),
            signing: shared.clone(),
            redact: shared,
        })?;
        sandbox.load_directory(components).await.context("the components; build them with: make test")?;
        for row in sandbox.rows() {
            if let PluginState::Broken(why) = row.state {
                anyhow::bail!("{}: {why}", row.file);
            }
        }
        Ok(Self { sandbox: Arc::new(sandbox), socket })
    }
}
