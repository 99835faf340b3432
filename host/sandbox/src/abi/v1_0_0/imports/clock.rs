//! The host's time.

use crate::abi::v1_0_0::bindings::tollgate::plugin::clock::Host;
use crate::guest::Guest;

impl Host for Guest {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.reach("clock.now")?;
        Ok(u64::try_from(self.services.clock.now().0).unwrap_or(0))
    }
}
