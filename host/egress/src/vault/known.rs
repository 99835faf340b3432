//! What is known of one instance, opened: its secrets, and values that are secret for a while.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::ports::{SealedRow, SecretText};

use crate::redact::Redactor;
use crate::vault::keyring::Keyring;
use crate::vault::seal::{self, SealError};

/// Tokens, and values that were replaced: some request may still be under way with them.
const PASSING_MAX: usize = 128;

/// One state of an instance's secrets. Replaced as a whole where one of them changes.
#[derive(Default)]
pub struct Known {
    rows: Vec<SealedRow>,
    values: BTreeMap<String, SecretText>,
    passing: VecDeque<SecretText>,
    redactor: Arc<Redactor>,
    /// Another number for every change of `values`: a token that was fetched before is not used after.
    pub generation: u64,
    checked_ms: AtomicI64,
}

impl Known {
    /// Opens the rows. What was known before goes on being blacked out.
    pub fn opened(rows: Vec<SealedRow>, keyring: &Keyring, before: &Self, generation: u64) -> Self {
        let mut values = BTreeMap::new();
        for row in &rows {
            match seal::open(keyring, row) {
                Ok(value) => {
                    values.insert(row.key.clone(), value);
                }
                Err(error) => report(&row.instance, &row.key, &error),
            }
        }
        let mut passing = before.passing.clone();
        let replaced = before.values.iter().filter(|(key, value)| values.get(*key) != Some(*value));
        passing.extend(replaced.map(|(_, value)| value.clone()));
        let generation = if values == before.values { before.generation } else { generation };
        Self::of(rows, values, passing, generation)
    }

    /// The same with one more value to black out.
    pub fn with_passing(&self, value: &SecretText) -> Self {
        let mut passing = self.passing.clone();
        passing.retain(|other| other != value);
        passing.push_back(value.clone());
        let known = Self::of(self.rows.clone(), self.values.clone(), passing, self.generation);
        known.checked_ms.store(self.checked_ms.load(Ordering::Relaxed), Ordering::Relaxed);
        known
    }

    fn of(
        rows: Vec<SealedRow>,
        values: BTreeMap<String, SecretText>,
        mut passing: VecDeque<SecretText>,
        generation: u64,
    ) -> Self {
        while passing.len() > PASSING_MAX {
            passing.pop_front();
        }
        let redactor = Arc::new(Redactor::of(values.values().chain(&passing).map(SecretText::expose)));
        Self { rows, values, passing, redactor, generation, checked_ms: AtomicI64::new(0) }
    }

    pub fn value(&self, key: &str) -> Option<&SecretText> {
        self.values.get(key)
    }

    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.values.keys()
    }

    pub fn redactor(&self) -> &Arc<Redactor> {
        &self.redactor
    }

    /// Whether the store still says what was opened, and all of it could be.
    pub fn is_of(&self, rows: &[SealedRow]) -> bool {
        self.rows == rows && self.rows.len() == self.values.len()
    }

    pub fn check(&self, now: Timestamp) {
        self.checked_ms.store(now.0, Ordering::Relaxed);
    }

    /// Whether the store was asked within `ms`. A clock that was put back counts as long ago.
    pub fn is_fresh(&self, now: Timestamp, ms: i64) -> bool {
        let since = now.0.saturating_sub(self.checked_ms.load(Ordering::Relaxed));
        (0..ms).contains(&since)
    }
}

fn report(instance: &InstanceId, key: &str, error: &SealError) {
    tracing::error!(%instance, key, %error, "a stored secret cannot be opened and counts as not set; type it again");
}
