//! A fake host for a plugin's own tests. Natively every import goes to the fake of the test's own thread, so tests run
//! side by side; before [`FakeHost::install`] there is an empty one, which answers every request "unavailable".
//!
//! ```
//! use tollgate_sdk::{clock, testing::FakeHost};
//!
//! let host = FakeHost::install();
//! host.set_now(1_700_000_000_000);
//! assert_eq!(clock::now(), 1_700_000_000_000);
//! ```

#[doc(hidden)]
pub mod fake;
#[cfg(feature = "gateway")]
mod provider;
#[cfg(feature = "gateway")]
pub mod words;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::bindings::shared::tollgate::plugin::log::Level;

#[cfg(feature = "gateway")]
pub use provider::payment;

/// Where the fake's clock stands until it is set: 2026-01-01T00:00:00Z.
const NOW_MS_AT_FIRST: u64 = 1_767_225_600_000;

/// The host that this thread's imports reach. Clones are the same host.
#[derive(Clone)]
pub struct FakeHost {
    inner: Rc<RefCell<Inner>>,
}

struct Inner {
    now_ms: u64,
    random_next: u8,
    state: BTreeMap<String, Kept>,
    lines: Vec<(Level, String)>,
    #[cfg(feature = "gateway")]
    provider: provider::FakeProvider,
}

struct Kept {
    value: Vec<u8>,
    expires_ms: Option<u64>,
}

impl Kept {
    fn lives_at(&self, now_ms: u64) -> bool {
        self.expires_ms.is_none_or(|expires_ms| now_ms < expires_ms)
    }
}

thread_local! {
    static CURRENT: RefCell<FakeHost> = RefCell::new(FakeHost::fresh());
}

impl FakeHost {
    /// Puts a fresh host in place of the thread's last one: no state, no answers, the clock at the start of 2026.
    #[must_use]
    pub fn install() -> Self {
        let host = Self::fresh();
        CURRENT.set(host.clone());
        host
    }

    /// Milliseconds since 1970.
    pub fn set_now(&self, now_ms: u64) {
        self.inner.borrow_mut().now_ms = now_ms;
    }

    /// Every line that was logged.
    #[must_use]
    pub fn logged(&self) -> Vec<(Level, String)> {
        self.inner.borrow().lines.clone()
    }

    fn fresh() -> Self {
        let inner = Inner {
            now_ms: NOW_MS_AT_FIRST,
            random_next: 0,
            state: BTreeMap::new(),
            lines: Vec::new(),
            #[cfg(feature = "gateway")]
            provider: provider::FakeProvider::default(),
        };
        Self { inner: Rc::new(RefCell::new(inner)) }
    }
}

fn current() -> FakeHost {
    CURRENT.with_borrow(FakeHost::clone)
}
