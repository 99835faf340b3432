//! Bytes of the system's generator.

use crate::abi::v1_0_0::bindings::tollgate::plugin::random::Host;
use crate::failure::Stop;
use crate::guest::Guest;

/// The contract's number.
const RANDOM_BYTES_MAX: u32 = 1_024;

impl Host for Guest {
    fn bytes(&mut self, count: u32) -> wasmtime::Result<Vec<u8>> {
        self.reach("random.bytes")?;
        if count > RANDOM_BYTES_MAX {
            return Err(Stop::RandomBytes { count, count_max: RANDOM_BYTES_MAX }.into());
        }
        let mut bytes = vec![0; count as usize];
        getrandom::fill(&mut bytes).map_err(|_| Stop::NoRandomness)?;
        Ok(bytes)
    }
}
