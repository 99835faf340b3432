//! The small memory of an instance, in the host's store. What is too large is refused here; how many keys and bytes
//! there are, the store counts.

use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::ports::{MemoryEntry, StoreError};

use crate::abi::v1_0_0::bindings::tollgate::plugin::state::{Host, StateError};
use crate::guest::Guest;

/// The contract's numbers.
const KEYS_MAX: u32 = 1_000;
const KEY_BYTES_MAX: usize = 128;
const VALUE_BYTES_MAX: usize = 4 << 10;
const MS_PER_S: u64 = 1_000;

type Answer<T> = wasmtime::Result<Result<T, StateError>>;

impl Host for Guest {
    async fn get(&mut self, key: String) -> Answer<Option<Vec<u8>>> {
        let instance = self.instance_of("state.get")?;
        if key.len() > KEY_BYTES_MAX {
            return Ok(Err(StateError::TooLarge));
        }
        let now = self.services.clock.now();
        Ok(self.services.memory.memory_get(&instance, &key, now).await.map_err(|error| refused(&error)))
    }

    async fn put(&mut self, key: String, value: Vec<u8>, expires_in_s: Option<u64>) -> Answer<()> {
        let instance = self.instance_of("state.put")?;
        Ok(self.store(instance, (key, value), expires_in_s, false).await.map(|_| ()))
    }

    async fn put_if_absent(&mut self, key: String, value: Vec<u8>, expires_in_s: Option<u64>) -> Answer<bool> {
        let instance = self.instance_of("state.put-if-absent")?;
        Ok(self.store(instance, (key, value), expires_in_s, true).await)
    }

    async fn delete(&mut self, key: String) -> Answer<()> {
        let instance = self.instance_of("state.delete")?;
        if key.len() > KEY_BYTES_MAX {
            return Ok(Err(StateError::TooLarge));
        }
        Ok(self.services.memory.memory_delete(&instance, &key).await.map_err(|error| refused(&error)))
    }
}

impl Guest {
    async fn store(
        &self,
        instance: InstanceId,
        (key, value): (String, Vec<u8>),
        expires_in_s: Option<u64>,
        only_if_absent: bool,
    ) -> Result<bool, StateError> {
        if key.len() > KEY_BYTES_MAX || value.len() > VALUE_BYTES_MAX {
            return Err(StateError::TooLarge);
        }
        let now = self.services.clock.now();
        let expires = expires_in_s.map(|seconds| later(now, seconds));
        let bytes_max = self.state_bytes_max;
        let entry = MemoryEntry { instance, key, value, expires, only_if_absent, keys_max: KEYS_MAX, bytes_max };
        self.services.memory.memory_put(entry, now).await.map_err(|error| refused(&error))
    }
}

fn later(now: Timestamp, seconds: u64) -> Timestamp {
    now.plus_ms(i64::try_from(seconds.saturating_mul(MS_PER_S)).unwrap_or(i64::MAX))
}

/// What is wrong with the host's store is the host's business: staff read it in the log.
fn refused(error: &StoreError) -> StateError {
    if *error == StoreError::Insufficient {
        return StateError::Full;
    }
    tracing::warn!(%error, "the memory of a plugin could not be used");
    StateError::Unavailable("the host's memory cannot be used now".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_past_the_end_of_time_is_the_end_of_time() {
        assert_eq!(later(Timestamp(5), 2), Timestamp(2_005));
        assert_eq!(later(Timestamp(5), u64::MAX), Timestamp(i64::MAX));
    }
}
