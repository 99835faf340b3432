//! What a sandbox needs of the host, as tests can look into it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::ports::{
    Clock, Egress, EgressCaller, EgressRequest, EgressResponse, MemoryEntry, PluginMemory, Redact, SendFailure,
    Signing, SigningAlgorithm, SigningError, SigningPart, StoreError,
};

pub const NOW: Timestamp = Timestamp(1_700_000_000_000);
/// Longer than any test waits.
const FOR_EVER: Duration = Duration::from_hours(1);
/// The secret that [`FakeVault`] blacks out.
pub const SECRET: &str = "hush-hush";

pub struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// Keeps what plugins put. `delay` is how long it thinks about a question.
#[derive(Default)]
pub struct FakeMemory {
    pub entries: Mutex<BTreeMap<(InstanceId, String), MemoryEntry>>,
    pub delay: Duration,
    pub broken: bool,
}

#[async_trait]
impl PluginMemory for FakeMemory {
    async fn memory_get(&self, instance: &InstanceId, key: &str, _: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        tokio::time::sleep(self.delay).await;
        if self.broken {
            return Err(StoreError::Unavailable("disk full at /dev/secret".to_owned()));
        }
        let found = self.entries.lock().unwrap().get(&(instance.clone(), key.to_owned())).cloned();
        Ok(found.map(|entry| entry.value))
    }

    async fn memory_put(&self, entry: MemoryEntry, _: Timestamp) -> Result<bool, StoreError> {
        let mut entries = self.entries.lock().unwrap();
        let at = (entry.instance.clone(), entry.key.clone());
        if entries.contains_key(&at) && entry.only_if_absent {
            return Ok(false);
        }
        if !entries.contains_key(&at) && entries.len() >= entry.keys_max as usize {
            return Err(StoreError::Insufficient);
        }
        entries.insert(at, entry);
        Ok(true)
    }

    async fn memory_delete(&self, instance: &InstanceId, key: &str) -> Result<(), StoreError> {
        self.entries.lock().unwrap().remove(&(instance.clone(), key.to_owned()));
        Ok(())
    }
}

/// Keeps what was to be sent.
#[derive(Default)]
pub struct FakeEgress {
    pub asked: Mutex<Vec<(EgressCaller, EgressRequest)>>,
    /// What it answers; `None` for never.
    pub answer: Option<Result<EgressResponse, SendFailure>>,
}

impl FakeEgress {
    pub fn answering(answer: Result<(), SendFailure>) -> Self {
        let response = EgressResponse {
            status: 201,
            headers: vec![("x-request".to_owned(), "r-1".to_owned())],
            body: b"{\"id\":\"o-1\"}".to_vec(),
        };
        Self { answer: Some(answer.map(|()| response)), ..Self::default() }
    }
}

#[async_trait]
impl Egress for FakeEgress {
    async fn send(&self, caller: &EgressCaller, request: EgressRequest) -> Result<EgressResponse, SendFailure> {
        self.asked.lock().unwrap().push((caller.clone(), request));
        if caller.requests_left == 0 {
            return Err(SendFailure::Unavailable("the call has no request left".to_owned()));
        }
        if let Some(answer) = &self.answer {
            return answer.clone();
        }
        tokio::time::sleep(FOR_EVER).await;
        Err(SendFailure::Unknown(String::new()))
    }
}

/// Signs by writing down what it was asked to sign. Knows no secret called `missing`.
pub struct FakeVault;

fn written(part: &SigningPart) -> Result<String, SigningError> {
    match part {
        SigningPart::Bytes(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        SigningPart::Secret(key) if key == "missing" => Err(SigningError::NoSecret(key.clone())),
        SigningPart::Secret(key) => Ok(format!("<{key}>")),
    }
}

fn written_all(parts: &[SigningPart]) -> Result<String, SigningError> {
    Ok(parts.iter().map(written).collect::<Result<Vec<_>, _>>()?.join("+"))
}

#[async_trait]
impl Signing for FakeVault {
    async fn digest(
        &self,
        instance: &InstanceId,
        algorithm: SigningAlgorithm,
        parts: &[SigningPart],
    ) -> Result<Vec<u8>, SigningError> {
        Ok(format!("{instance} {algorithm:?} {}", written_all(parts)?).into_bytes())
    }

    async fn hmac(
        &self,
        instance: &InstanceId,
        algorithm: SigningAlgorithm,
        key: &SigningPart,
        parts: &[SigningPart],
    ) -> Result<Vec<u8>, SigningError> {
        Ok(format!("{instance} {algorithm:?} {} {}", written(key)?, written_all(parts)?).into_bytes())
    }
}

impl Redact for FakeVault {
    fn black_out(&self, _: &InstanceId, text: &str) -> String {
        text.replace(SECRET, "[secret]")
    }
}

/// The world around one sandbox.
#[derive(Clone, Default)]
pub struct Fakes {
    pub memory: Arc<FakeMemory>,
    pub egress: Arc<FakeEgress>,
    pub live: bool,
}

impl Fakes {
    pub fn sending(egress: FakeEgress) -> Self {
        Self { egress: Arc::new(egress), ..Self::default() }
    }
}
