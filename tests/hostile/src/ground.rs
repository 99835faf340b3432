//! What attacks run on: the host's limits, and what staff granted. A ground can be made careless, to see that an attack that
//! is not contained is told from one that is.

use tollgate_sandbox::Limits;

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

#[derive(Debug, Clone, Default)]
pub struct Ground {
    pub careless: Careless,
}

impl Ground {
    #[must_use]
    pub fn careless(careless: Careless) -> Self {
        Self { careless }
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
