//! Watches a target from another thread: one that hangs or grows cannot say so itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// The slowest target takes some milliseconds for the longest input, on a machine that is busy with other things too.
const EXECUTION_MAX: Duration = Duration::from_secs(10);
/// Of the whole process: the pools are some megabytes.
const RESIDENT_KIB_MAX: u64 = 1 << 20;

/// Since when, and with which input.
type UnderWay = Option<(Instant, Vec<u8>)>;

/// What is under way.
#[derive(Clone, Default)]
pub struct Watch(Arc<Mutex<UnderWay>>);

impl Watch {
    pub fn begin(&self, input: &[u8]) {
        *self.0.lock() = Some((Instant::now(), input.to_vec()));
    }

    pub fn end(&self) {
        *self.0.lock() = None;
    }

    /// The input at which it hangs or has grown without an end, and which of both it is.
    #[must_use]
    pub fn look(&self) -> Option<(Vec<u8>, &'static str)> {
        let under_way = self.0.lock().clone();
        let (since, input) = under_way?;
        if since.elapsed() > EXECUTION_MAX {
            return Some((input, "it hangs"));
        }
        (resident_kib()? > RESIDENT_KIB_MAX).then_some((input, "it grows without an end"))
    }
}

/// `None` where the system does not tell.
fn resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().split(' ').next()?.parse().ok()
}
