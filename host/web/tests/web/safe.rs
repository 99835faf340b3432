//! A vault in memory, which a test can look into and break.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{SecretText, Secrets, SecretsError};

#[derive(Default)]
pub struct Safe(Mutex<Inside>);

#[derive(Default)]
struct Inside {
    values: BTreeMap<(InstanceId, String), SecretText>,
    /// The next change of this key fails.
    broken: Option<String>,
}

impl Safe {
    pub fn value(&self, instance: &str, key: &str) -> Option<String> {
        let inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inside.values.get(&(InstanceId::new(instance), key.to_owned())).map(|value| value.expose().to_owned())
    }

    pub fn break_at(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).broken = Some(key.to_owned());
    }

    fn change(&self, key: &str, change: impl FnOnce(&mut Inside)) -> Result<(), SecretsError> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inside.broken.as_deref() == Some(key) {
            inside.broken = None;
            return Err(SecretsError::Unavailable("the disk is full <now>".to_owned()));
        }
        change(&mut inside);
        Ok(())
    }
}

#[async_trait]
impl Secrets for Safe {
    async fn set_keys(&self, instance: &InstanceId) -> BTreeSet<String> {
        let inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inside.values.keys().filter(|(of, _)| of == instance).map(|(_, key)| key.clone()).collect()
    }

    async fn set_secret(&self, instance: &InstanceId, key: &str, value: SecretText) -> Result<(), SecretsError> {
        self.change(key, |inside| {
            inside.values.insert((instance.clone(), key.to_owned()), value);
        })
    }

    async fn remove_secret(&self, instance: &InstanceId, key: &str) -> Result<(), SecretsError> {
        self.change(key, |inside| {
            inside.values.remove(&(instance.clone(), key.to_owned()));
        })
    }

    fn redact(&self, instance: &InstanceId, text: &str) -> String {
        let inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = inside.values.iter().filter(|((of, _), _)| of == instance);
        own.fold(text.to_owned(), |text, (_, value)| text.replace(value.expose(), "[secret]"))
    }
}
