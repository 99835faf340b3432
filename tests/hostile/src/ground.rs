//! What attacks run on: the host's limits, and what staff granted. A ground can be made careless, to see that an attack that
//! is not contained is told from one that is.

use std::any::Any;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tollgate_sandbox::Limits;

/// Files in memory, where the system has it: nothing here is about crashes of the machine.
const MEMORY: &str = "/dev/shm";

/// Places are few, so that the many sandboxes of a run stay small.
const CALLS_MAX: u32 = 4;
/// A machine however busy runs an honest call by then.
const PATIENT_MS: u64 = 45_000;
/// An endless call is not waited for longer.
const HASTY_MS: u64 = 80;

/// What is switched off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Careless {
    #[default]
    Nothing,
    /// Memory, tables and what one answer may hold.
    Sizes,
    /// Staff grant every host that an attack wants to reach.
    Grants,
    /// The network is taken for a live one with test money, or the other way round: environments are not told apart.
    Environment,
}

#[derive(Clone)]
pub struct Ground {
    pub careless: Careless,
    shared: Arc<Shared>,
}

type Anything = Arc<dyn Any + Send + Sync>;

/// What all attacks of one ground have in common, until it is left.
struct Shared {
    /// Held, so that the honest plugin is compiled once.
    _compiled: Arc<TempDir>,
    families: Mutex<HashMap<&'static str, Arc<OnceCell<Anything>>>>,
}

impl Default for Ground {
    fn default() -> Self {
        Self::careless(Careless::Nothing)
    }
}

impl Ground {
    #[must_use]
    pub fn careless(careless: Careless) -> Self {
        Self { careless, shared: Arc::new(Shared { _compiled: compiled(), families: Mutex::default() }) }
    }

    /// What attacks of a family share: made by the first of them, on this ground alone.
    pub async fn shared<T, Made>(&self, family: &'static str, make: impl FnOnce() -> Made) -> Arc<T>
    where
        T: Send + Sync + 'static,
        Made: Future<Output = T>,
    {
        let place = Arc::clone(self.shared.families.lock().entry(family).or_default());
        let family = place.get_or_init(async || Arc::new(make().await) as Anything).await;
        Arc::clone(family).downcast().expect("a family shares one kind of thing")
    }

    /// The host's own limits, but for deadlines that no call of a test meets.
    #[must_use]
    pub fn patient(&self) -> Limits {
        let limits = Limits {
            call_deadline_ms: PATIENT_MS,
            describe_deadline_ms: PATIENT_MS,
            provider_wait_ms: 0,
            calls_max: CALLS_MAX,
            calls_per_plugin_max: CALLS_MAX / 2,
            // Attacks come again and again.
            failures_to_rest: u32::MAX,
            ..Limits::default()
        };
        if self.careless != Careless::Sizes {
            return limits;
        }
        Limits {
            memory_bytes_max: 1 << 30,
            table_elements_max: 5_000_000,
            copied_bytes_max: 1 << 30,
            manifest_bytes_max: 1 << 30,
            ..limits
        }
    }

    /// The same with a deadline that an endless call meets soon.
    #[must_use]
    pub fn hasty(&self) -> Limits {
        Limits { call_deadline_ms: HASTY_MS, ..self.patient() }
    }
}

/// Compiled code of all grounds of this process. It goes with the last of them.
pub fn compiled() -> Arc<TempDir> {
    static COMPILED: Mutex<Weak<TempDir>> = Mutex::new(Weak::new());
    let mut kept = COMPILED.lock();
    kept.upgrade().unwrap_or_else(|| {
        let new = Arc::new(folder());
        *kept = Arc::downgrade(&new);
        new
    })
}

/// A folder that goes when it is dropped.
pub fn folder() -> TempDir {
    let memory = Path::new(MEMORY);
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a folder")
}
