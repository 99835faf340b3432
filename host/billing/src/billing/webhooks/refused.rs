//! Webhooks that were not the provider's. Only counted: whoever knows an address can send as many as they like.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::super::Billing;
use crate::ids::{InstanceId, Timestamp};

/// Characters of a reason that are kept.
const REASON_CHARS_MAX: usize = 300;

/// Refused webhooks of one instance since the start. Many of them may mean that a secret is not the provider's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedWebhooks {
    pub instance: InstanceId,
    pub count: u64,
    pub last: Timestamp,
    /// Of the last one, for staff.
    pub reason: String,
}

/// In memory, and no longer than the list of instances.
#[derive(Default)]
pub struct Refusals(Mutex<BTreeMap<InstanceId, RefusedWebhooks>>);

impl Refusals {
    pub(super) fn count(&self, instance: &InstanceId, at: Timestamp, reason: &str) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counted.get(instance).map_or(0, |refused| refused.count).saturating_add(1);
        let reason = reason.chars().take(REASON_CHARS_MAX).collect();
        counted.insert(instance.clone(), RefusedWebhooks { instance: instance.clone(), count, last: at, reason });
    }
}

impl Billing {
    /// What was refused since the start, by instance.
    #[must_use]
    pub fn refused_webhooks(&self) -> Vec<RefusedWebhooks> {
        self.refused.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}
