//! Looks at one component without a host around it: what `tollgate plugin build` and `tollgate plugin list` need.

use std::sync::Arc;

use async_trait::async_trait;
use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::plugin::Manifest;
use tollgate_billing::ports::{Clock, MemoryEntry, PluginMemory, StoreError};
use wasmtime::component::Component;

use crate::caller::Caller;
use crate::closed::NoProviders;
use crate::engine::{Running, engine_config};
use crate::failure::quoted;
use crate::guest::Services;
use crate::limits::Limits;
use crate::loading::{LoadError, load};
use crate::shape;

/// Compiles a component, asks it what it is, and forgets it. Nothing is cached, and nothing but `describe` is called.
///
/// # Errors
/// [`LoadError`], as the row of a broken plugin would say it.
pub async fn inspect(bytes: &[u8]) -> Result<Arc<Manifest>, LoadError> {
    let limits = Limits::default();
    if bytes.len() as u64 > limits.file_bytes_max {
        return Err(LoadError::TooLarge { bytes_max: limits.file_bytes_max });
    }
    let world = shape::world_of(bytes)?;
    let running = Running::start(&engine_config(&limits), &limits).map_err(LoadError::Compile)?;
    let component = Component::from_binary(&running.engine, bytes)
        .map_err(|error| LoadError::Compile(quoted(&format!("{error:#}"))))?;
    let services = Services {
        memory: Arc::new(Nothing),
        clock: Arc::new(Nothing),
        egress: Arc::new(NoProviders),
        signing: Arc::new(NoProviders),
        redact: Arc::new(NoProviders),
    };
    let caller = Caller::new(running, limits, services);
    Ok(load(&caller, "this component", world, &component).await?.manifest)
}

/// The services of a host that is not there. `describe` reaches none of them.
struct Nothing;

impl Clock for Nothing {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }
}

#[async_trait]
impl PluginMemory for Nothing {
    async fn memory_get(&self, _: &InstanceId, _: &str, _: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        Err(StoreError::Unavailable(String::new()))
    }

    async fn memory_put(&self, _: MemoryEntry, _: Timestamp) -> Result<bool, StoreError> {
        Err(StoreError::Unavailable(String::new()))
    }

    async fn memory_delete(&self, _: &InstanceId, _: &str) -> Result<(), StoreError> {
        Err(StoreError::Unavailable(String::new()))
    }
}
